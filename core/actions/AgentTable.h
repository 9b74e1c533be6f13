// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/ProcessIdentity.h"
#include "core/Types.h"

#include <QDateTime>
#include <QList>
#include <QString>

#include <chrono>
#include <optional>

namespace andon {

class Database;

/// Who is connected: the guard of one running action, or a long-lived program that uses the library.
struct AgentRegistration
{
    enum class Kind {
        Guard,   ///< holds the process tree of one action
        Session, ///< runs actions in its own process
    };

    qint64 id = 0;
    Kind kind = Kind::Guard;
    QString agentId;
    QString actionName;
    std::optional<ProposalId> proposal; ///< the action that it runs
    qint64 pid = 0;                     ///< of the command, or of the program itself: for a person to look for
    ProcessIdentity process;            ///< the program that answers for it
    ProcessIdentity guardProcess;       ///< the helper that holds the tree; no pid where there is none
    QDateTime registeredAt;             ///< UTC
    QDateTime seenAt;                   ///< UTC, its last beat
    Epoch acknowledged;                 ///< the newest safety state that it has obeyed
    std::chrono::milliseconds lease{0}; ///< on a server: what it was started with and lives by; zero: none

    /// Whether both processes are known to have ended.
    [[nodiscard]] bool isGone() const;
    /// Whether it is on another machine, or in another container, and was not seen for so long that its lease is over
    /// for certain: then it has ended what it ran. `now` is by the server's clock (`databaseTime`), as `seenAt` is.
    [[nodiscard]] bool isSilent(const QDateTime &now) const;
};

/// What a registered one says to a stop that awaits it.
struct StopAnswer
{
    enum class Outcome {
        Stopped, ///< because of the stop: its processes are dead
        Ended,   ///< by itself, before the stop reached it
        Gone,    ///< it vanished without an answer
        Failed,  ///< it could not be stopped; `detail` says what still runs
    };

    Outcome outcome = Outcome::Stopped;
    QDateTime at;   ///< UTC
    QString via;    ///< what told it: permit, request, hold, socket, database
    QString detail; ///< for the person
};

[[nodiscard]] QString toString(StopAnswer::Outcome outcome);

/// The table `andon_agent`, and the answers of those in it to the stops that await them (`andon_stop_target`).
/// Belongs to the thread of its database.
class AgentTable
{
public:
    explicit AgentTable(Database &database)
        : m_database(database)
    {
    }

    [[nodiscard]] qint64 add(const AgentRegistration &registration);
    void setRunning(qint64 id, qint64 pid, const ProcessIdentity &guardProcess);
    void beat(qint64 id, const QDateTime &now);
    void acknowledge(qint64 id, Epoch epoch, const QDateTime &now);
    /// Answers each stop that awaits this one.
    void answer(qint64 id, const StopAnswer &answer);
    /// Whether a stop awaits this one's answer.
    [[nodiscard]] bool isAwaited(qint64 id);
    /// False where it has ended already. `outcome`: exited, stopped, timed_out, gone.
    bool end(qint64 id, const QString &outcome, const QDateTime &now);
    /// As gone, and only where it was not seen since: false also where it has beaten meanwhile.
    [[nodiscard]] bool endUnseen(const AgentRegistration &silent, const QDateTime &now);

    /// Those that have not ended, oldest first.
    [[nodiscard]] QList<AgentRegistration> live();

private:
    [[nodiscard]] bool hasLeases() const;

    Database &m_database;
};

} // namespace andon
