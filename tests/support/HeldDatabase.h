// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <memory>

namespace andon::test {

class ForeignClient;

/// While it lives, or until `release`, nobody can write into a database, and no stop can be recorded there. On SQLite
/// another program holds the lock. On PostgreSQL a stop ends whoever is in its way, so there the server lets nobody
/// into the database, and has ended everybody who was.
class HeldDatabase
{
public:
    explicit HeldDatabase(const QString &database);
    ~HeldDatabase();
    HeldDatabase(const HeldDatabase &) = delete;
    HeldDatabase &operator=(const HeldDatabase &) = delete;

    void release();

private:
    const std::unique_ptr<ForeignClient> m_holder;
    const QString m_name; ///< on the server; empty on SQLite
    bool m_isHeld = true;
};

} // namespace andon::test
