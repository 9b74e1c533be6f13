// SPDX-License-Identifier: Apache-2.0
// Promise S4 when the network fails: what runs guarded by a server lives no longer than its lease. The network is a
// proxy that falls silent: no connection is closed, nothing arrives any more.

#include "core/storage/Timestamp.h"
#include "tests/support/Andonctl.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/GuardedScene.h"
#include "tests/support/SilentProxy.h"
#include "tests/support/TestEngine.h"

#include <QtTest>

#include <csignal>

using namespace andon;
using namespace andon::test;

namespace {

/// What the lease's end may cost: noticing it and ending the tree, on a machine that has other things to do as well.
constexpr int kLateMs = 500;

quint16 portOf(const QString &uri)
{
    return uri.section(u':', -1).section(u'/', 0, 0).toUShort();
}

} // namespace

class TestLease : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();
    void s4_aSilentNetworkEndsTheCommandWithItsLease_data();
    void s4_aSilentNetworkEndsTheCommandWithItsLease();
    void s4_aStopThatCannotBeHeardIsObeyedByTheEndOfTheLease();
    void aShortSilenceCostsNothing();
    void nothingStartsWhileTheNetworkIsSilent();
    void theTermsAreShown();

private:
    void setTerms(int leaseMs, int renewMs);
    [[nodiscard]] bool startCommand(const QStringList &kinds);
    /// The moments of the last two beats, which follow one another.
    [[nodiscard]] std::optional<std::pair<QDateTime, QDateTime>> awaitBeats();
    [[nodiscard]] QString value(const QByteArray &sql) { return m_look->value(sql); }

    std::unique_ptr<GuardedScene> m_scene;
    std::unique_ptr<SilentProxy> m_network;
    std::unique_ptr<Andonctl> m_here;  ///< beside the server
    std::unique_ptr<Andonctl> m_there; ///< beyond the network
    std::unique_ptr<ForeignClient> m_look;
    std::unique_ptr<QProcess> m_run;
};

void TestLease::initTestCase()
{
    ANDON_POSTGRESQL_ONLY("a file has no network and no lease");
    if (GuardedTree::findProgram().isEmpty())
        QSKIP("this system has no andon-guard");
}

void TestLease::init()
{
    m_scene = std::make_unique<GuardedScene>();
    const QString uri = m_scene->database().path();
    m_network = std::make_unique<SilentProxy>(portOf(uri));
    m_here = std::make_unique<Andonctl>(uri);
    m_there = std::make_unique<Andonctl>(m_network->through(uri));
    QCOMPARE(m_here->run({"mode", "execute", "--reason", "test"}).status, 0);
    m_look = std::make_unique<ForeignClient>(uri, 5000);
}

void TestLease::cleanup()
{
    if (m_network)
        m_network->restore();
    if (m_run && m_run->state() != QProcess::NotRunning) {
        m_run->kill();
        m_run->waitForFinished();
    }
    m_run.reset();
    m_look.reset();
    m_network.reset();
    m_scene.reset();
}

void TestLease::setTerms(int leaseMs, int renewMs)
{
    QCOMPARE(m_here->run({"config", "lease.renew_ms", QString::number(renewMs)}).status, 0);
    QCOMPARE(m_here->run({"config", "lease.ms", QString::number(leaseMs)}).status, 0);
}

bool TestLease::startCommand(const QStringList &kinds)
{
    m_run = m_there->start(QStringList{"run", "--action", "tree", "--reason", "x", "--grace", "0s", "--"}
                           + m_scene->tree(kinds));
    return m_scene->awaitTree();
}

std::optional<std::pair<QDateTime, QDateTime>> TestLease::awaitBeats()
{
    QString before = value("SELECT seen_at FROM andon_agent");
    QStringList beats;
    const bool hasBeaten = awaitThat([&] {
        const QString now = value("SELECT seen_at FROM andon_agent");
        if (now != before)
            beats << now;
        before = now;
        return beats.size() == 2;
    });
    if (!hasBeaten)
        return std::nullopt;
    return std::pair(parseTimestamp(beats.at(0)).moment, parseTimestamp(beats.at(1)).moment);
}

void TestLease::s4_aSilentNetworkEndsTheCommandWithItsLease_data()
{
    QTest::addColumn<int>("leaseMs");
    QTest::addColumn<int>("renewMs");
    QTest::newRow("short") << 600 << 100;
    QTest::newRow("longer") << 1200 << 300;
}

