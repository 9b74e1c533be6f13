// SPDX-License-Identifier: Apache-2.0
#include "core/safety/StopReceiptTable.h"

#include "core/storage/Database.h"
#include "core/storage/Timestamp.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace andon {

namespace {

const QString kSelect = QStringLiteral(
    "SELECT stop_id, request_uid, epoch, requested_by, requested_at, reason, permit_revoked_us, committed_us, "
    "completed_us, cancelled_count, running, stopped, completed_at, scope, target, hooks FROM andon_stop_receipt ");

QVariant orNull(const std::optional<qint64> &value)
{
    return value ? QVariant(*value) : QVariant(QMetaType::fromType<qint64>());
}

std::optional<qint64> optionalInteger(const Statement &row, int column)
{
    return row.isNull(column) ? std::nullopt : std::optional(row.integer(column));
}

} // namespace

StopReceipt StopReceiptTable::read(const Statement &row)
{
    StopReceipt receipt;
    receipt.stopId = StopId(row.integer(0));
    receipt.requestUid = row.text(1);
    receipt.epoch = Epoch(row.integer(2));
    receipt.by = row.text(3);
    receipt.requestedAt = parseTimestamp(row.text(4)).moment;
    receipt.reason = row.text(5);
    receipt.permitRevokedUs = optionalInteger(row, 6);
    receipt.committedUs = optionalInteger(row, 7);
    receipt.completedUs = optionalInteger(row, 8);
    receipt.cancelledCount = row.integer(9);
    receipt.running = row.integer(10);
    receipt.stopped = row.integer(11);
    receipt.scope.kind = stopScopeFromString(row.text(13)).value_or(StopScope::Kind::Everything);
    receipt.scope.target = row.text(14);
    receipt.hooks = HookOutcome::listFromJson(QJsonDocument::fromJson(row.text(15).toUtf8()).array());
    receipt.stage = row.isNull(12) ? StopReceipt::Stage::Committed : StopReceipt::Stage::Completed;
    return receipt;
}

StopId StopReceiptTable::insert(const StopReceipt &receipt, const QDateTime &committedAt, ProposalId sweepThrough)
{
    return StopId(m_database.insert(
        QStringLiteral("INSERT INTO andon_stop_receipt(request_uid, epoch, requested_by, requested_at, reason, "
                       "permit_revoked_us, committed_at, sweep_through, running, scope, target) "
                       "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        {receipt.requestUid, receipt.epoch.value, receipt.by, formatTimestamp(receipt.requestedAt),
         receipt.reason.isNull() ? QStringLiteral("") : receipt.reason, orNull(receipt.permitRevokedUs),
         formatTimestamp(committedAt), sweepThrough.value, receipt.running, toString(receipt.scope.kind),
         receipt.scope.target.isNull() ? QStringLiteral("") : receipt.scope.target},
        QLatin1String("stop_id")));
}

std::optional<StopReceipt> StopReceiptTable::first(const QString &condition, const QVariantList &values)
{
    Statement row = m_database.run(kSelect + condition, values);
    return row.next() ? std::optional(read(row)) : std::nullopt;
}

std::optional<StopReceipt> StopReceiptTable::byRequest(const QString &requestUid)
{
    return first(QStringLiteral("WHERE request_uid = ?"), {requestUid});
}

std::optional<StopReceipt> StopReceiptTable::byId(StopId stop)
{
    return first(QStringLiteral("WHERE stop_id = ?"), {stop.value});
}

std::optional<StopReceipt> StopReceiptTable::newest()
{
    return first(QStringLiteral("ORDER BY stop_id DESC LIMIT 1"), {});
}

QList<StopReceipt> StopReceiptTable::unfinished()
{
    QList<StopReceipt> receipts;
    Statement rows = m_database.run(kSelect + QStringLiteral("WHERE completed_at IS NULL ORDER BY stop_id"));
    while (rows.next())
        receipts << read(rows);
    return receipts;
}

ProposalId StopReceiptTable::sweepThrough(StopId stop)
{
    return ProposalId(
        m_database
            .scalar(QStringLiteral("SELECT sweep_through FROM andon_stop_receipt WHERE stop_id = ?"), {stop.value})
            .toLongLong());
}

bool StopReceiptTable::setHooks(const QString &requestUid, const QList<HookOutcome> &hooks)
{
    const QByteArray json = QJsonDocument(HookOutcome::listToJson(hooks)).toJson(QJsonDocument::Compact);
    return m_database
               .run(QStringLiteral("UPDATE andon_stop_receipt SET hooks = ? WHERE request_uid = ?"),
                    {QString::fromUtf8(json), requestUid})
               .affectedRows()
        > 0;
}

void StopReceiptTable::addCancelled(StopId stop, qint64 count)
{
    m_database.run(
        QStringLiteral("UPDATE andon_stop_receipt SET cancelled_count = cancelled_count + ? WHERE stop_id = ?"),
        {count, stop.value});
}

void StopReceiptTable::setCommittedUs(StopId stop, std::optional<qint64> committedUs)
{
    if (committedUs)
        m_database.run(QStringLiteral("UPDATE andon_stop_receipt SET committed_us = ? WHERE stop_id = ?"),
                       {*committedUs, stop.value});
}

void StopReceiptTable::complete(const StopReceipt &receipt, const QDateTime &completedAt)
{
    m_database.run(QStringLiteral("UPDATE andon_stop_receipt SET completed_at = ?, completed_us = ?, stopped = ? "
                                  "WHERE stop_id = ?"),
                   {formatTimestamp(completedAt), orNull(receipt.completedUs), receipt.stopped, receipt.stopId.value});
}

void StopReceiptTable::markReset(StopId stop, const QString &by, const QString &reason, const QDateTime &at)
{
    m_database.run(QStringLiteral("UPDATE andon_stop_receipt SET reset_by = ?, reset_at = ?, reset_reason = ? "
                                  "WHERE stop_id = ?"),
                   {by, formatTimestamp(at), reason, stop.value});
}

} // namespace andon
