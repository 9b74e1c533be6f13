// SPDX-License-Identifier: Apache-2.0
#include "core/copy/IdCounters.h"

#include "core/storage/Catalog.h"
#include "core/storage/Database.h"

#include <algorithm>

namespace andon {

namespace {

/// The server's sequence for the key; null where there is none.
QString sequenceOf(Database &server, const CopyTable &table)
{
    return server.scalar(QStringLiteral("SELECT pg_get_serial_sequence(?, ?)"), {table.name, table.key}).toString();
}

/// The highest number that was ever given, as far as the database remembers it.
qint64 highest(Database &database, const CopyTable &table)
{
    const bool isNumber = std::any_of(table.columns.begin(), table.columns.end(), [&table](const CopyColumn &column) {
        return column.name == table.key && column.type != CopyColumn::Type::Text;
    });
    if (!isNumber)
        return 0;
    const qint64 present = database.scalar(QStringLiteral("SELECT max(\"%1\") FROM %2").arg(table.key, table.name))
                               .toLongLong();
    qint64 given = 0;
    if (database.engine() == SqlEngine::PostgreSql) {
        const QString sequence = sequenceOf(database, table);
        if (!sequence.isEmpty())
            given = database.scalar(QStringLiteral("SELECT pg_sequence_last_value(CAST(? AS regclass))"), {sequence})
                        .toLongLong();
    } else if (database.scalar(QStringLiteral("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'"))
                   .isValid()) {
        given = database.scalar(QStringLiteral("SELECT seq FROM sqlite_sequence WHERE name = ?"), {table.name})
                    .toLongLong();
    }
    return std::max(present, given);
}

} // namespace

void IdCounters::carryOver(Database &source, Database &target, const CopyTable &table)
{
    const qint64 last = highest(source, table);
    if (last < 1)
        return;
    if (target.engine() == SqlEngine::PostgreSql) {
        const QString sequence = sequenceOf(target, table);
        if (!sequence.isEmpty())
            static_cast<void>(target.scalar(QStringLiteral("SELECT setval(CAST(? AS regclass), ?)"), {sequence, last}));
        return;
    }
    target.run(QStringLiteral("DELETE FROM sqlite_sequence WHERE name = ?"), {table.name});
    target.run(QStringLiteral("INSERT INTO sqlite_sequence(name, seq) VALUES(?, ?)"), {table.name, last});
}

} // namespace andon
