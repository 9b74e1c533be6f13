// SPDX-License-Identifier: Apache-2.0
#include "core/storage/LeaseTerms.h"

#include "core/storage/StoredSettings.h"

namespace andon {

LeaseTerms LeaseTerms::of(Database &database)
{
    StoredSettings settings(database);
    return {settings.leaseTime(), settings.leaseRenewal()};
}

bool LeaseTerms::isLongOver(const QDateTime &seenAt, const QDateTime &now) const
{
    constexpr std::chrono::milliseconds kOnItsWay{2000};
    return !seenAt.isValid() || seenAt.msecsTo(now) > (lease + kOnItsWay).count();
}

} // namespace andon
