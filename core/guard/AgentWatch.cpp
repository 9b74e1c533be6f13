// SPDX-License-Identifier: Apache-2.0
#include "core/guard/AgentWatch.h"

#include "core/Clock.h"
#include "core/actions/AgentTable.h"
#include "core/gate/SafetyStateTable.h"
#include "core/storage/Database.h"

#include <algorithm>

namespace andon {

namespace {

using namespace std::chrono_literals;

constexpr auto kLookAtFiles = 25ms;
constexpr auto kLookAtDatabase = 500ms;
constexpr auto kBeat = 1s;
constexpr auto kPatience = 200ms;

Database::Options watchOptions()
{
    Database::Options options;
    options.lockTimeout = kPatience;
    return options;
}

} // namespace

/// What belongs to the thread: its connection, and when it last did what.
class AgentWatch::Connection
{
public:
    explicit Connection(const DatabaseLocation &location)
        : database(location, watchOptions())
        , agents(database)
        , state(database)
        , holds(database)
    {
    }

    Database database;
    AgentTable agents;
    SafetyStateTable state;
    HoldTable holds;
    Epoch acknowledged;
    std::chrono::steady_clock::time_point lastBeat;
};

AgentWatch::AgentWatch(DatabaseLocation location, qint64 registration, QString agentId,
                       std::function<void(const QString &)> onStop)
    : m_location(std::move(location))
    , m_registration(registration)
    , m_agentId(std::move(agentId))
    , m_onStop(std::move(onStop))
    , m_requests(m_location.gatePath())
    , m_permit(m_location.gatePath())
    , m_thread([this] { run(); })
{
}

AgentWatch::~AgentWatch()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_isEnding = true;
    }
    m_wake.notify_all();
    m_thread.join();
}

void AgentWatch::add(const std::shared_ptr<WatchedAction> &action)
{
    const std::scoped_lock lock(m_mutex);
    m_actions.push_back(action);
}

void AgentWatch::remove(const std::shared_ptr<WatchedAction> &action)
{
    const std::scoped_lock lock(m_mutex);
    std::erase(m_actions, action);
}

std::vector<std::shared_ptr<WatchedAction>> AgentWatch::actions()
{
    const std::scoped_lock lock(m_mutex);
    return m_actions;
}

void AgentWatch::stop(WatchedAction &action, const QString &via)
{
    if (!action.isStopped.exchange(true) && m_onStop)
        m_onStop(via);
}

void AgentWatch::lookAtFiles()
{
    for (const std::shared_ptr<WatchedAction> &action : actions()) {
        if (m_requests.any())
            stop(*action, QStringLiteral("request"));
        else if (!m_permit.isGranted(action->seen.state->epoch))
            stop(*action, QStringLiteral("permit"));
        else if (m_requests.anyFor(action->identity))
            stop(*action, QStringLiteral("hold"));
    }
}

void AgentWatch::lookAtDatabase(Connection &connection)
{
    const SafetyState state = connection.state.read();
    const std::vector<std::shared_ptr<WatchedAction>> running = actions();
    bool isStillRunning = false;
    for (const std::shared_ptr<WatchedAction> &action : running) {
        if (state.epoch != action->seen.state->epoch
            || connection.holds.hasCoveredSince(action->identity, action->seen.newestHold))
            stop(*action, QStringLiteral("database"));
        isStillRunning = isStillRunning || action->isStopped;
    }
    const QDateTime now = Clock::system().now();
    const auto instant = std::chrono::steady_clock::now();
    if (!isStillRunning && (connection.acknowledged != state.epoch || connection.agents.isAwaited(m_registration))) {
        Transaction transaction(connection.database);
        // A stop may have been committed since the look: whoever answers it has acknowledged its epoch, no earlier one.
        const Epoch epoch = connection.state.read().epoch;
        if (epoch != state.epoch && !running.empty())
            return; // what runs has not been told yet
        connection.agents.acknowledge(m_registration, epoch, now);
        connection.agents.answer(
            m_registration,
            {StopAnswer::Outcome::Stopped, now, QStringLiteral("database"), QStringLiteral("nothing of it runs")});
        transaction.commit();
        connection.acknowledged = epoch;
        connection.lastBeat = instant;
    } else if (instant - connection.lastBeat >= kBeat) {
        connection.agents.beat(m_registration, now);
        connection.lastBeat = instant;
    }
}

void AgentWatch::run()
{
    std::unique_ptr<Connection> connection;
    auto lastLook = std::chrono::steady_clock::time_point{};
    std::unique_lock lock(m_mutex);
    while (!m_isEnding) {
        lock.unlock();
        lookAtFiles();
        const auto now = std::chrono::steady_clock::now();
        if (now - lastLook >= kLookAtDatabase) {
            lastLook = now;
            try {
                if (!connection)
                    connection = std::make_unique<Connection>(m_location);
                lookAtDatabase(*connection);
            } catch (const StorageError &error) {
                if (!error.isTransient())
                    connection.reset(); // opened again at the next look
            } catch (const Error &) {
                // A state that makes no sense: the gate is closed for what starts; what runs is stopped by the files.
            }
        }
        lock.lock();
        m_wake.wait_for(lock, kLookAtFiles, [this] { return m_isEnding; });
    }
}

} // namespace andon
