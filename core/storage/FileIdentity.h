// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <optional>

namespace andon {

/// Which file stands at a path: device and inode, so that a deleted or replaced file is noticed
/// although an open handle goes on working on the old one. On Windows an open database cannot be
/// deleted or replaced, and only its existence counts.
struct FileIdentity
{
    quint64 device = 0;
    quint64 inode = 0;

    /// Nothing where there is no file.
    static std::optional<FileIdentity> of(const QString &path);

    friend bool operator==(const FileIdentity &, const FileIdentity &) = default;
};

} // namespace andon
