// SPDX-License-Identifier: Apache-2.0
#include "tests/support/ui/FakeAuditSource.h"

#include "core/Error.h"

#include <algorithm>
#include <utility>

namespace andon::test {

namespace {

bool matches(const AuditFilter &filter, const AuditEvent &event)
{
    return std::all_of(filter.terms().begin(), filter.terms().end(), [&event](const AuditFilter::Term &term) {
        return term.values.contains(event.eventType) != term.isNegated;
    });
}

} // namespace

void FakeAuditSource::append(int count, const QString &type)
{
    const QDateTime start = QDateTime::fromString(QStringLiteral("2026-01-31T12:00:00Z"), Qt::ISODate);
    for (int i = 0; i < count; ++i) {
        AuditEvent event;
        event.id = EventId(log.isEmpty() ? 1 : log.constLast().id->value + 1);
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
        else
            promise->addResult(make());
        promise->finish();
    };
    if (m_isHolding)
        m_held.emplace_back(answerNow);
    else
        answerNow();
    return future;
}

AuditPage FakeAuditSource::readPage(const AuditPageRequest &request) const
{
    QList<AuditEvent> found;
    for (const AuditEvent &event : log) {
        const bool isBeyond = !request.from.isValid()
            || (request.direction == AuditPageRequest::Direction::Older ? *event.id < request.from
                                                                        : *event.id > request.from);
        if (isBeyond && matches(request.filter, event))
            found << event;
    }
    AuditPage page;
    page.reachedEnd = found.size() <= request.limit;
    page.events = request.direction == AuditPageRequest::Direction::Older
        ? found.mid(std::max<qsizetype>(0, found.size() - request.limit))
        : found.mid(0, request.limit);
    std::reverse(page.events.begin(), page.events.end());
    return page;
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

QFuture<qint64> FakeAuditSource::count(const AuditFilter &filter)
{
    return answer<qint64>([this, filter] {
        return qint64(std::count_if(log.begin(), log.end(),
                                    [&filter](const AuditEvent &event) { return matches(filter, event); }));
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
    return count(filter);
}

} // namespace andon::test
