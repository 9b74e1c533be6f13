// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

/// Reading the tree of processes out of /proc (proc(5)). Below Qt: the guard is built from it, too.
namespace andon::ProcessWalk {

/// What /proc/<pid>/stat says of a process.
struct Stat
{
    pid_t parent = 0;
    char state = '?';
    std::int64_t threads = 0;
    std::uint64_t startTicks = 0; ///< since boot; with the pid it tells a process from a later one of that number

    /// Ended, and not yet asked about by its parent. (A process whose first thread has ended shows 'Z' as well, while
    /// the others run on.)
    [[nodiscard]] bool isDefunct() const { return (state == 'Z' || state == 'X' || state == 'x') && threads <= 1; }
    /// Stopped by a signal or a tracer: it runs nothing and makes no children.
    [[nodiscard]] bool isStopped() const { return state == 'T' || state == 't'; }
};

/// Nothing where there is no such process, or it may not be looked at.
[[nodiscard]] std::optional<Stat> stat(pid_t pid);

/// Whether this kernel keeps /proc/<pid>/task/<tid>/children (CONFIG_PROC_CHILDREN).
[[nodiscard]] bool hasChildrenFiles();

/// Appends the children of all of a process's threads. `threads` as `stat` said, which spares a folder's listing for
/// the most processes; 0 where it is not known.
///
/// The kernel may leave out some of them while others of them end and are reaped in the same moment (proc(5)). It
/// leaves out none where all stand still, and none of the caller's own as long as the caller reaps none meanwhile.
/// False where the list could not be had (out of descriptors, or no such process): then it says nothing.
bool appendChildren(pid_t pid, std::int64_t threads, std::vector<pid_t> *children);

using Links = std::unordered_map<pid_t, std::vector<pid_t>>;

/// Each process's children by a look at every process there is: slower, for kernels without the files.
/// Nothing where /proc cannot be read.
[[nodiscard]] std::optional<Links> childrenOfAll();

} // namespace andon::ProcessWalk
