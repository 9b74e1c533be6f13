// SPDX-License-Identifier: Apache-2.0
#include "ui/actions/PendingActionsModel.h"

#include "ui/PlainTip.h"
#include "ui/audit/EventText.h"

#include <QSet>

#include <algorithm>
#include <utility>

namespace andon {

namespace {

constexpr int kLongestTip = 300;

bool isExecuting(const ActionProposal &action)
{
    return action.status == ActionStatus::Executing;
}

/// Its guard may not know the number of its command yet.
bool isGuarded(const ActionProposal &action)
{
    return action.guardedPid > 0 || !action.guardHost.isEmpty();
}

} // namespace

PendingActionsModel::PendingActionsModel(const Clock &clock, QObject *parent)
    : QAbstractTableModel(parent)
    , m_clock(clock)
{
}

void PendingActionsModel::setActions(const QList<ActionProposal> &actions)
{
    removeAllBut(actions);
    QSet<ProposalId> present;
    for (const ActionProposal &action : std::as_const(m_actions))
        present.insert(action.id);

    for (int row = 0; row < actions.size();) {
        int end = row;
        while (end < actions.size() && !present.contains(actions[end].id))
            ++end;
        if (end == row) {
            place(actions[row], row);
            ++row;
            continue;
        }
        beginInsertRows({}, row, end - 1);
        m_actions = m_actions.mid(0, row) + actions.mid(row, end - row) + m_actions.mid(row);
        endInsertRows();
        row = end;
    }
}

void PendingActionsModel::removeAllBut(const QList<ActionProposal> &wanted)
{
    QSet<ProposalId> stays;
    stays.reserve(wanted.size());
    for (const ActionProposal &action : wanted)
        stays.insert(action.id);

    for (int last = static_cast<int>(m_actions.size()) - 1; last >= 0; --last) {
        if (stays.contains(m_actions[last].id))
            continue;
        int first = last;
        while (first > 0 && !stays.contains(m_actions[first - 1].id))
            --first;
        beginRemoveRows({}, first, last);
        m_actions.remove(first, last - first + 1);
        endRemoveRows();
        last = first;
    }
}

/// Brings an action that is somewhere at or below this row to it. All rows above are in place already.
void PendingActionsModel::place(const ActionProposal &action, int row)
{
    const auto found = std::find_if(m_actions.cbegin() + row, m_actions.cend(),
                                    [&](const ActionProposal &candidate) { return candidate.id == action.id; });
    const int from = static_cast<int>(found - m_actions.cbegin());
    if (from != row) {
        beginMoveRows({}, from, from, {}, row);
        m_actions.move(from, row);
        endMoveRows();
    }
    if (m_actions[row] != action) {
        m_actions[row] = action;
        emit dataChanged(index(row, 0), index(row, ColumnCount - 1));
    }
}

ProposalId PendingActionsModel::idAt(int row) const
{
    return row >= 0 && row < m_actions.size() ? m_actions[row].id : ProposalId();
}

std::optional<ActionProposal> PendingActionsModel::find(ProposalId id) const
{
    const auto found = std::find_if(m_actions.cbegin(), m_actions.cend(),
                                    [id](const ActionProposal &candidate) { return candidate.id == id; });
    return found == m_actions.cend() ? std::nullopt : std::optional(*found);
}

ShownApproval PendingActionsModel::approvalOf(const ActionProposal &action) const
{
    return ShownApproval::of(action, m_clock.now(), m_epoch);
}

bool PendingActionsModel::isTicking() const
{
    return std::any_of(m_actions.cbegin(), m_actions.cend(), [this](const ActionProposal &action) {
        return isExecuting(action) || approvalOf(action).isTicking();
    });
}

void PendingActionsModel::setEpoch(Epoch epoch)
{
    if (m_epoch == epoch)
        return;
    m_epoch = epoch;
    if (!m_actions.isEmpty())
        emit dataChanged(index(0, StatusColumn), index(rowCount() - 1, StatusColumn));
}

void PendingActionsModel::refreshElapsed(int firstRow, int lastRow)
{
    const int last = qMin(lastRow, static_cast<int>(m_actions.size()) - 1);
    for (int row = qMax(0, firstRow); row <= last; ++row) {
        const ActionProposal &action = m_actions[row];
        if (isExecuting(action))
            emit dataChanged(index(row, DetailColumn), index(row, DetailColumn), {Qt::DisplayRole});
        else if (action.approval) // also at the moment when it has stopped counting
            emit dataChanged(index(row, StatusColumn), index(row, StatusColumn),
                             {Qt::DisplayRole, ApprovalRole, BriefStatusRole});
    }
}

QString PendingActionsModel::elapsedText(const QDateTime &since, const QDateTime &now)
{
    const qint64 seconds = qMax<qint64>(0, since.secsTo(now)); // the clocks of two machines may differ
    const auto padded = [](qint64 number) { return QStringLiteral("%1").arg(number, 2, 10, QLatin1Char('0')); };
    if (seconds < 60)
        return tr("%1 s").arg(seconds);
    if (seconds < 3600)
        return tr("%1 min %2 s").arg(QString::number(seconds / 60), padded(seconds % 60));
    return tr("%1 h %2 min").arg(QString::number(seconds / 3600), padded(seconds % 3600 / 60));
}

int PendingActionsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_actions.size());
}

int PendingActionsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant PendingActionsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const ActionProposal &action = m_actions[index.row()];
    switch (role) {
    case Qt::DisplayRole:
        return text(action, index.column());
    case Qt::ToolTipRole:
        return tip(action);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment(Qt::AlignLeft | Qt::AlignVCenter));
    case Qt::AccessibleTextRole:
        return tr("%1: %2").arg(headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString(),
                                text(action, index.column()));
    case IdRole:
        return action.id.value;
    case IsExecutingRole:
        return isExecuting(action);
    case IsGuardedRole:
        return isGuarded(action);
    case ApprovalRole:
        return static_cast<int>(approvalOf(action).kind);
    case BriefStatusRole:
        return approvalOf(action).brief;
    default:
        return {};
    }
}

QVariant PendingActionsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case IdColumn:
        return tr("Action");
    case ActionColumn:
        return tr("What");
    case StatusColumn:
        return tr("Status");
    case AgentColumn:
        return tr("Agent");
    case DetailColumn:
        return tr("Running for, or why");
    default:
        return {};
    }
}

QString PendingActionsModel::text(const ActionProposal &action, int column) const
{
    switch (column) {
    case IdColumn:
        return u'#' + action.id.toString();
    case ActionColumn:
        return action.actionName;
    case StatusColumn:
        return statusText(action);
    case AgentColumn:
        return action.agentId.isEmpty() ? action.requesterId : action.agentId;
    case DetailColumn:
        return detail(action);
    default:
        return {};
    }
}

QString PendingActionsModel::tip(const ActionProposal &action) const
{
    QStringList lines = {tr("%1, asked for by %2").arg(action.actionName, text(action, AgentColumn))};
    if (isExecuting(action))
        lines << guardText(action);
    const ShownApproval approval = approvalOf(action);
    if (approval.kind != ShownApproval::Kind::None)
        lines << tr("%1: %2").arg(statusWord(action.status, action.statusText), approval.text) << approval.tip;
    for (const QString &more : {action.reason, action.parameters}) {
        if (!more.isEmpty())
            lines << more.left(kLongestTip);
    }
    return plainTip(lines.join(u'\n'));
}

QString PendingActionsModel::guardText(const ActionProposal &action)
{
    if (!isGuarded(action))
        return tr("Not guarded: a stop cannot end it from here.");
    const QString host = EventText::visible(action.guardHost);
    if (action.guardedPid <= 0)
        return tr("Guarded on %1.").arg(host);
    const QString pid = QString::number(action.guardedPid);
    return host.isEmpty() ? tr("Guarded, pid %1.").arg(pid) : tr("Guarded, pid %1 on %2.").arg(pid, host);
}

QString PendingActionsModel::statusText(const ActionProposal &action) const
{
    const ShownApproval approval = approvalOf(action);
    return approval.kind == ShownApproval::Kind::None ? statusWord(action.status, action.statusText) : approval.text;
}

QString PendingActionsModel::statusWord(std::optional<ActionStatus> status, const QString &stored)
{
    if (status == ActionStatus::Proposed)
        return tr("proposed");
    if (status == ActionStatus::Validated)
        return tr("validated");
    return status == ActionStatus::Executing ? tr("executing") : stored;
}

QString PendingActionsModel::detail(const ActionProposal &action) const
{
    QStringList parts;
    if (isExecuting(action) && action.startedAt.isValid())
        parts << elapsedText(action.startedAt, m_clock.now());
    if (isExecuting(action) && !isGuarded(action))
        parts << tr("not guarded");
    const QString reason = action.reason.simplified();
    if (!reason.isEmpty())
        parts << reason;
    return parts.join(QStringLiteral(" · "));
}

} // namespace andon
