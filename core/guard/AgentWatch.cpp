// SPDX-License-Identifier: Apache-2.0
#include "core/guard/AgentWatch.h"

#include "core/guard/AgentLook.h"
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

/// The connection of the thread that looks at the files as well, where there is no lease.
struct AgentWatch::OwnConnection
{
    explicit OwnConnection(AgentWatch &watch)
        : database(watch.m_location, watchOptions())
        , look(watch, database)
    {
    }

    Database database;
    Look look;
};

AgentWatch::AgentWatch(DatabaseLocation location, qint64 registration, std::optional<LeaseTerms> terms,
                       std::function<void(const QString &)> onStop)
    : m_location(std::move(location))
    , m_registration(registration)
    , m_isLeased(terms.has_value())
    , m_onStop(std::move(onStop))
    , m_requests(m_location.gatePath())
    , m_permit(m_location.gatePath())
{
    if (terms)
        m_keeper = std::make_unique<LeaseKeeper>(
            m_location, *terms,
            LeaseKeeper::Calls{[this](Database &database) { return std::make_unique<Look>(*this, database); }, {}, {}});
    m_thread = std::thread([this] { run(); });
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

AgentWatch::Actions AgentWatch::actions()
{
    const std::scoped_lock lock(m_mutex);
    return m_actions;
}

void AgentWatch::stop(WatchedAction &action, const QString &via)
{
    if (action.isEnding || action.isStopped)
        return;
    if (via == u"lease")
        action.isLeaseOver = true; // before the action can act on it
    if (action.isStopped.exchange(true) || !m_onStop)
        return;
    const std::scoped_lock lock(m_telling);
    m_onStop(via);
}

void AgentWatch::lookAtFiles()
{
    const Actions running = actions();
    for (const std::shared_ptr<WatchedAction> &action : running) {
        if (m_requests.any())
            stop(*action, QStringLiteral("request"));
        else if (!m_isLeased && !m_permit.isGranted(action->seen.state->epoch))
            stop(*action, QStringLiteral("permit"));
        else if (m_requests.anyFor(action->identity))
            stop(*action, QStringLiteral("hold"));
        else if (m_keeper && m_keeper->isOver())
            stop(*action, QStringLiteral("lease"));
    }
}

void AgentWatch::lookAtFile(std::unique_ptr<OwnConnection> &connection, bool isBeatDue)
{
    try {
        if (!connection)
            connection = std::make_unique<OwnConnection>(*this);
        static_cast<void>(connection->look.ask());
        connection->look.note(isBeatDue);
    } catch (const StorageError &error) {
        if (!error.isTransient())
            connection.reset(); // opened again at the next look
    } catch (const Error &) {
        // A state that makes no sense: the gate is closed for what starts; what runs is stopped by the files.
    }
}

void AgentWatch::run()
{
    std::unique_ptr<OwnConnection> connection;
    auto lastLook = std::chrono::steady_clock::time_point{};
    auto lastBeat = lastLook;
    std::unique_lock lock(m_mutex);
    while (!m_isEnding) {
        lock.unlock();
        lookAtFiles();
        const auto now = std::chrono::steady_clock::now();
        if (!m_isLeased && now - lastLook >= kLookAtDatabase) {
            const bool isBeatDue = now - lastBeat >= kBeat;
            lookAtFile(connection, isBeatDue);
            lastLook = now;
            lastBeat = isBeatDue ? now : lastBeat;
        }
        lock.lock();
        m_wake.wait_for(lock, kLookAtFiles, [this] { return m_isEnding; });
    }
}

} // namespace andon
