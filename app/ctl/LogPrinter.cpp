// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/LogPrinter.h"

#include "app/ctl/Console.h"
#include "core/audit/export/AuditExport.h"

namespace andon::ctl {

namespace {

constexpr int kTime = 23;
constexpr int kId = 7;
constexpr int kType = 11;
constexpr int kProposal = 8;
constexpr int kActor = 6;

QString line(const QString &time, const QString &id, const QString &type, const QString &proposal, const QString &actor,
             const QString &data)
{
    const auto gap = QStringLiteral("  ");
    return Console::printable(time).leftJustified(kTime) + gap + id.rightJustified(kId) + gap
        + Console::printable(type).leftJustified(kType) + gap + proposal.leftJustified(kProposal) + gap
        + Console::printable(actor).leftJustified(kActor) + gap + Console::printable(data);
}

} // namespace

void LogPrinter::begin()
{
    if (m_format == LogFormat::Csv)
        Console::write(AuditExport::header(ExportFormat::Csv));
    else if (m_format == LogFormat::Table)
        Console::writeLine(line(m_inUtc ? QStringLiteral("TIME (UTC)") : QStringLiteral("TIME"), QStringLiteral("ID"),
                                QStringLiteral("TYPE"), QStringLiteral("PROPOSAL"), QStringLiteral("ACTOR"),
                                QStringLiteral("DATA")));
}

void LogPrinter::print(const AuditEvent &event)
{
    switch (m_format) {
    case LogFormat::Table:
        Console::writeLine(row(event));
        break;
    case LogFormat::JsonLines:
        Console::write(Console::printableJson(AuditExport::line(event, ExportFormat::JsonLines)));
        break;
    case LogFormat::Csv:
        Console::write(AuditExport::line(event, ExportFormat::Csv));
        break;
    }
}

QString LogPrinter::timeOf(const AuditEvent &event) const
{
    if (!event.timestamp.isValid())
        return event.timestampText; // as stored: better than nothing
    return (m_inUtc ? event.timestamp.toUTC() : event.timestamp.toLocalTime())
        .toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz"));
}

QString LogPrinter::row(const AuditEvent &event) const
{
    return line(timeOf(event), event.id ? event.id->toString() : QString(), event.eventType,
                event.proposalId ? u'#' + event.proposalId->toString() : QString(), event.actor, event.eventData);
}

} // namespace andon::ctl
