// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/gate/Gate.h"
#include "core/storage/DatabaseLocation.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace andon {

/// One action as the watch sees it.
struct WatchedAction
{
    ActionIdentity identity;
    GateDecision seen; ///< under what it was started
    std::atomic_bool isStopped{false};
};

/// The thread of a session that looks for stops: at the files forty times a second, at the database twice. It also
/// beats for the session, and answers for it once nothing of it runs.
class AgentWatch
{
public:
    /// `onStop` is called from the thread, with `permit`, `request`, `hold` or `database`.
    AgentWatch(DatabaseLocation location, qint64 registration, QString agentId,
               std::function<void(const QString &)> onStop);
    ~AgentWatch();
    AgentWatch(const AgentWatch &) = delete;
    AgentWatch &operator=(const AgentWatch &) = delete;

    /// Thread-safe.
    void add(const std::shared_ptr<WatchedAction> &action);
    void remove(const std::shared_ptr<WatchedAction> &action);

private:
    class Connection;

    void run();
    void lookAtFiles();
    void lookAtDatabase(Connection &connection);
    void stop(WatchedAction &action, const QString &via);
    [[nodiscard]] std::vector<std::shared_ptr<WatchedAction>> actions();

    DatabaseLocation m_location;
    qint64 m_registration;
    QString m_agentId;
    std::function<void(const QString &)> m_onStop;
    StopRequests m_requests;
    Permit m_permit;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::vector<std::shared_ptr<WatchedAction>> m_actions; ///< guarded by the mutex
    bool m_isEnding = false;                               ///< guarded by the mutex
    std::thread m_thread;                                  ///< last: it uses all of the above
};

} // namespace andon
