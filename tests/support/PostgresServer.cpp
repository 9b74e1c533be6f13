// SPDX-License-Identifier: Apache-2.0
#include "tests/support/PostgresServer.h"

#include "tests/support/PostgresSession.h"
#include "tests/support/ServerAccount.h"
#include "tests/support/TestServerNote.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTcpServer>
#include <QThread>

#include <libpq-fe.h>

#include <csignal>
#include <stdexcept>

namespace andon::test {

namespace {

constexpr int kPatienceMs = 60'000;
constexpr int kPollMs = 10;
const QString kUser = QStringLiteral("andon");
const QString kLoopback = QStringLiteral("127.0.0.1");

/// Small, and nothing is kept from a power failure. The settings of whoever makes the server follow.
const QStringList kSettings{
    QStringLiteral("fsync=off"),
    QStringLiteral("synchronous_commit=off"),
    QStringLiteral("full_page_writes=off"),
    QStringLiteral("shared_buffers=32MB"),
    QStringLiteral("min_wal_size=32MB"),
    QStringLiteral("max_wal_size=64MB"),
    QStringLiteral("autovacuum=off"),
    // In its folder, and gone with it, also where it was killed.
    QStringLiteral("dynamic_shared_memory_type=mmap"),
    QStringLiteral("log_min_messages=fatal"),
};
const QStringList kAlone{QStringLiteral("wal_level=minimal"), QStringLiteral("max_wal_senders=0")};
const QStringList kReplicated{QStringLiteral("wal_level=replica"), QStringLiteral("max_wal_senders=4"),
                              QStringLiteral("wal_keep_size=64MB"), QStringLiteral("hot_standby=on")};

/// The folder of initdb and postgres, of the newest version; empty where there is none.
QString programFolder()
{
    const QDir versions(QStringLiteral("/usr/lib/postgresql"));
    QStringList names = versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    std::sort(names.begin(), names.end(), [](const QString &a, const QString &b) { return a.toInt() > b.toInt(); });
    for (const QString &name : std::as_const(names)) {
        QString folder = versions.filePath(name + QStringLiteral("/bin"));
        if (QFile::exists(folder + QStringLiteral("/initdb")) && QFile::exists(folder + QStringLiteral("/postgres")))
            return folder;
    }
    return {};
}

quint16 freePort()
{
    QTcpServer probe;
    return probe.listen(QHostAddress(QHostAddress::LocalHost)) ? probe.serverPort() : quint16{0};
}

QString textOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

} // namespace

PostgresServer::PostgresServer()
    : PostgresServer(Options{})
{
}

PostgresServer::PostgresServer(const Options &options)
    : m_folder(options.parent)
    , m_programs(programFolder())
    , m_settings(kSettings + (options.isReplicated ? kReplicated : kAlone) + options.settings)
{
    const QString password = m_folder.file(QStringLiteral("password"));
    QFile file(password);
    if (file.open(QIODevice::WriteOnly))
        file.write(serverPassword().toLatin1());
    file.close();
    if (makeData(QStringLiteral("initdb"),
                 {QStringLiteral("-U"), kUser, QStringLiteral("-A"), QStringLiteral("password"),
                  QStringLiteral("--pwfile=") + password, QStringLiteral("-E"), QStringLiteral("UTF8"),
                  QStringLiteral("--locale=C.UTF-8"), QStringLiteral("--no-sync")}))
        m_isRunning = startOnFreePort();
}

PostgresServer::PostgresServer(const Standby &standby)
    : m_programs(programFolder())
    , m_settings(kSettings + kReplicated + standby.settings)
{
    if (makeData(QStringLiteral("pg_basebackup"),
                 {QStringLiteral("-h"), kLoopback, QStringLiteral("-p"), QString::number(standby.primary.port()),
                  QStringLiteral("-U"), kUser, QStringLiteral("--write-recovery-conf"),
                  QStringLiteral("--wal-method=stream"), QStringLiteral("--checkpoint=fast"),
                  QStringLiteral("--no-sync")}))
        m_isRunning = startOnFreePort();
}

PostgresServer::~PostgresServer()
{
    if (!m_isRunning)
        return;
    resume();
    m_process.signal(SIGQUIT); // at once: nothing of it is needed any more
    constexpr std::chrono::seconds kPatience(10);
    if (!m_process.waitForEnd(kPatience))
        m_process.killAll();
}

bool PostgresServer::makeData(const QString &program, const QStringList &arguments)
{
    if (m_programs.isEmpty()) {
        m_isMissing = true;
        m_problem = QStringLiteral("PostgreSQL's server is not installed (no /usr/lib/postgresql/*/bin/initdb).");
        return false;
    }
    if (!m_folder.isValid() || !ServerAccount::own(m_folder.path())) {
        m_problem = m_folder.path() + QStringLiteral(" cannot be given to the server.");
        return false;
    }
    const QString password = m_folder.file(QStringLiteral("password"));
    (void)serverPassword(); // pg_basebackup finds it in the environment
    (void)ServerAccount::own(password);

    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setWorkingDirectory(QStringLiteral("/"));
    process.setChildProcessModifier([] { ServerAccount::become(); });
    process.start(m_programs + u'/' + program, QStringList{QStringLiteral("-D"), data()} + arguments);
    const bool hasEnded = process.waitForFinished(kPatienceMs);
    QFile::remove(password);
    if (hasEnded && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0)
        return true;
    m_problem = QStringLiteral("%1 failed: %2 %3")
                    .arg(program, process.errorString(), QString::fromUtf8(process.readAll()));
    return false;
}

bool PostgresServer::startOnFreePort()
{
    constexpr int kAttempts = 5; // somebody else may take the port before the server does
    for (int i = 0; i < kAttempts; ++i) {
        m_port = freePort();
        if (start())
            return true;
        if (!m_problem.contains(QStringLiteral("ddress already in use")))
            return false;
    }
    return false;
}

bool PostgresServer::start()
{
    QFile::remove(log());
    QStringList arguments{QStringLiteral("-D"), data()};
    const QStringList own{QStringLiteral("listen_addresses=") + kLoopback,
                          QStringLiteral("port=") + QString::number(m_port),
                          QStringLiteral("unix_socket_directories=") + m_folder.path()};
    for (const QString &setting : m_settings + own)
        arguments << QStringLiteral("-c") << setting;
    if (!m_process.start(m_programs + QStringLiteral("/postgres"), arguments, log())) {
        m_problem = QStringLiteral("no process for a PostgreSQL server");
        return false;
    }

    const QByteArray port = QByteArray::number(m_port);
    const std::array<const char *, 4> keys{"host", "port", "connect_timeout", nullptr};
    const std::array<const char *, 4> values{"127.0.0.1", port.constData(), "5", nullptr};
    QElapsedTimer waited;
    waited.start();
    while (m_process.isRunning() && waited.elapsed() < kPatienceMs) {
        if (PQpingParams(keys.data(), values.data(), 0) == PQPING_OK) {
            m_isRunning = true;
            return true;
        }
        QThread::msleep(kPollMs);
    }
    m_problem = QStringLiteral("PostgreSQL's server does not start: ") + textOf(log());
    m_process.killAll();
    return false;
}

void PostgresServer::stop()
{
    m_process.signal(SIGINT);
    if (!m_process.waitForEnd(std::chrono::milliseconds(kPatienceMs)))
        m_process.killAll();
    m_isRunning = false;
}

void PostgresServer::kill()
{
    m_process.killAll();
    m_isRunning = false;
}

bool PostgresServer::restart()
{
    stop();
    return start();
}

QString PostgresServer::uri(const QString &database) const
{
    const QString server = QStringLiteral("postgresql://%1@%2:%3").arg(kUser, kLoopback).arg(m_port);
    return database.isEmpty() ? server : server + u'/' + database;
}

QString PostgresServer::createDatabase(const QString &name) const
{
    PostgresSession(uri(QStringLiteral("postgres"))).must("CREATE DATABASE \"" + name.toUtf8() + '"');
    return uri(name);
}

std::unique_ptr<PostgresServer> PostgresServer::makeStandby(const QStringList &settings) const
{
    return std::unique_ptr<PostgresServer>(new PostgresServer(Standby{*this, settings}));
}

bool PostgresServer::awaitReplay(const PostgresServer &standby) const
{
    const QString name = QStringLiteral("postgres");
    PostgresSession session(uri(name));
    // What was committed without waiting for the disk is sent once somebody waits.
    session.must("SET synchronous_commit = local");
    session.must("SELECT pg_logical_emit_message(true, 'andon', '')");
    const QByteArray here = session.must("SELECT pg_current_wal_flush_lsn()").constFirst().constFirst();
    PostgresSession there(standby.uri(name));
    QElapsedTimer waited;
    waited.start();
    while (waited.elapsed() < kPatienceMs) {
        if (there.must("SELECT pg_last_wal_replay_lsn() >= '" + here + '\'').constFirst().constFirst() == "1")
            return true;
        QThread::msleep(kPollMs);
    }
    return false;
}

bool PostgresServer::promote()
{
    const PostgresSession::Answer answer = PostgresSession(uri(QStringLiteral("postgres")))
                                               .ask("SELECT pg_promote(true, 60)");
    m_problem = answer.error;
    return answer.error.isEmpty() && answer.rows.constFirst().constFirst() == "1";
}

} // namespace andon::test
