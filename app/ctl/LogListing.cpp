// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/LogListing.h"

#include "app/ctl/Console.h"
#include "app/ctl/Interruption.h"
#include "core/storage/ChangeFeed.h"
#include "core/storage/Database.h"

#include <algorithm>

namespace andon::ctl {

namespace {

using namespace std::chrono_literals;

constexpr int kPage = 1000;
constexpr auto kBetweenLooks = 100ms;

} // namespace

LogListing::LogListing(Database &database, AuditFilter filter, LogPrinter printer)
    : m_database(database)
    , m_reader(database)
    , m_filter(std::move(filter))
    , m_printer(printer)
    , m_seen(m_reader.extent().newest)
{
}

void LogListing::printNewest(qint64 limit)
{
    m_printer.begin();
    if (m_seen.isValid() && limit == 0)
        printAfter(EventId());
    else if (m_seen.isValid())
        printLast(limit);
    Console::flush();
}

void LogListing::printAfter(EventId from)
{
    AuditPageRequest request{m_filter, AuditPageRequest::Direction::Newer, from, kPage};
    bool reachedEnd = false;
    while (!reachedEnd && Console::isOpen()) {
        AuditPage page = m_reader.page(request);
        std::reverse(page.events.begin(), page.events.end());
        for (const AuditEvent &event : std::as_const(page.events))
            m_printer.print(event);
        if (!page.events.isEmpty())
            request.from = *page.events.last().id;
        reachedEnd = page.reachedEnd;
    }
    m_seen = std::max(m_seen, request.from);
}

void LogListing::printLast(qint64 limit)
{
    AuditPageRequest request{m_filter, AuditPageRequest::Direction::Older, m_seen.next(), kPage};
    QList<AuditEvent> events;
    bool reachedEnd = false;
    while (!reachedEnd && events.size() < limit) {
        request.limit = static_cast<int>(std::min<qint64>(kPage, limit - events.size()));
        const AuditPage page = m_reader.page(request);
        events += page.events;
        if (!page.events.isEmpty())
            request.from = *page.events.last().id;
        reachedEnd = page.reachedEnd;
    }
    std::reverse(events.begin(), events.end());
    for (const AuditEvent &event : std::as_const(events))
        m_printer.print(event);
}

bool LogListing::printAppended()
{
    try {
        m_database.verifyAttached();
        const EventId newest = m_reader.extent().newest;
        if (newest > m_seen) {
            printAfter(m_seen);
            m_seen = std::max(m_seen, newest);
        }
        return true;
    } catch (const StorageError &error) {
        if (!error.isTransient())
            throw;
        return false; // somebody holds the lock: later, then
    }
}

void LogListing::follow(const Interruption &interruption)
{
    ChangeFeed feed(m_database);
    bool isBehind = true; // between the listing and now something may have come
    while (!interruption.isRequested() && Console::isOpen()) {
        try {
            isBehind = feed.hasChanged() || isBehind;
        } catch (const StorageError &error) {
            if (!error.isTransient())
                throw;
        }
        if (isBehind)
            isBehind = !printAppended();
        else
            m_database.verifyAttached();
        Console::flush();
        Console::waitWhileRead(kBetweenLooks);
    }
}

} // namespace andon::ctl
