// SPDX-License-Identifier: Apache-2.0
#include "ui/actions/PendingActionsModel.h"

#include "ui/PlainTip.h"

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

bool PendingActionsModel::hasExecuting() const
{
    return std::any_of(m_actions.cbegin(), m_actions.cend(), isExecuting);
}

void PendingActionsModel::refreshElapsed(int firstRow, int lastRow)
{
    const int last = qMin(lastRow, static_cast<int>(m_actions.size()) - 1);
    for (int row = qMax(0, firstRow); row <= last; ++row) {
        if (isExecuting(m_actions[row]))
            emit dataChanged(index(row, DetailColumn), index(row, DetailColumn), {Qt::DisplayRole});
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
        return statusWord(action);
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
    for (const QString &more : {action.reason, action.parameters}) {
        if (!more.isEmpty())
            lines << more.left(kLongestTip);
    }
    return plainTip(lines.join(u'\n'));
}

QString PendingActionsModel::statusWord(const ActionProposal &action) const
{
    if (!action.status)
        return action.statusText;
    switch (*action.status) {
    case ActionStatus::Proposed:
        return tr("proposed");
    case ActionStatus::Validated:
        return tr("validated");
    case ActionStatus::Executing:
        return tr("executing");
    default:
        return action.statusText;
    }
}

QString PendingActionsModel::detail(const ActionProposal &action) const
{
    QString reason = action.reason.simplified();
    if (!isExecuting(action) || !action.startedAt.isValid())
        return reason;
    const QString elapsed = elapsedText(action.startedAt, m_clock.now());
    return reason.isEmpty() ? elapsed : elapsed + QStringLiteral(" · ") + reason;
}

} // namespace andon
