// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/ctl/Interruption.h"
#include "app/ctl/Session.h"

#include <chrono>

namespace andon::ctl {

/// A session of a command that lives long, opened anew where a server has ended it: a stop ends who keeps it waiting,
/// and servers restart.
class RenewableSession
{
public:
    /// Throws StorageError.
    RenewableSession(DatabaseLocation location, std::chrono::milliseconds lockTimeout);

    [[nodiscard]] Session &get() { return *m_session; }

    /// After an error of the session: whether it was lost and is open again. Tries for ten seconds, or until there is
    /// an interruption, then throws StorageError. What was in a transaction that was open is undone.
    [[nodiscard]] bool renewAfter(const StorageError &error, const Interruption &interruption);

private:
    void open();

    DatabaseLocation m_location;
    std::chrono::milliseconds m_lockTimeout;
    std::unique_ptr<Session> m_session;
};

} // namespace andon::ctl
