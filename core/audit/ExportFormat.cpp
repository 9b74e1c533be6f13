// SPDX-License-Identifier: Apache-2.0
#include "core/audit/ExportFormat.h"

#include <QFileInfo>

namespace andon {

std::optional<ExportFormat> exportFormatFromName(const QString &name)
{
    if (name == u"csv")
        return ExportFormat::Csv;
    if (name == u"jsonl")
        return ExportFormat::JsonLines;
    return std::nullopt;
}

std::optional<ExportFormat> exportFormatFromFileName(const QString &fileName)
{
    const QString ending = QFileInfo(fileName).suffix().toLower();
    if (ending == u"csv")
        return ExportFormat::Csv;
    if (ending == u"jsonl" || ending == u"ndjson" || ending == u"json")
        return ExportFormat::JsonLines;
    return std::nullopt;
}

} // namespace andon
