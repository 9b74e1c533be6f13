// SPDX-License-Identifier: Apache-2.0
#include "core/audit/verify/ArchivedEvents.h"

namespace andon {

QString lineOf(const ArchivedEvents &archive)
{
    return QStringLiteral("Archived    events %1 to %2 (%3 of them) are in %4 (sha256 %5), which %6")
        .arg(archive.firstEvent.toString(), archive.lastEvent.toString())
        .arg(archive.events)
        .arg(archive.file, archive.sha256,
             archive.isChecked ? QStringLiteral("was read, too") : QStringLiteral("was not looked at"));
}

QJsonObject jsonOf(const ArchivedEvents &archive)
{
    return {{QStringLiteral("file"), archive.file},
            {QStringLiteral("sha256"), archive.sha256},
            {QStringLiteral("first_event"), archive.firstEvent.value},
            {QStringLiteral("last_event"), archive.lastEvent.value},
            {QStringLiteral("events"), archive.events},
            {QStringLiteral("checked"), archive.isChecked}};
}

} // namespace andon
