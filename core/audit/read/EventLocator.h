// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"
#include "core/storage/MomentReader.h"

#include <QDateTime>

#include <optional>

namespace andon {

class Database;

/// Finds the event that a person means: by its number, or by the time at which it happened.
///
/// A time is looked for by halving the log, a few dozen short reads at any size. Where the clock was set back
/// there may be several places of that time; one of them is found.
class EventLocator
{
public:
    EventLocator(Database &database, TimestampStyle style);

    /// `#1234` or `1234`; or a time as in a filter, or a time of day, which is the last such before the newest
    /// event. An event by that number need not exist. Invalid in an empty log. Throws InvalidInputError.
    [[nodiscard]] EventId locate(const QString &typed, const QDateTime &now);

    /// The newest event at the moment or before it, or else the oldest of all; invalid in an empty log.
    [[nodiscard]] EventId at(const QDateTime &moment);

private:
    struct Found
    {
        qint64 id = 0;
        std::optional<qint64> momentMs;
    };

    [[nodiscard]] std::optional<QDateTime> readTime(const QString &text, const QDateTime &now);
    /// The nearest event at this id or below that has a time.
    [[nodiscard]] Found below(qint64 id);

    Database &m_database;
    MomentReader m_moments;
};

} // namespace andon
