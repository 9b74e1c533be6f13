// SPDX-License-Identifier: Apache-2.0
#include "core/audit/checkpoint/CheckpointSigner.h"

#include "core/audit/ActionAuditor.h"
#include "core/audit/checkpoint/SignedLogs.h"
#include "core/audit/seal/MerkleProof.h"
#include "core/audit/seal/Sealer.h"
#include "core/storage/AgentTables.h"
#include "core/storage/Database.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QLockFile>
#include <QSaveFile>

#include <algorithm>

namespace andon {

namespace {

[[noreturn]] void refuse(const QString &what)
{
    throw InconsistentLogError(
        QStringLiteral(
            "%1 Nothing was signed. Somebody has replaced, shortened or rewritten the log, or put a backup back: "
            "docs/verification.md says how to find out. To go on from a backup: andonctl checkpoint --start-over "
            "--reason TEXT")
            .arg(what));
}

/// Where it makes no sense, it was not written by a signer.
Checkpoint parsed(const QByteArray &note, const QString &place)
{
    try {
        return Checkpoint::parse(SignedNote::parse(note).text());
    } catch (const NoteError &error) {
        throw FileError(
            QStringLiteral("%1 holds no checkpoint, so that nobody can tell what was signed last. Nothing was "
                           "signed. Put the right file back.")
                .arg(place),
            error.message());
    }
}

QString lastFile(const KeyStore &store)
{
    return store.folder() + QStringLiteral("/last.checkpoint");
}

/// The newest checkpoint of this log in the database that one of these keys has signed.
std::optional<StoredCheckpoint> newestOf(CheckpointTable &&table, const LogIdentity &log,
                                         const QList<VerifierKey> &keys)
{
    std::optional<StoredCheckpoint> found;
    if (keys.isEmpty())
        return found;
    table.visitNewestFirst([&](const StoredCheckpoint &stored) {
        try {
            const SignedNote note = SignedNote::parse(stored.note);
            static_cast<void>(note.verify(keys));
            if (Checkpoint::parse(note.text()).origin == log.origin())
                found = stored;
        } catch (const NoteError &) {
            // Of somebody else, or of nobody: whoever may write to the database may have put it there.
        }
        return !found;
    });
    return found;
}

QList<VerifierKey> ownKeys(const KeyStore &store)
{
    QList<VerifierKey> keys;
    const QList<KeyStore::Entry> entries = store.keys();
    for (const KeyStore::Entry &entry : entries)
        keys << entry.key;
    return keys;
}

/// The last note, where it says what is to be said now and the present key has signed it.
std::optional<QByteArray> stillGood(const KeyStore &store, const Checkpoint &now)
{
    std::optional<QByteArray> last = store.lastSigned();
    const std::optional<SigningKey> active = store.existingKey();
    if (!last || !active || parsed(*last, lastFile(store)) != now)
        return std::nullopt;
    try {
        static_cast<void>(SignedNote::parse(*last).verify({active->verifier()}));
        return last;
    } catch (const NoteError &) {
        return std::nullopt;
    }
}

QByteArray signedBy(const KeyStore &store, const Checkpoint &now)
{
    QList<SigningKey> keys{store.activeKey()};
    if (const std::optional<SigningKey> retiring = store.retiringKey())
        keys << *retiring;
    return SignedNote::sign(now.toText(), keys).toBytes();
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        throw FileError(QStringLiteral("%1 cannot be read.").arg(path), file.errorString());
    return file.read(SignedNote::kMostBytes + 1);
}

bool isSameCheckpoint(const QByteArray &note, const Checkpoint &checkpoint)
{
    try {
        return Checkpoint::parse(SignedNote::parse(note).text()) == checkpoint;
    } catch (const NoteError &) {
        return false;
    }
}

void writeWhole(const QString &path, const QByteArray &note)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(note) != note.size() || !file.commit())
        throw FileError(
            QStringLiteral("%1 could not be written. Check that its disk has room and that you may write there.")
                .arg(path),
            file.errorString());
}

} // namespace

