// SPDX-License-Identifier: Apache-2.0
#include "core/station/Station.h"

#include "core/Identity.h"
#include "core/audit/export/AuditExport.h"
#include "core/audit/proof/ProofFields.h"
#include "core/audit/read/VocabularyReader.h"
#include "core/audit/verify/CheckpointFile.h"
#include "core/audit/verify/Verifier.h"
#include "core/station/HookLane.h"
#include "core/station/ScanPool.h"
#include "core/station/SealLane.h"
#include "core/station/ShareTold.h"
#include "core/station/StopLane.h"
#include "core/station/WatchLane.h"
#include "core/station/WhenFinished.h"

#include <QTimer>

namespace andon {

namespace {

using namespace std::chrono_literals;

constexpr auto kHookRecordPause = 500ms;

Database::Options laneOptions(bool readOnly, std::chrono::milliseconds lockTimeout)
{
    Database::Options options;
    options.access = readOnly ? Database::Access::ReadOnly : Database::Access::ReadWrite;
    options.lockTimeout = lockTimeout;
    return options;
}

template<typename Result>
QFuture<Result> refusedToReviewer()
{
    QPromise<Result> promise;
    promise.start();
    promise.setException(std::make_exception_ptr(
        InvalidInputError(QStringLiteral("This is a reviewer's view: it changes nothing. Open the panel without "
                                         "--read-only to act."))));
    promise.finish();
    return promise.future();
}

} // namespace

class Station::Private
{
public:
    Private(Station *station, const Options &options)
        : q(station)
        , location(options.database.isEmpty() ? DatabaseLocation::standard()
                                              : DatabaseLocation::parse(options.database))
        , by(options.by.isEmpty() ? currentIdentity() : options.by)
        , isReadOnly(options.readOnly)
        , opening(std::make_shared<FirstOpening>(!isReadOnly))
        , watch(location, laneOptions(isReadOnly, 200ms), by, opening, options.watchInterval,
                [this](const WatchLane::Sight &sight) {
                    QMetaObject::invokeMethod(
                        q, [this, sight] { onSight(sight); }, Qt::QueuedConnection);
                })
        , command(QStringLiteral("andon-command"), location, laneOptions(isReadOnly, 5000ms), by, opening)
        , reader(QStringLiteral("andon-reader"), location, laneOptions(true, 5000ms), by, opening)
        , surveyor(QStringLiteral("andon-surveyor"), location, laneOptions(true, 5000ms), by, opening)
        , scanners(location, laneOptions(true, 5000ms), by, opening)
        , exporter(QStringLiteral("andon-exporter"), location, laneOptions(true, 5000ms), by, opening)
        , verifier(QStringLiteral("andon-verifier"), location, laneOptions(true, 5000ms), by, opening)
        , hooks(location.display(), [this](const QString &requestUid, const QList<HookOutcome> &outcomes) {
            QMetaObject::invokeMethod(
                q, [=, this] { recordHooks(requestUid, outcomes); }, Qt::QueuedConnection);
        })
    {
        status.database = location.display();
        if (!isReadOnly)
            stop = std::make_unique<StopLane>(
                location, by, opening,
                [this](const StopReceipt &told) {
                    QMetaObject::invokeMethod(
                        q, [this, told] { onOwnReceipt(told); }, Qt::QueuedConnection);
                },
                [this](const StopReceipt &attempted) { hooks.start(attempted); });
        seals = std::make_unique<SealLane>(
            location, laneOptions(isReadOnly, 2000ms), by, opening, options.checkpointInterval,
            [this] { return stop && stop->isBusy(); },
            [this](const SealStatus &told) {
                QMetaObject::invokeMethod(
                    q, [this, told] { onSealStatus(told); }, Qt::QueuedConnection);
            });
    }

    void onSight(const WatchLane::Sight &sight);
    void onOwnReceipt(const StopReceipt &told);
    void onSealStatus(const SealStatus &told);
    void signAfter(const StopReceipt &seen);
    void follow(const StopReceipt &seen);
    void recover();
    void recordHooks(const QString &requestUid, const QList<HookOutcome> &outcomes);

