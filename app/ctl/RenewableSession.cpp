// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/RenewableSession.h"

#include <QDeadlineTimer>

#include <thread>

namespace andon::ctl {

namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 10s;
constexpr auto kBetweenTries = 100ms;

} // namespace

RenewableSession::RenewableSession(DatabaseLocation location, std::chrono::milliseconds lockTimeout)
    : m_location(std::move(location))
    , m_lockTimeout(lockTimeout)
{
    open();
}

void RenewableSession::open()
{
    m_session = std::make_unique<Session>(m_location, Session::Purpose::Change);
    m_session->database().setLockTimeout(m_lockTimeout);
}

bool RenewableSession::renewAfter(const StorageError &error, const Interruption &interruption)
{
    const bool isLost = m_location.engine == SqlEngine::PostgreSql && error.problem() == StorageProblem::Unreachable;
    if (!isLost)
        return false;
    const QDeadlineTimer end(kPatience);
    for (;;) {
        try {
            open();
            return true;
        } catch (const StorageError &again) {
            const bool mayPass = again.isTransient() || again.problem() == StorageProblem::Unreachable;
            if (!mayPass || end.hasExpired() || interruption.isRequested())
                throw;
        }
        std::this_thread::sleep_for(kBetweenTries);
    }
}

} // namespace andon::ctl
