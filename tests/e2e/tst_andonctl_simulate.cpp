// SPDX-License-Identifier: Apache-2.0
#include "tests/support/Andonctl.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/TemporaryDatabase.h"
#include "tests/support/TestEngine.h"

#include <QRegularExpression>
#include <QtTest>

#ifdef Q_OS_UNIX
#include <csignal>
#endif

using namespace andon::test;

/// The simulated agent, as demos and benches use it.
class TestAndonctlSimulate : public QObject
{
    Q_OBJECT

private slots:
    void theSameSeedWritesTheSameEvents_data();
    void theSameSeedWritesTheSameEvents();
    void inObserveModeNothingIsExecuted();
    void inExecuteModeActionsSucceedAndFail();
    void timesGrowAndLieInThePast();
    void aKillStopsALivingAgentAndItGoesOnProposing();
    void anInterruptedAgentLeavesNothingExecuting();
    void aLockIsWaitedFor();
    void aKillWinsAgainstABulkOfWrites();
    void aSessionThatTheServerEndsIsOpenedAnew_data();
    void aSessionThatTheServerEndsIsOpenedAnew();
};

namespace {

constexpr int kPatienceMs = 30'000;

/// Everything but times, which differ from run to run. `duration_ms` is one of them.
QStringList eventsOf(const QString &path)
{
    static const QRegularExpression duration(R"("duration_ms":\s*\d+,?)");
    QStringList events = ForeignClient(path).rows(
        "SELECT id, proposal_id, event_type, event_data, actor FROM action_audit_log "
        "WHERE event_type <> 'mode_change' ORDER BY id");
    return events.replaceInStrings(duration, QString());
}

qint64 count(const QString &path, const QByteArray &what)
{
    return ForeignClient(path, kPatienceMs).number("SELECT count(*) FROM " + what);
}

} // namespace

void TestAndonctlSimulate::theSameSeedWritesTheSameEvents_data()
{
    QTest::addColumn<QString>("mode");
    QTest::newRow("observe") << "observe";
    QTest::newRow("execute") << "execute";
}

void TestAndonctlSimulate::theSameSeedWritesTheSameEvents()
{
    QFETCH(QString, mode);
    QList<QStringList> runs;
    for (const QString seed : {"7", "7", "8"}) {
        const TemporaryDatabase place;
        const Andonctl ctl(place.path());
        QCOMPARE(ctl.run({"mode", mode, "--reason", "test"}).status, 0);
        const Andonctl::Result result = ctl.run({"simulate", "--count", "600", "--seed", seed, "--json"});
        QVERIFY2(result.status == 0, result.err.constData());
        QVERIFY(result.json().value("events").toInteger() >= 600);
        runs << eventsOf(place.path());
        QCOMPARE(runs.last().size(), result.json().value("events").toInteger());
    }
    QCOMPARE(runs.at(0), runs.at(1));
    QVERIFY(runs.at(0) != runs.at(2));
}

void TestAndonctlSimulate::inObserveModeNothingIsExecuted()
{
    const TemporaryDatabase place;
    const Andonctl ctl(place.path());
    QCOMPARE(ctl.run({"simulate", "--count", "5000"}).status, 0);
    QCOMPARE(count(place.path(), "action_audit_log WHERE event_type = 'executing'"), 0);
    QVERIFY(count(place.path(), "action_proposals WHERE status IN ('proposed', 'validated')") <= 12);
    QVERIFY(count(place.path(), "action_proposals WHERE status = 'cancelled'") > 1000);
    QVERIFY(count(place.path(), "(SELECT DISTINCT action_name FROM action_proposals) AS names") >= 12);
}

