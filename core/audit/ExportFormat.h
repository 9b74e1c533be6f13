// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <optional>

namespace andon {

/// How an export is written.
enum class ExportFormat {
    Csv,       ///< RFC 4180, with a header line; cells that a spreadsheet would run are defused with a quote
    JsonLines, ///< one object a line; event_data is an object where it is one
};

/// "csv" or "jsonl"; nothing for any other name.
[[nodiscard]] std::optional<ExportFormat> exportFormatFromName(const QString &name);

/// By the file's ending: .csv, .jsonl, .ndjson, .json.
[[nodiscard]] std::optional<ExportFormat> exportFormatFromFileName(const QString &fileName);

} // namespace andon
