// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace andon::test {

/// A database as an existing agent has made it, without anything of Andon's: its own triggers, naive
/// local times with microseconds, event data that is not JSON, actions in every state.
class AgentDatabase
{
public:
    enum class Columns {
        Full, ///< every column that such agents know
        Few,  ///< the least that they have; no table of records
    };

    /// Makes the tables, and on SQLite the file.
    AgentDatabase(QString path, Columns columns, const QByteArray &journalMode = "delete");

    [[nodiscard]] const QString &path() const { return m_path; }

    /// All rows of the agent's own tables, quoted as SQL so that type and bytes count.
    [[nodiscard]] QStringList contents() const;
    /// The agent's own tables, indexes and triggers, as the engine keeps them.
    [[nodiscard]] QStringList definitions() const;

    /// Rows that are there from the start.
    static constexpr int kValidatedId = 2;
    static constexpr int kExecutingId = 3;
    static constexpr int kCompletedId = 4;
    static constexpr int kPending = 2;
    static constexpr int kEvents = 5;

private:
    QString m_path;
};

} // namespace andon::test
