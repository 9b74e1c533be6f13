// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/AuditEvent.h"

#include <QJsonObject>

namespace andon {

/// What an event tells, in the words that a person looks for first: what, why, how long, by whom. `data` is the event's
/// own. Empty where it holds none of the words that are known. Any program may have written it: the caller makes what
/// is in it visible.
[[nodiscard]] QString eventSentence(const AuditEvent &event, const QJsonObject &data);

} // namespace andon
