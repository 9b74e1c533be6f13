-- SPDX-License-Identifier: Apache-2.0
-- Leads to what one actor did, and through the log in the order of actors.
CREATE INDEX IF NOT EXISTS andon_idx_audit_actor ON action_audit_log(actor);
