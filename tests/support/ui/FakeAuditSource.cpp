// SPDX-License-Identifier: Apache-2.0
#include "tests/support/ui/FakeAuditSource.h"

#include "core/Error.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace andon::test {

namespace {

bool isIn(const QList<IdRange> &ranges, qint64 number)
{
    return std::any_of(ranges.begin(), ranges.end(),
                       [number](const IdRange &range) { return number >= range.low && number <= range.high; });
}

bool holds(const AuditFilter::Term &term, const AuditEvent &event)
{
    using Field = AuditFilter::Term::Field;
    switch (term.field) {
    case Field::Actor:
        return term.values.contains(event.actor);
    case Field::Proposal:
        return event.proposalId
            && (term.proposals.contains(*event.proposalId) || isIn(term.ranges, event.proposalId->value));
    case Field::Id:
        return isIn(term.ranges, event.id->value);
    case Field::Since:
        return event.timestamp >= term.moment;
    case Field::Before:
        return event.timestamp < term.moment;
    default:
        return term.values.contains(event.eventType);
    }
}

bool matches(const AuditFilter &filter, const AuditEvent &event)
{
    return std::all_of(filter.terms().begin(), filter.terms().end(),
                       [&event](const AuditFilter::Term &term) { return holds(term, event) != term.isNegated; });
}

} // namespace

void FakeAuditSource::append(int count, const QString &type)
{
    const QDateTime start = QDateTime::fromString(QStringLiteral("2026-01-31T12:00:00Z"), Qt::ISODate);
    for (int i = 0; i < count; ++i) {
        AuditEvent event;
        event.id = EventId(log.isEmpty() ? 1 : log.constLast().id->value + idStep);
        event.proposalId = ProposalId(event.id->value / 4 + 1);
        event.eventType = type;
        event.eventData = QStringLiteral(R"({"action_name":"transfer_leader","reason":"event %1"})")
                              .arg(event.id->value);
        event.actor = Actor::kAgent;
        event.timestamp = start.addMSecs(event.id->value * 10);
        event.timestampText = event.timestamp.toString(Qt::ISODateWithMs);
        log << event;
    }
}

void FakeAuditSource::release(bool reversed)
{
    m_isHolding = false;
    auto held = std::exchange(m_held, {});
    if (reversed)
        std::reverse(held.begin(), held.end());
    for (const auto &answerNow : held)
        answerNow();
}

template<typename T>
QFuture<T> FakeAuditSource::answer(std::function<T()> make)
{
    auto promise = std::make_shared<QPromise<T>>();
    promise->start();
    QFuture<T> future = promise->future();
    const auto answerNow = [this, promise, make = std::move(make)] {
        if (promise->isCanceled())
            ++cancelled;
        else if (!m_failure.isEmpty())
            promise->setException(std::make_exception_ptr(Error(m_failure, QStringLiteral("cause"))));
        else {
            try {
                promise->addResult(make());
            } catch (const Error &) {
                promise->setException(std::current_exception());
            }
        }
        promise->finish();
    };
    if (m_isHolding)
        m_held.emplace_back(answerNow);
    else
        answerNow();
    return future;
}

QList<AuditEvent> FakeAuditSource::listed(const AuditFilter &filter, const AuditOrder &order) const
{
    QList<AuditEvent> events;
    std::copy_if(log.begin(), log.end(), std::back_inserter(events),
                 [&filter](const AuditEvent &event) { return matches(filter, event); });
    std::stable_sort(events.begin(), events.end(), [&order](const AuditEvent &a, const AuditEvent &b) {
        switch (order.by) {
        case AuditOrder::By::Time:
            return a.timestampText < b.timestampText;
        case AuditOrder::By::Type:
            return a.eventType < b.eventType;
        case AuditOrder::By::Actor:
            return a.actor < b.actor;
        case AuditOrder::By::Proposal:
            return a.proposalId < b.proposalId;
        case AuditOrder::By::Log:
            break;
        }
        return false;
    });
    if (!order.isAscending)
        std::reverse(events.begin(), events.end());
    return events;
}

