// SPDX-License-Identifier: Apache-2.0
#include "core/audit/verify/ServerProtection.h"

#include "core/storage/Database.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>

namespace andon {

namespace {

const QString kLog = QStringLiteral("action_audit_log");
const QString kTruncate = QStringLiteral("andon_log_truncate");

QStringList protectedTables(Database &database)
{
    QStringList tables{kLog, QStringLiteral("andon_audit_seal"), QStringLiteral("andon_checkpoint"),
                       QStringLiteral("andon_log_identity")};
    Statement archives = database.run(QStringLiteral("SELECT to_regclass('andon_archive') IS NOT NULL"));
    if (archives.next() && archives.value(0).toBool())
        tables << QStringLiteral("andon_archive");
    return tables;
}

/// What the migrations make, by name.
struct Expected
{
    struct Trigger
    {
        QString table;
        QString definition; ///< as pg_get_triggerdef has it
    };
    QMap<QString, Trigger> triggers; ///< `table.name`
    QMap<QString, QString> bodies;   ///< of functions
};

QString allMigrations()
{
    QString text;
    const QDir scripts(QStringLiteral(":/andon/migrations/postgresql"));
    const QStringList names = scripts.entryList({QStringLiteral("*.sql")}, QDir::Files, QDir::Name);
    for (const QString &name : names) {
        QFile script(scripts.filePath(name));
        if (script.open(QIODevice::ReadOnly))
            text += QString::fromUtf8(script.readAll());
    }
    return text;
}

Expected expectedAt(const QStringList &tables)
{
    static const QRegularExpression trigger(QStringLiteral(R"(^(CREATE TRIGGER (\w+) [^;]*? ON (\w+)\b[^;]*);)"),
                                            QRegularExpression::MultilineOption
                                                | QRegularExpression::DotMatchesEverythingOption);
    static const QRegularExpression function(
        QStringLiteral(R"(^CREATE (?:OR REPLACE )?FUNCTION (\w+)\(.*?\$body\$(.*?)\$body\$;)"),
        QRegularExpression::MultilineOption | QRegularExpression::DotMatchesEverythingOption);
    Expected expected;
    const QString migrations = allMigrations();
    QRegularExpressionMatchIterator found = trigger.globalMatch(migrations);
    while (found.hasNext()) {
        const QRegularExpressionMatch match = found.next();
        if (tables.contains(match.captured(3)))
            expected.triggers.insert(match.captured(3) + u'.' + match.captured(2),
                                     {match.captured(3), match.captured(1).simplified()});
    }
    found = function.globalMatch(migrations);
    while (found.hasNext()) {
        const QRegularExpressionMatch match = found.next();
        expected.bodies.insert(match.captured(1), match.captured(2));
    }
    return expected;
}

void tell(FindingList *findings, const QString &detail)
{
    VerifyFinding finding;
    finding.kind = VerifyFinding::Kind::Unprotected;
    finding.detail = detail;
    findings->add(finding);
}

struct Trigger
{
    QString definition;
    QString function;
    QString body;
    bool isEnabled = false;
    bool isOfParent = false; ///< a partition's share of a trigger of the log
};

/// Of one table, without those that a foreign key makes.
QMap<QString, Trigger> triggersOf(Database &database, const QString &table)
{
    QMap<QString, Trigger> triggers;
    Statement rows = database.run(
        QStringLiteral("SELECT t.tgname, pg_get_triggerdef(t.oid, true), p.proname, p.prosrc, "
                       "t.tgenabled IN ('O', 'A'), t.tgparentid <> 0 "
                       "FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
                       "WHERE t.tgrelid = to_regclass(?) AND (NOT t.tgisinternal OR t.tgparentid <> 0)"),
        {table});
    while (rows.next())
        triggers.insert(rows.text(0),
                        {rows.text(1), rows.text(2), rows.text(3), rows.value(4).toBool(), rows.value(5).toBool()});
    return triggers;
}

/// Of the log, by the names that a statement would reach them by.
QStringList partitions(Database &database)
{
    QStringList names;
    Statement rows = database.run(QStringLiteral("SELECT CAST(CAST(inhrelid AS regclass) AS text) FROM pg_inherits "
                                                 "WHERE inhparent = to_regclass(?) ORDER BY 1"),
                                  {kLog});
    while (rows.next())
        names << rows.text(0);
    return names;
}

class ServerProtection
{
public:
    explicit ServerProtection(Database &database)
        : m_database(database)
        , m_tables(protectedTables(database))
        , m_expected(expectedAt(m_tables))
    {
    }

