// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>

#include <optional>

namespace andon {

/// Files that belong to one user alone. Thread-safe; failures are FileErrors.
namespace PrivateFile {

/// What others must not be able to do with a file that is read.
enum class Guarded {
    Reading, ///< neither read nor write it: a secret
    Writing, ///< not write it
};

/// Makes a folder that only its owner may enter (0700), and the ones above it that are missing. One that is there
/// already is refused where others may write in it.
void makeFolder(const QString &path);

/// Puts the content in place of whatever file is there, atomically, in a file that only its owner may read and write
/// (0600) from its first instant; on the disk, its name included, on return.
void replace(const QString &path, const QByteArray &content);

/// The content; nothing where there is no file. Refused: links, what is no regular file, more than `mostBytes`, and
/// what others may do more with than `guarded` allows (not looked at where there are no POSIX permissions).
[[nodiscard]] std::optional<QByteArray> read(const QString &path, qint64 mostBytes, Guarded guarded);

/// Puts the names in a folder on the disk; best effort.
void syncFolder(const QString &path);

} // namespace PrivateFile

} // namespace andon
