// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Commands.h"
#include "app/ctl/Console.h"
#include "app/ctl/Session.h"
#include "core/audit/checkpoint/CheckpointErrors.h"
#include "core/audit/checkpoint/KeyStore.h"
#include "core/audit/checkpoint/LogIdentity.h"
#include "core/storage/Timestamp.h"

#include <QFile>
#include <QJsonArray>

#include <cstdio>
#include <memory>

namespace andon::ctl {

namespace {

/// A key file is a line; whatever is longer is something else.
constexpr qint64 kMostBytes = 4096;

KeyStore storeOf(const Invocation &invocation)
{
    Session session(invocation.location(), Session::Purpose::Look);
    if (!session.note().isEmpty())
        Console::say(session.note());
    return KeyStore(LogIdentity::read(session.database()).origin());
}

QJsonObject toJson(const VerifierKey &key)
{
    return {{QStringLiteral("key"), key.toString()},
            {QStringLiteral("name"), key.name()},
            {QStringLiteral("id"), key.idText()}};
}

QJsonObject toJson(const KeyStore::Entry &entry)
{
    QJsonObject object = toJson(entry.key);
    object.insert(QStringLiteral("active"), entry.isActive);
    object.insert(QStringLiteral("since"), formatTimestamp(entry.since));
    return object;
}

ExitStatus showKey(const Invocation &invocation, const VerifierKey &key)
{
    if (invocation.wantsJson)
        Console::writeJson(toJson(key));
    else
        Console::writeLine(key.toString());
    return ExitStatus::Done;
}

ExitStatus show(const Invocation &invocation)
{
    const KeyStore store = storeOf(invocation);
    const bool isNew = !store.existingKey();
    const VerifierKey key = store.activeKey().verifier();
    if (isNew)
        Console::say(QStringLiteral("This key was made just now; its secret is in %1.").arg(store.folder()));
    return showKey(invocation, key);
}

ExitStatus list(const Invocation &invocation)
{
    const KeyStore store = storeOf(invocation);
    const QList<KeyStore::Entry> own = store.keys();
    const QList<VerifierKey> others = store.others();
    if (invocation.wantsJson) {
        QJsonArray keys;
        for (const KeyStore::Entry &entry : own)
            keys << toJson(entry);
        QJsonArray trusted;
        for (const VerifierKey &key : others)
            trusted << toJson(key);
        Console::writeJson({{QStringLiteral("keys"), keys},
                            {QStringLiteral("trusted"), trusted},
                            {QStringLiteral("folder"), store.folder()}});
        return ExitStatus::Done;
    }
    for (const KeyStore::Entry &entry : own)
        Console::writeLine(QStringLiteral("%1  %2  since %3")
                               .arg(entry.isActive ? QStringLiteral("signs  ") : QStringLiteral("former "),
                                    Console::printable(entry.key.toString()), formatTimestamp(entry.since)));
    for (const VerifierKey &key : others)
        Console::writeLine(QStringLiteral("trusted  ") + Console::printable(key.toString()));
    if (own.isEmpty() && others.isEmpty())
        Console::say(
            QStringLiteral("There is no key yet. andonctl key show makes one, and so does the first checkpoint."));
    return ExitStatus::Done;
}

ExitStatus makeNew(const Invocation &invocation)
{
    const KeyStore store = storeOf(invocation);
    const VerifierKey key = store.rotate().verifier();
    if (const std::optional<SigningKey> before = store.retiringKey())
        Console::say(QStringLiteral("The next checkpoint will be signed by the key before, too: %1")
                         .arg(before->verifier().toString()));
    return showKey(invocation, key);
}

/// From a file or standard input, never from the command line, which every program of the machine can read.
QByteArray secretFrom(const QString &name)
{
    QFile file(name);
    const bool isOpen = name == u"-" ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    if (!isOpen)
        throw FileError(QStringLiteral("%1 cannot be read.").arg(name), file.errorString());
    const QByteArray text = file.read(kMostBytes + 1);
    if (text.size() > kMostBytes)
        throw InvalidInputError(QStringLiteral("%1 holds no signing key: it is too long.").arg(name));
    return text.trimmed();
}

ExitStatus importKey(const Invocation &invocation, const std::string &file)
{
    const SigningKey key = SigningKey::parse(secretFrom(QString::fromStdString(file)));
    storeOf(invocation).import(key);
    return showKey(invocation, key.verifier());
}

ExitStatus trust(const Invocation &invocation, const std::string &text)
{
    const VerifierKey key = VerifierKey::parse(QString::fromStdString(text));
    storeOf(invocation).trust(key);
    return showKey(invocation, key);
}

} // namespace

void addKeyCommand(CLI::App &app, Invocation &invocation)
{
    CLI::App *command = app.add_subcommand("key", "The keys of this log: which one signs, and whom you trust");
    command->require_subcommand(1);
    command->footer("Keys are kept in your own configuration, a file each that nobody else may read; never in the "
                    "database.");
    const auto add = [&](const char *name, const char *what, ExitStatus (*run)(const Invocation &)) {
        command->add_subcommand(name, what)->callback([&invocation, run] {
            invocation.command = [&invocation, run] { return run(invocation); };
        });
    };
    const auto addWith = [&](const char *name, const char *what, const char *argument, const char *meaning,
                             ExitStatus (*run)(const Invocation &, const std::string &)) {
        auto value = std::make_shared<std::string>();
        CLI::App *one = command->add_subcommand(name, what);
        one->add_option(argument, *value, meaning)->required()->option_text(" ");
        one->callback([&invocation, run, value] {
            invocation.command = [&invocation, run, value] { return run(invocation, *value); };
        });
    };
    add("show", "Print the verifier key of the key that signs; it is made where there is none", show);
    add("list", "All keys of this log, oldest first, and those of others that you trust", list);
    add("new", "Make a new key, which signs from now on; the one before vouches for it once", makeNew);
    addWith("import", "Sign with a key from elsewhere from now on", "FILE",
            "A file with the line PRIVATE+KEY+..., or - for standard input", importKey);
    addWith("trust", "Trust somebody else's key when the log is verified", "VKEY", "The verifier key, name+hash+base64",
            trust);
}

} // namespace andon::ctl
