// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/list/FilterScan.h"

#include "ui/audit/AuditSource.h"

#include <algorithm>
#include <chrono>

namespace andon {

using namespace std::chrono_literals;

namespace {

constexpr qsizetype kKeptBytes = 24LL * 1024 * 1024;
/// Passing so many ids takes a moment that nobody notices.
constexpr qint64 kUnnoticed = 100'000;

} // namespace

FilterScan::FilterScan(AuditSource *source, QObject *parent)
    : QObject(parent)
    , m_source(source)
    , m_findings(std::make_shared<ScanFindings>())
    , m_kept(kKeptBytes)
{
    m_again.setSingleShot(true);
    m_again.setInterval(500ms);
    connect(&m_again, &QTimer::timeout, this, &FilterScan::scan);
}

void FilterScan::start(const AuditFilter &filter)
{
    m_scan.cancel();
    if (!(m_filter == filter) || !m_findings) {
        m_kept.insert(m_filter.key(), std::make_unique<Findings>(m_findings).release(), qsizetype(m_findings->cost()));
        m_filter = filter;
        const std::unique_ptr<Findings> known(m_kept.take(filter.key()));
        m_findings = known ? *known : std::make_shared<ScanFindings>();
    }
    scan();
}

void FilterScan::scan()
{
    m_again.stop();
    m_isInterrupted = false;
    m_clock.start();
    m_scan.ask(m_source->scan(m_filter, m_findings),
               {
                   .done =
                       [this](qint64) {
                           if (m_newest > m_findings->summary().newest)
                               m_again.start();
                           emit changed();
                       },
                   .failed =
                       [this](const QString &sentence, const QString &cause) {
                           m_isInterrupted = true;
                           emit changed();
                           emit failed(sentence, cause);
                       },
                   .partial = [this](qint64) { emit changed(); },
                   .progress = {},
               });
    emit changed();
}

void FilterScan::setNewest(EventId newest)
{
    m_newest = std::max(m_newest, newest);
    if (!isScanning() && !m_isInterrupted && !m_again.isActive() && m_newest > m_findings->summary().newest)
        m_again.start();
}

void FilterScan::cancel()
{
    if (!isScanning())
        return;
    m_scan.cancel();
    m_isInterrupted = !m_findings->summary().isWhole;
    emit changed();
}

bool FilterScan::isNoteworthy() const
{
    return isScanning() && m_findings->summary().total > kUnnoticed;
}

FilterScan::Pace FilterScan::pace() const
{
    const ScanFindings::Summary summary = m_findings->summary();
    Pace pace;
    if (summary.total <= 0)
        return pace;
    pace.share = double(summary.done) / double(summary.total);
    const qint64 elapsedMs = m_clock.isValid() ? m_clock.elapsed() : 0;
    constexpr qint64 kTooSoonMs = 300;
    if (elapsedMs < kTooSoonMs || summary.done <= 0)
        return pace;
    pace.idsASecond = summary.done * 1000 / elapsedMs;
    const double leftMs = double(elapsedMs) * double(summary.total - summary.done) / double(summary.done);
    pace.secondsLeft = qint64(leftMs / 1000) + 1;
    return pace;
}

} // namespace andon