    /// Work for the command lane; afterwards the watch looks at once.
    template<typename Result, typename Work>
    QFuture<Result> act(Work work)
    {
        if (isReadOnly)
            return refusedToReviewer<Result>();
        return command.run<Result>([this, work = std::move(work)](Session &session, QPromise<Result> &promise) {
            struct LookAfterwards
            {
                WatchLane &watch;
                ~LookAfterwards() { watch.lookSoon(); }
            } const afterwards{watch};
            work(session, promise);
        });
    }

    Station *q;
    DatabaseLocation location;
    QString by;
    bool isReadOnly;
    std::shared_ptr<FirstOpening> opening;
    SafetyStatus status;
    std::optional<StopReceipt> receipt;
    QString ownRequestUid; ///< of the newest stop that was pressed here
    SealStatus sealStatus;
    StopId lastCompleted; ///< the newest stop that is known to be completed
    bool hasLooked = false;
    bool isRecovering = false;
    WatchLane watch;
    Lane command;
    Lane reader;
    Lane surveyor; ///< what is good to know about the log, but nobody waits for
    ScanPool scanners;
    Lane exporter;
    Lane verifier;
    HookLane hooks;
    std::unique_ptr<StopLane> stop;
    std::unique_ptr<SealLane> seals; // after `stop`, which it asks
};

void Station::Private::onSight(const WatchLane::Sight &sight)
{
    const bool isFirst = !hasLooked;
    hasLooked = true;
    if (isFirst || status != sight.status) {
        status = sight.status;
        emit q->statusChanged(status);
    }
    if (isFirst && sight.receipt && sight.receipt->stage == StopReceipt::Stage::Completed
        && sight.receipt->requestUid != ownRequestUid)
        lastCompleted = std::max(lastCompleted, sight.receipt->stopId); // of a time before this station
    else if (sight.receipt)
        signAfter(*sight.receipt);
    // An own stop tells of itself, in more detail than the row that it leaves behind.
    const bool isOwn = sight.receipt && sight.receipt->requestUid == ownRequestUid;
    if (sight.receipt && isOwn)
        follow(*sight.receipt);
    if (sight.receipt && !isOwn && !(stop && stop->isBusy()) && receipt != sight.receipt) {
        receipt = sight.receipt;
        emit q->receiptChanged(*receipt);
    }
    if (sight.hasNewContent)
        emit q->contentChanged();
    if (sight.needsRecovery && !(stop && stop->isBusy()))
        recover();
}

/// A stop, of whoever, is witnessed as soon as all of it is in the log.
void Station::Private::signAfter(const StopReceipt &seen)
{
    if (isReadOnly || seen.stage != StopReceipt::Stage::Completed || seen.stopId <= lastCompleted)
        return;
    lastCompleted = seen.stopId;
    seals->writeCheckpointSoon();
}

void Station::Private::onSealStatus(const SealStatus &told)
{
    if (sealStatus == told)
        return;
    sealStatus = told;
    emit q->sealStatusChanged(told);
}

/// What others answer to an own stop.
void Station::Private::follow(const StopReceipt &seen)
{
    if (!receipt || receipt->requestUid != seen.requestUid)
        return;
    StopReceipt news = *receipt;
    news.targets = seen.targets;
    news.hooks = seen.hooks;
    news.stopped = seen.stopped;
    if (*receipt == news)
        return;
    receipt = news;
    emit q->receiptChanged(news);
}

void Station::Private::onOwnReceipt(const StopReceipt &told)
{
    ownRequestUid = told.requestUid;
    signAfter(told);
    StopReceipt news = told;
    if (receipt && receipt->requestUid == told.requestUid && told.targets.isEmpty()) {
        news.targets = receipt->targets;
        news.hooks = receipt->hooks;
        news.stopped = receipt->stopped;
    }
    if (receipt != news) {
        receipt = news;
        emit q->receiptChanged(news);
    }
    if (told.stage == StopReceipt::Stage::Requested && !status.isStopRequested
        && StopRequests(location.gatePath()).any()) {
        status.isStopRequested = true;
        emit q->statusChanged(status);
    }
    watch.lookSoon();
}

/// Tried again until the stop itself is recorded.
void Station::Private::recordHooks(const QString &requestUid, const QList<HookOutcome> &outcomes)
{
    const QFuture<bool> recording = act<bool>([=](Session &session, QPromise<bool> &promise) {
        promise.addResult(session.controller.recordHooks(requestUid, outcomes));
    });
    whenFinished(recording, q, [=, this](const QFuture<bool> &finished) {
        try {
            if (QFuture<bool>(finished).result())
                return;
        } catch (const Error &) {
            // Locked or full: later.
        }
        QTimer::singleShot(kHookRecordPause, q, [=, this] { recordHooks(requestUid, outcomes); });
    });
}

void Station::Private::recover()
{
    if (isReadOnly || isRecovering)
        return;
    isRecovering = true;
    whenFinished(act<void>([](Session &session, QPromise<void> &) { session.controller.recover(); }), q,
                 [this](const QFuture<void> &) { isRecovering = false; });
}

Station::Station(const Options &options, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this, options))
{
}

