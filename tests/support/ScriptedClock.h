// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Clock.h"

#include <atomic>

namespace andon::test {

/// A clock that stands still until it is told otherwise. Thread-safe.
class ScriptedClock final : public Clock
{
public:
    explicit ScriptedClock(const QDateTime &start = QDateTime({2026, 1, 31}, {12, 30, 15, 123}, Qt::UTC))
        : m_milliseconds(start.toMSecsSinceEpoch())
    {
    }

    [[nodiscard]] QDateTime now() const override { return QDateTime::fromMSecsSinceEpoch(m_milliseconds, Qt::UTC); }
    void advance(qint64 milliseconds) { m_milliseconds += milliseconds; }

private:
    std::atomic<qint64> m_milliseconds;
};

} // namespace andon::test
