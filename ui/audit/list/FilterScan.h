// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/filter/AuditFilter.h"
#include "core/audit/read/ScanFindings.h"
#include "ui/audit/LatestFuture.h"

#include <QCache>
#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <memory>

namespace andon {

class AuditSource;

/// Finds out how many events match a filter, where they are and when they happened, while the reader is
/// already reading; and keeps up as the log grows. What was found for the last filters is kept for a return to them.
class FilterScan : public QObject
{
    Q_OBJECT

public:
    using Findings = std::shared_ptr<ScanFindings>;

    /// How long it may take yet.
    struct Pace
    {
        double share = 0;        ///< of the ids to be passed
        qint64 idsASecond = 0;   ///< 0: not known yet
        qint64 secondsLeft = -1; ///< -1: not known yet
    };

    /// `source` must outlive this.
    explicit FilterScan(AuditSource *source, QObject *parent = nullptr);

    /// Scans for a filter, or goes on where a scan for it was left.
    void start(const AuditFilter &filter);
    /// The log reaches this far now.
    void setNewest(EventId newest);
    /// Ends the scan. What was found stays; `start` goes on.
    void cancel();

    /// Never null.
    [[nodiscard]] const Findings &findings() const { return m_findings; }
    [[nodiscard]] bool isScanning() const { return m_scan.isAsking(); }
    /// Ended before its end, and nothing goes on by itself.
    [[nodiscard]] bool isInterrupted() const { return m_isInterrupted; }
    /// Says nothing about a scan of a few newly written events.
    [[nodiscard]] bool isNoteworthy() const;
    [[nodiscard]] Pace pace() const;

signals:
    /// More is known, or a scan has begun or ended.
    void changed();
    void failed(const QString &sentence, const QString &cause);

private:
    void scan();

    AuditSource *m_source;
    AuditFilter m_filter;
    Findings m_findings;
    QCache<QString, Findings> m_kept;
    LatestFuture<qint64> m_scan;
    QElapsedTimer m_clock;
    QTimer m_again;
    EventId m_newest;
    bool m_isInterrupted = false;
};

} // namespace andon