    FindingList look()
    {
        for (const QString &table : std::as_const(m_tables))
            lookAtKind(table);
        for (const QString &table : std::as_const(m_tables))
            lookAtTriggers(table);
        const QStringList parts = partitions(m_database);
        for (const QString &partition : parts)
            lookAtPartition(partition);
        return m_findings;
    }

private:
    /// Views, rules that do something else instead, and policies that hide rows.
    void lookAtKind(const QString &table)
    {
        Statement rows = m_database.run(QStringLiteral("SELECT CAST(relkind AS text), relrowsecurity, "
                                                       "EXISTS (SELECT 1 FROM pg_rewrite r WHERE r.ev_class = c.oid) "
                                                       "FROM pg_class c WHERE c.oid = to_regclass(?)"),
                                        {table});
        if (!rows.next())
            return; // told of by those who look for its rows
        const QString kind = rows.text(0);
        if (kind != u"r" && kind != u"p")
            tell(&m_findings, QStringLiteral("%1 is a view and no table").arg(table));
        else if (rows.value(2).toBool())
            tell(&m_findings, QStringLiteral("the table %1 has a rule that Andon did not make").arg(table));
        if (rows.value(1).toBool())
            tell(&m_findings, QStringLiteral("the table %1 hides rows by a policy").arg(table));
    }

    void lookAtTriggers(const QString &table)
    {
        const QMap<QString, Trigger> present = triggersOf(m_database, table);
        for (auto one = m_expected.triggers.begin(); one != m_expected.triggers.end(); ++one) {
            if (one->table == table)
                compare(table, one.key().section(u'.', 1), one->definition, present);
        }
        for (auto one = present.begin(); table != kLog && one != present.end(); ++one) {
            if (!m_expected.triggers.contains(table + u'.' + one.key()))
                tell(&m_findings,
                     QStringLiteral("the table %1 has a trigger that Andon did not make, %2").arg(table, one.key()));
        }
    }

    /// `definition` empty: as long as it is there, enabled, and the log's own.
    void compare(const QString &table, const QString &name, const QString &definition,
                 const QMap<QString, Trigger> &present)
    {
        const auto found = present.constFind(name);
        const QString what = QStringLiteral("the trigger %1 of the table %2").arg(name, table);
        if (found == present.constEnd())
            tell(&m_findings, what + QStringLiteral(" is gone"));
        else if (!found->isEnabled)
            tell(&m_findings, what + QStringLiteral(" is switched off"));
        else if (definition.isEmpty() ? !found->isOfParent : found->definition != definition)
            tell(&m_findings, what + QStringLiteral(" was changed"));
        else if (m_expected.bodies.value(found->function) != found->body)
            tell(&m_findings,
                 what + QStringLiteral(" does something else: its function %1 was changed").arg(found->function));
    }

    void lookAtPartition(const QString &partition)
    {
        const QMap<QString, Trigger> present = triggersOf(m_database, partition);
        for (auto one = m_expected.triggers.begin(); one != m_expected.triggers.end(); ++one) {
            const QString name = one.key().section(u'.', 1);
            if (one->table != kLog)
                continue;
            const bool isOwn = name == kTruncate; // each table needs one of its own
            compare(partition, name,
                    isOwn ? QString(one->definition)
                                .replace(QStringLiteral(" ON %1 ").arg(kLog), QStringLiteral(" ON %1 ").arg(partition))
                          : QString(),
                    present);
        }
    }

    Database &m_database;
    const QStringList m_tables;
    const Expected m_expected;
    FindingList m_findings;
};

} // namespace

FindingList verifyServerProtection(Database &database)
{
    return ServerProtection(database).look();
}

} // namespace andon
