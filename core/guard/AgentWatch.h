// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/gate/Gate.h"
#include "core/guard/LeaseKeeper.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace andon {

/// One action as the watch sees it.
struct WatchedAction
{
    ActionIdentity identity;
    GateDecision seen; ///< under what it was started
    qint64 registration = 0;
    std::atomic_bool isStopped{false};
    std::atomic_bool isLeaseOver{false}; ///< and that because nobody could be asked: no stop may be recorded
    std::atomic_bool isEnding{false};    ///< its end is being recorded
};

/// The thread of a session that looks for stops: at the files forty times a second, at the database twice. It also
/// beats for the session, and answers for it once nothing of it runs.
///
/// On a server there is a lease, and a second thread asks the database: at once when it notifies, otherwise once each
/// renewal (LeaseKeeper). Then no permit is looked for, and what runs is stopped once the lease is over.
class AgentWatch
{
public:
    /// `terms`: of the lease, on a server. `onStop` is called from a thread of the watch, one at a time, with `permit`,
    /// `request`, `hold`, `database` or `lease`.
    AgentWatch(DatabaseLocation location, qint64 registration, std::optional<LeaseTerms> terms,
               std::function<void(const QString &)> onStop);
    ~AgentWatch();
    AgentWatch(const AgentWatch &) = delete;
    AgentWatch &operator=(const AgentWatch &) = delete;

    /// Thread-safe.
    void add(const std::shared_ptr<WatchedAction> &action);
    void remove(const std::shared_ptr<WatchedAction> &action);

private:
    using Actions = std::vector<std::shared_ptr<WatchedAction>>;
    class Look;
    struct OwnConnection;

    void run();
    void lookAtFiles();
    void lookAtFile(std::unique_ptr<OwnConnection> &connection, bool isBeatDue);
    void stop(WatchedAction &action, const QString &via);
    [[nodiscard]] Actions actions();

    DatabaseLocation m_location;
    qint64 m_registration;
    bool m_isLeased;
    std::function<void(const QString &)> m_onStop;
    StopRequests m_requests;
    Permit m_permit;
    std::mutex m_mutex;
    std::mutex m_telling; ///< onStop hears one thread at a time
    std::condition_variable m_wake;
    Actions m_actions;                     ///< guarded by the mutex
    bool m_isEnding = false;               ///< guarded by the mutex
    std::unique_ptr<LeaseKeeper> m_keeper; ///< where there is a lease; its thread uses all of the above
    std::thread m_thread;                  ///< last: it uses all of the above
};

} // namespace andon
