// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/storage/PostgresResult.h"

namespace andon {

/// The rows of one SELECT, while the server still sends them (libpq's single-row mode,
/// postgresql.org/docs/15/libpq-single-row-mode.html). A connection has one of them at most that is live; what is left
/// of it is read into memory before another statement is sent.
class PostgresStream
{
public:
    /// For what has just been sent in single-row mode.
    explicit PostgresStream(PostgresLink &link)
        : m_link(link)
    {
    }

    /// Moves to the next row. False at the end, whatever ended it: see `error`. Throws StorageError where the link
    /// breaks.
    bool next();
    [[nodiscard]] const StoredRow &row() const { return m_row; }

    /// Whether the server has more to say, so that nothing else can be sent.
    [[nodiscard]] bool isLive() const { return m_isLive; }
    /// Reads what is left into memory. The row that is being looked at stays where it is.
    void settle();
    /// Reads what is left and forgets it. Where that is much and may be cancelled (not inside a transaction, which that
    /// would end), has the server stop by the deadline.
    void end(bool mayCancel, PostgresLink::Clock::time_point deadline);

    /// Why the rows have ended before their end.
    [[nodiscard]] const std::optional<StorageError> &error() const { return m_error; }

private:
    /// False at the end.
    bool receive();

    PostgresLink &m_link;
    PostgresForms m_forms;
    bool m_hasForms = false;
    PostgresLink::Result m_current;
    PostgresLink::Result m_lookedAt; ///< what the row was read from when the rest was settled
    PostgresRow m_row;
    PostgresRow m_passing;
    std::vector<char> m_kept;
    std::size_t m_at = 0;
    bool m_isLive = true;
    PostgresLink::Clock::time_point m_deadline = WakePipe::kNever;
    std::optional<StorageError> m_error;
};

} // namespace andon
