// SPDX-License-Identifier: Apache-2.0
#include "tests/support/PostgresServer.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QSqlDatabase>
#include <QSqlError>

#include <unistd.h>

namespace andon::test {

namespace {

constexpr int kPatienceMs = 60'000;
const QString kUser = QStringLiteral("nobody");
const QString kPort = QStringLiteral("54329"); // but a part of the socket's name

/// The folder of initdb and pg_ctl, of the newest version; empty where there is none.
QString programFolder()
{
    const QDir versions(QStringLiteral("/usr/lib/postgresql"));
    const QStringList names = versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name | QDir::Reversed);
    for (const QString &name : names) {
        QString folder = versions.filePath(name + QStringLiteral("/bin"));
        if (QFile::exists(folder + QStringLiteral("/initdb")) && QFile::exists(folder + QStringLiteral("/pg_ctl")))
            return folder;
    }
    return {};
}

} // namespace

PostgresServer::PostgresServer()
    : m_folder(QStringLiteral("/tmp/andon-pg-XXXXXX")) // a socket's path is a hundred characters at most
    , m_programs(programFolder())
{
    if (m_programs.isEmpty()) {
        m_isMissing = true;
        m_problem = QStringLiteral("PostgreSQL's server is not installed (no /usr/lib/postgresql/*/bin/initdb).");
        return;
    }
    const QString data = m_folder.filePath(QStringLiteral("data"));
    const bool isRoot = ::geteuid() == 0;
    if (isRoot && !run(QStringLiteral("chown"), {kUser, m_folder.path()}))
        return;
    if (!run(m_programs + QStringLiteral("/initdb"),
             {QStringLiteral("-D"), data, QStringLiteral("-U"), kUser, QStringLiteral("-A"), QStringLiteral("trust"),
              QStringLiteral("-E"), QStringLiteral("UTF8"), QStringLiteral("--locale=C.UTF-8"),
              QStringLiteral("--no-sync")}))
        return;
    const QString options = QStringLiteral("-c listen_addresses='' -c unix_socket_directories='%1' -c port=%2 "
                                           "-c fsync=off -c shared_buffers=16MB")
                                .arg(m_folder.path(), kPort);
    m_isRunning = run(m_programs + QStringLiteral("/pg_ctl"),
                      {QStringLiteral("-D"), data, QStringLiteral("-w"), QStringLiteral("-l"),
                       m_folder.filePath(QStringLiteral("log")), QStringLiteral("-o"), options,
                       QStringLiteral("start")});
}

PostgresServer::~PostgresServer()
{
    // By the pid that the server wrote into its folder.
    if (m_isRunning)
        (void)run(m_programs + QStringLiteral("/pg_ctl"),
                  {QStringLiteral("-D"), m_folder.filePath(QStringLiteral("data")), QStringLiteral("-m"),
                   QStringLiteral("immediate"), QStringLiteral("-w"), QStringLiteral("stop")});
}

bool PostgresServer::run(const QString &program, const QStringList &arguments)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setWorkingDirectory(QStringLiteral("/"));
    // A file and not a pipe, which the server that pg_ctl leaves behind would keep open.
    const QString output = m_folder.filePath(QStringLiteral("output"));
    process.setStandardOutputFile(output);
    process.setStandardInputFile(QProcess::nullDevice());
    if (::geteuid() == 0 && program != u"chown")
        process.start(QStringLiteral("runuser"),
                      QStringList{QStringLiteral("-u"), kUser, QStringLiteral("--"), program} + arguments);
    else
        process.start(program, arguments);
    if (process.waitForFinished(kPatienceMs) && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0)
        return true;
    QFile said(output);
    (void)said.open(QIODevice::ReadOnly);
    m_problem = QStringLiteral("%1 failed: %2 %3")
                    .arg(program, process.errorString(), QString::fromUtf8(said.readAll()));
    return false;
}

QString PostgresServer::uri(const QString &parameters) const
{
    return QStringLiteral("postgresql:///postgres?host=%1&port=%2&user=%3").arg(m_folder.path(), kPort, kUser)
        + parameters;
}

bool PostgresServer::connectAs(const QString &connectionName)
{
    QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QPSQL"), connectionName);
    if (!database.isValid()) {
        m_isMissing = true;
        m_problem = QStringLiteral("Qt's PostgreSQL driver (QPSQL) is not installed.");
        return false;
    }
    database.setHostName(m_folder.path());
    database.setPort(kPort.toInt());
    database.setUserName(kUser);
    database.setDatabaseName(QStringLiteral("postgres"));
    if (database.open())
        return true;
    m_problem = database.lastError().text();
    return false;
}

} // namespace andon::test