Station::~Station() = default;

void Station::open()
{
    d->watch.start();
    d->command.start();
    d->reader.start();
    d->surveyor.start(Lane::Priority::Background);
    d->scanners.start();
    d->exporter.start();
    d->verifier.start(Lane::Priority::Background);
    if (d->stop)
        d->stop->start();
    d->seals->start();
    d->recover();
}

bool Station::isReadOnly() const
{
    return d->isReadOnly;
}

const DatabaseLocation &Station::database() const
{
    return d->location;
}

const SafetyStatus &Station::status() const
{
    return d->status;
}

const std::optional<StopReceipt> &Station::receipt() const
{
    return d->receipt;
}

const SealStatus &Station::sealStatus() const
{
    return d->sealStatus;
}

bool Station::hasLooked() const
{
    return d->hasLooked;
}

QFuture<StopReceipt> Station::stop(const QString &reason)
{
    return d->stop ? d->stop->stop(reason) : refusedToReviewer<StopReceipt>();
}

QFuture<int> Station::withdrawStops()
{
    return d->stop ? d->stop->withdraw() : refusedToReviewer<int>();
}

QFuture<StopReceipt> Station::hold(const StopScope &scope, const QString &reason)
{
    return d->stop ? d->stop->hold(scope, reason) : refusedToReviewer<StopReceipt>();
}

QFuture<ModeResult> Station::setMode(SafetyMode mode, const QString &reason, bool keepPending, Epoch expected)
{
    return d->act<ModeResult>([=](Session &session, QPromise<ModeResult> &promise) {
        ModeChange change{reason, keepPending, std::nullopt};
        if (expected.isValid())
            change.expectedEpoch = expected;
        promise.addResult(session.controller.setMode(mode, change));
    });
}

QFuture<void> Station::reset(StopId stop, const QString &reason)
{
    return d->act<void>([=](Session &session, QPromise<void> &) { session.controller.reset(stop, reason); });
}

QFuture<void> Station::cancelAction(ProposalId id, const QString &reason)
{
    return d->act<void>([=](Session &session, QPromise<void> &) { session.controller.actions().cancel(id, reason); });
}

QFuture<void> Station::approve(ProposalId id, const QString &reason)
{
    return d->act<void>(
        [=](Session &session, QPromise<void> &) { session.controller.actions().approvals().approve(id, reason); });
}

QFuture<void> Station::reject(ProposalId id, const QString &reason)
{
    return d->act<void>(
        [=](Session &session, QPromise<void> &) { session.controller.actions().approvals().reject(id, reason); });
}

QFuture<QList<ActionProposal>> Station::activeActions(int limit)
{
    return d->watch.activeActions(limit);
}

