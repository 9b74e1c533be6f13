// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/AuditReader.h"
#include "core/audit/ExportFormat.h"

#include <QIODevice>

#include <functional>
#include <optional>

namespace andon {

/// Writes what a filter shows, oldest first, in constant memory.
///
/// What is added to the log after the export has begun is not part of it.
class AuditExport
{
public:
    explicit AuditExport(AuditReader &reader)
        : m_reader(reader)
    {
    }

    /// Hears how many rows were written; false cancels.
    using Progress = std::function<bool(qint64 written)>;

    /// To an open device. Returns the number of rows. Throws InvalidInputError where the device fails.
    qint64 write(const AuditFilter &filter, ExportFormat format, QIODevice &device, const Progress &progress = {});

    /// To a file, which appears whole or not at all. Returns nothing where it was cancelled.
    /// Throws InvalidInputError where the file cannot be written, or is no file or the database itself.
    std::optional<qint64> writeFile(const AuditFilter &filter, ExportFormat format, const QString &fileName,
                                    const Progress &progress = {});

    /// One event in one of the formats, with the line's end.
    static QByteArray line(const AuditEvent &event, ExportFormat format);
    static QByteArray header(ExportFormat format);

private:
    void checkTarget(const QString &fileName) const;

    AuditReader &m_reader;
};

} // namespace andon
