// SPDX-License-Identifier: Apache-2.0
#include "tests/support/AgentDatabase.h"

#include "tests/support/RawSqlite.h"

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
CREATE TABLE agent_notes (id INTEGER PRIMARY KEY, note TEXT);
CREATE TRIGGER agent_touch AFTER UPDATE OF status ON action_proposals
BEGIN
    INSERT INTO agent_notes(note) VALUES (NEW.id || ' is ' || NEW.status);
END;
)";

const QByteArray kFewTables = R"(
CREATE TABLE action_audit_log (
    id INTEGER PRIMARY KEY, proposal_id INTEGER, event_type TEXT NOT NULL, event_data TEXT, actor TEXT NOT NULL,
    timestamp TEXT NOT NULL
);
CREATE TABLE action_proposals (
    id INTEGER PRIMARY KEY, action_name TEXT NOT NULL, parameters TEXT, status TEXT DEFAULT 'proposed'
);
CREATE TABLE agent_notes (id INTEGER PRIMARY KEY, note TEXT);
CREATE TRIGGER agent_touch AFTER UPDATE OF status ON action_proposals
BEGIN
    INSERT INTO agent_notes(note) VALUES (NEW.id || ' is ' || NEW.status);
END;
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

QStringList quotedRows(RawSqlite &raw, const QByteArray &table)
{
    QStringList names;
    for (const QString &name : raw.rows("SELECT name FROM pragma_table_info('" + table + "')"))
        names << "quote(" + name + ")";
    return raw.rows("SELECT " + names.join(", ").toUtf8() + " FROM " + table + " ORDER BY id");
}

} // namespace

AgentDatabase::AgentDatabase(QString path, Columns columns, const QByteArray &journalMode)
    : m_path(std::move(path))
{
    RawSqlite raw(m_path);
    raw.must("PRAGMA journal_mode=" + journalMode);
    raw.must(columns == Columns::Full ? kFullTables : kFewTables);
    raw.must(kRows);
}

QStringList AgentDatabase::contents() const
{
    RawSqlite raw(m_path);
    QStringList all;
    for (const QByteArray &table :
         {QByteArray("action_audit_log"), QByteArray("action_proposals"), QByteArray("agent_notes")})
        all += quotedRows(raw, table);
    if (raw.number("SELECT count(*) FROM sqlite_master WHERE name = 'action_records'") > 0)
        all += quotedRows(raw, "action_records");
    return all;
}

QStringList AgentDatabase::definitions() const
{
    RawSqlite raw(m_path);
    return raw.rows("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'andon%' AND name NOT LIKE 'sqlite%' "
                    "ORDER BY name");
}

} // namespace andon::test
