// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Clock.h"
#include "ui/actions/ShownApproval.h"

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
        IsGuardedRole,         ///< bool, of what is executing: a stop reaches it
        ApprovalRole,          ///< int, a ShownApproval::Kind
        BriefStatusRole,       ///< QString, for where the status has no room; empty where it is short
    };

    /// `clock` measures how long an action has been running; it must outlive this.
    explicit PendingActionsModel(const Clock &clock = Clock::system(), QObject *parent = nullptr);

    void setActions(const QList<ActionProposal> &actions);
    /// The present safety state's: an approval from before it is void.
    void setEpoch(Epoch epoch);

    [[nodiscard]] const QList<ActionProposal> &actions() const { return m_actions; }
    [[nodiscard]] ProposalId idAt(int row) const;
    /// The action with this id; nothing where it is not listed any more.
    [[nodiscard]] std::optional<ActionProposal> find(ProposalId id) const;
    /// Whether anything here is executing or counts down.
    [[nodiscard]] bool isTicking() const;
    [[nodiscard]] ShownApproval approvalOf(const ActionProposal &action) const;
    [[nodiscard]] QDateTime now() const { return m_clock.now(); }

    /// Tells views that time has passed for what is executing or counts down among these rows.
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
    [[nodiscard]] QString statusText(const ActionProposal &action) const;
    [[nodiscard]] static QString statusWord(std::optional<ActionStatus> status, const QString &stored);
    [[nodiscard]] static QString guardText(const ActionProposal &action);
    [[nodiscard]] QString detail(const ActionProposal &action) const;
    void removeAllBut(const QList<ActionProposal> &wanted);
    void place(const ActionProposal &action, int row);

    const Clock &m_clock;
    QList<ActionProposal> m_actions;
    Epoch m_epoch;
};

} // namespace andon
