// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/read/AuditPage.h"
#include "ui/audit/LatestFuture.h"

#include <QObject>
#include <QTimer>

namespace andon {

class AuditPager;
class AuditSource;

/// Keeps up with a log that grows: fetches what is new where the reader is at the top and wants it, and counts
/// it where the reader is elsewhere. Looks at most ten times a second, however often the log is written to.
class LiveTail : public QObject
{
    Q_OBJECT

public:
    /// A count of unseen events stops here.
    static constexpr int kMaxCounted = 100;

    /// `source` and `pager` must outlive this.
    LiveTail(AuditSource *source, AuditPager *pager, QObject *parent = nullptr);

    [[nodiscard]] bool isLive() const { return m_isLive; }
    void setLive(bool isLive);
    /// Whether the newest row is in sight.
    void setAtTop(bool isAtTop);
    /// Looks at the log now.
    void look();

    /// True where new rows will push down what is looked at.
    [[nodiscard]] bool isFollowing() const;

signals:
    void extentChanged(const andon::AuditExtent &extent);
    /// So many matching events are newer than all that was shown; more than that where `isAtLeast`.
    void unseenChanged(qint64 count, bool isAtLeast);
    void failed(const QString &sentence, const QString &cause);

private:
    void onExtent(const AuditExtent &extent);
    void onPagerMoved();
    void followOrCount();
    void tellUnseen(qint64 count, bool isAtLeast);

    AuditSource *m_source;
    AuditPager *m_pager;
    LatestFuture<AuditExtent> m_extent;
    LatestFuture<AuditPage> m_peek;
    QTimer m_timer;
    EventId m_newest;
    qint64 m_unseen = 0;
    bool m_isUnseenAtLeast = false;
    bool m_isLive = true;
    bool m_isAtTop = true;
    bool m_isTailAsked = false;
};

} // namespace andon
