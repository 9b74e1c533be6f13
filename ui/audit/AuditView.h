// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"
#include "core/audit/filter/AuditVocabulary.h"
#include "ui/audit/LatestFuture.h"
#include "ui/audit/timeline/RangeHistory.h"

#include <QTimer>
#include <QWidget>

#include <memory>

class QAction;
class QBoxLayout;
class QPushButton;
class QSplitter;
class QToolButton;

namespace andon {

class ActivityTimeline;
class AuditFilter;
class AuditFilterBar;
class AuditList;
class AuditRowMenu;
class AuditSeals;
class AuditSide;
class AuditSource;
class AuditStatusLine;
class EventJump;
class ExportPanel;
class FilterChips;
class Station;

/// The audit log: a filter, when what matches happened, the events themselves, one of them in detail or one proposal's
/// story, and their export.
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

    /// Columns, their order and widths, the parts' sizes, local time or UTC.
    [[nodiscard]] QByteArray saveState() const;
    void restoreState(const QByteArray &state);

    /// What can be done with the whole log: for a menu.
    [[nodiscard]] QList<QAction *> logActions() const;

public slots:
    /// Shows all events of one proposal, and its story.
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
    void connectBar();
    void connectList();
    void connectTimeline();
    void connectSide();
    void connectSeals();

    void search(const AuditFilter &filter);
    void onReplaced();
    void onChanged();
    void onCurrentEvent(EventId id);
    void tellStory(EventId id);
    void chooseRange(const TimeRange &range);
    void goBackInTime();
    void showFindings();
    void setLive(bool isLive);
    void setUtc(bool isUtc);
    void fetchVocabulary();
    void makeRoom();
    [[nodiscard]] Qt::TimeSpec zone() const;

    std::unique_ptr<AuditSource> m_source;
    AuditList *m_list = nullptr;
    AuditFilterBar *m_bar = nullptr;
    ActivityTimeline *m_timeline = nullptr;
    FilterChips *m_chips = nullptr;
    QPushButton *m_live = nullptr;
    QToolButton *m_utc = nullptr;
    QPushButton *m_export = nullptr;
    QBoxLayout *m_barLayout = nullptr;
    QSplitter *m_splitter = nullptr;
    AuditSide *m_side = nullptr;
    AuditSeals *m_seals = nullptr;
    ExportPanel *m_exportPanel = nullptr;
    AuditStatusLine *m_status = nullptr;
    AuditRowMenu *m_menu = nullptr;
    EventJump *m_jump = nullptr;
    RangeHistory m_ranges;
    LatestFuture<AuditVocabulary> m_vocabulary;
    QTimer m_findingsShown;  // a scan tells a few dozen times a second, the eye needs fewer
    QList<int> m_roomySizes; ///< of the splitter, before it made room
    bool m_isTight = false;
    bool m_hasBegun = false;
    bool m_hasVocabulary = false;
};

} // namespace andon
