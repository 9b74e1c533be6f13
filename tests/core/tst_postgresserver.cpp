// SPDX-License-Identifier: Apache-2.0
// What the tests of a server that fails stand on: one that is killed, hangs, comes back, or is taken over from.

#include "tests/support/PostgresServer.h"
#include "tests/support/PostgresSession.h"

#include <QProcess>
#include <QtTest>

#include <csignal>

using namespace andon::test;

namespace {

constexpr const char *kOrphan = "ANDON_TEST_ORPHAN";
const QString kSuspended = QStringLiteral("suspended");

QByteArray valueIn(const QString &uri)
{
    return PostgresSession(uri).must("SELECT string_agg(v, ',' ORDER BY v) FROM t").constFirst().constFirst();
}

} // namespace

class TestPostgresServer : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void aKilledServerComesBack();
    void aSuspendedServerDoesNotAnswer();
    void aStandbyFollowsAndTakesOver();
    void noServerOutlivesACrashedTest_data();
    void noServerOutlivesACrashedTest();
    void crash();

private:
    std::unique_ptr<PostgresServer> m_server;
    QString m_database;
};

void TestPostgresServer::initTestCase()
{
    PostgresServer::Options options;
    options.isReplicated = true;
    m_server = std::make_unique<PostgresServer>(options);
    if (m_server->isMissing() && qEnvironmentVariableIsEmpty("CI"))
        QSKIP(qPrintable(m_server->problem()));
    QVERIFY2(m_server->isRunning(), qPrintable(m_server->problem()));
    m_database = m_server->createDatabase(QStringLiteral("andon"));
    PostgresSession(m_database).must("CREATE TABLE t(v text); INSERT INTO t VALUES('one')");
}

void TestPostgresServer::aKilledServerComesBack()
{
    PostgresSession session(m_database);
    session.must("CHECKPOINT; INSERT INTO t VALUES('lost perhaps')"); // nothing of it was promised
    const QString uri = m_server->uri();
    m_server->kill();
    QVERIFY(!m_server->isRunning());
    QVERIFY(!session.ask("SELECT 1").error.isEmpty());
    QVERIFY_THROWS_EXCEPTION(std::runtime_error, PostgresSession{m_database});
    QVERIFY2(m_server->start(), qPrintable(m_server->problem()));
    QCOMPARE(m_server->uri(), uri); // on the same port
    QVERIFY(valueIn(m_database).contains("one"));
    PostgresSession(m_database).must("DELETE FROM t WHERE v <> 'one'");
    QVERIFY2(m_server->restart(), qPrintable(m_server->problem()));
    QCOMPARE(valueIn(m_database), "one");
}

void TestPostgresServer::aSuspendedServerDoesNotAnswer()
{
    PostgresSession session(m_database);
    m_server->suspend();
    std::atomic_bool hasAnswered{false};
    const std::unique_ptr<QThread> thread(QThread::create([&session, &hasAnswered] {
        session.must("SELECT 1");
        hasAnswered = true;
    }));
    thread->start();
    QTest::qWait(50);
    QVERIFY(!hasAnswered);
    m_server->resume();
    QTRY_VERIFY_WITH_TIMEOUT(hasAnswered, 20'000);
    thread->wait();
}

void TestPostgresServer::aStandbyFollowsAndTakesOver()
{
    const std::unique_ptr<PostgresServer> standby = m_server->makeStandby();
    QVERIFY2(standby->isRunning(), qPrintable(standby->problem()));
    const QString there = standby->uri(QStringLiteral("andon"));
    PostgresSession(m_database).must("INSERT INTO t VALUES('two')");
    QVERIFY(m_server->awaitReplay(*standby));
    QCOMPARE(valueIn(there), "one,two");
    QVERIFY(PostgresSession(there).ask("DELETE FROM t").error.contains("read-only"));
    m_server->kill();
    QVERIFY2(standby->promote(), qPrintable(standby->problem()));
    PostgresSession(there).must("INSERT INTO t VALUES('three')");
    QCOMPARE(valueIn(there), "one,three,two");
}

void TestPostgresServer::noServerOutlivesACrashedTest_data()
{
    QTest::addColumn<bool>("isSuspended");
    QTest::newRow("running") << false;
    QTest::newRow("suspended") << true;
}

void TestPostgresServer::noServerOutlivesACrashedTest()
{
    QFETCH(bool, isSuspended);
    QProcess test;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QString::fromLatin1(kOrphan), isSuspended ? kSuspended : QStringLiteral("running"));
    test.setProcessEnvironment(environment);
    test.start(QCoreApplication::applicationFilePath(), {"crash", "-silent"});
    QVERIFY(test.waitForFinished());
    QCOMPARE(test.exitStatus(), QProcess::CrashExit);
    const QByteArray said = test.readAllStandardError();
    const pid_t pid = said.mid(said.indexOf("server ") + 7).split('\n').constFirst().toInt();
    QVERIFY2(pid > 0, said.constData());
    // The next server made sweeps up: it wakes what was suspended, and takes the folder once the last process of the
    // old one writes nothing more.
    if (isSuspended)
        static_cast<void>(ServerFolder());
    QTRY_VERIFY_WITH_TIMEOUT(!isProcessThere(pid), 20'000);
    const QString folder = QString::fromUtf8(said.mid(said.indexOf("folder ") + 7).simplified());
    QVERIFY2(QDir(folder).exists(), said.constData());
    QTRY_VERIFY((static_cast<void>(ServerFolder()), !QDir(folder).exists()));
}

void TestPostgresServer::crash()
{
    if (!qEnvironmentVariableIsSet(kOrphan))
        QSKIP("for the test before alone");
    if (qEnvironmentVariable(kOrphan) == kSuspended)
        m_server->suspend();
    std::fprintf(stderr, "server %lld\nfolder %s\n", m_server->pid(), qPrintable(m_server->socketFolder()));
    std::fflush(stderr);
    ::raise(SIGKILL);
}

QTEST_GUILESS_MAIN(TestPostgresServer)
#include "tst_postgresserver.moc"
