// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/export/ExportFormat.h"
#include "core/audit/read/AuditReader.h"

#include <QIODevice>

#include <functional>
#include <optional>
#include <string>

namespace andon {

/// How far an export has come.
struct ExportProgress
{
    qint64 written = 0; ///< rows
    qint64 passed = 0;  ///< ids that were looked at, whether or not the filter shows their rows
    qint64 toPass = 0;  ///< ids in all

    /// From 0 to 1, known from the start even where the number of rows is not.
    [[nodiscard]] double share() const
    {
        return toPass > 0 ? static_cast<double>(passed) / static_cast<double>(toPass) : 0;
    }

    // Not explicit: the number of rows is all that most want to know.
    operator qint64() const { return written; } // NOLINT(google-explicit-constructor)
};

/// Writes what a filter shows, oldest first, in constant memory.
///
/// The log is read in short statements; nothing is written to the device while one runs, so that a slow
/// disk holds up no writer. What is added to the log after the export has begun is not part of it.
class AuditExport
{
public:
    explicit AuditExport(AuditReader &reader)
        : m_reader(reader)
    {
    }

    /// Hears every few milliseconds how far it has come; false cancels. A function of the number of rows
    /// alone will do.
    using Progress = std::function<bool(const ExportProgress &progress)>;

    /// Appends further fields, each with a comma before it, to the line of an event that lacks its closing brace.
    using Supplement = std::function<void(EventId event, std::string &line)>;
    /// For JSON Lines only. It is called between statements, so it may use the database; what it throws ends the
    /// export.
    void setSupplement(Supplement supplement) { m_supplement = std::move(supplement); }

    /// To an open device. Returns the number of rows. Throws InvalidInputError where the device fails.
    qint64 write(const AuditFilter &filter, ExportFormat format, QIODevice &device, const Progress &progress = {});

    /// To a file, which appears whole or not at all. Returns nothing where it was cancelled.
    /// Throws InvalidInputError where the file cannot be written, or is no file or the database itself.
    std::optional<qint64> writeFile(const AuditFilter &filter, ExportFormat format, const QString &fileName,
                                    const Progress &progress = {});

    /// One event in one of the formats, with the line's end. Never compressed.
    static QByteArray line(const AuditEvent &event, ExportFormat format);
    static QByteArray header(ExportFormat format);

private:
    qint64 writeLines(const AuditFilter &filter, ExportFormat::Lines lines, QIODevice &device,
                      const Progress &progress);
    void checkTarget(const QString &fileName) const;

    AuditReader &m_reader;
    Supplement m_supplement;
};

} // namespace andon
