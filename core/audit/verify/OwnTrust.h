// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/note/NoteKey.h"
#include "core/audit/verify/CheckpointVerifier.h"

#include <QList>

namespace andon {

/// What this user knows of a log without asking its database.
struct OwnTrust
{
    QList<VerifierKey> keys;            ///< one's own for this log, and those of others that were added
    QList<GivenCheckpoint> checkpoints; ///< what was signed last: of this log, and of another that was here before

    /// `origin` is what the database says; empty where it says nothing. `folder` as KeyStore takes it.
    /// Throws FileError and InvalidInputError where the keys cannot be read.
    [[nodiscard]] static OwnTrust of(const QString &origin, const QString &databasePath, const QString &folder = {});
};

} // namespace andon
