// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/AuditPage.h"
#include "ui/audit/LatestFuture.h"

#include <QObject>

namespace andon {

class AuditSource;
class AuditTableModel;

/// Decides which rows of the log the model holds, and fetches them page by page.
///
/// One page is under way at a time. A search or a jump takes the place of whatever was asked before, whose
/// answer is never heard. What is shown stays until the new rows are there, and stays for good
/// where they do not come.
class AuditPager : public QObject
{
    Q_OBJECT

public:
    static constexpr int kPageSize = 200;

    /// Where in its rows a new window is looked at first.
    enum class Place { Newest, Oldest, First };

    /// `source` and `model` must outlive this.
    AuditPager(AuditSource *source, AuditTableModel *model, QObject *parent = nullptr);

    /// The filter of the rows that are shown.
    [[nodiscard]] const AuditFilter &filter() const { return m_filter; }
    /// True once rows have come for the first time, be it none.
    [[nodiscard]] bool hasRows() const { return m_hasRows; }
    /// Whether matching events lie beyond the window, as far as is known.
    [[nodiscard]] bool hasNewer() const { return m_hasNewer; }
    [[nodiscard]] bool hasOlder() const { return m_hasOlder; }
    /// A search or a jump is under way.
    [[nodiscard]] bool isSearching() const { return m_page.isAsking() && m_purpose == Purpose::Replace; }
    [[nodiscard]] bool isFetching() const { return m_page.isAsking(); }
    /// Every matching event up to this one has been fetched at some time: where to go on with the tail.
    [[nodiscard]] EventId seenThrough() const { return m_seenThrough; }

    /// Shows the newest events of another filter, or of the same one afresh.
    void search(const AuditFilter &filter);
    void goNewest();
    void goOldest();
    /// Shows this event, or the nearest older one, first.
    void goTo(EventId id);
    /// The next page beyond an edge. Nothing where there is none, or where another page is under way.
    void fetchOlder();
    void fetchNewer();
    /// What was written after `seenThrough`. Only for a window that holds the newest events.
    void followTail();
    /// The log is known to reach this far.
    void setKnownNewest(EventId id) { m_knownNewest = id; }
    /// Ends a search or a jump; what is shown stays.
    void cancel();
    /// Asks again what has failed or was cancelled.
    void retry();

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
    enum class Purpose { Replace, Older, Newer };
    struct Jump
    {
        AuditPageRequest request;
        Place place = Place::Newest;
    };

    void jump(const Jump &jump);
    void ask(Purpose purpose, const AuditPageRequest &request);
    void take(const AuditPage &page);
    void takeReplacement(const AuditPage &page);
    void takeOlder(const AuditPage &page);
    void takeNewer(const AuditPage &page);
    [[nodiscard]] AuditPageRequest request(AuditPageRequest::Direction direction, EventId from) const;
    void fail(const QString &sentence, const QString &cause);

    AuditSource *m_source;
    AuditTableModel *m_model;
    AuditFilter m_filter;
    LatestFuture<AuditPage> m_page;
    Purpose m_purpose = Purpose::Replace;
    Jump m_jump;
    EventId m_knownNewest;
    EventId m_knownNewestWhenAsked;
    EventId m_seenThrough;
    bool m_hasRows = false;
    bool m_hasNewer = false;
    bool m_hasOlder = false;
    bool m_hasFailed = false;
};

} // namespace andon
