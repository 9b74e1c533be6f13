// SPDX-License-Identifier: Apache-2.0
#include "core/storage/Schema.h"

#include "core/storage/AgentTables.h"
#include "core/storage/Catalog.h"
#include "core/storage/Database.h"
#include "core/storage/LogPartitions.h"
#include "core/storage/SqliteDialect.h"

#include <QDir>
#include <QFile>

#include <chrono>
#include <thread>

namespace andon {

namespace {

/// Who lays out a database at a server holds this lock until it is done; any number that nobody else takes ("Andon").
constexpr qint64 kLayoutLock = 0x416E646F6E;

void requireColumns(const Database &database, const QString &table, const QStringList &present,
                    const QStringList &required)
{
    if (present.isEmpty())
        return; // no such table: it will be made
    QStringList missing;
    for (const QString &column : required) {
        if (!present.contains(column))
            missing << column;
    }
    if (!missing.isEmpty())
        throw StorageError(StorageProblem::Foreign,
                           QStringLiteral("%1 has a table %2 without the column %3, so it cannot be adopted. "
                                          "docs/database-contract.md lists what an agent's tables need.")
                               .arg(database.location().name(), table, missing.join(QStringLiteral(", "))));
}

Schema::Kind inspectVersion(Database &database)
{
    const QVariant stored = database.scalar(
        QStringLiteral("SELECT value FROM andon_meta WHERE key = 'schema_version'"));
    bool isNumber = false;
    const int version = stored.toString().toInt(&isNumber);
    if (!isNumber || version < 1)
        throw StorageError(
            StorageProblem::Corrupt,
            QStringLiteral("%1 does not say which schema it has. Put a backup back.").arg(database.location().name()));
    if (version > Schema::kVersion)
        throw StorageError(StorageProblem::NewerSchema,
                           QStringLiteral("%1 was written by a newer Andon (schema %2; this program knows %3). "
                                          "Update this program.")
                               .arg(database.location().name())
                               .arg(version)
                               .arg(Schema::kVersion));
    return version == Schema::kVersion ? Schema::Kind::Current : Schema::Kind::Older;
}

/// One view of the database for several questions: another program may commit between two of them. Inside a
/// transaction at a server it is the transaction's.
class Snapshot
{
public:
    explicit Snapshot(Database &database)
        : m_database(database)
    {
        if (m_database.engine() == SqlEngine::Sqlite)
            begin(QStringLiteral("SAVEPOINT andon_snapshot"), QStringLiteral("RELEASE andon_snapshot"));
        else if (!m_database.isInTransaction())
            begin(QStringLiteral("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"), QStringLiteral("COMMIT"));
    }
    ~Snapshot()
    {
        if (m_end.isEmpty() || !m_database.isInTransaction())
            return;
        try {
            m_database.run(m_end);
        } catch (const StorageError &) {
            // The trouble that ended it is on its way to the caller.
        }
    }
    Snapshot(const Snapshot &) = delete;
    Snapshot &operator=(const Snapshot &) = delete;

private:
    void begin(const QString &sql, const QString &end)
    {
        m_database.run(sql);
        m_end = end;
    }

