// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/station/Station.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

class QLabel;
class QMenu;
class QVBoxLayout;

namespace andon {

class ActionCommands;
class DecisionPanel;
class PendingActionsModel;
class PendingHeadline;
class PendingTable;

/// What is pending and what runs, with approve, reject, cancel and hold. Shows the first 500; the number in the heading
/// is that of all. Not the reviewer's: a read-only window has none of these.
///
/// Cancelling and holding are the safe direction, so they ask nothing. An approval is shown what it is for, and asks
/// for a reason. What came of each is told under the table.
class PendingActionsView : public QWidget
{
    Q_OBJECT

public:
    static constexpr int kMaxRows = 500;

    /// `station` must outlive this.
    explicit PendingActionsView(Station *station, QWidget *parent = nullptr);

    [[nodiscard]] PendingActionsModel *model() const { return m_model; }
    /// "Cancelled 3 actions.", or why not; empty before the first.
    [[nodiscard]] QString outcome() const;

    [[nodiscard]] QSize minimumSizeHint() const override;

public slots:
    void setStatus(const andon::SafetyStatus &status);
    /// Shows these, as they have been read.
    void showActions(const QList<andon::ActionProposal> &actions);
    /// Reads the list again: at once, or 200 ms after the last time.
    void refresh();
    void cancelSelected();

signals:
    /// The person wants to see all that happened to this action.
    void storyDemanded(andon::ProposalId id);
    /// The list could not be read.
    void failed(const QString &message, const QString &cause);

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void build();
    void buildCommands();
    void startReading();
    void showCounts();
    void showMenu(const QPoint &where);
    void addHolds(QMenu *menu, ProposalId id);
    void decideSelected(bool isYes);
    void tell(const QString &sentence, const QString &cause);
    void updateActions();
    void showParts();
    void applyTheme();
    [[nodiscard]] QList<ProposalId> waiting(const QList<ProposalId> &ids) const;

    Station *m_station;
    SafetyStatus m_status;
    PendingActionsModel *m_model;
    QVBoxLayout *m_column = nullptr;
    PendingHeadline *m_headline;
    ActionCommands *m_commands;
    QLabel *m_more;
    QLabel *m_empty;
    QLabel *m_outcome;
    PendingTable *m_table;
    DecisionPanel *m_decision = nullptr; // made when first asked for
    QTimer m_readSoon;
    QTimer m_ticker;
    QElapsedTimer m_sinceRead;
    bool m_isReading = false;
    bool m_mustReadAgain = false;
    bool m_hasRead = false;
};

} // namespace andon
