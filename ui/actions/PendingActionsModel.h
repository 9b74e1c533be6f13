// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Clock.h"
#include "core/actions/ActionProposal.h"

#include <QAbstractTableModel>
#include <QList>

namespace andon {

/// What is pending or running, one action a row, as Station::activeActions lists it.
///
/// A new list is merged by id, not reset: selection, current row and scroll position stay with
/// their actions.
class PendingActionsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { IdColumn, ActionColumn, StatusColumn, AgentColumn, DetailColumn, ColumnCount };
    enum Role {
        IdRole = Qt::UserRole, ///< qint64
        IsExecutingRole,       ///< bool
    };

    /// `clock` measures how long an action has been running; it must outlive this.
    explicit PendingActionsModel(const Clock &clock = Clock::system(), QObject *parent = nullptr);

    void setActions(const QList<ActionProposal> &actions);

    [[nodiscard]] const QList<ActionProposal> &actions() const { return m_actions; }
    [[nodiscard]] ProposalId idAt(int row) const;
    [[nodiscard]] bool hasExecuting() const;

    /// Tells views that time has passed for the executing actions among these rows.
    void refreshElapsed(int firstRow, int lastRow);

    /// "4 s", "1 min 05 s", "2 h 03 min"; never below 0 s.
    [[nodiscard]] static QString elapsedText(const QDateTime &since, const QDateTime &now);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString text(const ActionProposal &action, int column) const;
    [[nodiscard]] QString tip(const ActionProposal &action) const;
    [[nodiscard]] QString statusWord(const ActionProposal &action) const;
    [[nodiscard]] QString detail(const ActionProposal &action) const;
    void removeAllBut(const QList<ActionProposal> &wanted);
    void place(const ActionProposal &action, int row);

    const Clock &m_clock;
    QList<ActionProposal> m_actions;
};

} // namespace andon
