// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/LiveSimulation.h"

#include "app/ctl/Console.h"
#include "core/actions/TransitionError.h"
#include "core/gate/GateErrors.h"
#include "core/storage/StorageError.h"

#include <algorithm>
#include <thread>

namespace andon::ctl {

namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr auto kBetweenLooks = 20ms;
constexpr auto kLongestFarewell = 5s;
constexpr qsizetype kMaxWaiting = 12;
constexpr double kLongestRunSeconds = 8;

} // namespace

LiveSimulation::LiveSimulation(RenewableSession &session, SimulatedWork work, double rate)
    : m_session(session)
    , m_work(std::move(work))
    , m_interval(std::chrono::duration_cast<steady_clock::duration>(std::chrono::duration<double>(1 / rate)))
    , m_maxRunning(std::max<qsizetype>(kMaxWaiting, static_cast<qsizetype>(rate * kLongestRunSeconds)))
{
}

SimulationTally LiveSimulation::run(qint64 count)
{
    m_nextIdea = steady_clock::now();
    while (!m_interruption.isRequested()) {
        const bool isEnough = count > 0 && m_tally.events >= count;
        if (isEnough && m_running.isEmpty())
            return m_tally;
        const Time now = steady_clock::now();
        lookAtGate();
        propose(now, !isEnough);
        validate(now);
        if (m_verdict == GateDecision::Verdict::Open && !isEnough)
            claim(now);
        finish(now);
        const auto untilIdea = m_nextIdea - steady_clock::now();
        std::this_thread::sleep_for(std::clamp<steady_clock::duration>(untilIdea, 1ms, kBetweenLooks));
    }
    endAll(QStringLiteral("agent ended"));
    return m_tally;
}

void LiveSimulation::report(const QString &sentence)
{
    Console::say(sentence);
}

LiveSimulation::Outcome LiveSimulation::attempt(const std::function<void()> &act)
{
    Outcome outcome = Outcome::Done;
    try {
        act();
        ++m_tally.events;
    } catch (const TransitionError &) { // somebody else has ended it
        outcome = Outcome::Gone;
    } catch (const NotFoundError &) {
        outcome = Outcome::Gone;
    } catch (const ObserveOnlyError &) {
        outcome = Outcome::Refused;
    } catch (const StateUnknownError &) {
        outcome = Outcome::Refused;
    } catch (const StorageError &error) {
        if (!error.isTransient()) {
            if (!m_session.renewAfter(error, m_interruption))
                throw;
            report(QStringLiteral("The server had ended the session. It is open again."));
            return Outcome::Later;
        }
        if (!m_isLocked)
            report(QStringLiteral("Waiting: ") + error.message());
        m_isLocked = true;
        return Outcome::Later;
    }
    if (m_isLocked)
        report(QStringLiteral("The lock is free again."));
    m_isLocked = false;
    return outcome;
}

void LiveSimulation::lookAtGate()
{
    const GateDecision decision = store().gate().check();
    if (!decision.isOpen())
        stopRunning();
    if (m_hasLooked && decision.verdict == m_verdict)
        return;
    m_hasLooked = true;
    m_verdict = decision.verdict;
    report(decision.isOpen() ? QStringLiteral("Unblocked: actions may run, so they are executed.")
                             : QStringLiteral("Blocked, so actions are only proposed: ") + decision.explanation);
}

void LiveSimulation::propose(Time now, bool mayPropose)
{
    if (now < m_nextIdea || !mayPropose)
        return;
    // In observe mode nothing leaves the queue by itself, so the agent takes its oldest idea back.
    if (m_waiting.size() >= kMaxWaiting && m_verdict != GateDecision::Verdict::Open) {
        const Waiting &oldest = m_waiting.first();
        const Outcome outcome = attempt(
            [&] { store().cancel(oldest.id, oldest.action.withdrawalReason, Actor::kAgent); });
        if (outcome == Outcome::Later)
            return;
        m_tally.withdrawn += outcome == Outcome::Done ? 1 : 0;
        m_waiting.removeFirst();
    }
    const SimulatedWork before = m_work;
    const SimulatedAction action = m_work.next();
    ProposalId id;
    if (attempt([&] { id = store().propose(action.request); }) == Outcome::Later) {
        m_work = before; // the same idea, later
        return;
    }
    ++m_tally.proposed;
    m_waiting << Waiting{id, action, now + action.thinking, false};
    m_nextIdea = std::max(m_nextIdea + m_interval, now - 1s); // what a lock has cost is not made up for
}

void LiveSimulation::validate(Time now)
{
    QList<Waiting> left;
    for (Waiting &waiting : m_waiting) {
        Outcome outcome = Outcome::Later;
        if (!waiting.isValidated && waiting.action.passesValidation && now >= waiting.due)
            outcome = attempt([&] { store().validate(waiting.id); });
        if (outcome == Outcome::Done) {
            waiting.isValidated = true;
            waiting.due = now + waiting.action.thinking;
        }
        if (outcome != Outcome::Gone)
            left << waiting;
    }
    m_waiting = left;
}

void LiveSimulation::claim(Time now)
{
    bool isOpen = true;
    m_waiting.removeIf([this, now, &isOpen](const Waiting &waiting) {
        if (!isOpen || !waiting.isValidated || now < waiting.due || m_running.size() >= m_maxRunning)
            return false;
        const Outcome outcome = attempt([&] { store().claim(waiting.id); });
        if (outcome == Outcome::Done)
            m_running << Running{waiting.id, waiting.action, steady_clock::now() + waiting.action.duration};
        if (outcome == Outcome::Refused)
            ++m_tally.refused;
        isOpen = outcome == Outcome::Done || outcome == Outcome::Gone;
        return isOpen;
    });
}

void LiveSimulation::finish(Time now)
{
    m_running.removeIf([this, now](const Running &running) {
        if (now < running.due)
            return false;
        const bool succeeds = running.action.error.isEmpty();
        const Outcome outcome = attempt([&] {
            if (succeeds)
                store().complete(running.id, running.action.result);
            else
                store().fail(running.id, running.action.error);
        });
        if (outcome == Outcome::Done)
            ++(succeeds ? m_tally.completed : m_tally.failed);
        return outcome != Outcome::Later;
    });
}

void LiveSimulation::stopRunning()
{
    m_running.removeIf([this](const Running &running) {
        return attempt([&] { store().markStopped(running.id, QStringLiteral("stopped: the gate was closed")); })
            != Outcome::Later;
    });
}

void LiveSimulation::endAll(const QString &reason)
{
    const Time latest = steady_clock::now() + kLongestFarewell;
    while (!m_running.isEmpty() && steady_clock::now() < latest) {
        m_running.removeIf([this, &reason](const Running &running) {
            const Outcome outcome = attempt([&] { store().fail(running.id, reason); });
            m_tally.failed += outcome == Outcome::Done ? 1 : 0;
            return outcome != Outcome::Later;
        });
        if (!m_running.isEmpty())
            std::this_thread::sleep_for(kBetweenLooks);
    }
    if (!m_running.isEmpty())
        report(QStringLiteral("%1 actions could not be ended: the database stays locked. They show as executing.")
                   .arg(m_running.size()));
}

} // namespace andon::ctl
