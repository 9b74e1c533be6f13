// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDateTime>
#include <QList>
#include <QString>

namespace andon {

/// One person's wish that everything stops, filed before the database is asked.
struct StopRequest
{
    enum class Kind {
        Stop,    ///< the kill switch: latched
        Observe, ///< back to observe mode: not latched
    };

    QString uid; ///< unique; the file's name, and `request_uid` of the receipt
    Kind kind = Kind::Stop;
    QString by; ///< user@host
    QString reason;
    QDateTime at; ///< UTC

    friend bool operator==(const StopRequest &, const StopRequest &) = default;
};

/// The requests that stand: the folder `<database>.stop/`, one file each.
///
/// Nothing may run while anything stands at that path, whatever it is. Each stop has a request of
/// its own, so that the first to commit cannot remove the second's.
/// Thread-safe and process-safe: all state is in the file system.
class StopRequests
{
public:
    explicit StopRequests(const QString &databasePath);

    /// Whether a stop is under way. What cannot be looked at counts as one.
    [[nodiscard]] bool any() const noexcept;

    /// Files one. Returns an empty text, or why it could not (a full disk): the caller goes on with
    /// the stop all the same. Effective on return, durable after `sync`.
    [[nodiscard]] QString file(const StopRequest &request) const;

    /// Puts a filed request on the disk. Returns an empty text, or why not.
    [[nodiscard]] QString sync(const StopRequest &request) const;

    /// All that stand, oldest first. A request that makes no sense is reported as a stop by
    /// "unknown": a stop that cannot be read is still a stop.
    [[nodiscard]] QList<StopRequest> list() const;

    /// Takes one's own request back once its gate has committed, and the folder if that leaves it
    /// empty (rmdir decides, atomically). Returns an empty text, or why it could not.
    [[nodiscard]] QString withdraw(const QString &uid) const;

    [[nodiscard]] const QString &path() const { return m_path; }

private:
    [[nodiscard]] QString pathOf(const QString &uid) const;

    QString m_path;
};

} // namespace andon