void TestLease::s4_aSilentNetworkEndsTheCommandWithItsLease()
{
    QFETCH(const int, leaseMs);
    QFETCH(const int, renewMs);
    setTerms(leaseMs, renewMs);
    QVERIFY(startCommand({"plain:2", "session", "orphan", "stubborn"}));
    QTest::qWait(leaseMs); // longer than a lease in all: it is renewed
    const auto beats = awaitBeats();
    QVERIFY(beats);
    QVERIFY(!m_scene->living().isEmpty());

    const QDateTime cut = QDateTime::currentDateTimeUtc();
    m_network->cut();
    QVERIFY(awaitThat([this] { return m_scene->living().isEmpty(); }));
    const QDateTime dead = QDateTime::currentDateTimeUtc();
    QVERIFY2(cut.msecsTo(dead) <= leaseMs + kLateMs, qPrintable(QString::number(cut.msecsTo(dead))));
    // The question of the last renewal was sent after the beat of the one before: that much it was good for.
    QVERIFY2(beats->first.msecsTo(dead) >= leaseMs, qPrintable(QString::number(beats->first.msecsTo(dead))));
    QVERIFY(m_run->state() == QProcess::Running); // it has yet to write down what became of it
    QCOMPARE(value("SELECT status FROM action_proposals"), "executing");

    m_network->restore();
    const Andonctl::Result result = Andonctl::finish(*m_run);
    QCOMPARE(result.status, 4);
    QVERIFY2(result.err.contains("the database could not be asked any more whether it may go on"),
             result.err.constData());
    QCOMPARE(value("SELECT status FROM action_proposals"), "cancelled");
    QCOMPARE(value("SELECT outcome FROM andon_agent"), "stopped");
    QCOMPARE(m_here->eventTypes().count("cancelled"), 1);
    const QString why = value("SELECT event_data FROM action_audit_log WHERE event_type = 'cancelled'");
    QVERIFY2(why.contains("could not be asked any more") && why.contains(QStringLiteral("%1-ms").arg(leaseMs)),
             qPrintable(why));
    QCOMPARE(value("SELECT result_data::jsonb ->> 'via' FROM action_records"), "lease");
    QCOMPARE(value("SELECT count(*) FROM andon_stop_receipt"), "0"); // nobody has stopped it
    QCOMPARE(m_here->run({"gate"}).status, 0);
}

void TestLease::s4_aStopThatCannotBeHeardIsObeyedByTheEndOfTheLease()
{
    setTerms(600, 100);
    QVERIFY(startCommand({"plain:2"}));
    QVERIFY(awaitBeats());
    m_network->cut();
    QElapsedTimer sincePress;
    sincePress.start();
    const std::unique_ptr<QProcess> kill = m_here->start({"kill", "--json"});
    QVERIFY(awaitThat([this] { return m_scene->living().isEmpty(); }));
    QVERIFY2(sincePress.elapsed() <= 600 + kLateMs, qPrintable(QString::number(sincePress.elapsed())));
    m_network->restore();
    const QJsonObject receipt = Andonctl::finish(*kill).json();
    QCOMPARE(receipt.value("running").toInt(), 1);
    QCOMPARE(receipt.value("confirmed").toInt(), 1); // it answers once it is heard
    QCOMPARE(Andonctl::finish(*m_run).status, 4);
    QCOMPARE(value("SELECT outcome || ' ' || via FROM andon_stop_target"), "stopped lease");
}

void TestLease::aShortSilenceCostsNothing()
{
    setTerms(1500, 100);
    QVERIFY(startCommand({"plain"}));
    QVERIFY(awaitBeats());
    m_network->cut();
    QTest::qWait(300);
    m_network->restore();
    QVERIFY(awaitBeats()); // on another connection
    QTest::qWait(1600);    // longer than a lease
    QVERIFY(!m_scene->living().isEmpty());
    QCOMPARE(m_here->run({"kill"}).status, 0);
    QCOMPARE(Andonctl::finish(*m_run).status, 4);
}

void TestLease::nothingStartsWhileTheNetworkIsSilent()
{
    m_network->cut();
    const std::unique_ptr<QProcess> gate = m_there->start({"gate"});
    const QString trace = m_scene->database().file("trace");
    m_run = m_there->start({"run", "--action", "a", "--reason", "x", "--", "touch", trace});
    QTest::qWait(500);
    QVERIFY(m_run->state() == QProcess::Running);
    m_network->restore(); // closes what was cut
    QCOMPARE(Andonctl::finish(*gate).status, 5);
    QVERIFY(Andonctl::finish(*m_run).status != 0);
    QVERIFY(!QFileInfo::exists(trace));
}

void TestLease::theTermsAreShown()
{
    setTerms(900, 150);
    const Andonctl::Result status = m_here->run({"status"});
    QVERIFY2(status.out.contains("Lease      900 ms, renewed every 150 ms"), status.out.constData());
    const QJsonObject json = m_there->run({"status", "--json"}).json();
    QCOMPARE(json.value("lease_ms").toInt(), 900);
    QCOMPARE(json.value("lease_renew_ms").toInt(), 150);
    QCOMPARE(m_here->run({"config", "lease.ms", "299"}).status, 2); // two renewals at least
}

QTEST_GUILESS_MAIN(TestLease)
#include "tst_lease.moc"
