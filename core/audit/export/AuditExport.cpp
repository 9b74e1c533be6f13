// SPDX-License-Identifier: Apache-2.0
#include "core/audit/export/AuditExport.h"

#include "core/Error.h"
#include "core/audit/export/ExportLine.h"
#include "core/audit/export/GzipDevice.h"
#include "core/audit/export/StoredText.h"
#include "core/audit/read/AuditRowVisitor.h"

#include <QFileDevice>
#include <QFileInfo>
#include <QSaveFile>

#include <array>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace andon {

namespace {

/// How much is gathered before the statement is ended and the device takes it.
constexpr std::size_t kBufferBytes = 256 * 1024;
/// What one huge event has made larger is given back.
constexpr std::size_t kMostBytesKept = 4 * kBufferBytes;

[[noreturn]] void failToWrite(const QString &target, const QString &cause)
{
    throw InvalidInputError(
        QStringLiteral("%1 could not be written. Check that its disk has room and that you may write "
                       "there, or choose another place.")
            .arg(target),
        cause);
}

[[noreturn]] void failToWrite(const QIODevice &device)
{
    failToWrite(QStringLiteral("The export"), device.errorString());
}

/// What a file keeps in its buffer may fail only later.
void flush(QIODevice &device)
{
    auto *file = qobject_cast<QFileDevice *>(&device);
    if (file && (!file->flush() || file->error() != QFileDevice::NoError))
        failToWrite(*file);
}

/// Waits for the disk while the export can still be cancelled, rather than in the commit.
void sync(const QFileDevice &file)
{
#ifdef Q_OS_UNIX
    ::fsync(file.handle());
#else
    Q_UNUSED(file)
#endif
}

/// Gathers the lines of rows, and writes them to a device from time to time.
class LineWriter
{
public:
    LineWriter(QIODevice &device, ExportFormat::Lines lines, const AuditExport::Supplement *supplement)
        : m_device(device)
        , m_lines(lines)
        , m_supplement(supplement)
        , m_gathered(ExportLine::header(lines))
    {
        m_gathered.reserve(kBufferBytes + kBufferBytes / 4);
    }

    /// False where enough was gathered.
    bool add(const StoredRow &row)
    {
        ExportCells cells;
        cells.id = row.integer(0);
        if (!row.isNull(1))
            cells.proposalId = row.integer(1);
        cells.eventType = wellFormed(row, 2);
        if (!row.isNull(3))
            cells.data = wellFormed(row, 3);
        cells.actor = wellFormed(row, 4);
        cells.timestamp = wellFormed(row, 5);
        ExportLine::append(m_gathered, cells, m_lines);
        ++m_rows;
        if (m_supplement)
            m_ends.emplace_back(EventId(row.integer(0)), m_gathered.size());
        return m_gathered.size() < kBufferBytes;
    }

    void send()
    {
        if (m_supplement)
            supplement();
        const auto size = static_cast<qint64>(m_gathered.size());
        if (m_device.write(m_gathered.data(), size) != size)
            failToWrite(m_device);
        m_gathered.clear();
        if (m_gathered.capacity() > kMostBytesKept)
            m_gathered.shrink_to_fit();
        for (std::string &room : m_rooms) {
            if (room.capacity() > kMostBytesKept)
                room = {};
        }
    }

    [[nodiscard]] qint64 rows() const { return m_rows; }

private:
    void supplement()
    {
        constexpr std::string_view kEnd = "}\n";
        std::string whole;
        std::size_t begin = 0;
        for (const auto &[event, end] : m_ends) {
            whole.append(m_gathered, begin, end - begin - kEnd.size());
            (*m_supplement)(event, whole);
            whole += kEnd;
            begin = end;
        }
        m_gathered = std::move(whole);
        m_ends.clear();
    }

    std::string_view wellFormed(const StoredRow &row, int column)
    {
        return StoredText::wellFormed(row.text(column), m_rooms.at(static_cast<std::size_t>(column)));
    }

    QIODevice &m_device;
    ExportFormat::Lines m_lines;
    const AuditExport::Supplement *m_supplement; ///< none: nullptr
    std::string m_gathered;
    std::vector<std::pair<EventId, std::size_t>> m_ends; ///< of the lines gathered, where there is a supplement
    std::array<std::string, 6> m_rooms;                  ///< of a row's cells, where they are not well-formed
    qint64 m_rows = 0;
};

} // namespace

