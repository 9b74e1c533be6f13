// SPDX-License-Identifier: Apache-2.0
#include "core/station/Session.h"

namespace andon {

namespace {

Database::Options withCreation(Database::Options options, Session::Opening opening)
{
    options.create = opening == Session::Opening::First && options.access == Database::Access::ReadWrite;
    return options;
}

} // namespace

Session::Session(const DatabaseLocation &location, Database::Options options, const QString &by, Opening opening)
    : database(location, withCreation(options, opening))
    , kind(prepare(database, opening))
    , auditor(database, by)
    , controller(database, auditor)
    , reader(database)
    , feed(database)
{
}

Schema::Kind Session::prepare(Database &database, Opening opening)
{
    if (database.isReadOnly())
        return Schema::inspect(database);
    if (opening == Opening::Again && Schema::inspect(database) == Schema::Kind::Empty)
        throw StorageError(StorageProblem::Detached,
                           QStringLiteral("The database %1 was replaced by an empty file. Put it back, or start again "
                                          "to begin a new one.")
                               .arg(database.location().name()));
    return Schema::ensure(database);
}

} // namespace andon
