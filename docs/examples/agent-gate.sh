#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An agent that asks before each step: agent-gate.sh STEP...
# A stop does not reach the step that runs, and nothing is recorded. agent-run.sh is better.
set -eu
for step in "$@"; do
    andonctl gate --agent-id shell-1 >/dev/null || exit
    sh -c "$step"
done