QFuture<AuditExtent> Station::auditExtent()
{
    return d->reader.run<AuditExtent>(
        [](Session &session, QPromise<AuditExtent> &promise) { promise.addResult(session.reader.extent()); });
}

QFuture<AuditPage> Station::auditPage(const AuditPageRequest &request)
{
    return d->reader.run<AuditPage>([request](Session &session, QPromise<AuditPage> &promise) {
        promise.addResult(session.reader.page(request, [&promise](qint64 done, qint64 total) {
            constexpr qint64 kPermille = 1000; // QFuture counts in int
            promise.setProgressRange(0, kPermille);
            promise.setProgressValue(static_cast<int>(total > 0 ? done * kPermille / total : 0));
            return !promise.isCanceled();
        }));
    });
}

QFuture<qint64> Station::auditScan(const AuditFilter &filter, const std::shared_ptr<ScanFindings> &findings)
{
    return d->scanners.scan(filter, findings);
}

QFuture<QList<AuditAnchor>> Station::auditAnchors(const AuditOrder &order, qint64 distance)
{
    return d->surveyor.run<QList<AuditAnchor>>([=](Session &session, QPromise<QList<AuditAnchor>> &promise) {
        promise.addResult(session.reader.anchors(order, distance, [&promise] { return !promise.isCanceled(); }));
    });
}

QFuture<AuditVocabulary> Station::auditVocabulary()
{
    return d->surveyor.run<AuditVocabulary>([](Session &session, QPromise<AuditVocabulary> &promise) {
        promise.addResult(readVocabulary(session.database));
    });
}

QFuture<EventId> Station::auditLocate(const QString &typed)
{
    return d->reader.run<EventId>([=](Session &session, QPromise<EventId> &promise) {
        promise.addResult(session.reader.locate(typed, QDateTime::currentDateTimeUtc()));
    });
}

QFuture<std::optional<AuditEvent>> Station::auditEvent(EventId id)
{
    return d->reader.run<std::optional<AuditEvent>>(
        [id](Session &session, QPromise<std::optional<AuditEvent>> &promise) {
            AuditPageRequest request;
            request.from = id.next();
            request.limit = 1;
            const AuditPage page = session.reader.page(request);
            const bool isFound = !page.events.isEmpty() && page.events.first().id == id;
            promise.addResult(isFound ? std::optional(page.events.first()) : std::nullopt);
        });
}

QFuture<SealStatus> Station::writeCheckpoint()
{
    return d->isReadOnly ? refusedToReviewer<SealStatus>() : d->seals->writeCheckpoint();
}

QFuture<qint64> Station::exportAudit(const AuditFilter &filter, ExportFormat format, const QString &fileName)
{
    return d->exporter.run<qint64>([=](Session &session, QPromise<qint64> &promise) {
        AuditExport writer(session.reader);
        std::optional<ProofFields> proofs;
        if (format.withProofs) {
            proofs.emplace(session.database);
            writer.setSupplement([&proofs](EventId id, std::string &line) { proofs->append(id, line); });
        }
        ShareTold tell(promise);
        const auto told = [&tell](const ExportProgress &now) { return tell(now.share(), now.written); };
        const std::optional<qint64> written = writer.writeFile(filter, format, fileName, told);
        if (written)
            promise.addResult(*written);
    });
}

QFuture<VerifyReport> Station::verifyLog(const QStringList &checkpointFiles)
{
    return d->verifier.run<VerifyReport>([this, checkpointFiles](Session &, QPromise<VerifyReport> &promise) {
        ShareTold tell(promise);
        Verifier::Options options;
        for (const QString &file : checkpointFiles)
            options.checkpoints << readCheckpointFile(file);
        const auto told = [&](qint64 done, qint64 total) {
            const double share = total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 1;
            return tell(share, done) && !d->verifier.isEnding();
        };
        if (std::optional<VerifyReport> report = Verifier(d->location, options).verify(told))
            promise.addResult(std::move(*report));
    });
}

} // namespace andon
