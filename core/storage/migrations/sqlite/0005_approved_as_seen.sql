-- SPDX-License-Identifier: Apache-2.0
-- An approval is meant for what the person saw: what changes in the very UPDATE that starts the action was not seen.
-- @parameters@ is a condition, or empty where an adopted table has no such column.
CREATE TRIGGER andon_approval_seen BEFORE UPDATE OF status ON action_proposals
WHEN NEW.status = 'executing' AND OLD.status IS NOT 'executing'
 AND (EXISTS (SELECT 1 FROM andon_approval WHERE proposal_id = NEW.id)
      OR EXISTS (SELECT 1 FROM andon_meta WHERE key = 'approval.required' AND value = 'yes'))
 AND (NEW.action_name IS NOT OLD.action_name @parameters@)
BEGIN
    SELECT RAISE(ROLLBACK, 'Action execution blocked: it needs an approval that is valid now');
END;
