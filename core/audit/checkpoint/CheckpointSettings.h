// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

#include <chrono>

namespace andon {

/// How often the panel writes a checkpoint, and where else than into the database it goes.
///
/// Kept in the user's own configuration, never in a database: whoever may write to a database, an agent for one, must
/// not be able to say where its witnesses are kept.
struct CheckpointSettings
{
    static constexpr std::chrono::minutes kDefaultInterval{10};
    static constexpr std::chrono::minutes kLongestInterval{7 * 24 * 60};

    std::chrono::minutes interval = kDefaultInterval; ///< 0: none by time alone, only after a stop and on demand
    QStringList folders;                              ///< absolute paths of folders that exist: another disk, a share

    /// `checkpoint/minutes` and `checkpoint/folders` of the file Andon/andon.ini in the user's folder for
    /// configuration, else in the system's: QSettings (IniFormat, UserScope with its fallback to SystemScope). A time
    /// that is no number is the default.
    [[nodiscard]] static CheckpointSettings read();

    /// Each writes one of them into the user's file. Throws InvalidInputError for what cannot be meant, FileError where
    /// the file cannot be written.
    static void storeInterval(const QString &minutes);
    static void storeFolders(const QStringList &folders);

    friend bool operator==(const CheckpointSettings &, const CheckpointSettings &) = default;
};

} // namespace andon
