// SPDX-License-Identifier: Apache-2.0
#include "core/audit/AuditEvent.h"

#include <QJsonDocument>

namespace andon {

QJsonObject AuditEvent::dataObject() const
{
    return QJsonDocument::fromJson(eventData.toUtf8()).object();
}

} // namespace andon
