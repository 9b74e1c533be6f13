// SPDX-License-Identifier: Apache-2.0
#include "core/storage/PostgresStream.h"

#include "core/storage/PostgresDialect.h"

#include <libpq-fe.h>

namespace andon {

namespace {

/// What is read and forgotten before the server is asked to stop: the asking takes it a new process.
constexpr int kFewRows = 1000;
constexpr std::chrono::milliseconds kFewMoments{5};

} // namespace

bool PostgresStream::receive()
{
    while (PostgresLink::Result result = m_link.next(m_deadline)) {
        if (std::optional<StorageError> error = m_link.errorOf(result.get())) {
            if (!m_error)
                m_error = std::move(error);
            if (m_link.isBroken())
                break;
            continue;
        }
        if (m_link.isInterrupted() && !m_error)
            m_error = PostgresDialect::interrupted({});
        if (m_error || PQresultStatus(result.get()) != PGRES_SINGLE_TUPLE)
            continue;
        if (!m_hasForms) {
            try {
                m_forms = formsOf(result.get());
                m_hasForms = true;
            } catch (const StorageError &error) {
                m_error = error;
                m_link.cancel();
                continue;
            }
        }
        m_current = std::move(result);
        return true;
    }
    m_isLive = false;
    return false;
}

bool PostgresStream::next()
{
    if (m_isLive) {
        if (!receive())
            return false;
        m_row.read(m_current.get(), m_forms);
        return true;
    }
    if (m_at < m_kept.size() && m_link.isInterrupted() && !m_error) {
        m_error = PostgresDialect::interrupted({});
        m_at = m_kept.size();
    }
    if (m_at >= m_kept.size())
        return false;
    m_row.read(m_kept, m_at, m_forms);
    return true;
}

void PostgresStream::settle()
{
    m_lookedAt = std::move(m_current);
    while (receive()) {
        m_passing.read(m_current.get(), m_forms);
        m_passing.keep(m_kept);
    }
    m_current.reset();
}

void PostgresStream::end(bool mayCancel, PostgresLink::Clock::time_point deadline)
{
    const auto fewMoments = PostgresLink::Clock::now() + kFewMoments;
    for (int rows = 0; m_isLive; ++rows) {
        if (mayCancel && (rows == kFewRows || !m_link.isReadyBy(fewMoments))) {
            m_link.cancel();
            m_deadline = deadline;
            mayCancel = false;
        }
        if (!receive())
            break;
    }
    m_kept.clear();
    m_at = 0;
}

} // namespace andon
