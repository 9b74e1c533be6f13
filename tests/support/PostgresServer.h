// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/ServerFolder.h"
#include "tests/support/ServerProcess.h"

#include <QString>
#include <QStringList>

#include <csignal>
#include <memory>

namespace andon::test {

/// A PostgreSQL server of its own, in a folder of its own, on a port of 127.0.0.1 and on a socket in that folder.
/// Stopped and gone with the object, and stopped when the thread that made it ends. Everybody on it needs
/// serverPassword(), which libpq finds in the environment. It keeps nothing that a power failure would take, unless the
/// settings say otherwise.
class PostgresServer
{
public:
    struct Options
    {
        QStringList settings;      ///< `name=value`, after those that all have
        bool isReplicated = false; ///< so that it can have standbys
        QString parent = {};       ///< the folder in which its own is made; by default in memory where there is room
    };

    /// Starts one; where that cannot be, `problem` says why.
    PostgresServer();
    explicit PostgresServer(const Options &options);
    ~PostgresServer();
    PostgresServer(const PostgresServer &) = delete;
    PostgresServer &operator=(const PostgresServer &) = delete;

    /// True from a start that worked to a stop.
    [[nodiscard]] bool isRunning() const { return m_isRunning; }
    /// What is missing, or what the server said.
    [[nodiscard]] const QString &problem() const { return m_problem; }
    /// Whether the server's programs are not installed, rather than broken.
    [[nodiscard]] bool isMissing() const { return m_isMissing; }

    /// Starts it once more, on the same port, and waits until it lets people in.
    [[nodiscard]] bool start();
    /// Ends all connections, then the server, in order (pg_ctl's mode "fast").
    void stop();
    /// SIGKILL to the server and all that serve a connection, at once: what a machine does that loses power, but for
    /// what the kernel still holds.
    void kill();
    [[nodiscard]] bool restart();
    /// Nothing moves any more, and no connection is ended: what a network does that loses the server.
    void suspend() { m_process.signalAll(SIGSTOP); }
    void resume() { m_process.signalAll(SIGCONT); }

    /// `postgresql://andon@127.0.0.1:PORT`, then the database where one is named.
    [[nodiscard]] QString uri(const QString &database = {}) const;
    [[nodiscard]] quint16 port() const { return m_port; }
    /// The folder that the socket stands in: the `host` of those who do not want the network.
    [[nodiscard]] QString socketFolder() const { return m_folder.path(); }
    [[nodiscard]] qint64 pid() const { return m_process.pid(); }

    /// Makes an empty database and returns its URI. Throws std::runtime_error where that fails.
    [[nodiscard]] QString createDatabase(const QString &name) const;

    /// A copy that follows this one, which must be `isReplicated`, and that may be read.
    [[nodiscard]] std::unique_ptr<PostgresServer> makeStandby(const QStringList &settings = {}) const;
    /// Waits until a standby shows all that was committed here before the call.
    [[nodiscard]] bool awaitReplay(const PostgresServer &standby) const;
    /// Makes a standby a server that may be written, and waits until it is one.
    [[nodiscard]] bool promote();

private:
    struct Standby
    {
        const PostgresServer &primary;
        QStringList settings;
    };
    explicit PostgresServer(const Standby &standby);

    [[nodiscard]] bool makeData(const QString &program, const QStringList &arguments);
    [[nodiscard]] bool startOnFreePort();
    [[nodiscard]] QString data() const { return m_folder.file(QStringLiteral("data")); }
    [[nodiscard]] QString log() const { return m_folder.file(QStringLiteral("log")); }

    ServerFolder m_folder;
    QString m_programs;
    QStringList m_settings;
    quint16 m_port = 0;
    ServerProcess m_process;
    QString m_problem;
    bool m_isMissing = false;
    bool m_isRunning = false;
};

} // namespace andon::test
