// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Protocol.h"

#include <QList>
#include <QMutex>

#include <memory>
#include <utility>

namespace andon::test {

/// Holds an interleaving: does something else at a chosen instant of the protocol, and keeps the
/// order of all instants. Copies share one script. Thread-safe.
class ProtocolScript
{
public:
    /// Does this when the step is reached next, once, in the thread that reached it.
    void at(ProtocolStep step, std::function<void()> act)
    {
        const QMutexLocker lock(&m_state->mutex);
        m_state->acts << std::pair(step, std::move(act));
    }

    /// The steps so far, in their order.
    [[nodiscard]] QList<ProtocolStep> steps() const
    {
        const QMutexLocker lock(&m_state->mutex);
        return m_state->steps;
    }

    void clear()
    {
        const QMutexLocker lock(&m_state->mutex);
        m_state->steps.clear();
    }

    /// True once all that was asked for has been done.
    [[nodiscard]] bool isDone() const
    {
        const QMutexLocker lock(&m_state->mutex);
        return m_state->acts.isEmpty();
    }

    [[nodiscard]] ProtocolObserver observer() const
    {
        return [state = m_state](ProtocolStep step) {
            std::function<void()> act;
            {
                const QMutexLocker lock(&state->mutex);
                state->steps << step;
                for (qsizetype i = 0; i < state->acts.size(); ++i) {
                    if (state->acts.at(i).first == step) {
                        act = state->acts.takeAt(i).second;
                        break;
                    }
                }
            }
            if (act) // outside the lock: it may reach steps itself
                act();
        };
    }

private:
    struct State
    {
        QMutex mutex;
        QList<ProtocolStep> steps;
        QList<std::pair<ProtocolStep, std::function<void()>>> acts;
    };
    std::shared_ptr<State> m_state = std::make_shared<State>();
};

} // namespace andon::test
