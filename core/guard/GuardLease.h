// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/guard/GuardRecord.h"
#include "core/guard/LeaseKeeper.h"

namespace andon {

/// Keeps the lease of one guarded command on a server: renews it as long as the gate is open for it, stops the tree as
/// soon as it is not, and beats. What becomes of the tree when nobody can tell any more is the helper's business.
///
/// Belongs to one thread; the work is done in one of its own (LeaseKeeper). The tree must outlive this.
class GuardLease
{
public:
    /// `tree` is prepared. Begins at once: it can be stopped from here on.
    GuardLease(const DatabaseLocation &location, LeaseTerms terms, GuardedTree &tree, GuardRecord::Subject subject);

    /// Waits until the server has told whether it may run. Throws StateUnknownError where it does not within a lease.
    void awaitAnswer();
    /// Has it written down that the command runs.
    void setRunning(qint64 pid, const ProcessIdentity &guardProcess);

private:
    class Errand;
    struct Running
    {
        qint64 pid = 0;
        ProcessIdentity guardProcess;
    };

    void keepRunning(const Running &running);
    [[nodiscard]] std::optional<Running> takeRunning();

    GuardRecord::Subject m_subject;
    std::mutex m_mutex;
    std::optional<Running> m_running; ///< what is still to be written down; guarded by the mutex
    LeaseKeeper m_keeper;             ///< last: its thread uses all of the above
};

} // namespace andon
