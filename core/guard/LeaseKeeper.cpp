// SPDX-License-Identifier: Apache-2.0
#include "core/guard/LeaseKeeper.h"

#include <algorithm>

namespace andon {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

/// How long it does not hear that it is to hurry or to end.
constexpr milliseconds kDeafFor{20};
constexpr milliseconds kShortestRest{50};
constexpr milliseconds kLongestRest{500};
constexpr milliseconds kLockPatience{100};
/// The helper tells first that a lease is over; where it does not, its owner ends it.
constexpr milliseconds kForTheHelper{250};

Database::Options optionsFor(const LeaseTerms &terms)
{
    Database::Options options;
    options.lockTimeout = std::min(kLockPatience, terms.renewal);
    // Within a lease there is time for a second connection after one that has fallen silent, and a third.
    options.answerTimeout = std::clamp<milliseconds>(terms.lease / 3, 50ms, 5s);
    return options;
}

} // namespace

LeaseKeeper::LeaseKeeper(DatabaseLocation location, LeaseTerms terms, Calls calls)
    : m_location(std::move(location))
    , m_terms(terms)
    , m_calls(std::move(calls))
    , m_confirmed(BootClock::now())
    , m_thread([this] { run(); })
{
}

LeaseKeeper::~LeaseKeeper()
{
    m_isEnding = true;
    {
        const std::scoped_lock lock(m_mutex);
        if (m_database)
            m_database->interrupt();
    }
    m_changed.notify_all();
    m_thread.join();
}

bool LeaseKeeper::awaitAnswer()
{
    std::unique_lock lock(m_mutex);
    return m_changed.wait_for(lock, m_terms.lease, [this] { return m_hasAnswer; });
}

void LeaseKeeper::heardAnswer()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_hasAnswer = true;
    }
    m_changed.notify_all();
}

void LeaseKeeper::connect()
{
    auto database = std::make_unique<Database>(m_location, optionsFor(m_terms));
    database->listen(kChannel); // before the question: what comes after that is not missed
    auto errand = m_calls.makeErrand(*database);
    const std::scoped_lock lock(m_mutex);
    m_database = std::move(database);
    m_errand = std::move(errand);
}

void LeaseKeeper::disconnect()
{
    m_errand.reset();
    const std::scoped_lock lock(m_mutex);
    m_database.reset();
}

void LeaseKeeper::look(News news)
{
    const BootClock::time_point asked = BootClock::now();
    switch (m_errand->ask()) {
    case LeaseErrand::Answer::Open:
        m_confirmed = asked;
        if (!m_isStopped && m_calls.onConfirmed)
            m_calls.onConfirmed(asked);
        break;
    case LeaseErrand::Answer::Closed:
        m_isStopped = true;
        if (m_calls.onStopped)
            m_calls.onStopped(news == News::Notification ? QStringLiteral("notify") : QStringLiteral("database"));
        break;
    }
    heardAnswer();
    const bool isBeatDue = news == News::Time || asked - m_noted >= m_terms.renewal;
    if (isBeatDue)
        m_noted = asked;
    try {
        m_errand->note(isBeatDue);
    } catch (const Error &) {
        // Written at the next renewal. Where the connection is lost, the next question finds that.
    }
}

LeaseKeeper::News LeaseKeeper::await(BootClock::time_point until)
{
    while (!isEnding() && !m_isHurried.exchange(false)) {
        const auto left = std::chrono::ceil<milliseconds>(until - BootClock::now());
        if (left <= 0ms)
            break;
        const milliseconds slice = std::min(left, kDeafFor);
        if (m_database->waitForNotification(slice))
            return News::Notification;
        if (m_database->notificationDescriptor() < 0)
            rest(slice);
    }
    return News::Time;
}

void LeaseKeeper::rest(milliseconds time)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait_for(lock, time, [this] { return isEnding(); });
}

void LeaseKeeper::stopWhenOver()
{
    if (BootClock::now() - m_confirmed.load() < m_terms.lease + kForTheHelper)
        return;
    m_isStopped = true;
    if (m_calls.onStopped)
        m_calls.onStopped(QStringLiteral("lease"));
}

void LeaseKeeper::run()
{
    milliseconds pause = kShortestRest;
    while (!isEnding()) {
        try {
            News news = News::Time;
            if (!m_database)
                connect();
            while (!isEnding()) {
                const BootClock::time_point next = BootClock::now() + m_terms.renewal;
                look(news);
                pause = kShortestRest;
                news = await(next);
            }
        } catch (const Error &) {
            disconnect();
            stopWhenOver();
            rest(pause);
            pause = std::min(2 * pause, kLongestRest);
        }
    }
    disconnect();
}

} // namespace andon
