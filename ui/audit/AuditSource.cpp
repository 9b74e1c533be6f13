// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/AuditSource.h"

namespace andon {

StationSource::StationSource(Station *station, QObject *parent)
    : AuditSource(parent)
    , m_station(station)
    , m_wasKnown(station->status().isKnown)
{
    connect(station, &Station::contentChanged, this, &AuditSource::contentChanged);
    connect(station, &Station::sealStatusChanged, this, &AuditSource::sealStatusChanged);
    connect(station, &Station::statusChanged, this, [this](const SafetyStatus &status) {
        const bool isNew = status.isKnown && !m_wasKnown;
        m_wasKnown = status.isKnown;
        if (isNew)
            emit becameReadable();
    });
}

QFuture<AuditPage> StationSource::page(const AuditPageRequest &request)
{
    return m_station->auditPage(request);
}

QFuture<AuditExtent> StationSource::extent()
{
    return m_station->auditExtent();
}

QFuture<qint64> StationSource::scan(const AuditFilter &filter, const std::shared_ptr<ScanFindings> &findings)
{
    return m_station->auditScan(filter, findings);
}

QFuture<QList<AuditAnchor>> StationSource::anchors(const AuditOrder &order, qint64 distance)
{
    return m_station->auditAnchors(order, distance);
}

QFuture<EventId> StationSource::locate(const QString &typed)
{
    return m_station->auditLocate(typed);
}

QFuture<AuditVocabulary> StationSource::vocabulary()
{
    return m_station->auditVocabulary();
}

QFuture<std::optional<AuditEvent>> StationSource::event(EventId id)
{
    return m_station->auditEvent(id);
}

QFuture<qint64> StationSource::exportTo(const AuditFilter &filter, ExportFormat format, const QString &fileName)
{
    return m_station->exportAudit(filter, format, fileName);
}

bool StationSource::isReadOnly() const
{
    return m_station->isReadOnly();
}

SealStatus StationSource::sealStatus() const
{
    return m_station->sealStatus();
}

QFuture<VerifyReport> StationSource::verify(const QStringList &checkpointFiles)
{
    return m_station->verifyLog(checkpointFiles);
}

QFuture<SealStatus> StationSource::writeCheckpoint()
{
    return m_station->writeCheckpoint();
}

} // namespace andon