QByteArray AuditExport::line(const AuditEvent &event, ExportFormat format)
{
    const std::string type = event.eventType.toStdString();
    const std::string actor = event.actor.toStdString();
    const std::string timestamp = event.timestampText.toStdString();
    const std::string data = event.eventData.toStdString();
    ExportCells cells;
    if (event.id)
        cells.id = event.id->value;
    if (event.proposalId)
        cells.proposalId = event.proposalId->value;
    cells.eventType = type;
    cells.actor = actor;
    cells.timestamp = timestamp;
    if (!event.eventData.isNull())
        cells.data = data;
    std::string line;
    ExportLine::append(line, cells, format.lines);
    return QByteArray::fromStdString(line);
}

QByteArray AuditExport::header(ExportFormat format)
{
    const std::string_view text = ExportLine::header(format.lines);
    return {text.data(), static_cast<qsizetype>(text.size())};
}

qint64 AuditExport::write(const AuditFilter &filter, ExportFormat format, QIODevice &device, const Progress &progress)
{
    qint64 written = 0;
    if (format.isCompressed) {
        GzipDevice gzip(device);
        if (!gzip.open(QIODevice::WriteOnly))
            failToWrite(gzip);
        written = writeLines(filter, format.lines, gzip, progress);
        if (!gzip.finish())
            failToWrite(gzip);
    } else {
        written = writeLines(filter, format.lines, device, progress);
    }
    flush(device);
    return written;
}

qint64 AuditExport::writeLines(const AuditFilter &filter, ExportFormat::Lines lines, QIODevice &device,
                               const Progress &progress)
{
    const bool isSupplemented = m_supplement && lines == ExportFormat::JsonLines;
    LineWriter writer(device, lines, isSupplemented ? &m_supplement : nullptr);
    const AuditExtent extent = m_reader.extent();
    const IdRange ids{extent.oldest.value, extent.newest.value};
    const auto tell = [&](qint64 passed, qint64 toPass) {
        writer.send();
        return !progress || progress({writer.rows(), passed, toPass});
    };
    if (!extent.newest.isValid()) {
        tell(0, 0);
        return 0;
    }
    const AuditQuery query = m_reader.compile(filter);
    AuditRowVisitor visitor(m_reader.database(), query);
    const qint64 toPass = ids.high - ids.low + 1;
    if (visitor.visit(ids, {[&](const StoredRow &row) { return writer.add(row); }, tell}))
        tell(toPass, toPass);
    return writer.rows();
}

std::optional<qint64> AuditExport::writeFile(const AuditFilter &filter, ExportFormat format, const QString &fileName,
                                             const Progress &progress)
{
    checkTarget(fileName);
    QSaveFile file(fileName);
    if (!file.open(QIODevice::WriteOnly))
        failToWrite(fileName, file.errorString());

    bool isCancelled = false;
    ExportProgress last;
    const Progress watched = [&](const ExportProgress &now) {
        last = now;
        isCancelled = isCancelled || (progress && !progress(now));
        return !isCancelled;
    };
    const qint64 written = write(filter, format, file, watched);
    if (!isCancelled) {
        sync(file);
        watched(last);
    }
    if (isCancelled)
        return std::nullopt; // without a commit nothing of the file remains
    if (!file.commit())
        failToWrite(fileName, file.errorString());
    return written;
}

void AuditExport::checkTarget(const QString &fileName) const
{
    const QFileInfo target(fileName);
    if (fileName.isEmpty())
        throw InvalidInputError(QStringLiteral("The export needs a file name."));
    if (target.exists() && !target.isFile())
        throw InvalidInputError(
            QStringLiteral("%1 is not a regular file. Choose a file name for the export.").arg(fileName));

    const QString path = target.exists() ? target.canonicalFilePath() : target.absoluteFilePath();
    const QString database = m_reader.databasePath();
    for (const QString &ending : {QString(), QStringLiteral("-wal"), QStringLiteral("-shm"), QStringLiteral("-journal"),
                                  QStringLiteral(".permit"), QStringLiteral(".stop")}) {
        if (path == database + ending)
            throw InvalidInputError(
                QStringLiteral("%1 belongs to the database itself. Choose another file name for the "
                               "export.")
                    .arg(fileName));
    }
}

} // namespace andon