AuditPage FakeAuditSource::readPage(const AuditPageRequest &request) const
{
    const bool isDown = request.direction == AuditPageRequest::Direction::Older;
    const QList<AuditEvent> all = listed(request.filter, request.order);
    qsizetype first = 0;
    qsizetype last = all.size();
    if (request.from.isValid()) {
        const bool isByLog = request.order.by == AuditOrder::By::Log;
        // The first that does not stand before `from`.
        const auto at = std::find_if(all.begin(), all.end(), [&](const AuditEvent &event) {
            if (!isByLog)
                return *event.id == request.from;
            return request.order.isAscending ? *event.id >= request.from : *event.id <= request.from;
        });
        const bool isThere = at != all.end() && *at->id == request.from;
        if (isDown)
            first = (at - all.begin()) + (isThere && !request.includesFrom ? 1 : 0);
        else
            last = (at - all.begin()) + (isThere && request.includesFrom ? 1 : 0);
    }
    AuditPage page;
    if (isDown && (scanStep > 0 || m_isScanSlow) && request.findings && !request.findings->summary().isWhole) {
        const IdRange covered = request.findings->covered();
        const qint64 frontier = covered.isEmpty() ? std::numeric_limits<qint64>::max() : covered.low;
        const auto unknown = std::find_if(all.begin(), all.end(),
                                          [frontier](const AuditEvent &event) { return event.id->value < frontier; });
        last = std::max(first, qsizetype(unknown - all.begin()));
        page.awaitsScan = last - first < request.limit;
    }
    page.reachedEnd = last - first <= request.limit && !page.awaitsScan;
    if (last - first > request.limit)
        (isDown ? last : first) = isDown ? first + request.limit : last - request.limit;
    page.events = all.mid(first, last - first);
    page.through = page.events.isEmpty() ? request.from
                                         : (isDown ? page.events.constLast() : page.events.constFirst()).id.value();
    return page;
}

SliceFindings FakeAuditSource::sliceOf(const AuditFilter &filter, IdRange ids) const
{
    SliceFindings slice;
    slice.covered = ids;
    for (const AuditEvent &event : log) {
        if (event.id->value < ids.low || event.id->value > ids.high || !matches(filter, event))
            continue;
        const qint64 number = event.id->value / ScanFindings::kBlockSize;
        if (slice.blocks.empty() || slice.blocks.back().number != number)
            slice.blocks.push_back({number, 0});
        ++slice.blocks.back().matches;
        const QByteArray type = event.eventType.toUtf8();
        slice.activity.add(event.timestamp.toMSecsSinceEpoch(), {type.constData(), size_t(type.size())});
    }
    return slice;
}

QFuture<qint64> FakeAuditSource::scan(const AuditFilter &filter, const std::shared_ptr<ScanFindings> &findings)
{
    ++scansAsked;
    if (m_isScanSlow) {
        auto promise = std::make_shared<QPromise<qint64>>();
        promise->start();
        const ScanFindings::Task task = findings->begin(
            log.isEmpty() ? IdRange() : IdRange{log.constFirst().id->value, log.constLast().id->value});
        if (!task.above.isEmpty())
            findings->add(task.token, sliceOf(filter, task.above));
        m_scans.push_back({promise, filter, findings, task.token, task.below});
        return promise->future();
    }
    return answer<qint64>([this, filter, findings] {
        const ScanFindings::Task task = findings->begin(
            log.isEmpty() ? IdRange() : IdRange{log.constFirst().id->value, log.constLast().id->value});
        if (!task.above.isEmpty())
            findings->add(task.token, sliceOf(filter, task.above));
        IdRange below = task.below;
        if (scanStep > 0)
            below.low = std::max(below.low, below.high - scanStep + 1);
        if (!below.isEmpty())
            findings->add(task.token, sliceOf(filter, below));
        return findings->summary().found;
    });
}

