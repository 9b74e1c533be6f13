// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/actions/ActionProposal.h"
#include "core/audit/checkpoint/SealStatus.h"
#include "core/audit/export/ExportFormat.h"
#include "core/audit/filter/AuditVocabulary.h"
#include "core/audit/read/AuditPage.h"
#include "core/audit/read/ScanFindings.h"
#include "core/audit/verify/VerifyReport.h"
#include "core/safety/ModeChange.h"
#include "core/safety/SafetyStatus.h"
#include "core/safety/StopReceipt.h"
#include "core/storage/DatabaseLocation.h"

#include <QFuture>
#include <QObject>

#include <chrono>
#include <memory>
#include <optional>

namespace andon {

/// One database's live session: its threads, and futures for the window.
///
/// Each kind of work has a thread with a connection of its own: the kill switch, the watch over the state, commands,
/// audit pages, scans of the log (several), what is good to know about it, exports, verifying. No call blocks;
/// every call may come from any thread. Signals are emitted in the thread of this object.
/// A failure is a future with an exception: an `andon::Error` whose message is for the person.
/// A connection that is lost is opened again by itself, with a pause between tries.
class Station : public QObject
{
    Q_OBJECT

public:
    struct Options
    {
        QString database;                             ///< as `--database` takes it; empty: the standard one
        bool readOnly = false;                        ///< for reviewers: nothing here changes anything
        QString by;                                   ///< user@host; empty: from the operating system
        std::chrono::milliseconds watchInterval{100}; ///< between looks at the state
        /// Between checkpoints of a log that grows; else as the user's settings say. 0: none by time alone.
        std::optional<std::chrono::milliseconds> checkpointInterval;
    };

    /// Throws InvalidInputError where the database cannot even be named.
    explicit Station(const Options &options, QObject *parent = nullptr);
    ~Station() override;

    /// Starts the threads. Signals arrive from here on.
    void open();

    [[nodiscard]] bool isReadOnly() const;
    [[nodiscard]] const DatabaseLocation &database() const;

    /// The last status that was told with `statusChanged`; unknown before the first.
    [[nodiscard]] const SafetyStatus &status() const;
    /// The newest receipt that was told with `receiptChanged`.
    [[nodiscard]] const std::optional<StopReceipt> &receipt() const;
    /// The last one that was told with `sealStatusChanged`; unknown before the first.
    [[nodiscard]] const SealStatus &sealStatus() const;
    /// True once the first look at the database has succeeded or failed.
    [[nodiscard]] bool hasLooked() const;

    /// The kill switch. The permit is gone within about a millisecond, whatever else goes on; the
    /// gate is retried until it is recorded. Each instant is told with `receiptChanged`.
    /// The future ends when all is completed.
    QFuture<StopReceipt> stop(const QString &reason);

    /// Takes back every stop pressed here that the server does not know of yet, and tells how many; nothing to do with
    /// a stop that was delivered, which is reset. The futures of those stops fail.
    QFuture<int> withdrawStops();

    /// Stops one agent, or one kind of action, until it is reset by itself. The guards of what is held are told at
    /// once.
    QFuture<StopReceipt> hold(const StopScope &scope, const QString &reason);

    /// `expected` is the epoch that the person saw: a newer one makes it fail.
    QFuture<ModeResult> setMode(SafetyMode mode, const QString &reason, bool keepPending, Epoch expected);
    /// Clears a stop or a hold, by its number.
    QFuture<void> reset(StopId stop, const QString &reason);

    QFuture<void> cancelAction(ProposalId id, const QString &reason);
    /// A person's word on an action that waits for it.
    QFuture<void> approve(ProposalId id, const QString &reason);
    QFuture<void> reject(ProposalId id, const QString &reason);
    /// What is pending or executing: executing first, then by id, newest first.
    QFuture<QList<ActionProposal>> activeActions(int limit);

    QFuture<AuditExtent> auditExtent();
    /// Cancel the future to end a long reading; it reports progress (rows looked at).
    QFuture<AuditPage> auditPage(const AuditPageRequest &request);
    /// Scans what the findings of a filter do not cover yet. Results say how many matches are known so far;
    /// the last one comes at the end. One at a time: cancel the one before.
    QFuture<qint64> auditScan(const AuditFilter &filter, const std::shared_ptr<ScanFindings> &findings);
    /// Marks through the log in an order, one about every `distance` events: for jumps.
    QFuture<QList<AuditAnchor>> auditAnchors(const AuditOrder &order, qint64 distance);
    /// The event nearest below a place that a person typed: `#1234` or `1234` for an event, or a time as in
    /// a filter (`14:03`, `2026-01-31 14:03`, `2h`). Fails with a sentence where it is neither.
    QFuture<EventId> auditLocate(const QString &typed);
    /// What the log holds, for the completion of a filter.
    QFuture<AuditVocabulary> auditVocabulary();
    /// One event, with all its data; nothing where there is none with that id.
    QFuture<std::optional<AuditEvent>> auditEvent(EventId id);

    /// Seals all that is there, and signs it: into the database, and the folders that the settings name. Fails with a
    /// sentence where the log is not the continuation of what was signed before. After a stop, and as often as the
    /// settings say, it happens by itself.
    QFuture<SealStatus> writeCheckpoint();

    /// Writes what the filter shows; the file appears whole or not at all. Progress is in
    /// millionths, its text the number of rows so far. The result is the number of rows. Cancel the future to give up:
    /// then it has no result. With proofs: fails where the log has no checkpoint, or is not what was sealed.
    QFuture<qint64> exportAudit(const AuditFilter &filter, ExportFormat format, const QString &fileName);

    /// Reads the whole log and holds it against its seals, its checkpoints, what this user has signed, and the notes in
    /// these files. Progress is in millionths, its text the number of entries so far. One at a time; reviewers may,
    /// too. Cancel the future to give up: then it has no result.
    QFuture<VerifyReport> verifyLog(const QStringList &checkpointFiles = {});

signals:
    void statusChanged(const andon::SafetyStatus &status);
    void receiptChanged(const andon::StopReceipt &receipt);
    void sealStatusChanged(const andon::SealStatus &status);
    /// Something was committed: the log or the actions may have grown.
    void contentChanged();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace andon

Q_DECLARE_METATYPE(andon::SafetyStatus)
Q_DECLARE_METATYPE(andon::StopReceipt)
