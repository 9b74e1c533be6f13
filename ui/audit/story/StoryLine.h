// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/AuditEvent.h"

#include <QList>

namespace andon {

/// One event of a story, as far as it is shown: its data is not kept.
struct StoryLine
{
    AuditEvent event; ///< without data
    QString summary;
    QString actionName; ///< of a proposal's first event
    QString reason;

    /// Oldest first, out of events that are newest first. Reads all data: not for the UI thread.
    [[nodiscard]] static QList<StoryLine> of(const QList<AuditEvent> &newestFirst);
};

} // namespace andon
