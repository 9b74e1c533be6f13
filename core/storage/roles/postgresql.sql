-- SPDX-License-Identifier: Apache-2.0
-- Who may do what in a database on PostgreSQL. Run as often as one likes, by the owner of Andon's tables, who must be a
-- superuser or may create roles; search_path leads to the schema that holds them. In one transaction: what was granted
-- before is taken back first, so that what stands here is all there is.
--
-- Three groups without a login. A login is made a member of one of them:
--   CREATE ROLE robot LOGIN PASSWORD '...' IN ROLE andon_agent;
-- Roles belong to the whole server: a member is one in each database of it that has Andon's tables.
--   andon_agent     proposes and runs actions, and answers to stops; cannot arm, approve, hold, seal, nor rewrite
--   andon_operator  all that and stops, arms, resets, holds, approves, seals and signs; cannot rewrite either
--   andon_reviewer  reads
-- Nobody but the owner may change or remove an event, a seal, a checkpoint or the log's identity, nor choose an event's
-- id or created_at; and the owner meets the triggers. No program that acts should log in as the owner.

DO $body$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['andon_agent', 'andon_operator', 'andon_reviewer'] LOOP
        BEGIN
            IF to_regrole(role) IS NULL THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN', role);
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- somebody else makes them at this moment
        END;
    END LOOP;
END
$body$;

DO $body$
DECLARE
    everybody CONSTANT text := 'PUBLIC, andon_agent, andon_operator, andon_reviewer';
    roles CONSTANT text := 'andon_agent, andon_operator, andon_reviewer';
    one record;
BEGIN
    IF to_regclass('andon_safety_state') IS NULL THEN
        RAISE EXCEPTION 'There are no tables of Andon in the schema %.', current_schema();
    END IF;

    -- Whoever can make things in the schema could put a function in the place of one that a SECURITY DEFINER calls.
    EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM %s', current_schema(), everybody);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %s', current_schema(), roles);
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %s', current_database(), roles);

    FOR one IN SELECT c.relname AS name, c.relkind, c.relispartition FROM pg_class c
               WHERE c.relnamespace = CAST(quote_ident(current_schema()) AS regnamespace)
               AND c.relkind IN ('r', 'p', 'S')
               AND (c.relname LIKE 'andon\_%' OR c.relname LIKE 'action\_audit\_log%'
                    OR c.relname LIKE 'action\_proposals%' OR c.relname LIKE 'action\_records%') LOOP
        EXECUTE format('REVOKE ALL ON %s %I FROM %s',
                       CASE one.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, one.name, everybody);
        -- A partition is reached through the log alone; a sequence through the column that it counts for.
        IF one.relkind <> 'S' AND NOT one.relispartition THEN
            EXECUTE format('GRANT SELECT ON TABLE %I TO %s', one.name, roles);
        END IF;
    END LOOP;

    FOR one IN SELECT CAST(p.oid AS regprocedure) AS name FROM pg_proc p
               WHERE p.pronamespace = CAST(quote_ident(current_schema()) AS regnamespace)
               AND p.proname LIKE 'andon\_%' LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM %s', one.name, everybody);
    END LOOP;
END
$body$;

-- What a filter and a clock call.
GRANT EXECUTE ON FUNCTION andon_json(text), andon_moment_ms(text), andon_now()
TO andon_agent, andon_operator, andon_reviewer;

-- By column, also where it is nearly all of them: a right on a whole table would allow LOCK TABLE, and one
-- agent's ACCESS EXCLUSIVE on the proposals would keep a stop from its gate. An id is given, not chosen.

GRANT INSERT (proposal_id, event_type, event_data, actor, timestamp) ON action_audit_log
TO andon_agent, andon_operator;

-- All but what an answer to a question for approval is: approved_*, rejected_*, rejection_reason, approval_token.
GRANT INSERT (ticket_id, action_name, action_type, parameters, reason, status, proposed_at, proposed_by, requester_id,
              requester_type, agent_id, validated_at, cancelled_at, workflow_id, execution_order,
              depends_on_proposal_id, scheduled_at, retry_count, max_retries, next_retry_at, last_error, version,
              created_at, updated_at),
      UPDATE (ticket_id, action_name, action_type, parameters, reason, status, proposed_at, proposed_by, requester_id,
              requester_type, agent_id, validated_at, cancelled_at, workflow_id, execution_order,
              depends_on_proposal_id, scheduled_at, retry_count, max_retries, next_retry_at, last_error, version,
              created_at, updated_at)
ON action_proposals TO andon_agent, andon_operator;

GRANT INSERT (proposal_id, started_at, completed_at, success, error_message, result_data, created_at),
      UPDATE (started_at, completed_at, success, error_message, result_data)
ON action_records TO andon_agent, andon_operator;

GRANT INSERT (kind, agent_id, action_name, proposal_id, host, pid, process, guard_process, registered_at, seen_at,
              acknowledged_epoch, lease_ms),
      UPDATE (agent_id, action_name, proposal_id, pid, process, guard_process, seen_at, acknowledged_epoch, ended_at,
              outcome)
ON andon_agent TO andon_agent, andon_operator;

-- An agent answers, and asks. A question is `waiting`, which is the column's default; what becomes of it is not for
-- the agent to say, save that the triggers note an approval as used, or as void.
GRANT UPDATE (outcome, confirmed_at, after_ms, via, detail) ON andon_stop_target TO andon_agent, andon_operator;
GRANT INSERT (proposal_id, requested_at, expires_at) ON andon_approval TO andon_agent, andon_operator;

GRANT EXECUTE ON FUNCTION andon_pass_gate(text, text), andon_hold_off_stops() TO andon_agent, andon_operator;

-- The operator's own. No INSERT nor DELETE of the state: there is one row, and none means stop.
GRANT UPDATE (approved_at, approved_by, rejected_at, rejected_by, rejection_reason, approval_token)
ON action_proposals TO andon_operator;
GRANT UPDATE ON andon_safety_state TO andon_operator;
GRANT INSERT, UPDATE (done_at) ON andon_stop_request TO andon_operator;
GRANT INSERT, UPDATE ON andon_stop_receipt, andon_stop_target, andon_hold, andon_approval, andon_meta TO andon_operator;
GRANT INSERT ON andon_audit_seal, andon_checkpoint, andon_log_identity TO andon_operator;
GRANT EXECUTE ON FUNCTION andon_end_blockers(), andon_make_partitions(integer), andon_next_checkpoint(),
    andon_settled_event(integer)
TO andon_operator;

-- andon_end_blockers ends sessions in the name of the tables' owner. (ServerRoles::missingGrant asks the same.)
DO $body$
DECLARE
    owner regrole;
BEGIN
    SELECT CAST(proowner AS regrole) INTO owner FROM pg_proc WHERE oid = CAST('andon_end_blockers()' AS regprocedure);
    IF NOT (SELECT rolsuper FROM pg_roles WHERE oid = owner)
       AND NOT (pg_has_role(owner, 'pg_signal_backend', 'USAGE') AND pg_has_role(owner, 'pg_read_all_stats', 'USAGE'))
    THEN
        BEGIN
            EXECUTE format('GRANT pg_signal_backend, pg_read_all_stats TO %s', owner);
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE WARNING 'A superuser must say: GRANT pg_signal_backend, pg_read_all_stats TO %; '
                'until then a stop cannot end a session that keeps it from its gate.', owner;
        END;
    END IF;
END
$body$;
