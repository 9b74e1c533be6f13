// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/AuditPage.h"
#include "ui/audit/LatestFuture.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace andon {

class AuditSource;

/// How many events match a filter: a lower bound at once, the number when it is known. As the log grows it counts
/// again, but spends no more than a twentieth of the time on it.
class AuditCounter : public QObject
{
    Q_OBJECT

public:
    /// `source` must outlive this.
    explicit AuditCounter(AuditSource *source, QObject *parent = nullptr);

    /// Counts anew. What was known before is forgotten.
    void count(const AuditFilter &filter);
    /// The log reaches this far now.
    void setNewest(EventId newest);
    void cancel();

    [[nodiscard]] qint64 found() const { return m_found; }
    /// False: there are at least as many as `found`.
    [[nodiscard]] bool isExact() const { return m_isExact; }
    [[nodiscard]] bool isCounting() const { return m_extent.isAsking() || m_count.isAsking(); }

signals:
    void changed();
    void failed(const QString &sentence, const QString &cause);

private:
    void start();
    void countThrough(EventId newest);
    void finish(qint64 found);
    void fail(const QString &sentence, const QString &cause);

    AuditSource *m_source;
    AuditFilter m_filter;
    LatestFuture<AuditExtent> m_extent;
    LatestFuture<qint64> m_count;
    QElapsedTimer m_clock;
    QTimer m_again;
    EventId m_countedThrough;
    EventId m_newest;
    qint64 m_found = 0;
    bool m_hasCount = false;
    bool m_isExact = false;
};

} // namespace andon
