// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace andon::test {

/// Somebody who logs in to the server of a database, with serverPassword() and no rights but those of everybody. Gone
/// at the end; what they owned in that database is then the server's administrator's.
class ServerLogin
{
public:
    /// Throws std::runtime_error where it cannot be made.
    explicit ServerLogin(QString database);
    ~ServerLogin();
    ServerLogin(const ServerLogin &) = delete;
    ServerLogin &operator=(const ServerLogin &) = delete;

    [[nodiscard]] const QString &name() const { return m_name; }
    /// The database, as they name it.
    [[nodiscard]] QString uri() const;

private:
    QString m_database;
    QString m_name;
};

} // namespace andon::test
