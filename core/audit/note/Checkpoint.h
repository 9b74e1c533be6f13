// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/note/SignedNote.h"
#include "core/audit/seal/TreeHash.h"

#include <QStringList>

namespace andon {

/// The size and the root of a tree, as C2SP tlog-checkpoint writes them.
struct Checkpoint
{
    QString origin; ///< which log
    qint64 size = 0;
    TreeHash root{};
    QStringList extensions; ///< further lines, opaque

    /// Reads the text of a note. Throws NoteError (Malformed).
    static Checkpoint parse(const QByteArray &text);
    /// The text of a note, its last line feed included.
    [[nodiscard]] QByteArray toText() const;

    friend bool operator==(const Checkpoint &, const Checkpoint &) = default;
};

} // namespace andon