void FakeAuditSource::scanOn(qint64 ids)
{
    m_isScanSlow = ids > 0;
    std::vector<OpenScan> goOn;
    for (OpenScan &open : std::exchange(m_scans, {})) {
        if (open.promise->isCanceled()) {
            ++cancelled;
            open.promise->finish();
            continue;
        }
        IdRange slice = open.below;
        if (ids > 0)
            slice.low = std::max(slice.low, slice.high - ids + 1);
        if (!slice.isEmpty())
            open.findings->add(open.token, sliceOf(open.filter, slice));
        open.below.high = slice.low - 1;
        open.promise->addResult(open.findings->summary().found);
        if (open.below.isEmpty())
            open.promise->finish();
        else
            goOn.push_back(std::move(open));
    }
    m_scans = std::move(goOn);
}

QFuture<QList<AuditAnchor>> FakeAuditSource::anchors(const AuditOrder &order, qint64 distance)
{
    return answer<QList<AuditAnchor>>([this, order, distance] {
        QList<AuditAnchor> anchors;
        const QList<AuditEvent> all = listed({}, order);
        for (qsizetype i = 0; i < all.size(); i += distance) {
            const AuditEvent &event = all.at(i);
            QVariant value = event.timestampText;
            if (order.by == AuditOrder::By::Type)
                value = event.eventType;
            else if (order.by == AuditOrder::By::Actor)
                value = event.actor;
            else if (order.by == AuditOrder::By::Proposal)
                value = event.proposalId ? QVariant(event.proposalId->value) : QVariant();
            anchors << AuditAnchor{value, *event.id};
        }
        return anchors;
    });
}

QFuture<EventId> FakeAuditSource::locate(const QString &typed)
{
    return answer<EventId>([typed] {
        bool isNumber = false;
        const qint64 id = QString(typed).remove(u'#').toLongLong(&isNumber);
        if (!isNumber)
            throw Error(QStringLiteral("That is neither the number of an event nor a time."));
        return EventId(id);
    });
}

QFuture<AuditVocabulary> FakeAuditSource::vocabulary()
{
    AuditVocabulary vocabulary;
    for (const AuditEvent &event : std::as_const(log)) {
        if (!vocabulary.types.contains(event.eventType))
            vocabulary.types << event.eventType;
    }
    return answer<AuditVocabulary>([vocabulary] { return vocabulary; });
}

qint64 FakeAuditSource::count(const AuditFilter &filter) const
{
    return std::count_if(log.begin(), log.end(), [&filter](const AuditEvent &event) { return matches(filter, event); });
}

QFuture<AuditPage> FakeAuditSource::page(const AuditPageRequest &request)
{
    ++pagesAsked;
    largestPage = std::max<qint64>(largestPage, request.limit);
    return answer<AuditPage>([this, request] { return readPage(request); });
}

QFuture<AuditExtent> FakeAuditSource::extent()
{
    ++extentsAsked;
    return answer<AuditExtent>([this] {
        return log.isEmpty() ? AuditExtent() : AuditExtent{*log.constFirst().id, *log.constLast().id};
    });
}

QFuture<std::optional<AuditEvent>> FakeAuditSource::event(EventId id)
{
    return answer<std::optional<AuditEvent>>([this, id]() -> std::optional<AuditEvent> {
        const auto found = std::find_if(log.begin(), log.end(),
                                        [id](const AuditEvent &event) { return event.id == id; });
        return found == log.end() ? std::nullopt : std::optional(*found);
    });
}

QFuture<qint64> FakeAuditSource::exportTo(const AuditFilter &filter, ExportFormat, const QString &)
{
    return answer<qint64>([this, filter] { return count(filter); });
}

void FakeAuditSource::tellSeals(const SealStatus &status)
{
    seals = status;
    emit sealStatusChanged(status);
}

QFuture<VerifyReport> FakeAuditSource::verify(const QStringList &checkpointFiles)
{
    ++verificationsAsked;
    heldAgainst = checkpointFiles;
    if (verification)
        return verification->future();
    return answer<VerifyReport>([this] { return report; });
}

QFuture<SealStatus> FakeAuditSource::writeCheckpoint()
{
    return answer<SealStatus>([this] { return afterCheckpoint; });
}

} // namespace andon::test