void TestAndonctlSimulate::inExecuteModeActionsSucceedAndFail()
{
    const TemporaryDatabase place;
    const Andonctl ctl(place.path());
    QCOMPARE(ctl.run({"mode", "execute", "--reason", "test"}).status, 0);
    const QJsonObject tally = ctl.run({"simulate", "--count", "2000", "--json"}).json();
    const qint64 completed = tally.value("completed").toInteger();
    const qint64 failed = tally.value("failed").toInteger();
    QVERIFY(completed > 300);
    const double share = static_cast<double>(failed) / static_cast<double>(completed + failed);
    QVERIFY2(share > 0.02 && share < 0.12, qPrintable(QString::number(share)));
    QCOMPARE(count(place.path(), "action_audit_log WHERE event_type = 'completed'"), completed);
    QCOMPARE(count(place.path(), "action_audit_log WHERE event_type = 'failed'"), failed);
    QCOMPARE(count(place.path(), "action_proposals WHERE status = 'executing'"), 0);
    QVERIFY(count(place.path(), "(SELECT DISTINCT last_error FROM action_proposals WHERE status = 'failed') AS errors")
            > 3);
}

void TestAndonctlSimulate::timesGrowAndLieInThePast()
{
    const TemporaryDatabase place;
    const Andonctl ctl(place.path());
    for (int round = 0; round < 2; ++round)
        QCOMPARE(ctl.run({"simulate", "--count", "300"}).status, 0);
    ForeignClient raw(place.path());
    QCOMPARE(raw.number("SELECT count(*) FROM action_audit_log a JOIN action_audit_log b ON b.id = a.id + 1 "
                        "WHERE b.timestamp < a.timestamp"),
             0);
    const QDateTime last = QDateTime::fromString(raw.value("SELECT max(timestamp) FROM action_audit_log"),
                                                 Qt::ISODateWithMs);
    QVERIFY(last.isValid());
    QVERIFY2(last <= QDateTime::currentDateTimeUtc().addSecs(9), qPrintable(last.toString(Qt::ISODateWithMs)));
}

void TestAndonctlSimulate::aKillStopsALivingAgentAndItGoesOnProposing()
{
    const TemporaryDatabase place;
    const Andonctl ctl(place.path());
    QCOMPARE(ctl.run({"mode", "execute", "--reason", "test"}).status, 0);
    const std::unique_ptr<QProcess> agent = ctl.start({"simulate", "--rate", "20"});
    QTRY_VERIFY_WITH_TIMEOUT(count(place.path(), "action_proposals WHERE status = 'executing'") > 2, kPatienceMs);

    QCOMPARE(ctl.run({"kill", "--reason", "test"}).status, 0);
    QTRY_COMPARE_WITH_TIMEOUT(count(place.path(), "action_proposals WHERE status = 'executing'"), 0, kPatienceMs);
    const qint64 executed = count(place.path(), "action_audit_log WHERE event_type = 'executing'");
    const qint64 proposed = count(place.path(), "action_proposals");
    QTRY_VERIFY_WITH_TIMEOUT(count(place.path(), "action_proposals") > proposed + 5, kPatienceMs);
    QCOMPARE(count(place.path(), "action_audit_log WHERE event_type = 'executing'"), executed);

    agent->terminate();
    const Andonctl::Result ended = Andonctl::finish(*agent);
    QCOMPARE(ended.status, 0);
    QVERIFY2(ended.err.contains("Blocked"), ended.err.constData());
    QVERIFY2(ended.err.contains("Unblocked"), ended.err.constData());
}

void TestAndonctlSimulate::anInterruptedAgentLeavesNothingExecuting()
{
    const TemporaryDatabase place;
    const Andonctl ctl(place.path());
    QCOMPARE(ctl.run({"mode", "execute", "--reason", "test"}).status, 0);
    const std::unique_ptr<QProcess> agent = ctl.start({"simulate", "--rate", "20"});
    QTRY_VERIFY_WITH_TIMEOUT(count(place.path(), "action_proposals WHERE status = 'executing'") > 2, kPatienceMs);
    agent->terminate();
    QCOMPARE(Andonctl::finish(*agent).status, 0);
    QCOMPARE(count(place.path(), "action_proposals WHERE status = 'executing'"), 0);
    QVERIFY(count(place.path(), "action_proposals WHERE last_error = 'agent ended'") > 0);
}

