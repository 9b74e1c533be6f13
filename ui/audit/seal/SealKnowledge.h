// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/checkpoint/SealStatus.h"
#include "core/audit/verify/VerifyReport.h"

#include <memory>
#include <optional>

namespace andon {

/// All that the window knows of the seals of a log: what the station tells, the last verification, and one under way.
struct SealKnowledge
{
    struct Progress
    {
        double share = 0;   ///< of the whole
        qint64 entries = 0; ///< that were read; 0: not known
        qint64 entriesASecond = 0;
        qint64 secondsLeft = -1; ///< less than 0: not known
    };

    SealStatus status;
    bool isReadOnly = false;
    std::shared_ptr<const VerifyReport> report; ///< of the last verification; null: none in this session
    std::optional<Progress> verifying;
    QString problem; ///< why the last verification came to nothing
    bool wasCancelled = false;
    bool isSigning = false; ///< a checkpoint is being written

    /// How many things the last verification has found; what is not sealed yet is none.
    [[nodiscard]] qint64 findings() const;
    /// Whether one of them means that the log, its seals or its checkpoints were tampered with.
    [[nodiscard]] bool isTampered() const;
    /// The log ends before what the last verification has read.
    [[nodiscard]] bool isCutSince() const;
    /// Whether a checkpoint by a key that this user knows is there or will come by itself.
    [[nodiscard]] bool hasKey() const;
};

} // namespace andon
