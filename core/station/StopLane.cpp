// SPDX-License-Identifier: Apache-2.0
#include "core/station/StopLane.h"

#include "core/safety/SafetyErrors.h"

#include <algorithm>

namespace andon {

namespace {

using namespace std::chrono_literals;

Database::Options stopOptions()
{
    Database::Options options;
    options.waiting = Database::Waiting::Eager;
    options.lockTimeout = 50ms;     // an attempt; there are as many as it takes
    options.answerTimeout = 1500ms; // by then a server is silent, and perhaps another one has taken over
    return options;
}

/// A request that is taken back has stood long enough by then for everybody on this machine who looks for one.
constexpr auto kHeardBy = 500ms;
constexpr auto kPauseAfterLock = 0ms;
constexpr auto kPauseAfterFailure = 100ms;

} // namespace

StopLane::StopLane(const DatabaseLocation &location, QString by, std::shared_ptr<FirstOpening> opening,
                   std::function<void(const StopReceipt &)> tell, std::function<void(const StopReceipt &)> onAttempted)
    : m_location(location)
    , m_by(by)
    , m_tell(std::move(tell))
    , m_onAttempted(std::move(onAttempted))
    , m_switch(location)
    , m_lane(QStringLiteral("andon-stop"), location, stopOptions(), std::move(by), std::move(opening))
{
    // Opens the connection before it is needed.
    m_lane.post([this] {
        try {
            static_cast<void>(m_lane.session());
        } catch (const Error &) {
            // Told by the watch; a stop trips all the same and tries again.
        }
    });
}

StopLane::~StopLane() = default;

QFuture<StopReceipt> StopLane::stop(const QString &reason)
{
    return begin({}, reason);
}

QFuture<StopReceipt> StopLane::hold(const StopScope &scope, const QString &reason)
{
    return begin(scope, reason);
}

QFuture<StopReceipt> StopLane::begin(const StopScope &scope, const QString &reason)
{
    auto promise = std::make_shared<QPromise<StopReceipt>>();
    promise->start();
    QFuture<StopReceipt> future = promise->future();
    ++m_outstanding;
    m_lane.post([this, scope, reason, promise] { trip(scope, reason, promise); });
    return future;
}

QFuture<int> StopLane::withdraw()
{
    auto promise = std::make_shared<QPromise<int>>();
    promise->start();
    QFuture<int> future = promise->future();
    m_lane.post([this, promise] {
        promise->addResult(withdrawUndelivered());
        promise->finish();
    });
    return future;
}

bool StopLane::isUndelivered(const Job &job)
{
    return job.trip.needsDelivery && !job.trip.isDelivered;
}

void StopLane::withdraw(Job &job, const QString &why)
{
    job.receipt.stage = StopReceipt::Stage::Withdrawn;
    m_tell(job.receipt);
    static_cast<void>(StopRequests(m_location.gatePath()).withdraw(job.trip.request));
    job.promise->setException(std::make_exception_ptr(StaleStateError(why)));
    job.promise->finish();
}

int StopLane::withdrawUndelivered()
{
    int withdrawn = 0;
    for (Job &job : m_jobs) {
        if (!isUndelivered(job))
            continue;
        job.receipt.trouble.clear();
        withdraw(job, QStringLiteral("The stop was withdrawn before it was delivered."));
        ++withdrawn;
    }
    std::erase_if(m_jobs, isUndelivered);
    m_outstanding -= withdrawn;
    return withdrawn + withdrawLeftovers();
}

int StopLane::withdrawLeftovers()
{
    if (m_location.engine == SqlEngine::Sqlite)
        return 0;
    const StopRequests requests(m_location.gatePath());
    int withdrawn = 0;
    for (const StopRequest &request : requests.list()) {
        const bool isOwn = std::any_of(m_jobs.cbegin(), m_jobs.cend(),
                                       [&request](const Job &job) { return job.trip.request.uid == request.uid; });
        if (!isOwn && requests.withdraw(request).isEmpty())
            ++withdrawn;
    }
    return withdrawn;
}

void StopLane::trip(const StopScope &scope, const QString &reason,
                    const std::shared_ptr<QPromise<StopReceipt>> &promise)
{
    Job job;
    job.trip = scope.isHold() ? m_switch.hold(scope, m_by, reason)
                              : m_switch.trip(StopRequest::Kind::Stop, m_by, reason);
    job.receipt.scope = scope;
    job.promise = promise;
    job.receipt.requestUid = job.trip.request.uid;
    job.receipt.by = m_by;
    job.receipt.reason = reason;
    job.receipt.requestedAt = job.trip.request.at;
    job.receipt.permitRevokedUs = job.trip.permitRevokedUs;
    job.receipt.isFiled = job.trip.isFiled;
    job.receipt.isDelivered = !job.trip.needsDelivery;
    job.receipt.trouble = job.trip.trouble;
    m_tell(job.receipt);
    m_jobs.push_back(std::move(job));
    scheduleNext(0ms);
}

void StopLane::scheduleNext(std::chrono::milliseconds pause)
{
    if (m_isScheduled)
        return;
    m_isScheduled = true;
    QTimer::singleShot(pause, m_lane.context(), [this] {
        m_isScheduled = false;
        if (!m_lane.isEnding())
            advance();
    });
}

void StopLane::advance()
{
    if (m_jobs.empty())
        return;
    // A stop that no server knows of comes before the sweep of one that has its gate.
    const auto undelivered = std::find_if(m_jobs.begin(), m_jobs.end(), isUndelivered);
    const auto next = undelivered == m_jobs.end() ? m_jobs.begin() : undelivered;
    Job &job = *next;
    auto pause = 0ms;
    bool isRefused = false;
    try {
        commitOrSweep(job);
    } catch (const StorageError &error) {
        m_lane.surviveOrClose(error);
        isRefused = error.problem() == StorageProblem::Denied && isUndelivered(job)
            && job.trip.sinceCall.hasExpired(kHeardBy.count());
        pause = error.isTransient() ? kPauseAfterLock : kPauseAfterFailure;
        stopAgain(job, error);
    } catch (const Error &error) {
        pause = kPauseAfterFailure;
        stopAgain(job, error);
    }
    if (!job.isAttempted) {
        job.isAttempted = true;
        m_onAttempted(job.receipt);
    }
    if (isRefused) {
        job.receipt.trouble = QStringLiteral("This login may not stop others. What ran on this machine was told to "
                                             "stop. Use an operator's login.");
        withdraw(job, job.receipt.trouble);
        m_jobs.erase(next);
        --m_outstanding;
    } else if (job.receipt.stage == StopReceipt::Stage::Completed) {
        job.promise->addResult(job.receipt);
        job.promise->finish();
        m_jobs.erase(next);
        --m_outstanding;
    }
    if (!m_jobs.empty())
        scheduleNext(pause);
}

void StopLane::stopAgain(Job &job, const Error &error)
{
    const StopReceipt told = job.receipt;
    const auto *storage = dynamic_cast<const StorageError *>(&error);
    job.isToldAgain = job.trip.isDelivered && job.receipt.stage == StopReceipt::Stage::Requested && storage
        && storage->problem() == StorageProblem::Unreachable;
    m_switch.again(job.trip);
    job.receipt.isFiled = job.trip.isFiled;
    job.receipt.permitRevokedUs = job.trip.permitRevokedUs;
    job.receipt.trouble = job.trip.trouble + error.message();
    if (job.receipt != told)
        m_tell(job.receipt);
}

void StopLane::commitOrSweep(Job &job)
{
    SafetyController &controller = m_lane.session().controller;
    if (job.isToldAgain) {
        Trip again = job.trip;
        again.isDelivered = false;
        controller.deliverStop(again);
        job.isToldAgain = false;
    }
    if (job.receipt.stage == StopReceipt::Stage::Requested && isUndelivered(job)) {
        controller.deliverStop(job.trip);
        job.receipt.isDelivered = true;
        job.receipt.permitRevokedUs = job.trip.permitRevokedUs;
        m_tell(job.receipt);
    }
    if (job.receipt.stage == StopReceipt::Stage::Requested)
        job.receipt = controller.commitStop(job.trip);
    else
        job.receipt = controller.sweep(job.receipt, job.trip.sinceCall, [](const StopReceipt &) { return false; });
    m_tell(job.receipt);
}

} // namespace andon
