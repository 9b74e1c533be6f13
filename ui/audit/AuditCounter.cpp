// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/AuditCounter.h"

#include "ui/audit/AuditSource.h"

#include <algorithm>
#include <chrono>

namespace andon {

using namespace std::chrono_literals;

AuditCounter::AuditCounter(AuditSource *source, QObject *parent)
    : QObject(parent)
    , m_source(source)
{
    m_again.setSingleShot(true);
    m_again.setInterval(1s);
    connect(&m_again, &QTimer::timeout, this, &AuditCounter::start);
}

void AuditCounter::count(const AuditFilter &filter)
{
    m_filter = filter;
    m_found = 0;
    m_isExact = false;
    m_hasCount = false;
    m_again.setInterval(1s);
    start();
    emit changed();
}

void AuditCounter::start()
{
    m_again.stop();
    m_count.cancel();
    // Asked first, so that all events up to it are in the count.
    m_extent.ask(m_source->extent(),
                 {
                     .done = [this](const AuditExtent &extent) { countThrough(extent.newest); },
                     .failed = [this](const QString &sentence, const QString &cause) { fail(sentence, cause); },
                     .partial = {},
                     .progress = {},
                 });
}

void AuditCounter::countThrough(EventId newest)
{
    m_countedThrough = newest;
    m_newest = std::max(m_newest, newest);
    m_clock.start();
    m_count.ask(m_source->count(m_filter),
                {
                    .done = [this](qint64 found) { finish(found); },
                    .failed = [this](const QString &sentence, const QString &cause) { fail(sentence, cause); },
                    .partial =
                        [this](qint64 found) {
                            if (found > m_found) {
                                m_found = found;
                                emit changed();
                            }
                        },
                    .progress = {},
                });
}

void AuditCounter::finish(qint64 found)
{
    m_again.setInterval(int(std::max<qint64>(1000, 20 * m_clock.elapsed())));
    m_found = found;
    m_hasCount = true;
    m_isExact = m_newest <= m_countedThrough;
    if (!m_isExact)
        m_again.start();
    emit changed();
}

void AuditCounter::setNewest(EventId newest)
{
    m_newest = std::max(m_newest, newest);
    if (isCounting() || !m_hasCount || m_newest <= m_countedThrough)
        return;
    if (m_isExact) {
        m_isExact = false;
        emit changed();
    }
    if (!m_again.isActive())
        m_again.start();
}

void AuditCounter::cancel()
{
    if (!isCounting())
        return;
    m_extent.cancel();
    m_count.cancel();
    emit changed();
}

void AuditCounter::fail(const QString &sentence, const QString &cause)
{
    emit failed(sentence, cause);
    emit changed();
}

} // namespace andon
