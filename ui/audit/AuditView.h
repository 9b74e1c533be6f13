// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"
#include "core/audit/AuditPage.h"

#include <QWidget>

#include <memory>

class QLabel;
class QPushButton;
class QSplitter;
class QStackedWidget;

namespace andon {

class AuditCounter;
class AuditFilterBar;
class AuditPager;
class AuditRowMenu;
class AuditScrollBar;
class AuditSource;
class AuditStatusLine;
class AuditTable;
class AuditTableModel;
class EventDetails;
class ExportPanel;
class LiveTail;
class Station;

/// The audit log: a filter, the events that match it, one event in detail, and their export.
///
/// All reading happens elsewhere; this thread never waits. It begins to read when it is first shown.
class AuditView : public QWidget
{
    Q_OBJECT

public:
    /// `station` must outlive this.
    explicit AuditView(Station *station, QWidget *parent = nullptr);
    explicit AuditView(std::unique_ptr<AuditSource> source, QWidget *parent = nullptr);
    ~AuditView() override;

    /// Applies the filter as if it had been typed.
    void setFilterText(const QString &text);
    /// What is typed, be it right or wrong.
    [[nodiscard]] QString filterText() const;

public slots:
    /// Shows all events of one proposal.
    void showProposal(andon::ProposalId id);

signals:
    /// Something could not be read or written. The view tells the person; this is for the log.
    void failed(const QString &sentence, const QString &cause);

protected:
    void showEvent(QShowEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void build();
    QWidget *buildBar();
    QWidget *buildRows();
    void connectPager();
    void connectTable();
    void connectTail();

    void begin();
    void onReplaced();
    void onExtended();
    void onViewMoved();
    void onCurrentEvent(EventId id);
    void onPageFailed(const QString &sentence, const QString &cause);
    void showRowsOrMessage();
    void showCount();
    [[nodiscard]] bool cancelReading();
    void setLive(bool isLive);

    std::unique_ptr<AuditSource> m_source;
    AuditTableModel *m_model;
    AuditPager *m_pager;
    LiveTail *m_tail;
    AuditCounter *m_counter;

    AuditFilterBar *m_bar = nullptr;
    QPushButton *m_live = nullptr;
    QPushButton *m_export = nullptr;
    QSplitter *m_splitter = nullptr;
    QStackedWidget *m_stack = nullptr;
    QLabel *m_message = nullptr;
    QPushButton *m_retry = nullptr;
    AuditTable *m_table = nullptr;
    AuditScrollBar *m_scrollBar = nullptr;
    EventDetails *m_details = nullptr;
    ExportPanel *m_exportPanel = nullptr;
    AuditStatusLine *m_status = nullptr;
    AuditRowMenu *m_menu = nullptr;
    QString m_problem;
    bool m_hasBegun = false;
};

} // namespace andon
