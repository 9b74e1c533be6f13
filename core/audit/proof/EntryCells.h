// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonObject>
#include <QStringList>

namespace andon::EntryCells {

/// The fields of an exported line that say something else than its entry does, in the order of their names. Empty where
/// the line shows what is proven.
[[nodiscard]] QStringList contradictions(const QJsonObject &line, const QJsonObject &entry);

} // namespace andon::EntryCells
