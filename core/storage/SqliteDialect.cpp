// SPDX-License-Identifier: Apache-2.0
#include "core/storage/SqliteDialect.h"

#include "core/storage/Database.h"

#include <sqlite3.h>

namespace andon::SqliteDialect {

StorageError translate(int code, const QString &text, const DatabaseLocation &location)
{
    const QString cause = QStringLiteral("SQLite %1: %2").arg(code).arg(text);
    const QString path = location.path;
    if (code == SQLITE_CONSTRAINT_TRIGGER)
        return {StorageProblem::Refused, text, cause};
    if (code == SQLITE_IOERR_SHMSIZE) // the write-ahead log's shared memory is a file that could not grow
        code = SQLITE_FULL;
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {StorageProblem::Busy,
                QStringLiteral("Another program holds the lock of %1. Wait, or end that program.").arg(path), cause};
    case SQLITE_FULL:
        return {StorageProblem::DiskFull,
                QStringLiteral("The disk of %1 is full. Free some space; nothing was half-written.").arg(path), cause};
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return {StorageProblem::ReadOnly, QStringLiteral("The database %1 cannot be written to.").arg(path), cause};
    case SQLITE_CORRUPT:
        return {StorageProblem::Corrupt,
                QStringLiteral("The database %1 is damaged. Keep a copy of it and put a backup back.").arg(path),
                cause};
    case SQLITE_NOTADB:
        return {StorageProblem::Foreign, QStringLiteral("%1 is not an SQLite database.").arg(path), cause};
    case SQLITE_CANTOPEN:
        return {StorageProblem::Unreachable,
                QStringLiteral("The database %1 cannot be opened. Check that the folder exists and that you may "
                               "read and write it.")
                    .arg(path),
                cause};
    case SQLITE_IOERR:
        return {StorageProblem::Unreachable,
                QStringLiteral("The disk of %1 failed to read or write. Check the disk.").arg(path), cause};
    case SQLITE_INTERRUPT:
        return {StorageProblem::Interrupted, QStringLiteral("The query was cancelled."), cause};
    default:
        return {StorageProblem::Other, QStringLiteral("The database %1 refused a statement.").arg(path), cause};
    }
}

QString engineVersion()
{
    return QString::fromLatin1(sqlite3_libversion());
}

bool isWalSafe(int versionNumber)
{
    if (versionNumber >= 3051003)
        return true;
    const int minor = versionNumber / 1000;
    return (minor == 3050 && versionNumber >= 3050007) || (minor == 3044 && versionNumber >= 3044006);
}

bool isWalSafe()
{
    return isWalSafe(sqlite3_libversion_number());
}

QString journalMode(Database &database)
{
    return database.scalar(QStringLiteral("PRAGMA journal_mode")).toString();
}

void chooseJournal(Database &database)
{
    database.scalar(isWalSafe() ? QStringLiteral("PRAGMA journal_mode=WAL")
                                : QStringLiteral("PRAGMA journal_mode=DELETE"));
}

} // namespace andon::SqliteDialect
