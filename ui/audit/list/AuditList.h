// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/read/AuditPage.h"
#include "ui/audit/LatestFuture.h"
#include "ui/audit/list/AuditPager.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QStackedWidget;

namespace andon {

class AuditScrollBar;
class AuditSource;
class AuditTable;
class AuditTableModel;
class FilterScan;
class GoToBar;
class LiveTail;
class SealCover;

/// The events that match a filter: a table on a window of them, a scroll bar over all of them, or a sentence where
/// there are none.
///
/// Brings together who fetches rows (AuditPager), who scans (FilterScan), who follows what is new (LiveTail) and who
/// shows it. All reading happens elsewhere; this thread never waits.
class AuditList : public QWidget
{
    Q_OBJECT

public:
    /// `source` must outlive this.
    explicit AuditList(AuditSource *source, QWidget *parent = nullptr);

    void search(const AuditFilter &filter);
    /// Reads again what has failed or was cancelled.
    void retry();
    /// Ends a search and a scan; what is shown stays. False where nothing was under way.
    bool cancel();
    void goTop();
    void goTo(EventId id);
    void setLive(bool isLive);
    void setSeals(const SealCover &seals);

    /// The filter of what is shown.
    [[nodiscard]] const AuditFilter &filter() const;
    [[nodiscard]] bool hasEvents() const;
    [[nodiscard]] AuditTable *table() const { return m_table; }
    [[nodiscard]] const AuditTableModel *model() const { return m_model; }
    [[nodiscard]] FilterScan *scan() const { return m_scan; }
    [[nodiscard]] const AuditPager *pager() const { return m_pager; }

signals:
    /// What is shown, found or under way has changed.
    void changed();
    /// The events of another filter are shown, or of the same one anew.
    void replaced();
    void currentEventChanged(andon::EventId id);
    void eventActivated(andon::EventId id);
    void unseenChanged(qint64 count, bool isAtLeast);
    /// A sentence to show beside the rows; empty: the last one is outdated.
    void noticed(const QString &sentence, bool canRetry);
    void failed(const QString &sentence, const QString &cause);

private:
    void build();
    void connectPager();
    void connectTable();
    void connectTail();
    void begin();
    void goBottom();
    void sort(const AuditOrder &order);
    void fetchAnchors();
    void locate(const QString &typed);
    void onReplaced(AuditPager::Place place);
    void onExtended();
    void onScanned();
    void onViewMoved();
    void onScanFailed(const QString &sentence, const QString &cause);
    void onPageFailed(const QString &sentence, const QString &cause);
    void showRowsOrMessage();
    [[nodiscard]] QString message() const;

    AuditSource *m_source;
    AuditTableModel *m_model;
    AuditPager *m_pager;
    FilterScan *m_scan;
    LiveTail *m_tail;
    LatestFuture<QList<AuditAnchor>> m_anchors;
    LatestFuture<EventId> m_locate;

    QStackedWidget *m_stack = nullptr;
    QLabel *m_message = nullptr;
    QPushButton *m_retry = nullptr;
    AuditTable *m_table = nullptr;
    AuditScrollBar *m_scrollBar = nullptr;
    GoToBar *m_goTo = nullptr;
    AuditExtent m_extent;
    QString m_problem;
    bool m_hasBegun = false;
};

} // namespace andon
