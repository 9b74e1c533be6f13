// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <optional>

namespace andon {

/// How an export is written.
struct ExportFormat
{
    enum Lines {
        Csv,       ///< RFC 4180, with a header line; cells that a spreadsheet would run are defused with a quote
        JsonLines, ///< one object a line; event_data is an object where it is one
    };

    Lines lines = Csv;
    bool isCompressed = false; ///< as a gzip file (RFC 1952)
    bool withProofs = false;   ///< each line with its entry and its proof (audit/proof/ProofFields.h); not in CSV

    ExportFormat() = default;
    // Not explicit: the name of the lines alone is a format.
    ExportFormat(Lines wanted, bool compressed = false) // NOLINT(google-explicit-constructor)
        : lines(wanted)
        , isCompressed(compressed)
    {
    }

    friend bool operator==(const ExportFormat &, const ExportFormat &) = default;
};

/// "csv" or "jsonl", not compressed; nothing for any other name.
[[nodiscard]] std::optional<ExportFormat> exportFormatFromName(const QString &name);

/// By the file's ending: .csv, .jsonl, .ndjson, .json, each also with .gz after it.
[[nodiscard]] std::optional<ExportFormat> exportFormatFromFileName(const QString &fileName);

/// Whether the name is one of a compressed file: it ends in .gz.
[[nodiscard]] bool isGzipFileName(const QString &fileName);

} // namespace andon
