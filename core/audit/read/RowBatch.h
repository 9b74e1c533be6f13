// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/storage/SqlEngine.h"

#include <QtGlobal>

namespace andon {

/// How many rows a statement asks for whose visitor ends it when he has enough.
///
/// To end a statement early costs nothing on SQLite, which finds a row when it is asked for one. A server has found and
/// sent rows meanwhile that nobody wants, so it is asked for about as many as were wanted the last time.
class RowBatch
{
public:
    explicit RowBatch(SqlEngine engine)
        : m_limit(engine == SqlEngine::Sqlite ? kAll : kFirst)
    {
    }

    /// For a LIMIT.
    [[nodiscard]] qint64 limit() const { return m_limit; }
    /// To be called before each statement.
    void begin() { m_rows = 0; }
    /// To be called with each row: whether its visitor wants more. False where the statement ends with this row.
    [[nodiscard]] bool add(bool wantsMore)
    {
        ++m_rows;
        if (m_limit == kAll || (wantsMore && m_rows < m_limit))
            return wantsMore;
        m_limit = wantsMore ? qMin(m_limit * 2, kMost) : qMax(m_rows + m_rows / kReserve, kLeast);
        return false;
    }

private:
    static constexpr qint64 kAll = -1; ///< as SQLite understands it (sqlite.org/lang_select.html, "LIMIT")
    static constexpr qint64 kFirst = 256;
    static constexpr qint64 kLeast = 16;
    static constexpr qint64 kMost = 16'384;
    static constexpr qint64 kReserve = 16;

    qint64 m_limit;
    qint64 m_rows = 0;
};

} // namespace andon
