// SPDX-License-Identifier: Apache-2.0
#include "tests/support/AgentDatabase.h"

#include "tests/support/ForeignClient.h"
#include "tests/support/TestEngine.h"

namespace andon::test {

namespace {

const QByteArray kFullTables = R"(
CREATE TABLE action_audit_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    proposal_id INTEGER,
    event_type TEXT NOT NULL,
    event_data TEXT,
    actor TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX idx_audit_proposal ON action_audit_log(proposal_id);
CREATE INDEX idx_audit_type ON action_audit_log(event_type);
CREATE INDEX idx_audit_timestamp ON action_audit_log(timestamp);
CREATE TABLE action_proposals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_id TEXT, action_name TEXT NOT NULL, action_type TEXT DEFAULT 'subject', parameters TEXT, reason TEXT,
    status TEXT DEFAULT 'proposed', proposed_at TEXT, proposed_by TEXT DEFAULT 'agent',
    requester_id TEXT DEFAULT 'unknown', requester_type TEXT DEFAULT 'agent', agent_id TEXT, validated_at TEXT,
    cancelled_at TEXT, approved_at TEXT, approved_by TEXT, rejected_at TEXT, rejected_by TEXT, rejection_reason TEXT,
    workflow_id TEXT, execution_order INTEGER DEFAULT 0, depends_on_proposal_id INTEGER, scheduled_at TEXT,
    retry_count INTEGER DEFAULT 0, max_retries INTEGER DEFAULT 3, next_retry_at TEXT, last_error TEXT,
    approval_token TEXT, version INTEGER DEFAULT 1, created_at TEXT DEFAULT CURRENT_TIMESTAMP,
    updated_at TEXT DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE action_records (
    id INTEGER PRIMARY KEY AUTOINCREMENT, proposal_id INTEGER NOT NULL, started_at TEXT, completed_at TEXT,
    success INTEGER, error_message TEXT, result_data TEXT, created_at TEXT DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO action_records(proposal_id, started_at) VALUES (3, '2026-01-31T09:00:02.500000');
)";

const QByteArray kFewTables = R"(
CREATE TABLE action_audit_log (
    id INTEGER PRIMARY KEY, proposal_id INTEGER, event_type TEXT NOT NULL, event_data TEXT, actor TEXT NOT NULL,
    timestamp TEXT NOT NULL
);
CREATE TABLE action_proposals (
    id INTEGER PRIMARY KEY, action_name TEXT NOT NULL, parameters TEXT, status TEXT DEFAULT 'proposed'
);
)";

const QByteArray kNotes = "CREATE TABLE agent_notes (id INTEGER PRIMARY KEY, note TEXT)";

const QByteArray kSqliteTrigger = R"(
CREATE TRIGGER agent_touch AFTER UPDATE OF status ON action_proposals
BEGIN
    INSERT INTO agent_notes(note) VALUES (NEW.id || ' is ' || NEW.status);
END;
)";

const QByteArray kPostgresTrigger = R"(
CREATE FUNCTION agent_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO agent_notes(note) VALUES (NEW.id || ' is ' || NEW.status);
    RETURN NULL;
END $$;
CREATE TRIGGER agent_touch AFTER UPDATE OF status ON action_proposals FOR EACH ROW EXECUTE FUNCTION agent_touch();
)";

const QByteArray kRows = R"(
INSERT INTO action_proposals(id, action_name, parameters, status) VALUES
    (1, 'transfer_leader', '{"region": 777}', 'proposed'),
    (2, 'drain_store', 'not json at all', 'validated'),
    (3, 'add_peer', NULL, 'executing'),
    (4, 'remove_peer', '[1, 2', 'completed'),
    (5, 'merge_region', '{}', 'some status of its own');
INSERT INTO action_audit_log(id, proposal_id, event_type, event_data, actor, timestamp) VALUES
    (1, 1, 'proposed', '{"action_name": "transfer_leader"}', 'agent', '2026-01-31T09:00:00.123456'),
    (2, 2, 'validated', 'plain words, no JSON', 'agent', '2026-01-31T09:00:01.654321'),
    (3, 3, 'executing', NULL, 'agent', '2026-01-31T09:00:02.500000'),
    (4, NULL, 'its_own_type', '["a", "list"]', 'robot', '2026-01-31T09:00:03.000001'),
    (5, 4, 'completed', '{"a": ', 'agent', '2026-01-31T09:00:04.999999');
)";

const QByteArray kPostgresDefinitions = R"(
SELECT table_name || '.' || column_name, data_type, is_nullable, column_default, is_identity
FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'andon%'
UNION ALL SELECT indexname, indexdef, '', '', '' FROM pg_indexes
WHERE schemaname = 'public' AND indexname NOT LIKE 'andon%'
UNION ALL SELECT tgname, pg_get_triggerdef(oid), '', '', '' FROM pg_trigger
WHERE NOT tgisinternal AND tgname NOT LIKE 'andon%' ORDER BY 1
)";

QStringList columnsOf(ForeignClient &raw, const QByteArray &table)
{
    return raw.rows(isOnPostgres() ? "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('" + table
                            + "') AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
                                   : "SELECT name FROM pragma_table_info('" + table + "')");
}

QStringList quotedRows(ForeignClient &raw, const QByteArray &table)
{
    QStringList names;
    const QStringList columns = columnsOf(raw, table);
    for (const QString &name : columns)
        names << (isOnPostgres() ? QStringLiteral("quote_nullable(%1)") : QStringLiteral("quote(%1)")).arg(name);
    return raw.rows("SELECT " + names.join(", ").toUtf8() + " FROM " + table + " ORDER BY id");
}

} // namespace

AgentDatabase::AgentDatabase(QString path, Columns columns, const QByteArray &journalMode)
    : m_path(std::move(path))
{
    ForeignClient raw(m_path);
    raw.must("PRAGMA journal_mode=" + journalMode);
    raw.must(columns == Columns::Full ? kFullTables : kFewTables);
    raw.must(kNotes);
    raw.must(isOnPostgres() ? kPostgresTrigger : kSqliteTrigger);
    raw.must(kRows);
    raw.letIdsCatchUp();
}

QStringList AgentDatabase::contents() const
{
    ForeignClient raw(m_path);
    QStringList all;
    for (const QByteArray &table :
         {QByteArray("action_audit_log"), QByteArray("action_proposals"), QByteArray("agent_notes")})
        all += quotedRows(raw, table);
    if (!columnsOf(raw, "action_records").isEmpty())
        all += quotedRows(raw, "action_records");
    return all;
}

QStringList AgentDatabase::definitions() const
{
    ForeignClient raw(m_path);
    if (isOnPostgres())
        return raw.rows(kPostgresDefinitions);
    return raw.rows("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'andon%' AND name NOT LIKE 'sqlite%' "
                    "ORDER BY name");
}

} // namespace andon::test
