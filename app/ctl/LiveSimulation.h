// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/ctl/Interruption.h"
#include "app/ctl/RenewableSession.h"
#include "app/ctl/SimulatedWork.h"
#include "app/ctl/SimulationTally.h"

#include <QList>

#include <chrono>
#include <functional>

namespace andon::ctl {

/// An agent that lives in real time: has ideas, has them validated, executes what the gate lets
/// through with several actions in flight, and ends what runs when the gate closes.
class LiveSimulation
{
public:
    /// `rate`: ideas a second.
    LiveSimulation(RenewableSession &session, SimulatedWork work, double rate);

    /// Until interrupted, or until at least `count` events are written where it is not 0.
    /// Actions that run then are failed (interrupted) or waited for (counted). A lock that somebody
    /// else holds is waited for, and a session that the server has ended is opened anew. Throws StorageError for any
    /// other trouble.
    SimulationTally run(qint64 count);

private:
    using Time = std::chrono::steady_clock::time_point;
    struct Waiting
    {
        ProposalId id;
        SimulatedAction action;
        Time due; ///< to be validated; once it is, to be claimed
        bool isValidated = false;
    };
    struct Running
    {
        ProposalId id;
        SimulatedAction action;
        Time due;
    };
    enum class Outcome { Done, Gone, Refused, Later };

    void lookAtGate();
    void propose(Time now, bool mayPropose);
    void validate(Time now);
    void claim(Time now);
    void finish(Time now);
    void stopRunning();
    void endAll(const QString &reason);
    Outcome attempt(const std::function<void()> &act);
    void report(const QString &sentence);
    [[nodiscard]] ActionStore &store() { return m_session.get().actions(); }

    RenewableSession &m_session;
    SimulatedWork m_work;
    std::chrono::steady_clock::duration m_interval;
    qsizetype m_maxRunning;
    Interruption m_interruption;
    SimulationTally m_tally;
    QList<Waiting> m_waiting;
    QList<Running> m_running;
    Time m_nextIdea;
    GateDecision::Verdict m_verdict = GateDecision::Verdict::Open;
    bool m_hasLooked = false;
    bool m_isLocked = false;
};

} // namespace andon::ctl
