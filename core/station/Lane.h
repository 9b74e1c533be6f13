// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/station/Session.h"

#include <QFuture>
#include <QMutex>
#include <QPromise>
#include <QThread>

#include <atomic>
#include <exception>
#include <memory>

namespace andon {

/// Who has opened the database before: the first opener makes or adopts it, all later ones must
/// find it as it was. Shared by the lanes of one station. Thread-safe.
class FirstOpening
{
public:
    /// A reviewer's station makes and adopts nothing.
    explicit FirstOpening(bool mayWrite)
        : m_mayWrite(mayWrite)
    {
    }

    /// Opens a session. Before the first one the database is made or adopted, whatever the session
    /// itself may do, so that a reader does not fail because it came before the writer.
    [[nodiscard]] std::unique_ptr<Session> open(const DatabaseLocation &location, const Database::Options &options,
                                                const QString &by);

private:
    void prepare(const DatabaseLocation &location, Database::Options options, const QString &by);

    bool m_mayWrite;
    QMutex m_mutex;
    std::atomic_bool m_isDone{false};
};

/// One thread with a connection of its own, and the work that waits for it, in order.
///
/// The connection is opened at the first work and opened again after an error that it does not
/// survive. `run` may be called from every thread; nothing else of a lane may.
class Lane
{
public:
    Lane(const QString &name, DatabaseLocation location, Database::Options options, QString by,
         std::shared_ptr<FirstOpening> opening);
    /// Ends the statement that runs, drops the work that waits, joins the thread.
    ~Lane();
    Lane(const Lane &) = delete;
    Lane &operator=(const Lane &) = delete;

    /// Background work yields the processor to everything else.
    enum class Priority { Normal, Background };

    void start(Priority priority = Priority::Normal);

    /// Runs `work(Session &, QPromise<Result> &)` in the lane. What it throws fails the future.
    /// Work that was cancelled while it waited is not begun.
    template<typename Result, typename Work>
    QFuture<Result> run(Work work)
    {
        auto promise = std::make_shared<QPromise<Result>>();
        promise->start();
        QFuture<Result> future = promise->future();
        post([this, promise, work = std::move(work)] {
            if (!promise->isCanceled()) {
                try {
                    work(session(), *promise);
                } catch (const StorageError &error) {
                    surviveOrClose(error);
                    promise->setException(std::current_exception());
                } catch (...) {
                    promise->setException(std::current_exception());
                }
            }
            promise->finish();
        });
        return future;
    }

    /// Runs a function in the lane, without a session.
    void post(std::function<void()> function);

    // For work that runs in the lane:

    /// The connection; opens it where there is none. Throws StorageError.
    [[nodiscard]] Session &session();
    /// Closes the connection after an error that leaves it of no use.
    void surviveOrClose(const StorageError &error);
    /// True once the lane is being taken down: long work asks, and gives up.
    [[nodiscard]] bool isEnding() const { return m_isEnding; }
    /// Lives in the lane's thread: for timers.
    [[nodiscard]] QObject *context() { return m_context; }

private:
    QThread m_thread;
    QObject *m_context; // deleted by its own thread
    DatabaseLocation m_location;
    Database::Options m_options;
    QString m_by;
    std::shared_ptr<FirstOpening> m_opening;
    QMutex m_sessionMutex; // only for the pointer, which the destructor reads from another thread
    std::unique_ptr<Session> m_session;
    std::atomic_bool m_isEnding{false};
};

} // namespace andon
