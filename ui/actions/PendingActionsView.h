// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/station/Station.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

class QLabel;
class QPushButton;
class QTableView;

namespace andon {

class PendingActionsModel;

/// What is pending and what runs, with cancel. Shows the first 500; the number in the heading is
/// that of all. Not the reviewer's: there is no cancel in a read-only window.
///
/// Cancelling is the safe direction, so it asks nothing; what came of it is told under the table.
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
    bool eventFilter(QObject *watched, QEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void build();
    void buildTable();
    void fitColumns();
    void startReading();
    void showCounts();
    void showMenu(const QPoint &where);
    void tick();
    void updateActions();
    void applyTheme();
    [[nodiscard]] QList<ProposalId> selectedIds() const;

    Station *m_station;
    SafetyStatus m_status;
    PendingActionsModel *m_model;
    QLabel *m_heading;
    QLabel *m_more;
    QLabel *m_empty;
    QLabel *m_outcome;
    QTableView *m_table;
    QPushButton *m_cancel = nullptr;
    QTimer m_readSoon;
    QTimer m_ticker;
    QElapsedTimer m_sinceRead;
    bool m_isReading = false;
    bool m_mustReadAgain = false;
    bool m_hasRead = false;
};

} // namespace andon
