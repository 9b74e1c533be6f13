// SPDX-License-Identifier: Apache-2.0
#include "core/audit/checkpoint/KeyStore.h"

#include "core/audit/checkpoint/CheckpointErrors.h"
#include "core/audit/checkpoint/PrivateFile.h"

#include <QCryptographicHash>
#include <QDir>
#include <QLockFile>
#include <QRegularExpression>
#include <QSettings>

#include <sodium.h>

#include <algorithm>

namespace andon {

namespace {

constexpr int kLockPatienceMs = 10'000;
constexpr qint64 kMostBytesOfKey = 4096;
constexpr qint64 kMostBytesOfTrusted = 1024 * 1024;
constexpr int kDigitsOfFolder = 16;

QString folderName(const QString &log)
{
    return QString::fromLatin1(
        QCryptographicHash::hash(log.toUtf8(), QCryptographicHash::Sha256).toHex().left(kDigitsOfFolder));
}

void wipe(QByteArray *secret)
{
    sodium_memzero(secret->data(), static_cast<size_t>(secret->size()));
}

} // namespace

KeyStore::KeyStore(QString log, const QString &folder)
    : m_log(std::move(log))
    , m_folder(QDir(folder.isEmpty() ? standardFolder() : folder).absoluteFilePath(folderName(m_log)))
{
}

QString KeyStore::standardFolder()
{
    QString named = qEnvironmentVariable("ANDON_KEYS");
    if (!named.isEmpty())
        return named;
    const QSettings settings(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("Andon"),
                             QStringLiteral("andon"));
    return QFileInfo(settings.fileName()).absolutePath() + QStringLiteral("/keys");
}

QString KeyStore::path(const QString &name) const
{
    return m_folder + u'/' + name;
}

QList<KeyStore::KeyFile> KeyStore::keyFiles() const
{
    static const QRegularExpression form(QStringLiteral("^([0-9]{4,12})-([0-9a-f]{8})\\.key$"));
    // Everything that has such a name: what is no regular file is refused when it is read, not passed over.
    const QStringList names = QDir(m_folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::System
                                                       | QDir::NoDotAndDotDot);
    QList<KeyFile> files;
    for (const QString &name : names) {
        const QRegularExpressionMatch match = form.match(name);
        if (match.hasMatch())
            files << KeyFile{path(name), match.captured(1).toLongLong(), match.captured(2)};
    }
    std::sort(files.begin(), files.end(), [](const KeyFile &a, const KeyFile &b) {
        return std::tie(a.number, a.keyId) < std::tie(b.number, b.keyId);
    });
    return files;
}

SigningKey KeyStore::read(const KeyFile &file)
{
    std::optional<QByteArray> text = PrivateFile::read(file.path, kMostBytesOfKey, PrivateFile::Guarded::Reading);
    if (!text)
        throw FileError(QStringLiteral("%1 was removed while it was read.").arg(file.path));
    QByteArray line = text->trimmed();
    wipe(&*text);
    try {
        SigningKey key = SigningKey::parse(line);
        wipe(&line);
        if (key.verifier().idText() != file.keyId)
            throw FileError(QStringLiteral("%1 does not hold the key that it is named after. Put the right file back.")
                                .arg(file.path));
        return key;
    } catch (const InvalidInputError &error) {
        wipe(&line);
        throw FileError(
            QStringLiteral("%1 holds no signing key. Put the right file back, or move it away and make a new "
                           "key (andonctl key new).")
                .arg(file.path),
            error.message());
    }
}

QList<KeyStore::Entry> KeyStore::keys() const
{
    QList<Entry> entries;
    const QList<KeyFile> files = keyFiles();
    for (const KeyFile &file : files)
        entries << Entry{read(file).verifier(), QFileInfo(file.path).lastModified().toUTC(), false};
    if (!entries.isEmpty())
        entries.last().isActive = true;
    return entries;
}

QList<VerifierKey> KeyStore::others() const
{
    const QString file = path(QStringLiteral("trusted"));
    const QByteArray content = PrivateFile::read(file, kMostBytesOfTrusted, PrivateFile::Guarded::Writing)
                                   .value_or(QByteArray());
    QList<VerifierKey> keys;
    const QList<QByteArray> lines = content.split('\n');
    for (const QByteArray &line : lines) {
        const QString text = QString::fromUtf8(line).trimmed();
        if (text.isEmpty() || text.startsWith(u'#'))
            continue;
        try {
            keys << VerifierKey::parse(text);
        } catch (const InvalidInputError &error) {
            throw FileError(QStringLiteral("%1 has a line that is no verifier key: %2").arg(file, text),
                            error.message());
        }
    }
    return keys;
}

QList<VerifierKey> KeyStore::trusted() const
{
    QList<VerifierKey> all;
    const QList<Entry> own = keys();
    for (const Entry &entry : own) {
        if (!all.contains(entry.key))
            all << entry.key;
    }
    const QList<VerifierKey> added = others();
    for (const VerifierKey &key : added) {
        if (!all.contains(key))
            all << key;
    }
    return all;
}

void KeyStore::trust(const VerifierKey &key) const
{
    const std::unique_ptr<QLockFile> held = lock(QStringLiteral("keys.lock"));
    QList<VerifierKey> all = others();
    if (all.contains(key))
        return;
    all << key;
    QByteArray content;
    for (const VerifierKey &one : std::as_const(all))
        content += one.toString().toUtf8() + '\n';
    PrivateFile::replace(path(QStringLiteral("trusted")), content);
}

SigningKey KeyStore::activeKey() const
{
    if (std::optional<SigningKey> key = existingKey())
        return *key;
    const std::unique_ptr<QLockFile> held = lock(QStringLiteral("keys.lock"));
    if (std::optional<SigningKey> key = existingKey())
        return *key; // another program was faster
    SigningKey key = SigningKey::make(m_log);
    add(key);
    return key;
}

std::optional<SigningKey> KeyStore::existingKey() const
{
    const QList<KeyFile> files = keyFiles();
    return files.isEmpty() ? std::nullopt : std::optional(read(files.last()));
}

SigningKey KeyStore::rotate() const
{
    const std::unique_ptr<QLockFile> held = lock(QStringLiteral("keys.lock"));
    SigningKey key = SigningKey::make(m_log);
    add(key);
    return key;
}

void KeyStore::import(const SigningKey &key) const
{
    const std::unique_ptr<QLockFile> held = lock(QStringLiteral("keys.lock"));
    const std::optional<SigningKey> active = existingKey();
    if (!active || active->verifier() != key.verifier())
        add(key);
}

void KeyStore::add(const SigningKey &key) const
{
    constexpr int kDigits = 4;
    const QList<KeyFile> files = keyFiles();
    const qint64 number = files.isEmpty() ? 1 : files.last().number + 1;
    const QString name = QStringLiteral("%1-%2.key").arg(number, kDigits, 10, QChar(u'0')).arg(key.verifier().idText());
    QByteArray text = key.toSecretText() + '\n';
    try {
        PrivateFile::replace(path(name), text);
    } catch (...) {
        wipe(&text);
        throw;
    }
    wipe(&text);
}

std::optional<SigningKey> KeyStore::retiringKey() const
{
    const QList<KeyFile> files = keyFiles();
    if (files.size() < 2)
        return std::nullopt;
    const SigningKey active = read(files.last());
    const std::optional<QByteArray> last = lastSigned();
    const SignedNote note = last ? SignedNote::parse(*last) : SignedNote();
    const auto hasSigned = [&note](const SigningKey &key) {
        const QList<SignedNote::Signature> &all = note.signatures();
        return std::any_of(all.begin(), all.end(), [&key](const SignedNote::Signature &signature) {
            return signature.name == key.verifier().name() && signature.id == key.verifier().id();
        });
    };
    if (hasSigned(active))
        return std::nullopt;
    for (qsizetype i = files.size() - 2; i >= 0; --i) {
        const SigningKey key = read(files.at(i));
        if (hasSigned(key))
            return key;
    }
    const SigningKey before = read(files.at(files.size() - 2));
    return before.verifier() == active.verifier() ? std::nullopt : std::optional(before);
}

std::optional<QByteArray> KeyStore::lastSigned() const
{
    return PrivateFile::read(path(QStringLiteral("last.checkpoint")), SignedNote::kMostBytes,
                             PrivateFile::Guarded::Writing);
}

void KeyStore::rememberSigned(const QByteArray &note) const
{
    PrivateFile::makeFolder(m_folder);
    PrivateFile::replace(path(QStringLiteral("last.checkpoint")), note);
}

std::unique_ptr<QLockFile> KeyStore::lockForSigning() const
{
    return lock(QStringLiteral("signing.lock"));
}

std::unique_ptr<QLockFile> KeyStore::lock(const QString &name) const
{
    PrivateFile::makeFolder(m_folder);
    auto held = std::make_unique<QLockFile>(path(name));
    held->setStaleLockTime(0); // only a holder that has died loses it
    if (held->tryLock(kLockPatienceMs))
        return held;
    if (held->error() == QLockFile::LockFailedError)
        throw FileError(
            QStringLiteral("Another program of yours is using the keys in %1. Try again in a moment.").arg(m_folder));
    throw FileError(
        QStringLiteral("Nothing can be written in %1, where the keys of this log are. Check that its disk has "
                       "room and that you may write there, or name another folder in ANDON_KEYS.")
            .arg(m_folder));
}

} // namespace andon
