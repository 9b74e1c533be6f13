// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Commands.h"
#include "app/ctl/Console.h"
#include "app/ctl/Session.h"
#include "core/audit/redact/RedactionRules.h"
#include "core/storage/StoredSettings.h"

#include <QJsonDocument>

#include <memory>

namespace andon::ctl {

namespace {

struct ConfigOptions
{
    std::string name;
    std::optional<std::string> value;
};

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

ExitStatus config(const Invocation &invocation, const ConfigOptions &options)
{
    const QString name = QString::fromStdString(options.name);
    Session session(invocation.location(), options.value ? Session::Purpose::Change : Session::Purpose::Look);
    if (options.value)
        change(session, name, QString::fromStdString(*options.value));
    StoredSettings settings(session.database());
    const QStringList names = name.isEmpty() ? StoredSettings::names() : QStringList{name};
    QJsonObject shown;
    for (const QString &one : names)
        shown.insert(one, settings.value(one));
    if (invocation.wantsJson) {
        Console::writeJson(shown);
        return ExitStatus::Done;
    }
    for (const QString &one : names)
        Console::writeLine(one + QStringLiteral(" = ") + shown.value(one).toString());
    return ExitStatus::Done;
}

} // namespace

void addConfigCommand(CLI::App &app, Invocation &invocation)
{
    auto options = std::make_shared<ConfigOptions>();
    CLI::App *command = app.add_subcommand("config", "Show or change the settings that belong to the database");
    command->footer("approval.required (yes, no), approval.seconds, stop.deadline_ms, redaction (JSON). "
                    "Each change is recorded in the audit log.");
    command->add_option("name", options->name, "The setting; all where it is left out")->type_name("NAME");
    command->add_option("value", options->value, "What it shall be")->type_name("VALUE");
    command->callback([&invocation, options] {
        invocation.command = [&invocation, options] { return config(invocation, *options); };
    });
}

} // namespace andon::ctl
