// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDateTime>

#include <chrono>

namespace andon {

class Database;

/// How long what runs may go on after a server has last said that it may, and how often it asks (the settings
/// `lease.ms` and `lease.renew_ms`).
struct LeaseTerms
{
    std::chrono::milliseconds lease{3000};
    std::chrono::milliseconds renewal{500};

    /// As they are in force. Throws StorageError.
    [[nodiscard]] static LeaseTerms of(Database &database);

    /// Whether one that was last seen then has certainly lost its lease: since then, and two seconds more for what was
    /// on its way. Both moments are by the server's clock (`databaseTime`). One that was never seen has lost it.
    [[nodiscard]] bool isLongOver(const QDateTime &seenAt, const QDateTime &now) const;

    friend bool operator==(const LeaseTerms &, const LeaseTerms &) = default;
};

} // namespace andon
