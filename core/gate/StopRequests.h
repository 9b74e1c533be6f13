// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/gate/StopScope.h"

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
    StopScope scope;

    friend bool operator==(const StopRequest &, const StopRequest &) = default;
};

/// The requests that stand: the folders `<database>.stop/` and, for holds, `<database>.hold/`, one file each.
///
/// Nothing may run while anything stands at the path of the first, whatever it is. In the second a file stops those
/// whose key (StopScope::key) its name begins with; what cannot be understood there stops everybody.
/// Each stop has a request of its own, so that the first to commit cannot remove the second's.
/// Thread-safe and process-safe: all state is in the file system.
class StopRequests
{
public:
    explicit StopRequests(const QString &databasePath);

    /// Whether a stop of everything is under way. What cannot be looked at counts as one.
    [[nodiscard]] bool any() const noexcept;

    /// Whether a stop is under way that covers this one.
    [[nodiscard]] bool anyFor(const ActionIdentity &identity) const noexcept;

    /// Files one. Returns an empty text, or why it could not (a full disk): the caller goes on with
    /// the stop all the same. Effective on return, durable after `sync`.
    [[nodiscard]] QString file(const StopRequest &request) const;

    /// Puts a filed request on the disk. Returns an empty text, or why not.
    [[nodiscard]] QString sync(const StopRequest &request) const;

    /// All that stand, oldest first. A request that makes no sense is reported as a stop of everything by
    /// "unknown": a stop that cannot be read is still a stop.
    [[nodiscard]] QList<StopRequest> list() const;

    /// Takes one's own request back once its gate has committed, and the folder if that leaves it
    /// empty (rmdir decides, atomically). Returns an empty text, or why it could not.
    [[nodiscard]] QString withdraw(const StopRequest &request) const;

    /// Removes the folders where they are empty, as a process that was ended may leave them.
    void removeEmptyFolders() const;

    /// Of the stops of everything.
    [[nodiscard]] const QString &path() const { return m_path; }
    /// Of the holds.
    [[nodiscard]] const QString &holdPath() const { return m_holdPath; }

private:
    [[nodiscard]] QString folderOf(const StopRequest &request) const;
    [[nodiscard]] QString pathOf(const StopRequest &request) const;

    QString m_path;
    QString m_holdPath;
};

} // namespace andon
