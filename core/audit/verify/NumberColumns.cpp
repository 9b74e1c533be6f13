// SPDX-License-Identifier: Apache-2.0
#include "core/audit/verify/NumberColumns.h"

#include "core/storage/Database.h"

#include <algorithm>

namespace andon {

namespace {

const QString kNumber = QStringLiteral(
    "SELECT 1 FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass(quote_ident(?)) AND attname = ? "
    "AND NOT attisdropped AND atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)");

} // namespace

bool areNumbers(Database &database, const QString &table, const QStringList &columns)
{
    return database.engine() == SqlEngine::Sqlite
        || std::all_of(columns.begin(), columns.end(), [&](const QString &column) {
               return database.scalar(kNumber, {table, column}).isValid();
           });
}

} // namespace andon
