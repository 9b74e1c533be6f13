// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

/// How the helper stands among the other processes once its command runs.
namespace andon::guard::Standing {

/// Into a session of its own. The kernel shares the processors out among sessions first (sched(7), autogroup), so that
/// a tree of thousands leaves the guard its part. It could not go before the command was started: that joins the
/// owner's group, which takes the owner's session. And as the leader of a group it may not, nor while anybody is in
/// that group: it leaves it for a moment, and its children never stay in it.
void leaveSession(pid_t ownersGroup);

/// Ahead of what it holds, and in memory, as far as this account may: a tree that takes every processor, or a disk that
/// does not answer, must not hold up its end. No real-time scheduling: the kernel waits busily for dying processes in
/// places (wait(2) for their entries in /proc), and they would not get the processor that the guard then burns.
void raisePriority();

} // namespace andon::guard::Standing
