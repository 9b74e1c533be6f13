// SPDX-License-Identifier: Apache-2.0
#include "tests/support/TestServer.h"

#include "tests/support/PostgresServer.h"
#include "tests/support/PostgresSession.h"
#include "tests/support/TestServerNote.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace andon::test {

namespace {

[[noreturn]] void leave(const QString &problem, bool isMissing)
{
    std::fprintf(stderr, "No test on PostgreSQL: %s\n", qPrintable(problem));
    std::_Exit(isMissing && qEnvironmentVariableIsEmpty("CI") ? TestServer::kSkipped : EXIT_FAILURE);
}

QByteArray nameIn(const QString &uri)
{
    return uri.section(u'/', -1).toLatin1();
}

} // namespace

TestServer &TestServer::shared()
{
    static TestServer server;
    return server;
}

TestServer::TestServer()
{
    (void)serverPassword();
    const std::optional<TestServerNote> note = TestServerNote::ofThisRun();
    if (note && note->uri.isEmpty())
        leave(note->problem, true);
    if (note) {
        m_uri = note->uri;
    } else {
        m_own = std::make_unique<PostgresServer>();
        if (!m_own->isRunning())
            leave(m_own->problem(), m_own->isMissing());
        m_uri = m_own->uri();
    }
    m_session = std::make_unique<PostgresSession>(m_uri + QStringLiteral("/postgres"));
    // Copying files is twice as quick as through the log, but not on a busy disk. Before version 15 there was no
    // choice.
    constexpr int kWithStrategies = 150'000;
    const bool isInMemory = m_session->must("SHOW data_directory").constFirst().constFirst().startsWith("/dev/shm/");
    if (m_session->serverVersion() >= kWithStrategies && isInMemory)
        m_copying = " STRATEGY file_copy";
}

TestServer::~TestServer() = default;

QString TestServer::createDatabase()
{
    const QMutexLocker lock(&m_mutex);
    const QString name = QStringLiteral("andon_%1_%2").arg(::getpid()).arg(++m_databases);
    m_session->must("CREATE DATABASE " + name.toLatin1() + " TEMPLATE template0" + m_copying);
    return m_uri + u'/' + name;
}

void TestServer::copyDatabase(const QString &from, const QString &to)
{
    const QMutexLocker lock(&m_mutex);
    m_session->must("DROP DATABASE IF EXISTS " + nameIn(to) + " WITH (FORCE)");
    m_session->must("CREATE DATABASE " + nameIn(to) + " TEMPLATE " + nameIn(from) + m_copying);
}

void TestServer::closeDatabase(const QString &uri)
{
    const QMutexLocker lock(&m_mutex);
    m_session->must("ALTER DATABASE " + nameIn(uri) + " ALLOW_CONNECTIONS false");
    m_session->must("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + nameIn(uri) + '\'');
}

void TestServer::reopenDatabase(const QString &uri)
{
    const QMutexLocker lock(&m_mutex);
    m_session->must("ALTER DATABASE " + nameIn(uri) + " ALLOW_CONNECTIONS true");
}

void TestServer::dropDatabases(const QString &uri)
{
    const QMutexLocker lock(&m_mutex);
    const QByteArray name = nameIn(uri);
    const PostgresSession::Answer all = m_session->ask("SELECT quote_ident(datname) FROM pg_database WHERE datname = '"
                                                       + name + "' OR starts_with(datname, '" + name + "_')");
    for (const QByteArrayList &row : all.rows)
        (void)m_session->ask("DROP DATABASE " + row.constFirst() + " WITH (FORCE)");
}

} // namespace andon::test
