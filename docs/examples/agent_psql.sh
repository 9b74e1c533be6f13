#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An agent that knows nothing but SQL: agent_psql.sh DATABASE ACTION. The server refuses what may not start.
set -eu
database=$1 name=$2 id=0
now="to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"+00:00\"')"
event="INSERT INTO action_audit_log(proposal_id, event_type, actor, timestamp)"

# One change of one action and its event, in one statement. Prints the action's id.
sql() {
    psql -XqAt -v ON_ERROR_STOP=1 -v name="$name" -v id="$id" -d "$database"
}
change() {
    done=$(sql <<SQL
WITH one AS (UPDATE action_proposals SET status = '$2' WHERE status = '$1' AND id = :id RETURNING id)
$event SELECT id, '$2', '$3', $now FROM one RETURNING proposal_id;
SQL
) || return 1
    [ -n "$done" ] || { echo "somebody else was faster" >&2; return 1; }
}

id=$(sql <<SQL
WITH one AS (INSERT INTO action_proposals(action_name, reason, proposed_at)
             VALUES (:'name', 'to show how', $now) RETURNING id)
$event SELECT id, 'proposed', 'agent', $now FROM one RETURNING proposal_id;
SQL
)
change proposed validated system
if ! refusal=$(change validated executing agent 2>&1); then
    change validated cancelled agent
    echo "refused: $refusal" >&2
    exit 1
fi
echo "$name is done here"
change executing completed agent
