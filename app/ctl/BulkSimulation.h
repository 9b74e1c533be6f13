// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/ctl/Interruption.h"
#include "app/ctl/RenewableSession.h"
#include "app/ctl/SimulatedWork.h"
#include "app/ctl/SimulationTally.h"
#include "core/actions/ActionStore.h"

#include <QList>

#include <atomic>
#include <optional>

namespace andon::ctl {

/// The time of an agent that lives faster than the clock on the wall. Thread-safe.
class SimulatedClock final : public Clock
{
public:
    [[nodiscard]] QDateTime now() const override;
    [[nodiscard]] qint64 milliseconds() const { return m_now; }
    void set(qint64 millisecondsSinceEpoch) { m_now = millisecondsSinceEpoch; }

private:
    std::atomic<qint64> m_now{0};
};

/// Writes the life of an agent into the log as fast as the database takes it, with times that lie
/// back in the past, after whatever the log holds already.
///
/// Many proposals share a transaction. A claim never does: the gate is asked outside of it, and a
/// batch would hold up the stop between the question and the commit.
class BulkSimulation
{
public:
    BulkSimulation(RenewableSession &session, SimulatedWork work);

    /// Ends once at least `count` events are written, or when interrupted. Waits while somebody else
    /// holds the lock, and opens a session anew that the server has ended. Throws StorageError.
    SimulationTally run(qint64 count);

private:
    struct Pending
    {
        ProposalId id;
        SimulatedAction action;
    };
    /// All that a batch changes, so that one that was rolled back can be done again.
    struct State
    {
        SimulatedWork work;
        QList<Pending> pending;
        SimulationTally tally;
        qint64 clockMs = 0;
    };

    void useSession();
    /// After an error: whether it pays to try again. The time goes back to that of the state, which the caller
    /// restores.
    [[nodiscard]] bool mayRetryAfter(const StorageError &error);
    void setUpClock(qint64 count);
    void passTime(std::chrono::milliseconds time);
    void step(qint64 count);
    void proposeBatch(qint64 count);
    QList<Pending> proposeGroup();
    void executeGroup();
    QList<Pending> claimGroup(const QList<Pending> &group);
    void endGroup(QList<Pending> claimed, qint64 startedMs);
    Pending proposeNext();
    void withdrawOldest();
    void dropWhatOthersEnded();

    RenewableSession &m_session;
    SimulatedClock m_clock;
    std::optional<ActionAuditor> m_auditor;
    std::optional<ActionStore> m_store;
    Interruption m_interruption;
    State m_state;
    double m_timeScale = 1;
};

} // namespace andon::ctl
