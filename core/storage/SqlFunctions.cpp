// SPDX-License-Identifier: Apache-2.0
#include "core/storage/SqlFunctions.h"

#include "core/storage/MomentReader.h"
#include "core/storage/TextSearch.h"

#include <sqlite3.h>

#include <memory>

namespace andon {

namespace {

std::string_view textOf(sqlite3_value *value)
{
    const auto *bytes = reinterpret_cast<const char *>(sqlite3_value_text(value));
    return bytes ? std::string_view(bytes, static_cast<size_t>(sqlite3_value_bytes(value))) : std::string_view();
}

void moment(sqlite3_context *context, int, sqlite3_value **values)
{
    // The style is the same for all rows of a statement, so the engine keeps the reader with it.
    auto *reader = static_cast<MomentReader *>(sqlite3_get_auxdata(context, 1));
    std::unique_ptr<MomentReader> made;
    if (!reader) {
        const std::string_view style = textOf(values[1]);
        made = std::make_unique<MomentReader>(
            styleFromName(QString::fromUtf8(style.data(), static_cast<qsizetype>(style.size()))));
        reader = made.get();
    }
    if (const std::optional<qint64> read = reader->read(textOf(values[0])))
        sqlite3_result_int64(context, *read);
    else
        sqlite3_result_null(context);
    if (made)
        sqlite3_set_auxdata(context, 1, made.release(), [](void *old) { delete static_cast<MomentReader *>(old); });
}

} // namespace

void SqlFunctions::install(sqlite3 *connection)
{
    TextSearch::install(connection);
    // Not deterministic: what a local time means depends on the zone of the process.
    sqlite3_create_function_v2(connection, "andon_moment", 2, SQLITE_UTF8, nullptr, &moment, nullptr, nullptr, nullptr);
}

} // namespace andon
