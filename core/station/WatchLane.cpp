// SPDX-License-Identifier: Apache-2.0
#include "core/station/WatchLane.h"

#include "core/gate/Permit.h"

#include <QTimer>

namespace andon {

namespace {

constexpr qint64 kRecoveryAfterMs = 1000;
/// How long a state that cannot be read again is still shown as known.
constexpr qint64 kKnownForMs = 1000;
/// After a server's silence of this length nobody knows how things stand.
constexpr std::chrono::milliseconds kSilence{1000};

Database::Options watching(Database::Options options)
{
    options.answerTimeout = kSilence;
    return options;
}

} // namespace

WatchLane::WatchLane(const DatabaseLocation &location, const Database::Options &options, const QString &by,
                     std::shared_ptr<FirstOpening> opening, std::chrono::milliseconds interval,
                     std::function<void(const Sight &)> tell)
    : m_location(location)
    , m_interval(interval)
    , m_tell(std::move(tell))
    , m_lane(QStringLiteral("andon-watch"), location, watching(options), by, std::move(opening))
{
}

WatchLane::~WatchLane() = default;

void WatchLane::start()
{
    m_lane.start();
    m_lane.post([this] {
        m_timer = new QTimer(m_lane.context());
        m_timer->setInterval(m_interval);
        QObject::connect(m_timer, &QTimer::timeout, m_lane.context(), [this] {
            if (!m_lane.isEnding())
                look();
        });
        m_timer->start();
        look();
    });
}

void WatchLane::lookSoon()
{
    m_lane.post([this] { look(); });
}

void WatchLane::look()
{
    Sight sight;
    try {
        sight = see();
        m_blockedSince.invalidate();
    } catch (const StorageError &error) {
        if (!m_blockedSince.isValid())
            m_blockedSince.start();
        m_lane.surviveOrClose(error);
        if (error.isTransient() && m_last && m_last->status.isKnown && m_blockedSince.elapsed() < kKnownForMs)
            return;
        sight = blind(error);
    }
    sight.status.stopObstacle = Permit(m_location).obstacle();
    sight.needsRecovery = isRecoveryDue(sight.status) || areLeftoversDue(sight.status);
    const bool isNews = !m_last || sight.hasNewContent || sight.needsRecovery || sight.status != m_last->status
        || sight.receipt != m_last->receipt;
    m_last = sight;
    if (isNews)
        m_tell(sight);
}

WatchLane::Sight WatchLane::see()
{
    Session &session = m_lane.session();
    session.database.verifyAttached();
    Sight sight;
    sight.hasNewContent = session.feed.hasChanged();
    if (session.database.isReadOnly() && session.kind == Schema::Kind::Adoptable) {
        sight.status.database = m_location.display();
        sight.status.problem = QStringLiteral("Andon does not guard this database yet: nobody has opened it for "
                                              "writing. Its log can be read.");
        return sight;
    }
    const SafetyController &controller = session.controller;
    const bool isFileNews = !m_last || !m_last->status.isKnown || m_requestedHere != controller.isStopRequested()
        || m_permittedHere != controller.isPermitted(m_last->status.state.epoch);
    if (!sight.hasNewContent && !isFileNews) {
        sight.status = m_last->status;
        sight.receipt = m_last->receipt;
        return sight;
    }
    m_requestedHere = controller.isStopRequested();
    sight.status = session.controller.status();
    m_permittedHere = controller.isPermitted(sight.status.state.epoch);
    if (sight.status.isKnown)
        sight.receipt = session.controller.receipt();
    return sight;
}

WatchLane::Sight WatchLane::blind(const StorageError &error) const
{
    Sight sight;
    sight.status.database = m_location.display();
    sight.status.isStopRequested = StopRequests(m_location.gatePath()).any();
    sight.status.isStopDelivered = m_location.engine == SqlEngine::Sqlite;
    sight.status.problem = error.message();
    if (m_last)
        sight.receipt = m_last->receipt;
    return sight;
}

bool WatchLane::isRecoveryDue(const SafetyStatus &status)
{
    const bool isUnfinished = status.isStopRequested
        || (status.isKnown
            && (status.state.sweepPending || (status.state.mode == SafetyMode::Execute && !status.isPermitted)));
    if (!isUnfinished) {
        m_unfinishedSince.invalidate();
        return false;
    }
    if (!m_unfinishedSince.isValid())
        m_unfinishedSince.start();
    if (m_unfinishedSince.elapsed() < kRecoveryAfterMs)
        return false;
    m_unfinishedSince.restart();
    return true;
}

bool WatchLane::areLeftoversDue(const SafetyStatus &status)
{
    if (!status.isKnown || (m_sinceLeftovers.isValid() && m_sinceLeftovers.elapsed() < kRecoveryAfterMs))
        return false;
    m_sinceLeftovers.start();
    try {
        Session &session = m_lane.session();
        return !session.database.isReadOnly() && session.controller.hasLeftovers();
    } catch (const Error &) {
        return false; // the next look tells what is wrong
    }
}

QFuture<QList<ActionProposal>> WatchLane::activeActions(int limit)
{
    return m_lane.run<QList<ActionProposal>>([limit](Session &session, QPromise<QList<ActionProposal>> &promise) {
        ActionStore &store = session.controller.actions();
        QList<ActionProposal> active = store.list({ActionStatus::Executing}, limit);
        if (active.size() < limit)
            active += store.list({ActionStatus::Proposed, ActionStatus::Validated},
                                 limit - static_cast<int>(active.size()));
        promise.addResult(active);
    });
}

} // namespace andon
