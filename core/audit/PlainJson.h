// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringView>

namespace andon {

/// Whether the text is surely a JSON object (RFC 8259): true only where it is one.
///
/// Recognises what event data usually is, several times faster than a document can be built from it. False says
/// nothing: rare things (escapes by number, exponents, surrogates, deep nesting) are left to QJsonDocument.
[[nodiscard]] bool isPlainJsonObject(QStringView text) noexcept;

} // namespace andon
