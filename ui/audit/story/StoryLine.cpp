// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/story/StoryLine.h"

#include "ui/audit/EventText.h"

#include <algorithm>

namespace andon {

QList<StoryLine> StoryLine::of(const QList<AuditEvent> &newestFirst)
{
    QList<StoryLine> lines;
    lines.reserve(newestFirst.size());
    for (const AuditEvent &event : newestFirst) {
        StoryLine line{event, EventText::summary(event), {}, {}};
        if (event.eventType == EventType::kProposed) {
            const QJsonObject data = event.dataObject();
            line.actionName = EventText::visible(data.value(QLatin1StringView("action_name")).toString());
            line.reason = EventText::visible(data.value(QLatin1StringView("reason")).toString());
        }
        line.event.eventData.clear();
        // Copies: the stored ones may be of any length.
        line.event.eventType = EventText::visible(event.eventType);
        line.event.actor = EventText::visible(event.actor);
        line.event.timestampText = event.timestampText.left(EventText::kMaxCell);
        lines << line;
    }
    std::reverse(lines.begin(), lines.end());
    return lines;
}

} // namespace andon
