// SPDX-License-Identifier: Apache-2.0
#pragma once

class QTableView;

namespace andon {

class PendingActionsModel;

/// Shares the width of the table among the columns of a PendingActionsModel. Where there is little, who asked gives way
/// to the status and to how long and why; the tooltip still has it.
void fitPendingColumns(QTableView *table, const PendingActionsModel &model);

} // namespace andon
