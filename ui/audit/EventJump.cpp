// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/EventJump.h"

#include "core/audit/filter/AuditFilter.h"
#include "ui/audit/filter/AuditFilterBar.h"
#include "ui/audit/list/AuditList.h"
#include "ui/audit/list/AuditTable.h"
#include "ui/audit/list/AuditTableModel.h"

namespace andon {

EventJump::EventJump(AuditList *list, AuditFilterBar *bar, QObject *parent)
    : QObject(parent)
    , m_list(list)
    , m_bar(bar)
{
    connect(list, &AuditList::replaced, this, &EventJump::arrive);
}

void EventJump::to(EventId id)
{
    m_destination = id;
    const bool isHere = m_list->model()->rowOf(id) >= 0;
    if (!isHere && !m_list->filter().isEmpty()) {
        m_stage = Stage::FilterGoes;
        m_bar->setText({});
        return;
    }
    m_stage = Stage::RowsCome;
    m_list->goTo(id);
    if (isHere)
        arrive();
}

void EventJump::arrive()
{
    const Stage stage = m_stage;
    m_stage = Stage::None;
    if (stage == Stage::None)
        return;
    const int row = m_list->model()->rowOf(m_destination);
    if (row >= 0)
        m_list->table()->selectOnly(row);
    else if (stage == Stage::FilterGoes && m_list->filter().isEmpty())
        to(m_destination);
    // Else it is not in the log any more: its neighbours are shown.
}

} // namespace andon
