-- The tables shared with agents. Names, columns, defaults and indexes are the contract that agents
-- know (docs/database-contract.md); an adopted database keeps its own.

CREATE TABLE IF NOT EXISTS action_audit_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    proposal_id INTEGER,
    event_type TEXT NOT NULL,
    event_data TEXT,
    actor TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX IF NOT EXISTS idx_audit_proposal ON action_audit_log(proposal_id);
CREATE INDEX IF NOT EXISTS idx_audit_type ON action_audit_log(event_type);
CREATE INDEX IF NOT EXISTS idx_audit_timestamp ON action_audit_log(timestamp);

CREATE TABLE IF NOT EXISTS action_proposals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_id TEXT,
    action_name TEXT NOT NULL,
    action_type TEXT NOT NULL DEFAULT 'subject',
    parameters TEXT,
    reason TEXT,
    status TEXT NOT NULL DEFAULT 'proposed',
    proposed_at TEXT,
    proposed_by TEXT NOT NULL DEFAULT 'agent',
    requester_id TEXT NOT NULL DEFAULT 'unknown',
    requester_type TEXT NOT NULL DEFAULT 'agent',
    agent_id TEXT,
    validated_at TEXT,
    cancelled_at TEXT,
    approved_at TEXT,
    approved_by TEXT,
    rejected_at TEXT,
    rejected_by TEXT,
    rejection_reason TEXT,
    workflow_id TEXT,
    execution_order INTEGER NOT NULL DEFAULT 0,
    depends_on_proposal_id INTEGER,
    scheduled_at TEXT,
    retry_count INTEGER NOT NULL DEFAULT 0,
    max_retries INTEGER NOT NULL DEFAULT 3,
    next_retry_at TEXT,
    last_error TEXT,
    approval_token TEXT,
    version INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
-- Partial, so that what is pending or running is found without reading what is long done.
CREATE INDEX IF NOT EXISTS andon_idx_pending ON action_proposals(id) WHERE status IN ('proposed', 'validated');
CREATE INDEX IF NOT EXISTS andon_idx_executing ON action_proposals(id) WHERE status = 'executing';

CREATE TABLE IF NOT EXISTS action_records (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    proposal_id INTEGER NOT NULL,
    started_at TEXT,
    completed_at TEXT,
    success INTEGER,
    error_message TEXT,
    result_data TEXT,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX IF NOT EXISTS andon_idx_record_proposal ON action_records(proposal_id);

-- Andon's own tables.

CREATE TABLE andon_meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE andon_safety_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    mode TEXT NOT NULL DEFAULT 'observe' CHECK (mode IN ('observe', 'execute')),
    epoch INTEGER NOT NULL DEFAULT 1 CHECK (epoch > 0),
    tripped INTEGER NOT NULL DEFAULT 0 CHECK (tripped IN (0, 1)),
    stop_id INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',
    changed_by TEXT NOT NULL DEFAULT '',
    changed_at TEXT NOT NULL DEFAULT '',
    sweep_pending INTEGER NOT NULL DEFAULT 0 CHECK (sweep_pending IN (0, 1)),
    sweep_through INTEGER NOT NULL DEFAULT 0,
    CHECK (NOT (tripped = 1 AND mode = 'execute'))
);
INSERT INTO andon_safety_state(id, reason, changed_by, changed_at)
VALUES (1, 'new database', 'system', strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'));

-- One row a stop. request_uid ties it to the request that was filed, so that a request is carried
-- out exactly once, whoever does it.
CREATE TABLE andon_stop_receipt (
    stop_id INTEGER PRIMARY KEY AUTOINCREMENT,
    request_uid TEXT NOT NULL UNIQUE,
    epoch INTEGER NOT NULL,
    requested_by TEXT NOT NULL,
    requested_at TEXT NOT NULL,
    reason TEXT NOT NULL,
    permit_revoked_us INTEGER,
    committed_at TEXT NOT NULL,
    committed_us INTEGER,
    sweep_through INTEGER NOT NULL,
    cancelled_count INTEGER NOT NULL DEFAULT 0,
    running INTEGER NOT NULL DEFAULT 0,
    stopped INTEGER NOT NULL DEFAULT 0,
    completed_at TEXT,
    completed_us INTEGER,
    reset_by TEXT,
    reset_at TEXT,
    reset_reason TEXT
);
CREATE INDEX andon_idx_unfinished_stop ON andon_stop_receipt(stop_id) WHERE completed_at IS NULL;

-- The database defends itself, whoever writes. ROLLBACK and not ABORT: a refused program then holds
-- no lock afterwards.

CREATE TRIGGER andon_gate_update BEFORE UPDATE OF status ON action_proposals
WHEN NEW.status = 'executing' AND OLD.status IS NOT 'executing'
 AND NOT EXISTS (SELECT 1 FROM andon_safety_state WHERE id = 1 AND mode = 'execute' AND tripped = 0)
BEGIN
    SELECT RAISE(ROLLBACK, 'Action execution blocked: observe-only mode is active');
END;

CREATE TRIGGER andon_gate_insert BEFORE INSERT ON action_proposals
WHEN NEW.status = 'executing'
 AND NOT EXISTS (SELECT 1 FROM andon_safety_state WHERE id = 1 AND mode = 'execute' AND tripped = 0)
BEGIN
    SELECT RAISE(ROLLBACK, 'Action execution blocked: observe-only mode is active');
END;

CREATE TRIGGER andon_final_update BEFORE UPDATE OF status ON action_proposals
WHEN OLD.status IN ('cancelled', 'completed') AND NEW.status IS NOT OLD.status
BEGIN
    SELECT RAISE(ROLLBACK, 'Action is final: a cancelled or completed action never changes its status');
END;

-- INSERT OR REPLACE deletes the old row without firing update or delete triggers.
CREATE TRIGGER andon_final_replace BEFORE INSERT ON action_proposals
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM action_proposals WHERE id = NEW.id AND status IN ('cancelled', 'completed'))
BEGIN
    SELECT RAISE(ROLLBACK, 'Action is final: a cancelled or completed action cannot be replaced');
END;

CREATE TRIGGER andon_log_update BEFORE UPDATE ON action_audit_log
BEGIN
    SELECT RAISE(ROLLBACK, 'Audit log is append-only: an event cannot be changed');
END;

CREATE TRIGGER andon_log_delete BEFORE DELETE ON action_audit_log
BEGIN
    SELECT RAISE(ROLLBACK, 'Audit log is append-only: an event cannot be removed');
END;

-- Before an INSERT without an id, NEW.id is -1.
CREATE TRIGGER andon_log_replace BEFORE INSERT ON action_audit_log
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM action_audit_log WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ROLLBACK, 'Audit log is append-only: an event cannot be replaced');
END;

-- An id below 1 could be replaced unseen, see above.
CREATE TRIGGER andon_log_id AFTER INSERT ON action_audit_log
WHEN NEW.id < 1
BEGIN
    SELECT RAISE(ROLLBACK, 'Audit log is append-only: an event id starts at 1');
END;

CREATE TRIGGER andon_epoch_grows BEFORE UPDATE ON andon_safety_state
WHEN NEW.epoch < OLD.epoch OR (NEW.epoch = OLD.epoch AND (NEW.mode <> OLD.mode OR NEW.tripped <> OLD.tripped))
BEGIN
    SELECT RAISE(ROLLBACK, 'Safety state refused: each change of mode or latch raises the epoch');
END;
