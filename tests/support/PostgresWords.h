// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>

namespace andon::test {

/// SQL as ForeignClient's tests write it, for PostgreSQL. The one place for what SQLite spells otherwise; all else in
/// tests is SQL that both engines read. Known, outside of comments and of texts that look the same:
///
///     BEGIN IMMEDIATE               BEGIN, and nobody else writes into any table, except for what asks for a stop
///     BEGIN EXCLUSIVE               the same, and nobody reads either
///     CREATE TRIGGER ... BEGIN SELECT RAISE(ABORT, 'no'); END
///                                   a trigger and a function that refuse with that sentence, for each row, WHEN or not
///     DROP TRIGGER name             of whichever table has it, of several the first
///     INSERT INTO action_audit_log(id, ...   with OVERRIDING SYSTEM VALUE: the id is counted there
///     UPDATE action_audit_log SET id ...     the same
///     zeroblob(7)                   so many zeros
///     PRAGMA journal_mode = x       nothing: a server has but one journal
///     json_extract(c, '$.key')      (c::jsonb ->> 'key'), a text; true and false are not 1 and 0
///     group_concat(x)               string_agg
///     hex(c)                        of bytea, in capitals
///     char(7)                       chr
///     x'00ff'                       bytea
///     INTEGER PRIMARY KEY           counted by the server, with or without AUTOINCREMENT
///     BLOB                          bytea
///     UPDATE sqlite_sequence SET seq = 9 WHERE name = 't', DELETE FROM sqlite_sequence WHERE name = 't'
///                                   what the server has counted in the column id of that table; of andon_checkpoint in
///                                   andon_meta
///
/// INSERT OR ..., GLOB, typeof, rowid and texts in double quotes have no counterpart: a test that needs them is about
/// SQLite.
[[nodiscard]] QByteArray inPostgresWords(const QByteArray &sql);

/// The same where this run is about PostgreSQL; the SQL as it is elsewhere. For what is not run by ForeignClient.
[[nodiscard]] QByteArray inWordsOfEngine(const QByteArray &sql);

} // namespace andon::test
