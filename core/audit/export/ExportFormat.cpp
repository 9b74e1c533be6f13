// SPDX-License-Identifier: Apache-2.0
#include "core/audit/export/ExportFormat.h"

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
    const QFileInfo file(fileName);
    const bool isCompressed = isGzipFileName(fileName);
    const QString ending = (isCompressed ? QFileInfo(file.completeBaseName()) : file).suffix().toLower();
    if (ending == u"csv")
        return ExportFormat(ExportFormat::Csv, isCompressed);
    if (ending == u"jsonl" || ending == u"ndjson" || ending == u"json")
        return ExportFormat(ExportFormat::JsonLines, isCompressed);
    return std::nullopt;
}

bool isGzipFileName(const QString &fileName)
{
    return QFileInfo(fileName).suffix().compare(u"gz", Qt::CaseInsensitive) == 0;
}

} // namespace andon
