// SPDX-License-Identifier: Apache-2.0
#include "core/audit/AuditExport.h"

#include "core/Error.h"
#include "core/audit/JsonText.h"

#include <QFileDevice>
#include <QFileInfo>
#include <QSaveFile>

#include <algorithm>

namespace andon {

namespace {

constexpr int kPage = 500;

[[noreturn]] void failToWrite(const QString &target, const QString &cause)
{
    throw InvalidInputError(
        QStringLiteral("%1 could not be written. Check that its disk has room and that you may write "
                       "there, or choose another place.")
            .arg(target),
        cause);
}

void send(QIODevice &device, const QByteArray &bytes)
{
    if (device.write(bytes) != bytes.size())
        failToWrite(QStringLiteral("The export"), device.errorString());
}

/// What a file keeps in its buffer may fail only later.
void flush(QIODevice &device)
{
    auto *file = qobject_cast<QFileDevice *>(&device);
    if (file && (!file->flush() || file->error() != QFileDevice::NoError))
        failToWrite(QStringLiteral("The export"), file->errorString());
}

/// A cell of RFC 4180. Spreadsheets run a cell that starts like a formula: a leading ' makes it text.
QString csvCell(QString text)
{
    static const QString formulaStarts = QStringLiteral("=+-@\t\r");
    if (!text.isEmpty() && formulaStarts.contains(text.front()))
        text.prepend(u'\'');
    const bool needsQuotes = std::any_of(text.cbegin(), text.cend(), [](QChar character) {
        return character == u',' || character == u'"' || character == u'\r' || character == u'\n';
    });
    if (!needsQuotes)
        return text;
    text.replace(u'"', QStringLiteral("\"\""));
    return u'"' + text + u'"';
}

QString idText(const AuditEvent &event)
{
    return event.id ? event.id->toString() : QString();
}

QByteArray csvLine(const AuditEvent &event)
{
    const QStringList cells = {
        idText(event),
        event.proposalId ? event.proposalId->toString() : QString(),
        csvCell(event.eventType),
        csvCell(event.actor),
        csvCell(event.timestampText),
        csvCell(event.eventData),
    };
    return (cells.join(u',') + QStringLiteral("\r\n")).toUtf8();
}

QString jsonData(const QString &data)
{
    if (data.isNull())
        return QStringLiteral("null");
    const std::optional<QString> object = JsonText::compactObject(data);
    return object ? *object : JsonText::quoted(data);
}

QByteArray jsonLine(const AuditEvent &event)
{
    const QString null = QStringLiteral("null");
    const QString line = QStringLiteral("{\"id\":") + (event.id ? idText(event) : null)
        + QStringLiteral(",\"proposal_id\":") + (event.proposalId ? event.proposalId->toString() : null)
        + QStringLiteral(",\"event_type\":") + JsonText::quoted(event.eventType) + QStringLiteral(",\"actor\":")
        + JsonText::quoted(event.actor) + QStringLiteral(",\"timestamp\":") + JsonText::quoted(event.timestampText)
        + QStringLiteral(",\"event_data\":") + jsonData(event.eventData) + QStringLiteral("}\n");
    return line.toUtf8();
}

} // namespace

QByteArray AuditExport::line(const AuditEvent &event, ExportFormat format)
{
    return format == ExportFormat::Csv ? csvLine(event) : jsonLine(event);
}

QByteArray AuditExport::header(ExportFormat format)
{
    return format == ExportFormat::Csv ? QByteArrayLiteral("id,proposal_id,event_type,actor,timestamp,event_data\r\n")
                                       : QByteArray();
}

qint64 AuditExport::write(const AuditFilter &filter, ExportFormat format, QIODevice &device, const Progress &progress)
{
    qint64 written = 0;
    bool isCancelled = false;
    const AuditReader::Progress reading = [&](qint64, qint64) {
        isCancelled = progress && !progress(written);
        return !isCancelled;
    };

    const EventId newest = m_reader.extent().newest;
    AuditPageRequest request{filter, AuditPageRequest::Direction::Newer, EventId(), kPage};
    bool isDone = !newest.isValid();
    send(device, header(format));
    while (!isDone && !isCancelled) {
        const AuditPage page = m_reader.page(request, reading);
        if (isCancelled)
            break;
        for (auto event = page.events.crbegin(); event != page.events.crend(); ++event) {
            if (event->id > newest)
                break;
            send(device, line(*event, format));
            ++written;
        }
        request.from = page.through;
        isDone = page.reachedEnd || page.through >= newest;
        reading(0, 0);
    }
    flush(device);
    return written;
}

std::optional<qint64> AuditExport::writeFile(const AuditFilter &filter, ExportFormat format, const QString &fileName,
                                             const Progress &progress)
{
    checkTarget(fileName);
    QSaveFile file(fileName);
    if (!file.open(QIODevice::WriteOnly))
        failToWrite(fileName, file.errorString());

    bool isCancelled = false;
    const Progress watched = [&](qint64 written) {
        isCancelled = isCancelled || (progress && !progress(written));
        return !isCancelled;
    };
    const qint64 written = write(filter, format, file, watched);
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
