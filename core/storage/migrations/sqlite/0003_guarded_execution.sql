-- SPDX-License-Identifier: Apache-2.0
-- Holds, approvals, who is connected, and what became of what ran when a stop came.
-- @agent_id@ is NEW.agent_id, or NULL where an adopted table has no such column; @parameters@ is a condition, or empty.

-- A stop of one agent or of one kind of action. Held as long as released_at is NULL.
CREATE TABLE andon_hold (
    stop_id INTEGER PRIMARY KEY,
    scope TEXT NOT NULL CHECK (scope IN ('agent', 'action')),
    target TEXT NOT NULL,
    reason TEXT NOT NULL,
    held_by TEXT NOT NULL,
    held_at TEXT NOT NULL,
    released_at TEXT
);
CREATE INDEX andon_idx_hold ON andon_hold(scope, target) WHERE released_at IS NULL;

ALTER TABLE andon_stop_receipt ADD COLUMN scope TEXT NOT NULL DEFAULT 'everything';
ALTER TABLE andon_stop_receipt ADD COLUMN target TEXT NOT NULL DEFAULT '';
ALTER TABLE andon_stop_receipt ADD COLUMN hooks TEXT; -- a JSON array, one object a stop hook

-- Who is connected: a running guard (one action each), or a long-lived program that uses the library.
CREATE TABLE andon_agent (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('guard', 'session')),
    agent_id TEXT NOT NULL DEFAULT '',
    action_name TEXT NOT NULL DEFAULT '',
    proposal_id INTEGER,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL DEFAULT 0,
    process TEXT NOT NULL,                 -- of the program that answers for it: boot, pid, start
    guard_process TEXT NOT NULL DEFAULT '', -- of the helper that holds the process tree
    registered_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    acknowledged_epoch INTEGER NOT NULL DEFAULT 0,
    ended_at TEXT,
    outcome TEXT
);
CREATE INDEX andon_idx_agent_live ON andon_agent(id) WHERE ended_at IS NULL;
CREATE INDEX andon_idx_agent_proposal ON andon_agent(proposal_id) WHERE ended_at IS NULL;

-- What ran, and who was connected, when the gate of a stop was committed; and what they answered.
CREATE TABLE andon_stop_target (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    stop_id INTEGER NOT NULL,
    agent INTEGER,                         -- andon_agent.id; NULL: an action that no guard holds
    proposal_id INTEGER,
    outcome TEXT NOT NULL DEFAULT 'awaited'
        CHECK (outcome IN ('awaited', 'stopped', 'ended', 'gone', 'failed')),
    confirmed_at TEXT,
    after_ms INTEGER,                      -- from the request until the last process was dead
    via TEXT NOT NULL DEFAULT '',          -- what told it: permit, request, hold, socket, database
    detail TEXT NOT NULL DEFAULT ''
);
CREATE INDEX andon_idx_target_stop ON andon_stop_target(stop_id);
CREATE INDEX andon_idx_target_awaited ON andon_stop_target(agent) WHERE outcome = 'awaited';

-- An action that must be approved before it may run. No row: none is needed.
CREATE TABLE andon_approval (
    proposal_id INTEGER PRIMARY KEY,
    requested_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,              -- UTC; of the question, then of the answer
    decision TEXT NOT NULL DEFAULT 'waiting' CHECK (decision IN ('waiting', 'approved', 'rejected', 'expired')),
    decided_by TEXT NOT NULL DEFAULT '',
    decided_at TEXT,
    reason TEXT NOT NULL DEFAULT '',
    token TEXT,
    epoch INTEGER NOT NULL DEFAULT 0,      -- that the approval is good for
    used_at TEXT
);
CREATE INDEX andon_idx_approval_waiting ON andon_approval(proposal_id) WHERE decision = 'waiting';

CREATE TRIGGER andon_hold_update BEFORE UPDATE OF status ON action_proposals
WHEN NEW.status = 'executing' AND OLD.status IS NOT 'executing'
 AND EXISTS (SELECT 1 FROM andon_hold WHERE released_at IS NULL
             AND ((scope = 'action' AND target = NEW.action_name) OR (scope = 'agent' AND target = @agent_id@)))
BEGIN
    SELECT RAISE(ROLLBACK, 'Action execution blocked: this agent or this kind of action is held');
END;

CREATE TRIGGER andon_hold_insert BEFORE INSERT ON action_proposals
WHEN NEW.status = 'executing'
 AND EXISTS (SELECT 1 FROM andon_hold WHERE released_at IS NULL
             AND ((scope = 'action' AND target = NEW.action_name) OR (scope = 'agent' AND target = @agent_id@)))
BEGIN
    SELECT RAISE(ROLLBACK, 'Action execution blocked: this agent or this kind of action is held');
END;

-- Times are UTC in one form, so that they compare as text.
CREATE TRIGGER andon_approval_update BEFORE UPDATE OF status ON action_proposals
WHEN NEW.status = 'executing' AND OLD.status IS NOT 'executing'
 AND (EXISTS (SELECT 1 FROM andon_approval WHERE proposal_id = NEW.id)
      OR EXISTS (SELECT 1 FROM andon_meta WHERE key = 'approval.required' AND value = 'yes'))
 AND NOT EXISTS (SELECT 1 FROM andon_approval a JOIN andon_safety_state s ON s.id = 1 AND s.epoch = a.epoch
                 WHERE a.proposal_id = NEW.id AND a.decision = 'approved' AND a.used_at IS NULL
                 AND a.expires_at > strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'))
BEGIN
    SELECT RAISE(ROLLBACK, 'Action execution blocked: it needs an approval that is valid now');
END;

CREATE TRIGGER andon_approval_insert BEFORE INSERT ON action_proposals
WHEN NEW.status = 'executing'
 AND EXISTS (SELECT 1 FROM andon_meta WHERE key = 'approval.required' AND value = 'yes')
BEGIN
    SELECT RAISE(ROLLBACK, 'Action execution blocked: it needs an approval that is valid now');
END;

-- An answer is meant for what the person saw.
CREATE TRIGGER andon_approval_changed AFTER UPDATE ON action_proposals
WHEN NEW.action_name IS NOT OLD.action_name @parameters@
BEGIN
    UPDATE andon_approval SET decision = 'expired', reason = 'the action was changed after it was asked for'
    WHERE proposal_id = NEW.id AND used_at IS NULL;
END;

CREATE TRIGGER andon_approval_used AFTER UPDATE OF status ON action_proposals
WHEN NEW.status = 'executing' AND OLD.status IS NOT 'executing'
BEGIN
    UPDATE andon_approval SET used_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')
    WHERE proposal_id = NEW.id AND used_at IS NULL;
END;
