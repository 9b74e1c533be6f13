// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <string_view>

namespace andon {

/// UTF-8 as a QString that becomes the same bytes again. QString::fromUtf8 drops a mark of the byte order at the
/// beginning (Qt's documentation of QStringConverter, "ConvertInitialBom"). Bytes that are no UTF-8 are lost.
[[nodiscard]] inline QString exactText(std::string_view bytes)
{
    constexpr std::string_view kMark = "\xef\xbb\xbf";
    const bool isMarked = bytes.starts_with(kMark);
    const std::string_view rest = isMarked ? bytes.substr(kMark.size()) : bytes;
    const QString text = QString::fromUtf8(rest.empty() ? "" : rest.data(), static_cast<qsizetype>(rest.size()));
    return isMarked ? QChar(QChar::ByteOrderMark) + text : text;
}

} // namespace andon
