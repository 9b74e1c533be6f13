// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>

#include <utility>

namespace andon {

/// A checkpoint that somebody has kept, as Verifier::Options takes it: the name of the file, and what is in it,
/// whatever that is. Throws FileError where it cannot be read or is too long to be one.
[[nodiscard]] std::pair<QString, QByteArray> readCheckpointFile(const QString &path);

} // namespace andon
