// SPDX-License-Identifier: Apache-2.0
#include "core/audit/export/ExportLine.h"

#include "core/audit/JsonText.h"
#include "core/audit/export/CsvText.h"

#include <array>
#include <charconv>

namespace andon::ExportLine {

namespace {

void appendNumber(std::string &out, std::optional<qint64> number, std::string_view otherwise)
{
    if (!number) {
        out += otherwise;
        return;
    }
    std::array<char, 24> digits; // NOLINT(cppcoreguidelines-pro-type-member-init): written next
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), *number).ptr;
    out.append(digits.data(), end);
}

void appendCsv(std::string &out, const ExportCells &cells)
{
    appendNumber(out, cells.id, {});
    out += ',';
    appendNumber(out, cells.proposalId, {});
    out += ',';
    CsvText::appendCell(out, cells.eventType);
    out += ',';
    CsvText::appendCell(out, cells.actor);
    out += ',';
    CsvText::appendCell(out, cells.timestamp);
    out += ',';
    CsvText::appendCell(out, cells.data.value_or(std::string_view()));
    out += "\r\n";
}

void appendJson(std::string &out, const ExportCells &cells)
{
    out += "{\"id\":";
    appendNumber(out, cells.id, "null");
    out += ",\"proposal_id\":";
    appendNumber(out, cells.proposalId, "null");
    out += ",\"event_type\":";
    JsonText::appendQuoted(out, cells.eventType);
    out += ",\"actor\":";
    JsonText::appendQuoted(out, cells.actor);
    out += ",\"timestamp\":";
    JsonText::appendQuoted(out, cells.timestamp);
    out += ",\"event_data\":";
    if (!cells.data)
        out += "null";
    else if (!JsonText::appendCompactObject(out, *cells.data))
        JsonText::appendQuoted(out, *cells.data);
    out += "}\n";
}

} // namespace

void append(std::string &out, const ExportCells &cells, ExportFormat::Lines lines)
{
    if (lines == ExportFormat::Csv)
        appendCsv(out, cells);
    else
        appendJson(out, cells);
}

std::string_view header(ExportFormat::Lines lines)
{
    return lines == ExportFormat::Csv ? "id,proposal_id,event_type,actor,timestamp,event_data\r\n" : "";
}

} // namespace andon::ExportLine
