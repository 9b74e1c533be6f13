// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <optional>
#include <string>
#include <vector>

namespace andon::bench {

/// The peer of a simulation: what `andonctl simulate` wrote, read back and written once more as a C program
/// would, each statement prepared once, on the engine's own interface, synchronous=FULL, in the same
/// transactions. Ends the program on an error.
class SimulationReplay
{
public:
    /// Reads everything from a simulated database.
    explicit SimulationReplay(const QString &simulated);

    enum class Writing {
        All,     ///< what the simulation wrote: each event with the change that it accounts for
        Inserts, ///< each row once, in its last state: the least that leads to the same rows
    };

    /// Writes it into a fresh database of the same schema (and mode). Returns how long that took, in seconds.
    [[nodiscard]] double writeTo(const QString &fresh, Writing writing = Writing::All) const;

    /// How many events there are.
    [[nodiscard]] qint64 events() const { return static_cast<qint64>(m_steps.size()); }
    [[nodiscard]] qint64 transactions() const { return m_transactions; }

    /// How many rows of three tables are in one of the databases alone. For a replay that was one: 0.
    static qint64 differences(const QString &simulated, const QString &fresh);

private:
    using Text = std::optional<std::string>;
    /// One event, with what happened to the proposal.
    struct Step
    {
        long long proposal = 0;
        std::string type;
        Text data;
        std::string actor;
        std::string timestamp;
        std::vector<Text> row;       ///< of the proposal (when it is made) or of the record (when it has ended)
        std::vector<Text> lastState; ///< of the proposal, when it is made: what is changed later
        bool beginsTransaction = false;
    };

    std::vector<Step> m_steps;
    qint64 m_transactions = 0;
};

} // namespace andon::bench
