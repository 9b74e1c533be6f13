// SPDX-License-Identifier: Apache-2.0
#include "ui/actions/PendingColumns.h"

#include "ui/Theme.h"
#include "ui/actions/PendingActionsModel.h"

#include <QTableView>

#include <array>

namespace andon {

namespace {

using Model = PendingActionsModel;

constexpr int kRoomForAgent = 460;
constexpr int kLeastDetail = 11 * Theme::kGrid;
constexpr int kLeastWhat = 11 * Theme::kGrid;
constexpr int kMostWhat = 240;
constexpr int kPadding = 2 * Theme::kGrid;

QString titleOf(const Model &model, int column)
{
    return model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
}

QString executingText()
{
    return QStringLiteral("▶ ") + Model::tr("executing");
}

/// The widest id is that of the greatest number; measuring every row would cost more than it tells.
int idWidth(const QFontMetrics &metrics, const Model &model)
{
    ProposalId greatest;
    for (const ActionProposal &action : model.actions())
        greatest = qMax(greatest, action.id);
    return kPadding
        + qMax(metrics.horizontalAdvance(u'#' + greatest.toString()),
               metrics.horizontalAdvance(titleOf(model, Model::IdColumn)));
}

/// As wide as "executing", or as the first of each kind of approval wants it: the time that is left changes every
/// second, the width must not.
int statusWidth(const QFontMetrics &bold, const Model &model)
{
    int width = bold.horizontalAdvance(executingText());
    std::array<bool, static_cast<size_t>(ShownApproval::Kind::Rejected) + 1> isMeasured{};
    for (const ActionProposal &action : model.actions()) {
        if (!action.approval)
            continue;
        const ShownApproval approval = model.approvalOf(action);
        bool &seen = isMeasured.at(static_cast<size_t>(approval.kind));
        if (seen)
            continue;
        seen = true;
        QString widest = QStringLiteral("◆ ") + approval.text;
        for (QChar &character : widest) {
            if (character.isDigit())
                character = u'0';
        }
        width = qMax(width, bold.horizontalAdvance(widest));
    }
    return width + kPadding;
}

} // namespace

void fitPendingColumns(QTableView *table, const PendingActionsModel &model)
{
    if (model.rowCount() == 0)
        return;
    const int available = table->viewport()->width();
    const int id = idWidth(QFontMetrics(table->font()), model);
    const QFontMetrics bold(Theme::boldFont(table->font()));
    const int leastStatus = bold.horizontalAdvance(executingText()) + kPadding;
    const int mostStatus = qMin(available * 40 / 100, available - id - kLeastWhat - kLeastDetail);
    const int status = qBound(leastStatus, statusWidth(bold, model), qMax(leastStatus, mostStatus));
    const int rest = qMax(0, available - id - status);
    const int what = qBound(kLeastWhat, rest * 35 / 100, kMostWhat);
    const bool hasAgent = available >= kRoomForAgent;
    const int agent = hasAgent ? qBound(72, rest * 20 / 100, 160) : 0;
    table->setColumnHidden(Model::AgentColumn, !hasAgent);
    table->setColumnWidth(Model::IdColumn, id);
    table->setColumnWidth(Model::StatusColumn, status);
    table->setColumnWidth(Model::ActionColumn, what);
    if (hasAgent)
        table->setColumnWidth(Model::AgentColumn, agent);
    table->setColumnWidth(Model::DetailColumn, qMax(kLeastDetail, rest - what - agent));
}

} // namespace andon
