#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Checks the model of the safety protocol: every interleaving of the whole protocol is right, and each part that is
# left out is missed. Needs spin and a C compiler. About half a minute on one core, at most 2 GB of memory.
set -euo pipefail

model="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/stop.pml"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
failures=0

# Runs one variation; leaves its result in $errors, $states and $complete.
search() {
    local folder="$work/run"
    rm -rf "$folder" && mkdir "$folder" && cd "$folder"
    spin -a "$@" "$model" >spin.log 2>&1 || { cat spin.log; exit 1; }
    # The processes wait for the end of the story, which rules out partial-order reduction.
    "${CC:-cc}" -O2 -w -DSAFETY -DNOREDUCE -DCOLLAPSE -DMEMLIM=2000 -o pan pan.c
    # -E: an end in which others still wait is an end like any other.
    timeout "${ANDON_MODEL_TIMEOUT:-300}" ./pan -E -m100000 -w23 >pan.log 2>&1 || true
    errors="$(sed -n 's/.*errors: \([0-9]*\).*/\1/p' pan.log)"
    states="$(sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' pan.log)"
    complete=yes
    if [[ -z "$errors" ]] || grep -Eq 'max search depth too small|Search not completed|out of memory' pan.log; then
        complete=no
    fi
}

right() {
    local what="$1"; shift
    search "$@"
    if [[ "$errors" == 0 && "$complete" == yes ]]; then
        printf 'ok    %-44s %s states, no counterexample\n' "$what" "$states"
    else
        printf 'FAIL  %-44s errors: %s, complete: %s\n' "$what" "${errors:-unknown}" "$complete"
        cat pan.log
        failures=$((failures + 1))
    fi
}

wrong() {
    local what="$1"; shift
    search "$@"
    if [[ "${errors:-0}" -gt 0 ]]; then
        printf 'ok    without: %-35s counterexample found\n' "$what"
    else
        printf 'FAIL  without: %-35s no counterexample\n' "$what"
        cat pan.log
        failures=$((failures + 1))
    fi
}

right '2 stops, 2 operators, 1 guard' -DACTS=4
right 'the same on a full disk' -DACTS=4 -DFULL_DISK
right 'with deaths on the way and an opener' -DACTS=2 -DCRASH

wrong 'a request' -DACTS=3 -DNO_REQUEST
wrong 'a request for each stop' -DACTS=3 -DSHARED_REQUEST
wrong 'the request looked for first' -DACTS=3 -DROW_FIRST
wrong 'the last look' -DACTS=3 -DNO_LAST_LOOK
wrong 'the same epoch at the last look' -DACTS=3 -DNO_EPOCH_CHECK
wrong 'the watch before the last look' -DACTS=3 -DLATE_WATCH
wrong 'the reset bound to a stop' -DACTS=3 -DRESET_ANY
wrong 'the request kept until the gate is committed' -DACTS=3 -DEARLY_WITHDRAW

if ((failures > 0)); then
    echo "The model found $failures thing(s) wrong."
    exit 1
fi
echo "The model of the safety protocol holds, and every part of it is needed."
