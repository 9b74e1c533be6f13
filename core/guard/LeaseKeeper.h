// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/guard/BootClock.h"
#include "core/storage/Database.h"
#include "core/storage/LeaseTerms.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace andon {

/// What a LeaseKeeper asks and writes down; made anew with each connection, in the keeper's thread, and used there.
class LeaseErrand
{
public:
    enum class Answer {
        Open,   ///< what runs may go on
        Closed, ///< it may not
    };

    LeaseErrand() = default;
    virtual ~LeaseErrand() = default;
    LeaseErrand(const LeaseErrand &) = delete;
    LeaseErrand &operator=(const LeaseErrand &) = delete;

    /// Asks. Throws an Error where nobody can tell: then it is asked again, on another connection, until somebody can
    /// or the lease is over.
    [[nodiscard]] virtual Answer ask() = 0;
    /// After each answer: what is to be written down; the beat too, where it is due. An Error costs nothing: whether
    /// what runs may go on does not depend on what can be written.
    virtual void note(bool isBeatDue) = 0;
};

/// Asks a server whether what runs here may go on: at once when it notifies (channel `andon`), and otherwise once each
/// renewal. From a thread and a connection of its own, which is opened again when it is lost.
///
/// Notifications arrive as soon as the transaction that sent them is committed
/// (postgresql.org/docs/15/sql-notify.html); one that is lost with its connection costs nothing, since a new connection
/// asks first. A file notifies nobody: there this only asks.
class LeaseKeeper
{
public:
    /// The word for the channel on which a server tells of all that concerns what runs.
    static inline const QString kChannel = QStringLiteral("andon");

    /// All are called from the keeper's thread.
    struct Calls
    {
        std::function<std::unique_ptr<LeaseErrand>(Database &)> makeErrand;
        /// The answer was open, to a question that was sent at this moment.
        std::function<void(BootClock::time_point asked)> onConfirmed;
        /// It was closed: `notify` where a notification led to it, otherwise `database`. Or nobody could tell until the
        /// lease was over: `lease`. Said again with each such answer; nothing is confirmed any more.
        std::function<void(const QString &via)> onStopped;
    };

    LeaseKeeper(DatabaseLocation location, LeaseTerms terms, Calls calls);
    /// Waits for the thread: as long as the server takes to answer, a third of a lease at the most.
    ~LeaseKeeper();
    LeaseKeeper(const LeaseKeeper &) = delete;
    LeaseKeeper &operator=(const LeaseKeeper &) = delete;

    /// Waits for the first answer, a lease's time at the most. False where there was none.
    [[nodiscard]] bool awaitAnswer();
    /// Has it ask and note now. Thread-safe.
    void hurry() { m_isHurried = true; }
    /// Whether nobody has confirmed for a lease's time that what runs may go on. Thread-safe.
    [[nodiscard]] bool isOver() const { return BootClock::now() - m_confirmed.load() >= m_terms.lease; }

private:
    enum class News { Notification, Time };

    void run();
    void connect();
    void disconnect();
    void look(News news);
    [[nodiscard]] News await(BootClock::time_point until);
    void rest(std::chrono::milliseconds time);
    void stopWhenOver();
    void heardAnswer();
    [[nodiscard]] bool isEnding() const { return m_isEnding; }

    DatabaseLocation m_location;
    LeaseTerms m_terms;
    Calls m_calls;
    std::atomic<BootClock::time_point> m_confirmed; ///< when that was asked; before the first answer, when this began
    std::atomic_bool m_isHurried = false;
    std::atomic_bool m_isEnding = false;
    bool m_isStopped = false; ///< of the thread
    BootClock::time_point m_noted;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_hasAnswer = false;             ///< guarded by the mutex
    std::unique_ptr<Database> m_database; ///< made and ended under the mutex; otherwise of the thread
    std::unique_ptr<LeaseErrand> m_errand;
    std::thread m_thread; ///< last: it uses all of the above
};

} // namespace andon