void TestAndonctlSimulate::aLockIsWaitedFor()
{
    const TemporaryDatabase place;
    const Andonctl ctl(place.path());
    const std::unique_ptr<QProcess> agent = ctl.start({"simulate", "--rate", "20"});
    QVERIFY(Andonctl::waitUntilItSays(*agent, "Blocked"));
    {
        ForeignClient holder(place.path(), kPatienceMs);
        holder.must("BEGIN IMMEDIATE");
        QVERIFY(Andonctl::waitUntilItSays(*agent, "Waiting"));
        holder.must("ROLLBACK");
    }
    const qint64 before = count(place.path(), "action_audit_log");
    QTRY_VERIFY_WITH_TIMEOUT(count(place.path(), "action_audit_log") > before + 3, kPatienceMs);
    agent->terminate();
    QCOMPARE(Andonctl::finish(*agent).status, 0);
}

void TestAndonctlSimulate::aKillWinsAgainstABulkOfWrites()
{
    const TemporaryDatabase place;
    const Andonctl ctl(place.path());
    QCOMPARE(ctl.run({"mode", "execute", "--reason", "test"}).status, 0);
    const std::unique_ptr<QProcess> agent = ctl.start({"simulate", "--count", "100000000"});
    QTRY_VERIFY_WITH_TIMEOUT(count(place.path(), "action_audit_log WHERE event_type = 'completed'") > 10, kPatienceMs);
    QCOMPARE(ctl.run({"kill", "--wait", "20"}).status, 0);
    const qint64 gate = ForeignClient(place.path(), kPatienceMs)
                            .number("SELECT max(id) FROM action_audit_log WHERE event_type = 'mode_change'");
    QTRY_VERIFY_WITH_TIMEOUT(
        count(place.path(), "action_audit_log WHERE event_type = 'proposed' AND id > " + QByteArray::number(gate))
            > 100,
        kPatienceMs);
    QCOMPARE(
        count(place.path(), "action_audit_log WHERE event_type = 'executing' AND id > " + QByteArray::number(gate)), 0);
    agent->terminate();
    QCOMPARE(Andonctl::finish(*agent).status, 0);
}

void TestAndonctlSimulate::aSessionThatTheServerEndsIsOpenedAnew_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("live") << QStringList{"simulate", "--rate", "50"};
    QTest::newRow("in bulk") << QStringList{"simulate", "--count", "100000000"};
}

/// As a stop does whose gate somebody keeps waiting with an open transaction.
void TestAndonctlSimulate::aSessionThatTheServerEndsIsOpenedAnew()
{
    ANDON_POSTGRESQL_ONLY("a file has no sessions");
    QFETCH(QStringList, arguments);
    const TemporaryDatabase place;
    const Andonctl ctl(place.path());
    QCOMPARE(ctl.run({"mode", "execute", "--reason", "test"}).status, 0);
    const std::unique_ptr<QProcess> agent = ctl.start(arguments);
    const auto completed = [&place] { return count(place.path(), "action_audit_log WHERE event_type = 'completed'"); };
    for (int round = 0; round < 3; ++round) {
        const qint64 before = completed();
        QTRY_VERIFY_WITH_TIMEOUT(completed() > before, kPatienceMs);
        ForeignClient(place.path(), kPatienceMs)
            .must("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                  "WHERE datname = current_database() AND pid <> pg_backend_pid()");
    }
    const qint64 before = completed();
    QTRY_VERIFY_WITH_TIMEOUT(completed() > before, kPatienceMs);
    agent->terminate();
    QCOMPARE(Andonctl::finish(*agent).status, 0);
    QCOMPARE(count(place.path(), "action_proposals WHERE status = 'executing'"), 0);
}

QTEST_GUILESS_MAIN(TestAndonctlSimulate)
#include "tst_andonctl_simulate.moc"
