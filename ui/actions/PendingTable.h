// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"

#include <QTableView>

namespace andon {

class PendingActionsModel;

/// The table of a PendingActionsModel, and its keys: Delete cancels, A approves, R rejects, Enter shows the story.
class PendingTable : public QTableView
{
    Q_OBJECT

public:
    PendingTable(PendingActionsModel *model, QWidget *parent);

    /// Shares the width among the columns anew.
    void fitColumns();
    /// The selected actions, by id.
    [[nodiscard]] QList<ProposalId> selectedIds() const;
    /// Tells the model that time has passed for the rows that are in sight.
    void refreshElapsed();

signals:
    void cancelDemanded();
    void approveDemanded();
    void rejectDemanded();
    void storyDemanded(andon::ProposalId id);
    void selectionMoved();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    bool handleKey(const QKeyEvent &key);

    PendingActionsModel *m_model;
};

} // namespace andon
