// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/read/AuditPage.h"
#include "ui/audit/LatestFuture.h"
#include "ui/audit/list/PageCache.h"

#include <QObject>

namespace andon {

class AuditSource;
class AuditTableModel;

/// Decides which rows of the log the model holds, and fetches them page by page.
///
/// One page is under way at a time. A search or a jump takes the place of whatever was asked before, whose
/// answer is never heard. What is shown stays until the new rows are there, and stays for good
/// where they do not come. A page that a scan has not come to yet is asked for again as the scan goes on.
class AuditPager : public QObject
{
    Q_OBJECT

public:
    static constexpr int kPageSize = 200;

    /// Where in its rows a new window is looked at first.
    enum class Place { Top, Bottom, First };

    using Findings = std::shared_ptr<ScanFindings>;

    /// `source` and `model` must outlive this.
    AuditPager(AuditSource *source, AuditTableModel *model, QObject *parent = nullptr);

    /// The filter of the rows that are shown.
    [[nodiscard]] const AuditFilter &filter() const { return m_filter; }
    [[nodiscard]] const AuditOrder &order() const { return m_order; }
    /// Whether the list is in the log's own order, so that what is new comes at the top.
    [[nodiscard]] bool isNewestFirst() const { return m_order == AuditOrder(); }
    /// True once rows have come for the first time, be it none.
    [[nodiscard]] bool hasRows() const { return m_hasRows; }
    /// Whether matching events lie beyond the window, as far as is known.
    [[nodiscard]] bool hasAbove() const { return m_hasAbove; }
    [[nodiscard]] bool hasBelow() const { return m_hasBelow; }
    /// A search or a jump is under way.
    [[nodiscard]] bool isSearching() const
    {
        return m_purpose == Purpose::Replace && (m_page.isAsking() || m_awaitsScan);
    }
    [[nodiscard]] bool isFetching() const { return m_page.isAsking(); }
    /// How far a search or jump has come by its own reading; less than 0 where that is not known.
    [[nodiscard]] double share() const { return m_share; }
    /// Every matching event up to this one has been fetched at some time: where to go on with the tail.
    [[nodiscard]] EventId seenThrough() const { return m_seenThrough; }

    /// Shows the first events of another filter, or of the same one afresh. `findings` is what a scan of it
    /// finds, now and later.
    void search(const AuditFilter &filter, const Findings &findings);
    /// Lists the same events in another order, from its top.
    void sort(const AuditOrder &order);
    void goTop();
    void goBottom();
    /// Shows this event, or the nearest one down the list, first.
    void goTo(EventId id);
    /// The next page beyond an edge. Nothing where there is none, or where another page is under way.
    void fetchBelow();
    void fetchAbove();
    /// The scan has found more, or has ended.
    void onScanned();
    /// What was written after `seenThrough`. Only for a window that holds the newest events.
    void followTail();
    /// The log is known to reach this far.
    void setKnownNewest(EventId id) { m_knownNewest = id; }
    /// Ends a search or a jump; what is shown stays.
    void cancel();
    /// The filter of what `retry` asks for, be it shown or not.
    [[nodiscard]] const AuditFilter &wantedFilter() const
    {
        return hasFailedAtEdge() ? m_filter : m_jump.request.filter;
    }
    /// What is wanted next, a scan has not come to yet.
    [[nodiscard]] bool awaitsScan() const { return m_awaitsScan; }
    /// Asks again what has failed or was cancelled. `findings` are those of `wantedFilter`.
    void retry(const Findings &findings);

signals:
    void searchingChanged(bool isSearching);
    /// How far a search has come.
    void progressed(qint64 done, qint64 total);
    /// Other rows are in the model now.
    void replaced(andon::AuditPager::Place place);
    /// Rows were added at an edge, or it was found that there are none.
    void extended();
    void failed(const QString &sentence, const QString &cause);

private:
    enum class Purpose { Replace, Below, Above };
    struct Jump
    {
        AuditPageRequest request;
        Place place = Place::Top;
        Findings findings;
    };

    [[nodiscard]] bool hasFailedAtEdge() const { return m_hasFailed && m_hasRows && m_purpose != Purpose::Replace; }
    void jump(const Jump &jump);
    void ask(Purpose purpose, const AuditPageRequest &request);
    void take(const AuditPage &page);
    void takeReplacement(const AuditPage &page);
    void takeBelow(const AuditPage &page);
    void takeAbove(const AuditPage &page);
    [[nodiscard]] AuditPageRequest request(AuditPageRequest::Direction direction, EventId from) const;
    void fail(const QString &sentence, const QString &cause);

    AuditSource *m_source;
    AuditTableModel *m_model;
    AuditFilter m_filter;
    AuditOrder m_order;
    Findings m_findings;
    LatestFuture<AuditPage> m_page;
    Purpose m_purpose = Purpose::Replace;
    Jump m_jump;
    AuditPageRequest m_asked;
    PageCache m_cache;
    double m_share = -1;
    EventId m_knownNewest;
    EventId m_knownNewestWhenAsked;
    EventId m_seenThrough;
    bool m_hasRows = false;
    bool m_hasAbove = false;
    bool m_hasBelow = false;
    bool m_awaitsScan = false; ///< what is wanted next, the scan has not come to yet
    qint64 m_foundWhenAsked = 0;
    bool m_hasFailed = false;
};

} // namespace andon
