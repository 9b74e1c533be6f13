#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An agent whose steps are guarded: agent-run.sh STEP...
# A stop ends the step that runs, with all its processes, and each step is recorded.
set -eu
for step in "$@"; do
    andonctl run --agent-id shell-1 --action step --reason "the next of its list" -- sh -c "$step"
done
