// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"

#include <QDateTime>
#include <QMetaType>
#include <QString>

#include <optional>

namespace andon {

/// How far the log is sealed, and what was signed of it last, as a running panel sees it. It proves nothing: that is
/// for a verification.
struct SealStatus
{
    /// The newest checkpoint in the database.
    struct Newest
    {
        qint64 size = 0;
        QDateTime signedAt; ///< UTC, as the database says
        QString keyName;
        QString keyId;          ///< eight hexadecimal digits
        bool isTrusted = false; ///< signed with a key of this user or one that this user trusts

        friend bool operator==(const Newest &, const Newest &) = default;
    };

    bool isKnown = false;  ///< false before the first look, and where the log has no seals (read-only, not adopted yet)
    qint64 treeSize = 0;   ///< how many entries are sealed
    EventId sealedThrough; ///< the newest of them
    qint64 unsealed = 0;   ///< events after it: exact below 10,000, an estimate from there on
    std::optional<Newest> checkpoint;
    bool hasKey = false; ///< whether this user has a key of this log: the first checkpoint makes one
    QString trouble;     ///< a sentence; empty where there is none

    friend bool operator==(const SealStatus &, const SealStatus &) = default;
};

} // namespace andon

Q_DECLARE_METATYPE(andon::SealStatus)
