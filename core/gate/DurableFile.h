// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>

namespace andon {

/// File operations that are on the disk when they return, and that never follow a link, block on a
/// pipe or read without bound. Errors are returned as text; empty means done. Thread-safe.
namespace DurableFile {

/// Holds a file open, so that taking its name away is a matter of the folder alone: without it the
/// unlink also frees the file's blocks, which waits for the journal of a busy file system (4 ms on
/// ext4 where the bare entry takes 5 us). Nothing at the path, or no right to read it, is no error.
class KeptOpen
{
public:
    explicit KeptOpen(const QString &path);
    ~KeptOpen();
    KeptOpen(const KeptOpen &) = delete;
    KeptOpen &operator=(const KeptOpen &) = delete;

private:
    int m_descriptor = -1;
};

/// Makes a new file with this content; fails where one exists. Not yet synced.
[[nodiscard]] QString createNew(const QString &path, const QByteArray &content);

/// Puts the content in place of whatever file is there, atomically, and syncs it and its folder.
[[nodiscard]] QString replace(const QString &path, const QByteArray &content);

/// Syncs a file or folder to the disk (fsync(2)).
[[nodiscard]] QString sync(const QString &path);

/// Removes a file or an empty folder; nothing there is success. Not yet synced.
[[nodiscard]] QString remove(const QString &path);

/// The content of a regular file of at most `maxBytes`; false for anything else, links included.
[[nodiscard]] bool readSmall(const QString &path, qint64 maxBytes, QByteArray *content);

/// Whether anything at all stands at the path, a dangling link included. What cannot be looked at
/// counts as there.
[[nodiscard]] bool isAnythingAt(const QString &path);

} // namespace DurableFile

} // namespace andon
