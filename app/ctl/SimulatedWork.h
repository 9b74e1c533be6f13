// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/actions/ActionProposal.h"

#include <QJsonObject>

#include <chrono>
#include <random>

namespace andon::ctl {

/// One invented action with all that will happen to it, whichever mode it meets.
struct SimulatedAction
{
    ActionRequest request;
    std::chrono::milliseconds thinking{0}; ///< from the proposal to its validation
    std::chrono::milliseconds duration{0}; ///< of its execution
    std::chrono::milliseconds pause{0};    ///< until the agent's next idea
    bool passesValidation = true;          ///< otherwise it stays proposed until it is withdrawn
    QString withdrawalReason;
    QString error; ///< empty: it succeeds
    QJsonObject result;
};

/// Invents the work of an agent that looks after a distributed database. The same seed gives the
/// same work on every machine: only the generator of the standard, whose numbers are laid down, and
/// whole-number arithmetic are used, not the standard's distributions. A value: a copy goes on from
/// the same point.
class SimulatedWork
{
public:
    SimulatedWork(quint64 seed, QString agentId);

    SimulatedAction next();

private:
    /// From 0 to `limit` - 1.
    int below(int limit);
    /// From `low` to `high`, both included.
    int between(int low, int high);
    bool happens(int inThousand);
    template<typename List>
    const auto &oneOf(const List &list);

    QJsonObject parametersOf(const QString &action);
    QString fill(const QString &text);
    std::chrono::milliseconds longTail();

    std::mt19937_64 m_random;
    QString m_agentId;
};

} // namespace andon::ctl
