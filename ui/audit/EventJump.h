// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"

#include <QObject>

namespace andon {

class AuditFilterBar;
class AuditList;

/// Goes to an event of the log and selects it; a filter that may hide it is taken away first.
class EventJump : public QObject
{
    Q_OBJECT

public:
    /// `list` and `bar` must outlive this.
    EventJump(AuditList *list, AuditFilterBar *bar, QObject *parent = nullptr);

    void to(EventId id);

private:
    void arrive();

    enum class Stage { None, FilterGoes, RowsCome };

    AuditList *m_list;
    AuditFilterBar *m_bar;
    EventId m_destination;
    Stage m_stage = Stage::None;
};

} // namespace andon
