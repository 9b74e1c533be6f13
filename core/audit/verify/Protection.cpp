// SPDX-License-Identifier: Apache-2.0
#include "core/audit/verify/Protection.h"

#include "core/audit/verify/ServerProtection.h"
#include "core/storage/Database.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>

namespace andon {

namespace {

const QString kLog = QStringLiteral("action_audit_log");

QStringList protectedTables()
{
    return {kLog, QStringLiteral("andon_audit_seal"), QStringLiteral("andon_checkpoint"),
            QStringLiteral("andon_log_identity")};
}

struct Trigger
{
    QString table;
    QString sql; ///< as sqlite_master has it: without the semicolon at its end
};

/// The triggers that the migrations make on the tables above, by name. A later one replaces an earlier one.
QMap<QString, Trigger> expectedTriggers()
{
    static const QRegularExpression form(
        QStringLiteral(R"(^DROP TRIGGER (?:IF EXISTS )?(\w+);|^(CREATE TRIGGER (\w+) [^;]*? ON (\w+)\b.*?^END);)"),
        QRegularExpression::MultilineOption | QRegularExpression::DotMatchesEverythingOption);
    QMap<QString, Trigger> triggers;
    const QDir scripts(QStringLiteral(":/andon/migrations/sqlite"));
    const QStringList names = scripts.entryList({QStringLiteral("*.sql")}, QDir::Files, QDir::Name);
    for (const QString &name : names) {
        QFile script(scripts.filePath(name));
        if (!script.open(QIODevice::ReadOnly))
            continue;
        QRegularExpressionMatchIterator found = form.globalMatch(QString::fromUtf8(script.readAll()));
        while (found.hasNext()) {
            const QRegularExpressionMatch match = found.next();
            triggers.remove(match.captured(1));
            if (protectedTables().contains(match.captured(4)))
                triggers.insert(match.captured(3), {match.captured(4), match.captured(2)});
        }
    }
    return triggers;
}

void tell(FindingList *findings, const QString &detail)
{
    VerifyFinding finding;
    finding.kind = VerifyFinding::Kind::Unprotected;
    finding.detail = detail;
    findings->add(finding);
}

} // namespace

FindingList verifyProtection(Database &database)
{
    if (database.engine() == SqlEngine::PostgreSql)
        return verifyServerProtection(database);
    FindingList findings;
    const QMap<QString, Trigger> expected = expectedTriggers();
    QMap<QString, Trigger> present;
    QStringList views;
    Statement rows = database.run(QStringLiteral("SELECT type, name, tbl_name, sql FROM sqlite_master"));
    while (rows.next()) {
        if (rows.text(0) == u"trigger")
            present.insert(rows.text(1), {rows.text(2), rows.text(3)});
        else if (rows.text(0) == u"view")
            views << rows.text(1);
    }
    for (const QString &table : protectedTables()) {
        if (views.contains(table, Qt::CaseInsensitive))
            tell(&findings, QStringLiteral("%1 is a view and no table").arg(table));
    }
    for (auto trigger = expected.begin(); trigger != expected.end(); ++trigger) {
        const auto found = present.constFind(trigger.key());
        if (found == present.constEnd())
            tell(&findings,
                 QStringLiteral("the trigger %1 of the table %2 is gone").arg(trigger.key(), trigger->table));
        else if (found->sql != trigger->sql)
            tell(&findings,
                 QStringLiteral("the trigger %1 of the table %2 was changed").arg(trigger.key(), trigger->table));
    }
    for (auto trigger = present.begin(); trigger != present.end(); ++trigger) {
        const bool isOnOwn = trigger->table != kLog && protectedTables().contains(trigger->table);
        if (isOnOwn && !expected.contains(trigger.key()))
            tell(&findings,
                 QStringLiteral("the table %1 has a trigger that Andon did not make, %2")
                     .arg(trigger->table, trigger.key()));
    }
    return findings;
}

} // namespace andon
