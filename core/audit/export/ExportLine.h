// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/export/ExportFormat.h"

#include <QtGlobal>

#include <optional>
#include <string>
#include <string_view>

namespace andon {

/// What an export tells of one event, as well-formed UTF-8.
struct ExportCells
{
    std::optional<qint64> id;
    std::optional<qint64> proposalId;
    std::string_view eventType;
    std::string_view actor;
    std::string_view timestamp;
    std::optional<std::string_view> data; ///< nothing for NULL
};

namespace ExportLine {

/// Appends one line with its end.
void append(std::string &out, const ExportCells &cells, ExportFormat::Lines lines);

/// The heading, for formats that have one.
[[nodiscard]] std::string_view header(ExportFormat::Lines lines);

} // namespace ExportLine

} // namespace andon
