// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Commands.h"
#include "app/ctl/Console.h"
#include "app/ctl/Session.h"
#include "core/audit/checkpoint/CheckpointSettings.h"
#include "core/audit/redact/RedactionRules.h"
#include "core/storage/StoredSettings.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <array>
#include <memory>

namespace andon::ctl {

namespace {

struct ConfigOptions
{
    std::string name;
    std::vector<std::string> values;
};

/// A setting of the person, and of no database.
struct UserSetting
{
    QString name;
    QJsonValue (*shown)(const CheckpointSettings &);
    void (*store)(const QStringList &);
};

QString onlyValue(const QString &name, const QStringList &values)
{
    if (values.size() != 1)
        throw InvalidInputError(QStringLiteral("%1 takes one value.").arg(name));
    return values.first();
}

const std::array<UserSetting, 2> &userSettings()
{
    static const std::array<UserSetting, 2> table{{
        {QStringLiteral("checkpoint.minutes"),
         [](const CheckpointSettings &settings) { return QJsonValue(QString::number(settings.interval.count())); },
         [](const QStringList &values) {
             CheckpointSettings::storeInterval(onlyValue(QStringLiteral("checkpoint.minutes"), values));
         }},
        {QStringLiteral("checkpoint.folders"),
         [](const CheckpointSettings &settings) { return QJsonValue(QJsonArray::fromStringList(settings.folders)); },
         [](const QStringList &values) {
             CheckpointSettings::storeFolders(values == QStringList{QString()} ? QStringList() : values);
         }},
    }};
    return table;
}

const UserSetting *userSetting(const QString &name)
{
    const auto found = std::find_if(userSettings().begin(), userSettings().end(),
                                    [&name](const UserSetting &setting) { return setting.name == name; });
    return found == userSettings().end() ? nullptr : &*found;
}

QStringList texts(const std::vector<std::string> &values)
{
    QStringList all;
    for (const std::string &value : values)
        all << QString::fromStdString(value);
    return all;
}

void change(Session &session, const QString &name, const QString &value)
{
    if (name == StoredSettings::kRedaction)
        static_cast<void>(RedactionRules::fromJson(value)); // says which expression is none
    StoredSettings settings(session.database());
    Transaction transaction(session.database());
    const QString before = settings.value(name);
    settings.setValue(name, value);
    AuditEvent event;
    event.eventType = EventType::kSettingChange;
    event.actor = Actor::kUser;
    event.eventData = QString::fromUtf8(QJsonDocument(QJsonObject{{QStringLiteral("setting"), name},
                                                                  {QStringLiteral("old_value"), before},
                                                                  {QStringLiteral("new_value"), value},
                                                                  {QStringLiteral("by"), session.auditor().by()}})
                                            .toJson(QJsonDocument::Compact));
    session.auditor().logEvent(event);
    transaction.commit();
}

/// Those that belong to the database.
QJsonObject storedSettings(const Invocation &invocation, const QString &name, const QStringList &values)
{
    Session session(invocation.location(), values.isEmpty() ? Session::Purpose::Look : Session::Purpose::Change);
    if (!values.isEmpty())
        change(session, name, onlyValue(name, values));
    StoredSettings settings(session.database());
    const QStringList names = name.isEmpty() ? StoredSettings::names() : QStringList{name};
    QJsonObject shown;
    for (const QString &one : names)
        shown.insert(one, settings.value(one));
    return shown;
}

void requireKnown(const QString &name)
{
    QStringList known = StoredSettings::names();
    for (const UserSetting &setting : userSettings())
        known << setting.name;
    if (!name.isEmpty() && !known.contains(name))
        throw InvalidInputError(QStringLiteral("There is no setting \"%1\". The settings are: %2.")
                                    .arg(name, known.join(QStringLiteral(", "))));
}

QString asText(const QJsonValue &value)
{
    if (!value.isArray())
        return value.toString();
    QStringList all;
    const QJsonArray array = value.toArray();
    for (const QJsonValue one : array)
        all << one.toString();
    return all.join(QStringLiteral(", "));
}

ExitStatus config(const Invocation &invocation, const ConfigOptions &options)
{
    const QString name = QString::fromStdString(options.name);
    const QStringList values = texts(options.values);
    requireKnown(name);
    const UserSetting *own = userSetting(name);
    if (own && !values.isEmpty())
        own->store(values);
    QJsonObject shown;
    QStringList names{name};
    if (!own)
        shown = storedSettings(invocation, name, values);
    if (name.isEmpty())
        names = StoredSettings::names();
    for (const UserSetting &setting : userSettings()) {
        if (!name.isEmpty() && setting.name != name)
            continue;
        shown.insert(setting.name, setting.shown(CheckpointSettings::read()));
        if (name.isEmpty())
            names << setting.name;
    }
    if (invocation.wantsJson) {
        Console::writeJson(shown);
        return ExitStatus::Done;
    }
    for (const QString &one : std::as_const(names))
        Console::writeLine(one + QStringLiteral(" = ") + Console::printable(asText(shown.value(one))));
    return ExitStatus::Done;
}

} // namespace

void addConfigCommand(CLI::App &app, Invocation &invocation)
{
    auto options = std::make_shared<ConfigOptions>();
    CLI::App *command = app.add_subcommand("config", "Show or change settings: of the database, and your own");
    command->footer(
        "Of the database: approval.required (yes, no), approval.seconds, stop.deadline_ms, lease.ms and lease.renew_ms "
        "(of a server), redaction (JSON). Each change is recorded in the audit log.\n"
        "Your own: checkpoint.minutes (0: not by time), checkpoint.folders (any number; \"\": none).");
    command->add_option("name", options->name, "The setting; all where it is left out")->type_name("NAME");
    command->add_option("value", options->values, "What it shall be")->option_text("VALUE...");
    command->callback([&invocation, options] {
        invocation.command = [&invocation, options] { return config(invocation, *options); };
    });
}

} // namespace andon::ctl
