// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/storage/Database.h"
#include "core/storage/SqliteDialect.h"
#include "tests/support/TestEngine.h"

namespace andon::test {

/// The journals that a test may have to go through: those of SQLite that are safe here, by the names that its pragma
/// takes. A server has but one.
[[nodiscard]] inline QByteArrayList journals()
{
    if (isOnPostgres())
        return {"server"};
    return SqliteDialect::isWalSafe() ? QByteArrayList{"DELETE", "WAL"} : QByteArrayList{"DELETE"};
}

/// A column `journal`, and a row for each.
inline void addJournals()
{
    QTest::addColumn<QByteArray>("journal");
    const QByteArrayList all = journals();
    for (const QByteArray &journal : all)
        QTest::newRow(journal.constData()) << journal;
}

/// Where a writer can keep readers out: SQLite's rollback journal.
inline void useRollbackJournal(Database &database)
{
    if (!isOnPostgres())
        static_cast<void>(database.scalar(QStringLiteral("PRAGMA journal_mode=DELETE")));
}

} // namespace andon::test