CheckpointSigner::CheckpointSigner(Database &database, Options options, const Clock &clock)
    : m_database(database)
    , m_options(std::move(options))
    , m_clock(clock)
{
}

QString CheckpointSigner::fileName(const Checkpoint &checkpoint)
{
    constexpr int kDigitsOfLog = 12;
    constexpr int kDigitsOfSize = 12;
    return QStringLiteral("%1-%2.checkpoint")
        .arg(checkpoint.origin.section(u'/', -1).left(kDigitsOfLog))
        .arg(checkpoint.size, kDigitsOfSize, 10, QChar(u'0'));
}

QList<CheckpointSigner::Past> CheckpointSigner::past(const LogIdentity &log, const KeyStore &store)
{
    const QString before = SignedLogs(m_options.keys).at(m_database.location().name());
    if (!before.isEmpty() && before != log.origin())
        refuse(QStringLiteral("This is not the log that you have signed here before: that was %1, and this is %2.")
                   .arg(before, log.origin()));
    QList<Past> all;
    if (const std::optional<QByteArray> last = store.lastSigned())
        all << Past{parsed(*last, lastFile(store)), lastFile(store)};
    if (const std::optional<StoredCheckpoint> stored = newestOf(CheckpointTable(m_database), log, ownKeys(store)))
        all << Past{Checkpoint::parse(SignedNote::parse(stored->note).text()),
                    QStringLiteral("the database, checkpoint %1").arg(stored->id)};
    return all;
}

Checkpoint CheckpointSigner::presentAfter(const QList<Past> &past, const LogIdentity &log)
{
    SealTable table(m_database);
    MerkleTree tree(table);
    Checkpoint now;
    now.origin = log.origin();
    now.size = table.size();
    now.root = tree.root(now.size);
    for (const Past &one : past) {
        const Checkpoint &then = one.checkpoint;
        const QString what = QStringLiteral(
                                 "The log is not the continuation of the checkpoint of %1 entries that you have "
                                 "signed (kept in %2): ")
                                 .arg(then.size)
                                 .arg(one.place);
        if (then.origin != now.origin)
            refuse(what + QStringLiteral("that is of another log, %1.").arg(then.origin));
        if (then.size > now.size)
            refuse(what + QStringLiteral("it has only %1 now.").arg(now.size));
        if (!isConsistent(then.size, then.root, now.size, now.root, tree.consistencyProof(then.size, now.size)))
            refuse(what + QStringLiteral("these entries are not what they were."));
    }
    return now;
}

void CheckpointSigner::check()
{
    const LogIdentity log = LogIdentity::read(m_database);
    const KeyStore store(log.origin(), m_options.keys);
    // First what was signed, then the log: another program may be adding to both.
    const QList<Past> signedBefore = past(log, store);
    static_cast<void>(presentAfter(signedBefore, log));
}

SignedCheckpoint CheckpointSigner::sign(Occasion occasion, const std::function<bool()> &goesOn)
{
    Sealer(m_database, AgentTables::read(m_database).auditColumns).sealAll(goesOn);
    const LogIdentity log = LogIdentity::read(m_database);
    const KeyStore store(log.origin(), m_options.keys);
    const std::unique_ptr<QLockFile> held = store.lockForSigning();
    const QList<Past> signedBefore = past(log, store);
    const Checkpoint now = presentAfter(signedBefore, log);

    const std::optional<QByteArray> good = occasion == Occasion::Growth ? stillGood(store, now) : std::nullopt;
    const QByteArray note = good ? *good : signedBy(store, now);
    if (!good) {
        SignedLogs(m_options.keys).remember(m_database.location().name(), log.origin());
        store.rememberSigned(note);
    }
    SignedCheckpoint result{now, note, store.activeKey().verifier(), m_clock.now(), !good, {}, {}};
    publish(result);
    return result;
}

