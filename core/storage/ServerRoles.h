// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace andon {

class Database;

/// The three roles of a server's database, each with the rights that it needs and no other
/// (docs/postgresql.md, "Roles"). Belongs to the thread of its database.
class ServerRoles
{
public:
    enum class Role {
        Operator, ///< stops, resets, chooses the mode, approves
        Agent,    ///< proposes, claims, records; changes nothing about safety
        Reviewer, ///< reads
    };

    explicit ServerRoles(Database &database)
        : m_database(database)
    {
    }

    /// Makes the roles where they are missing, and gives each exactly its rights, in one transaction. To be called as
    /// the owner of the tables, who may make roles. Idempotent. Throws InvalidInputError on SQLite, which has no roles,
    /// and StorageError.
    void init();

    /// Makes a login a member of a role. Throws StorageError where there is no such login.
    void grant(Role role, const QString &login);

    /// What a superuser has to say before a stop can end a session that keeps it from its gate, a statement; empty
    /// where nothing is missing. It is missing after `init` where the tables' owner is no superuser and may not grant
    /// it to itself. Throws StorageError.
    [[nodiscard]] QString missingGrant();

    /// Whether this connection may change the safety state: an operator, or the owner. Always on SQLite.
    [[nodiscard]] bool mayOperate();

    /// "andon_operator", "andon_agent" or "andon_reviewer".
    [[nodiscard]] static QString nameOf(Role role);

private:
    Database &m_database;
};

} // namespace andon