    Database &m_database;
    QString m_end;
};

/// The text of a migration, fitted to the tables that an adopted database has.
QByteArray fitted(QByteArray script, const AgentTables &tables)
{
    // A new database has no table yet when this is asked, and will have every column.
    const bool hasAgent = tables.proposalColumns.isEmpty() || tables.proposalColumns.contains(u"agent_id");
    const bool hasParameters = tables.proposalColumns.isEmpty() || tables.proposalColumns.contains(u"parameters");
    script.replace("@agent_id@", hasAgent ? "NEW.agent_id" : "NULL");
    script.replace("@parameters@", hasParameters ? "OR NEW.parameters IS NOT OLD.parameters" : "");
    return script;
}

void migrate(Database &database, const AgentTables &tables)
{
    int version = 0;
    if (Catalog(database).hasTable(QStringLiteral("andon_meta")))
        version = database.scalar(QStringLiteral("SELECT value FROM andon_meta WHERE key = 'schema_version'")).toInt();

    const QDir scripts(database.engine() == SqlEngine::Sqlite ? QStringLiteral(":/andon/migrations/sqlite")
                                                              : QStringLiteral(":/andon/migrations/postgresql"));
    const QStringList names = scripts.entryList({QStringLiteral("*.sql")}, QDir::Files, QDir::Name);
    for (const QString &name : names) {
        const int number = name.section(u'_', 0, 0).toInt();
        if (number <= version)
            continue;
        QFile script(scripts.filePath(name));
        if (!script.open(QIODevice::ReadOnly))
            throw StorageError(StorageProblem::Other, QStringLiteral("This program lacks its migration %1.").arg(name));
        database.runScript(fitted(script.readAll(), tables));
        version = number;
    }
    if (version != Schema::kVersion)
        throw StorageError(StorageProblem::Other,
                           QStringLiteral("This program lacks its migrations. Install it again."));
    database.run(QStringLiteral("INSERT INTO andon_meta(key, value) VALUES('schema_version', ?) "
                                "ON CONFLICT(key) DO UPDATE SET value = excluded.value"),
                 {QString::number(version)});
    database.run(QStringLiteral("INSERT INTO andon_meta(key, value) VALUES('timestamp_style', ?) "
                                "ON CONFLICT(key) DO NOTHING"),
                 {styleName(tables.timestamps)});
}

StorageError foreign(const Database &database)
{
    if (database.engine() == SqlEngine::Sqlite)
        return {StorageProblem::Foreign,
                QStringLiteral("%1 is a database of another program: it has none of the tables that agents use. "
                               "Nothing was changed.")
                    .arg(database.location().name())};
    return {StorageProblem::Foreign,
            QStringLiteral("%1 is used by another program: its schema has tables, and none that agents use. Make a "
                           "database or a schema of its own for Andon. Nothing was changed.")
                .arg(database.location().name())};
}

/// Not possible inside a transaction. Where another opener is at it SQLite reports a lock at once
/// instead of waiting; the mode that is left then is the one that the other has chosen.
void chooseJournal(Database &database)
{
    constexpr int kTries = 100;
    constexpr std::chrono::milliseconds kPause{5};
    for (int i = 0; i < kTries && Schema::inspect(database) == Schema::Kind::Empty; ++i) {
        try {
            SqliteDialect::chooseJournal(database);
            return;
        } catch (const StorageError &error) {
            if (!error.isTransient())
                throw;
            std::this_thread::sleep_for(kPause);
        }
    }
}

} // namespace

Schema::Kind Schema::inspect(Database &database)
{
    const Snapshot snapshot(database);
    if (Catalog(database).hasTable(QStringLiteral("andon_meta")))
        return inspectVersion(database);

    const AgentTables tables = AgentTables::read(database);
    if (tables.auditColumns.isEmpty() && tables.proposalColumns.isEmpty()) {
        if (Catalog(database).isEmpty())
            return Kind::Empty;
        throw foreign(database);
    }
    if (database.engine() == SqlEngine::PostgreSql)
        throw StorageError(StorageProblem::Foreign,
                           QStringLiteral("%1 has an agent's tables, which are not adopted at a server. "
                                          "docs/postgresql.md says how to move them: andonctl copy.")
                               .arg(database.location().name()));
    requireColumns(database, QStringLiteral("action_audit_log"), tables.auditColumns,
                   {QStringLiteral("id"), QStringLiteral("proposal_id"), QStringLiteral("event_type"),
                    QStringLiteral("event_data"), QStringLiteral("actor"), QStringLiteral("timestamp")});
    requireColumns(database, QStringLiteral("action_proposals"), tables.proposalColumns,
                   {QStringLiteral("id"), QStringLiteral("action_name"), QStringLiteral("status")});
    requireColumns(database, QStringLiteral("action_records"), tables.recordColumns,
                   {QStringLiteral("id"), QStringLiteral("proposal_id")});
    return Kind::Adoptable;
}

Schema::Kind Schema::ensure(Database &database)
{
    Kind kind = inspect(database);
    if (kind == Kind::Current) {
        LogPartitions::makeAhead(database);
        return kind;
    }
    const bool isServer = database.engine() == SqlEngine::PostgreSql;
    if (kind == Kind::Empty && !isServer)
        chooseJournal(database);

    Transaction transaction(database);
    if (isServer)
        database.run(QStringLiteral("SELECT pg_advisory_xact_lock(?)"), {kLayoutLock});
    kind = inspect(database); // another program may have been faster
    if (kind != Kind::Current) {
        migrate(database, AgentTables::read(database));
        transaction.commit();
    }
    return kind;
}

} // namespace andon