void CheckpointSigner::publish(SignedCheckpoint &result)
{
    std::exception_ptr failure;
    try {
        Transaction transaction(m_database);
        CheckpointTable table(m_database);
        const qint64 size = result.checkpoint.size;
        if (const std::optional<StoredCheckpoint> stored = table.find(size, result.note)) {
            if (!result.isNew)
                result.when = stored->signedAt;
        } else {
            const TreeHash &root = result.checkpoint.root;
            table.insert({0, size,
                          QByteArray(reinterpret_cast<const char *>(root.data()), static_cast<qsizetype>(root.size())),
                          result.note, result.key.name(), result.key.idText(), result.when});
        }
        transaction.commit();
    } catch (const StorageError &) {
        failure = std::current_exception(); // the folders take it all the same
    }
    for (const QString &folder : std::as_const(m_options.folders)) {
        try {
            writeInto(folder, result);
        } catch (const FileError &error) {
            result.troubles << SignedCheckpoint::Trouble{
                folder,
                error.cause().isEmpty() ? error.message()
                                        : QStringLiteral("%1 (%2)").arg(error.message(), error.cause())};
        }
    }
    if (failure)
        std::rethrow_exception(failure);
}

void CheckpointSigner::writeInto(const QString &folder, SignedCheckpoint &result) const
{
    // Never made: where a disk is not mounted, the folder of its files must not come to lie on another.
    if (!QFileInfo(folder).isDir())
        throw FileError(QStringLiteral("There is no folder %1 for the checkpoint.").arg(folder));
    const QString name = fileName(result.checkpoint);
    const QStringList names{name,
                            name.section(u'.', 0, 0) + u'-' + result.key.idText() + QStringLiteral(".checkpoint")};
    for (const QString &one : names) {
        const QString path = folder + u'/' + one;
        const QFileInfo there(path);
        if (!there.exists() && !there.isSymLink()) {
            writeWhole(path, result.note);
            result.files << path;
            return;
        }
        const QByteArray content = contentOf(path);
        if (content == result.note) {
            result.files << path;
            return;
        }
        if (!isSameCheckpoint(content, result.checkpoint))
            throw FileError(QStringLiteral("%1 is there already, and says something else about this log than what was "
                                           "signed now. It was left as it is: keep it, and verify the log with it.")
                                .arg(path));
    }
    throw FileError(QStringLiteral("%1 is there already, signed otherwise. It was left as it is.")
                        .arg(folder + u'/' + names.last()));
}

LogIdentity CheckpointSigner::startOver(Database &database, ActionAuditor &auditor, const QString &reason,
                                        const QString &keys)
{
    if (reason.trimmed().isEmpty())
        throw InvalidInputError(QStringLiteral("Starting over needs a reason."));
    const LogIdentity before = LogIdentity::read(database);
    const QString signedBefore = SignedLogs(keys).at(database.location().name());
    Transaction transaction(database);
    LogIdentity now = LogIdentity::renew(database, reason, auditor.clock().now());
    QJsonObject data{{QStringLiteral("old_origin"), before.origin()},
                     {QStringLiteral("new_origin"), now.origin()},
                     {QStringLiteral("reason"), reason},
                     {QStringLiteral("by"), auditor.by()}};
    if (!signedBefore.isEmpty() && signedBefore != before.origin())
        data.insert(QStringLiteral("signed_origin"), signedBefore);
    AuditEvent event;
    event.eventType = EventType::kLogRestarted;
    event.actor = Actor::kUser;
    event.eventData = QString::fromUtf8(QJsonDocument(data).toJson(QJsonDocument::Compact));
    auditor.logEvent(event);
    transaction.commit();
    SignedLogs(keys).remember(database.location().name(), now.origin());
    return now;
}

} // namespace andon
