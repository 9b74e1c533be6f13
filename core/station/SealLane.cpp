// SPDX-License-Identifier: Apache-2.0
#include "core/station/SealLane.h"

#include "core/audit/checkpoint/CheckpointSettings.h"
#include "core/audit/checkpoint/CheckpointSigner.h"
#include "core/audit/seal/Sealer.h"
#include "core/storage/LogPartitions.h"

#include <algorithm>

namespace andon {

namespace {

using namespace std::chrono_literals;

constexpr auto kBetweenLooks = 500ms;
constexpr auto kBetweenCares = 5s;
/// Before a signing that failed is tried again by itself.
constexpr auto kRestAfterFailure = 60s;
/// Events in one transaction: some milliseconds.
constexpr qint64 kBatch = 1000;
constexpr auto kShortestPause = 2ms;
constexpr qint64 kMostCounted = 10'000;

CheckpointSigner signerOf(Session &session)
{
    return CheckpointSigner(session.database, {{}, CheckpointSettings::read().folders});
}

Sealer sealerOf(Session &session)
{
    return Sealer(session.database, session.auditor.tables().auditColumns);
}

/// Whether one of these keys has signed what the row says, of this log.
bool isSigned(const StoredCheckpoint &stored, const LogIdentity &log, const QList<VerifierKey> &keys)
{
    try {
        const SignedNote note = SignedNote::parse(stored.note);
        static_cast<void>(note.verify(keys));
        const Checkpoint checkpoint = Checkpoint::parse(note.text());
        return checkpoint.origin == log.origin() && checkpoint.size == stored.treeSize;
    } catch (const NoteError &) {
        return false;
    }
}

} // namespace

SealLane::SealLane(const DatabaseLocation &location, const Database::Options &options, const QString &by,
                   std::shared_ptr<FirstOpening> opening, std::optional<std::chrono::milliseconds> interval,
                   std::function<bool()> isStopBusy, std::function<void(const SealStatus &)> tell,
                   std::chrono::milliseconds betweenMonths)
    : m_isStopBusy(std::move(isStopBusy))
    , m_tell(std::move(tell))
    , m_isReadOnly(options.access == Database::Access::ReadOnly)
    , m_fixedInterval(interval)
    , m_betweenMonths(betweenMonths)
    , m_untilMonths(betweenMonths) // whoever opens it makes them, too
    , m_lane(QStringLiteral("andon-seal"), location, options, by, std::move(opening))
{
}

SealLane::~SealLane() = default;

void SealLane::start()
{
    m_lane.start();
    m_lane.post([this] {
        m_sinceCheckpoint.start();
        m_timer = new QTimer(m_lane.context());
        m_timer->setInterval(kBetweenLooks);
        QObject::connect(m_timer, &QTimer::timeout, m_lane.context(), [this] {
            if (!m_lane.isEnding())
                tick();
        });
        m_timer->start();
        tick();
    });
}

QFuture<SealStatus> SealLane::writeCheckpoint()
{
    return m_lane.run<SealStatus>([this](Session &session, QPromise<SealStatus> &promise) {
        try {
            sign(session);
        } catch (const StorageError &) {
            throw;
        } catch (const Error &error) {
            suffer(error);
            throw;
        }
        look(session);
        promise.addResult(*m_last);
    });
}

void SealLane::writeCheckpointSoon()
{
    m_lane.post([this] {
        m_isCheckpointDue = true;
        m_isBehind = true;
        tick();
    });
}

void SealLane::tick()
{
    try {
        Session &session = m_lane.session();
        session.database.verifyAttached();
        work(session);
        if (!m_storageTrouble.isEmpty()) {
            m_storageTrouble.clear();
            look(session);
        }
    } catch (const StorageError &error) {
        suffer(error);
    } catch (const Error &error) {
        suffer(error);
    }
}

void SealLane::work(Session &session)
{
    if (session.database.isReadOnly() && session.kind != Schema::Kind::Current) {
        show({});
        return;
    }
    const bool isNew = session.feed.hasChanged();
    const bool isToCare = m_untilCare.hasExpired();
    if (isToCare) {
        m_interval = m_fixedInterval.value_or(CheckpointSettings::read().interval);
        m_untilCare.setRemainingTime(kBetweenCares);
    }
    if (!m_isChecked || (m_isInconsistent && isToCare))
        check(session);
    m_isBehind = m_isBehind || isNew;
    if (m_isBehind && mayWrite(session))
        sealSome(session);
    if (isNew || isToCare || !m_last)
        look(session);
    signIfDue(session);
    makeMonths(session);
}

void SealLane::makeMonths(Session &session)
{
    if (!m_untilMonths.hasExpired() || m_isBehind || !mayWrite(session))
        return;
    LogPartitions::makeAhead(session.database);
    m_untilMonths.setRemainingTime(m_betweenMonths);
}

bool SealLane::mayWrite(Session &session) const
{
    return !m_isReadOnly && !m_lane.isEnding() && !m_isStopBusy() && !session.controller.isStopRequested();
}

void SealLane::sealSome(Session &session)
{
    QElapsedTimer taken;
    taken.start();
    const qint64 sealed = sealerOf(session).seal(kBatch);
    m_isBehind = sealed == kBatch;
    if (sealed > 0)
        look(session);
    if (!m_isBehind)
        return;
    // As long as it took: others get at the lock in between.
    const auto pause = std::max<std::chrono::milliseconds>(kShortestPause, std::chrono::milliseconds(taken.elapsed()));
    QTimer::singleShot(pause, m_lane.context(), [this] {
        if (!m_lane.isEnding())
            tick();
    });
}

bool SealLane::isTimeForCheckpoint() const
{
    if (m_isCheckpointDue)
        return true;
    return m_interval > 0ms && m_last && m_last->treeSize > m_signedSize
        && m_sinceCheckpoint.hasExpired(m_interval.count());
}

void SealLane::signIfDue(Session &session)
{
    if (m_isBehind || !m_rest.hasExpired() || !isTimeForCheckpoint() || !mayWrite(session))
        return;
    try {
        sign(session);
        look(session);
    } catch (const StorageError &error) {
        m_isCheckpointDue = true;
        if (!error.isTransient())
            m_rest.setRemainingTime(kRestAfterFailure);
        throw;
    } catch (const Error &) {
        m_isCheckpointDue = true;
        m_rest.setRemainingTime(kRestAfterFailure);
        throw;
    }
}

void SealLane::sign(Session &session)
{
    if (m_isReadOnly)
        return;
    const SignedCheckpoint made = signerOf(session).sign(CheckpointSigner::Occasion::Growth,
                                                         [&] { return mayWrite(session); });
    m_isCheckpointDue = false;
    m_isInconsistent = false;
    m_isChecked = true;
    m_signedSize = made.checkpoint.size;
    m_sinceCheckpoint.start();
    m_rest.setRemainingTime(0ms);
    QStringList troubles;
    for (const SignedCheckpoint::Trouble &trouble : made.troubles)
        troubles << QStringLiteral("The checkpoint was signed, but did not get into %1: %2")
                        .arg(trouble.folder, trouble.error);
    m_signingTrouble = troubles.join(u' ');
}

/// An older or another log is told when it is opened, not only when it is signed.
void SealLane::check(Session &session)
{
    m_isChecked = true;
    try {
        signerOf(session).check();
        if (m_isInconsistent)
            m_signingTrouble.clear();
        m_isInconsistent = false;
    } catch (const StorageError &) {
        throw;
    } catch (const Error &error) {
        suffer(error);
    }
}

void SealLane::look(Session &session)
{
    SealStatus status;
    status.isKnown = true;
    Sealer sealer = sealerOf(session);
    status.treeSize = sealer.table().size();
    status.sealedThrough = sealer.table().lastEvent();
    status.unsealed = sealer.countUnsealed(kMostCounted);
    if (status.unsealed == kMostCounted) // or more; ids may have gaps
        status.unsealed = std::max(kMostCounted, session.reader.extent().newest.value - status.sealedThrough.value);
    const LogIdentity log = LogIdentity::read(session.database);
    const KeyStore store(log.origin());
    status.hasKey = store.hasKey();
    if (const std::optional<StoredCheckpoint> newest = CheckpointTable(session.database).newest()) {
        status.checkpoint = SealStatus::Newest{newest->treeSize, newest->signedAt, newest->keyName, newest->keyId,
                                               false};
        try {
            status.checkpoint->isTrusted = isSigned(*newest, log, store.trusted());
        } catch (const Error &error) {
            suffer(error);
        }
        if (status.checkpoint->isTrusted)
            m_signedSize = newest->treeSize;
    }
    show(status);
}

void SealLane::suffer(const Error &error)
{
    m_isInconsistent = dynamic_cast<const InconsistentLogError *>(&error) != nullptr;
    m_signingTrouble = error.message();
    show(m_last.value_or(SealStatus()));
}

void SealLane::suffer(const StorageError &error)
{
    m_lane.surviveOrClose(error);
    if (error.isTransient())
        return;
    m_isChecked = false;
    m_storageTrouble = error.message();
    show(m_last.value_or(SealStatus()));
}

void SealLane::show(SealStatus status)
{
    status.trouble = m_storageTrouble.isEmpty() ? m_signingTrouble : m_storageTrouble;
    if (m_last == status)
        return;
    m_last = status;
    m_tell(status);
}

} // namespace andon
