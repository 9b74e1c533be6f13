// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/StopRecorder.h"

#include "app/ctl/Console.h"
#include "app/ctl/Failure.h"
#include "core/Identity.h"
#include "core/safety/StopHooks.h"
#include "core/storage/Schema.h"

#include <thread>

namespace andon::ctl {

namespace {

using namespace std::chrono_literals;

/// Within one try the lock is asked for without pause; between tries the stop is repeated.
constexpr auto kTry = 20ms;
constexpr auto kBetweenTries = 1ms;
/// A server that says nothing for this long is asked again: another one may have taken over.
constexpr auto kSilence = 1500ms;
/// A server that is away.
constexpr auto kBetweenConnections = 50ms;

} // namespace

StopRecorder::StopRecorder(DatabaseLocation location, Trip &trip, std::chrono::milliseconds wait,
                           std::function<void()> onDelivered)
    : m_location(std::move(location))
    , m_trip(trip)
    , m_onDelivered(std::move(onDelivered))
    , m_deadline(std::chrono::steady_clock::now() + wait)
{
}

StopRecorder::~StopRecorder()
{
    if (m_hookThread.joinable())
        m_hookThread.join();
}

StopReceipt StopRecorder::unrecorded() const
{
    StopReceipt receipt;
    receipt.requestUid = m_trip.request.uid;
    receipt.by = m_trip.request.by;
    receipt.reason = m_trip.request.reason;
    receipt.requestedAt = m_trip.request.at;
    receipt.scope = m_trip.request.scope;
    receipt.permitRevokedUs = m_trip.permitRevokedUs;
    receipt.isDelivered = !m_trip.needsDelivery || m_trip.isDelivered;
    return receipt;
}

void StopRecorder::startHooks(const StopReceipt &receipt)
{
    if (m_hookThread.joinable())
        return;
    m_hookThread = std::thread(
        [this, receipt] { m_hooks = StopHooks(HookSettings::read(), m_location.display()).run(receipt.toJson()); });
}

void StopRecorder::finishHooks(StopReceipt *receipt)
{
    m_hookThread.join();
    receipt->hooks = m_hooks;
    if (m_hooks.isEmpty())
        return;
    try {
        m_safety->recordHooks(receipt->requestUid, m_hooks);
    } catch (const Error &error) {
        Console::say(QStringLiteral("What became of the stop hooks could not be recorded: ") + error.message());
    }
}

void StopRecorder::open()
{
    if (m_safety)
        return;
    m_auditor.reset();
    m_database.reset();
    Database::Options options;
    options.waiting = Database::Waiting::Eager;
    options.lockTimeout = kTry;
    options.answerTimeout = kSilence;
    // Never created: a stop that lands in an empty database because of a typing error stops nobody.
    m_database = std::make_unique<Database>(m_location, options);
    static_cast<void>(Schema::ensure(*m_database));
    m_auditor = std::make_unique<ActionAuditor>(*m_database, currentIdentity());
    m_safety = std::make_unique<SafetyController>(*m_database, *m_auditor);
}

bool StopRecorder::mayGoOn(std::chrono::milliseconds pause)
{
    if (m_interruption.isRequested()) {
        m_problem = QStringLiteral("The waiting was interrupted. ") + m_problem;
        return false;
    }
    if (std::chrono::steady_clock::now() >= m_deadline)
        return false;
    if (!m_hasSaidWaiting)
        Console::say(QStringLiteral("Not yet recorded: %1 Waiting for it.").arg(m_problem));
    m_hasSaidWaiting = true;
    std::this_thread::sleep_for(pause);
    return true;
}

bool StopRecorder::isServerAway(const StorageError &error) const
{
    return m_location.engine == SqlEngine::PostgreSql && error.problem() == StorageProblem::Unreachable;
}

bool StopRecorder::recordGate(StopReceipt *receipt)
{
    const TripSwitch tripSwitch(m_location);
    for (;;) {
        bool mayPass = false;
        std::chrono::milliseconds pause = kBetweenTries;
        try {
            open();
            if (m_trip.needsDelivery && !m_trip.isDelivered) {
                m_safety->deliverStop(m_trip);
                m_onDelivered();
            }
            *receipt = m_safety->commitStop(m_trip);
            startHooks(*receipt);
            return true;
        } catch (const StorageError &error) {
            m_problem = Failure::sentenceOf(error);
            m_isDenied = error.problem() == StorageProblem::Denied;
            const bool isAway = isServerAway(error);
            mayPass = error.isTransient() || isAway;
            if (isAway) {
                m_safety.reset(); // asked again on another connection
                pause = kBetweenConnections;
            }
        } catch (const Error &error) {
            m_problem = Failure::sentenceOf(error);
        }
        startHooks(unrecorded()); // what they switch off shall not wait for a lock either
        if (!mayPass || !mayGoOn(pause))
            return false;
        tripSwitch.again(m_trip);
    }
}

void StopRecorder::sweep(StopReceipt *receipt)
{
    const auto keep = [this, receipt](const StopReceipt &progress) {
        *receipt = progress;
        return !m_interruption.isRequested();
    };
    for (;;) {
        try {
            *receipt = m_safety->sweep(*receipt, m_trip.sinceCall, keep);
            return;
        } catch (const StorageError &error) {
            m_problem = Failure::sentenceOf(error);
            if (!error.isTransient() || !mayGoOn(kBetweenTries))
                return;
        } catch (const Error &error) {
            m_problem = Failure::sentenceOf(error);
            return;
        }
    }
}

void StopRecorder::collect(StopReceipt *receipt)
{
    constexpr auto kSlice = 100ms; // an interruption is heard in between
    try {
        const auto until = std::chrono::steady_clock::now() + m_safety->answerTime();
        do
            *receipt = m_safety->collect(*receipt, kSlice);
        while (!receipt->isAnswered() && !m_interruption.isRequested() && std::chrono::steady_clock::now() < until);
    } catch (const Error &error) {
        Console::say(QStringLiteral("What became of what ran cannot be read now: ") + error.message());
    }
}

std::optional<StopReceipt> StopRecorder::record()
{
    StopReceipt receipt;
    if (!recordGate(&receipt))
        return std::nullopt;
    if (!receipt.trouble.isEmpty())
        Console::say(receipt.trouble);
    sweep(&receipt);
    collect(&receipt);
    finishHooks(&receipt);
    try {
        m_safety->recover(); // what other stops have left
    } catch (const Error &error) {
        Console::say(QStringLiteral("What others left unfinished could not be finished now: ") + error.message());
    }
    return receipt;
}

} // namespace andon::ctl
