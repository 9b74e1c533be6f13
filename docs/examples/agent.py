#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An agent that takes no action without andonctl. Whatever is not a yes is a no: an exception, and nothing is done."""
import json, subprocess, sys

AGENT = ["--agent-id", "python-1"]


def andonctl(*words):
    """What andonctl answers. Raises where it is missing, slow, or says anything but 0."""
    done = subprocess.run(["andonctl", "--json", *words], stdout=subprocess.PIPE, check=True, timeout=60)
    return json.loads(done.stdout)


def act(name, reason, work):
    """Takes an action in this process. `work` calls andonctl("gate", *AGENT) between its steps."""
    andonctl("gate", *AGENT, "--action", name)
    action = str(andonctl("propose", *AGENT, "--action", name, "--reason", reason)["id"])
    andonctl("validate", action)
    andonctl("claim", action)
    try:
        result = work()
    except BaseException as error:
        andonctl("complete", action, "--error", repr(error))
        raise
    andonctl("complete", action, "--result", json.dumps(result))


def run(name, reason, *command):
    """Runs a command as an action, and returns its exit status; 3 or 4 where it may not start or was stopped."""
    return subprocess.call(["andonctl", "run", *AGENT, "--action", name, "--reason", reason, "--", *command])


if __name__ == "__main__":
    sys.exit(run("step", "asked for by whoever started it", *sys.argv[1:]))
