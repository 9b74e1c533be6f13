// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/read/AuditPage.h"
#include "ui/audit/LatestFuture.h"
#include "ui/audit/story/StoryLine.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QTableView;

namespace andon {

class AuditSource;
class StoryModel;

/// The story of one proposal: all of its events in the order in which they came, and the time between them.
class StoryView : public QWidget
{
    Q_OBJECT

public:
    /// A longer story is told up to here.
    static constexpr int kMaxEvents = 5000;
    static constexpr int kPageSize = 500;

    /// `source` must outlive this.
    explicit StoryView(AuditSource *source, QWidget *parent = nullptr);

    void tell(ProposalId id);
    void clear();
    /// Reads what has come since.
    void refresh();
    /// Qt::LocalTime or Qt::UTC.
    void setZone(Qt::TimeSpec zone);

    /// Invalid: none is told.
    [[nodiscard]] ProposalId proposal() const { return m_proposal; }

signals:
    /// The reader has had enough of it.
    void closed();
    void eventChosen(andon::EventId id);
    void failed(const QString &sentence, const QString &cause);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void build();
    void readOn();
    void onPage(const AuditPage &page);
    void onLines(const QList<StoryLine> &lines, bool reachedEnd);
    void onFailed(const QString &sentence, const QString &cause);
    void showState();
    void copy() const;
    void applyStyle();
    void fitColumns();
    [[nodiscard]] bool isFull() const;
    [[nodiscard]] bool isReading() const;

    AuditSource *m_source;
    StoryModel *m_model;
    QLabel *m_title;
    QLabel *m_facts;
    QPushButton *m_close;
    QTableView *m_table;
    QLabel *m_message;
    QPushButton *m_retry;

    ProposalId m_proposal;
    AuditFilter m_filter;
    EventId m_through; ///< read so far
    bool m_hasReadAll = false;
    bool m_isMoreExpected = false; ///< asked to refresh while it was reading
    QString m_problem;
    Qt::TimeSpec m_zone = Qt::LocalTime;
    bool m_isNarrow = false;
    LatestFuture<AuditPage> m_page;
    LatestFuture<QList<StoryLine>> m_lines;
};

} // namespace andon
