// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>
#include <QTemporaryDir>

namespace andon::test {

/// A PostgreSQL server of its own, in a folder of its own, reachable through a socket in it alone. Stopped and
/// gone with the object.
///
/// As root it runs as nobody, because the server refuses to run as root.
class PostgresServer
{
public:
    /// Starts one; where that cannot be, `problem` says why.
    PostgresServer();
    ~PostgresServer();
    PostgresServer(const PostgresServer &) = delete;
    PostgresServer &operator=(const PostgresServer &) = delete;

    [[nodiscard]] bool isRunning() const { return m_isRunning; }
    /// What is missing, or what the server said.
    [[nodiscard]] const QString &problem() const { return m_problem; }
    /// Whether the server's programs are not installed, rather than broken.
    [[nodiscard]] bool isMissing() const { return m_isMissing; }

    /// libpq's URI of the database `postgres`, as the superuser, with more parameters: "&application_name=x".
    [[nodiscard]] QString uri(const QString &parameters = {}) const;

    /// Opens a connection of Qt's QPSQL driver under this name; false, with `problem`, where it fails.
    [[nodiscard]] bool connectAs(const QString &connectionName);

private:
    bool run(const QString &program, const QStringList &arguments);

    QTemporaryDir m_folder;
    QString m_programs;
    QString m_problem;
    bool m_isMissing = false;
    bool m_isRunning = false;
};

} // namespace andon::test
