-- SPDX-License-Identifier: Apache-2.0
-- The Merkle tree over the audit log, and what was signed of it (docs/database-contract.md, "Seals").

-- Each row a run of leaves that were sealed together and whose events have consecutive ids.
CREATE TABLE andon_audit_seal (
    leaf INTEGER PRIMARY KEY,   -- of the run's first, counted from 0
    leaves INTEGER NOT NULL,
    event_id INTEGER NOT NULL,  -- of the run's first
    hashes BLOB NOT NULL,       -- of each leaf, and after it of the nodes that it completes, from below; 32 bytes each
    hints BLOB NOT NULL         -- two bytes a column: tell which one was edited, and prove nothing
);

CREATE TRIGGER andon_seal_update BEFORE UPDATE ON andon_audit_seal
BEGIN
    SELECT RAISE(ROLLBACK, 'Seals are append-only: a seal cannot be changed');
END;

CREATE TRIGGER andon_seal_delete BEFORE DELETE ON andon_audit_seal
BEGIN
    SELECT RAISE(ROLLBACK, 'Seals are append-only: a seal cannot be removed');
END;

-- This keeps INSERT OR REPLACE from replacing one, too.
CREATE TRIGGER andon_seal_order BEFORE INSERT ON andon_audit_seal
WHEN NEW.leaves < 1 OR NEW.event_id < 1
 OR NEW.leaf IS NOT coalesce((SELECT leaf + leaves FROM andon_audit_seal ORDER BY leaf DESC LIMIT 1), 0)
 OR NEW.event_id < coalesce((SELECT event_id + leaves FROM andon_audit_seal ORDER BY leaf DESC LIMIT 1), 1)
BEGIN
    SELECT RAISE(ROLLBACK, 'Seals are append-only: a seal follows the one before, in the order of the events');
END;

-- What the log is called in its checkpoints: the newest row counts. A log that goes on from a backup gets a new name.
CREATE TABLE andon_log_identity (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    log_id TEXT NOT NULL UNIQUE,
    reason TEXT NOT NULL,
    since TEXT NOT NULL
);
INSERT INTO andon_log_identity(log_id, reason, since)
VALUES (lower(hex(randomblob(16))), 'new log', strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'));

CREATE TRIGGER andon_identity_update BEFORE UPDATE ON andon_log_identity
BEGIN
    SELECT RAISE(ROLLBACK, 'The identity of a log is append-only: it cannot be changed');
END;

CREATE TRIGGER andon_identity_delete BEFORE DELETE ON andon_log_identity
BEGIN
    SELECT RAISE(ROLLBACK, 'The identity of a log is append-only: it cannot be removed');
END;

CREATE TRIGGER andon_identity_replace BEFORE INSERT ON andon_log_identity
WHEN EXISTS (SELECT 1 FROM andon_log_identity WHERE number = NEW.number OR log_id = NEW.log_id)
BEGIN
    SELECT RAISE(ROLLBACK, 'The identity of a log is append-only: it cannot be replaced');
END;

CREATE TABLE andon_checkpoint (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tree_size INTEGER NOT NULL,
    root BLOB NOT NULL,
    note TEXT NOT NULL,         -- the signed note, whole
    key_name TEXT NOT NULL,
    key_id TEXT NOT NULL,
    signed_at TEXT NOT NULL
);
CREATE INDEX andon_idx_checkpoint_size ON andon_checkpoint(tree_size);

CREATE TRIGGER andon_checkpoint_update BEFORE UPDATE ON andon_checkpoint
BEGIN
    SELECT RAISE(ROLLBACK, 'Checkpoints are append-only: a checkpoint cannot be changed');
END;

CREATE TRIGGER andon_checkpoint_delete BEFORE DELETE ON andon_checkpoint
BEGIN
    SELECT RAISE(ROLLBACK, 'Checkpoints are append-only: a checkpoint cannot be removed');
END;

-- Before an INSERT without an id, NEW.id is -1.
CREATE TRIGGER andon_checkpoint_replace BEFORE INSERT ON andon_checkpoint
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM andon_checkpoint WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ROLLBACK, 'Checkpoints are append-only: a checkpoint cannot be replaced');
END;
