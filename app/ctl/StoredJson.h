// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QString>

namespace andon::ctl::StoredJson {

/// Stored JSON as a value: null where there is none, the text itself where it is no JSON.
[[nodiscard]] QJsonValue valueOf(const QString &stored);

[[nodiscard]] QByteArray compact(const QJsonObject &object);

} // namespace andon::ctl::StoredJson
