// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/checkpoint/SealStatus.h"
#include "core/audit/filter/AuditVocabulary.h"
#include "core/audit/read/AuditPage.h"
#include "core/audit/read/ScanFindings.h"
#include "core/audit/verify/VerifyReport.h"
#include "core/station/Station.h"

#include <QFuture>
#include <QObject>

#include <memory>
#include <optional>

namespace andon {

/// What the audit view asks of a log. A seam: tests answer late, wrongly or not at all.
///
/// No call blocks. A future fails with an andon::Error; cancelling one ends the work behind it.
class AuditSource : public QObject
{
    Q_OBJECT

public:
    using QObject::event;
    using QObject::QObject;

    virtual QFuture<AuditPage> page(const AuditPageRequest &request) = 0;
    virtual QFuture<AuditExtent> extent() = 0;
    /// Adds to the findings what they do not cover yet. Results say how many matches are known so far.
    virtual QFuture<qint64> scan(const AuditFilter &filter, const std::shared_ptr<ScanFindings> &findings) = 0;
    /// Marks through the log in an order, one about every `distance` events.
    virtual QFuture<QList<AuditAnchor>> anchors(const AuditOrder &order, qint64 distance) = 0;
    /// The place that a person typed: the number of an event, or a time.
    virtual QFuture<EventId> locate(const QString &typed) = 0;
    /// What the log holds, for completion.
    virtual QFuture<AuditVocabulary> vocabulary() = 0;
    virtual QFuture<std::optional<AuditEvent>> event(EventId id) = 0;
    /// Progress counts rows; the result is their number.
    virtual QFuture<qint64> exportTo(const AuditFilter &filter, ExportFormat format, const QString &fileName) = 0;

    /// Nothing can be written to the log from here.
    [[nodiscard]] virtual bool isReadOnly() const = 0;
    /// The last one that was told; unknown before the first.
    [[nodiscard]] virtual SealStatus sealStatus() const = 0;
    /// Reads the whole log and holds it against its seals, its checkpoints, and those in these files. The text of the
    /// progress is the number of entries so far.
    virtual QFuture<VerifyReport> verify(const QStringList &checkpointFiles) = 0;
    /// Seals all that is there and signs it.
    virtual QFuture<SealStatus> writeCheckpoint() = 0;

signals:
    /// The log may have grown.
    void contentChanged();
    /// The log can be read, after it could not.
    void becameReadable();
    void sealStatusChanged(const andon::SealStatus &status);
};

/// The log of a station's database.
class StationSource : public AuditSource
{
    Q_OBJECT

public:
    /// `station` must outlive this.
    explicit StationSource(Station *station, QObject *parent = nullptr);

    QFuture<AuditPage> page(const AuditPageRequest &request) override;
    QFuture<AuditExtent> extent() override;
    QFuture<qint64> scan(const AuditFilter &filter, const std::shared_ptr<ScanFindings> &findings) override;
    QFuture<QList<AuditAnchor>> anchors(const AuditOrder &order, qint64 distance) override;
    QFuture<EventId> locate(const QString &typed) override;
    QFuture<AuditVocabulary> vocabulary() override;
    QFuture<std::optional<AuditEvent>> event(EventId id) override;
    QFuture<qint64> exportTo(const AuditFilter &filter, ExportFormat format, const QString &fileName) override;
    [[nodiscard]] bool isReadOnly() const override;
    [[nodiscard]] SealStatus sealStatus() const override;
    QFuture<VerifyReport> verify(const QStringList &checkpointFiles) override;
    QFuture<SealStatus> writeCheckpoint() override;

private:
    Station *m_station;
    bool m_wasKnown = false;
};

} // namespace andon
