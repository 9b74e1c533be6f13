// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"

#include <QJsonObject>
#include <QString>

namespace andon {

/// Events that are no longer in the log, but in a file.
struct ArchivedEvents
{
    QString file; ///< its name, without a folder
    QString sha256;
    EventId firstEvent;
    EventId lastEvent;
    qint64 events = 0;
    bool isChecked = false; ///< the file was at hand, and was read

    friend bool operator==(const ArchivedEvents &, const ArchivedEvents &) = default;
};

/// `Archived    events 1 to 150 are in old.archive (sha256 …), which was not looked at`
[[nodiscard]] QString lineOf(const ArchivedEvents &archive);
[[nodiscard]] QJsonObject jsonOf(const ArchivedEvents &archive);

} // namespace andon
