#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An agent that knows nothing but SQL: agent_sqlite.py DATABASE ACTION. The database refuses what may not start."""
import sqlite3
import sys

NOW = "strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')"
EVENT = f"INSERT INTO action_audit_log(proposal_id, event_type, actor, timestamp) VALUES (?, ?, ?, {NOW})"


def change(database, sql, values, event, actor="agent"):
    """One change of one action and its event, in one transaction. Returns the id of what was inserted."""
    database.execute("BEGIN IMMEDIATE")
    try:
        done = database.execute(sql, values)
        if done.rowcount != 1:
            raise RuntimeError("somebody else was faster")
        database.execute(EVENT, (done.lastrowid if event == "proposed" else values[-1], event, actor))
        database.execute("COMMIT")
        return done.lastrowid
    finally:
        if database.in_transaction:  # it is not where the database has refused: that ends the transaction
            database.execute("ROLLBACK")


def main(path, name):
    database = sqlite3.connect(path, timeout=5, isolation_level=None)
    insert = f"INSERT INTO action_proposals(action_name, reason, proposed_at) VALUES (?, 'to show how', {NOW})"
    action = change(database, insert, (name,), "proposed")
    update = "UPDATE action_proposals SET status = '{}' WHERE status = '{}' AND id = ?"
    change(database, update.format("validated", "proposed"), (action,), "validated", "system")
    try:
        change(database, update.format("executing", "validated"), (action,), "executing")
    except sqlite3.IntegrityError as refusal:
        change(database, update.format("cancelled", "validated"), (action,), "cancelled")
        sys.exit(f"refused: {refusal}")
    print(f"{name} is done here")
    change(database, update.format("completed", "executing"), (action,), "completed")


if __name__ == "__main__":
    main(*sys.argv[1:])
