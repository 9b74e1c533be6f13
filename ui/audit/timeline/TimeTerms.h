// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/audit/timeline/RangeHistory.h"

#include <QString>

namespace andon {

/// The range of time that a line of filter chooses, and the line with another one.
namespace TimeTerms {

/// Of a filter that cannot be read, nothing.
[[nodiscard]] TimeRange rangeOf(const QString &filter, const QDateTime &now);

/// The filter without its terms on time, and with these bounds instead; `zone` (Qt::LocalTime or Qt::UTC) is how they
/// are written. A filter that cannot be read stays as it is.
[[nodiscard]] QString withRange(const QString &filter, const TimeRange &range, Qt::TimeSpec zone, const QDateTime &now);

} // namespace TimeTerms

} // namespace andon
