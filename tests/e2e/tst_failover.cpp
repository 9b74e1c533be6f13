// SPDX-License-Identifier: Apache-2.0
// A server that restarts, hangs, or dies and is taken over from by its standby: what was acknowledged is there
// afterwards, nothing starts after a stop, what runs ends with its lease, and the panel comes back by itself.

#include "core/storage/StoredSettings.h"
#include "tests/e2e/support/MonotonicTime.h"
#include "tests/e2e/support/Program.h"
#include "tests/support/Andonctl.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/PostgresServer.h"
#include "tests/support/PostgresSession.h"
#include "tests/support/StationSupport.h"
#include "tests/support/Workbench.h"

#include <csignal>

using namespace andon;
using namespace andon::test;

using Shown = SafetyStatus::Display;

namespace {

constexpr int kRounds = 20;
constexpr qint64 kLeaseMs = 1000;
constexpr qint64 kRenewalMs = 200;
constexpr qint64 kUnknownMs = 2000; // what a panel may take to say that it knows nothing
constexpr qint64 kScheduleMs = 500; // two cores, and a dozen processes on them
const QString kDatabase = QStringLiteral("andon");

struct Start
{
    qint64 proposal = 0;
    qint64 lastLookNs = 0;
};

/// What an agent was told that it may run.
QList<Start> startsIn(const QString &log)
{
    QList<Start> starts;
    for (const QByteArray &line : bytesOf(log).split('\n')) {
        const QList<QByteArray> words = line.split(' ');
        if (words.size() == 4 && words.at(0) == "started")
            starts << Start{words.at(1).toLongLong(), words.at(2).toLongLong()};
    }
    return starts;
}

/// An agent that goes on claiming, whichever of the servers answers.
class Agent
{
public:
    Agent(const QString &uri, QString log)
        : m_log(std::move(log))
        , m_program(testProgram(QStringLiteral("agent_loop")),
                    {uri, m_log, QStringLiteral("agent"), QStringLiteral("reconnecting")})
    {
    }

    [[nodiscard]] bool isReady() { return m_program.says(QStringLiteral("ready")); }
    [[nodiscard]] QList<Start> finish()
    {
        return m_program.finish() && m_program.exitCode() == 0 ? startsIn(m_log) : QList<Start>();
    }

private:
    QString m_log;
    Program m_program;
};

/// `andonctl run` of a command that never ends by itself.
class Guarded
{
public:
    Guarded(const QString &uri, const QString &pidFile)
        : m_pidFile(pidFile)
        , m_program(Andonctl(uri).start({QStringLiteral("run"), QStringLiteral("--action"), QStringLiteral("wait"),
                                         QStringLiteral("--reason"), QStringLiteral("failover"),
                                         QStringLiteral("--grace"), QStringLiteral("0"), QStringLiteral("--"),
                                         QStringLiteral("sh"), QStringLiteral("-c"),
                                         QStringLiteral("echo $$ > \"%1\"; exec sleep 600").arg(pidFile)}))
    {
    }
    ~Guarded()
    {
        m_program->kill();
        m_program->waitForFinished();
    }
    Guarded(const Guarded &) = delete;
    Guarded &operator=(const Guarded &) = delete;

    [[nodiscard]] bool hasBegun()
    {
        return QTest::qWaitFor([this] { return QFile::exists(m_pidFile) && pid() > 0; }, 20'000);
    }
    [[nodiscard]] bool isAlive() const { return ::kill(pid(), 0) == 0; }

private:
    [[nodiscard]] pid_t pid() const { return bytesOf(m_pidFile).trimmed().toInt(); }

    QString m_pidFile;
    std::unique_ptr<QProcess> m_program;
};

/// Waits until an action that is proposed from now on has been completed.
bool isAnyCompletedFromNow(const QString &uri)
{
    ForeignClient raw(uri, 5000);
    const QByteArray newest = raw.value("SELECT max(id) FROM action_proposals").toLatin1();
    return QTest::qWaitFor(
        [&] {
            return raw.number("SELECT count(*) FROM action_proposals WHERE status = 'completed' AND id > " + newest)
                > 0;
        },
        20'000);
}

/// When a stop was pressed, as its round has it.
enum class Press { Before, AtTheSameTime, While, Never };

} // namespace

Q_DECLARE_METATYPE(Press)

class TestFailover : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void s6_aServerThatRestartsIsFoundAgain();
    void s4_s6_aServerThatHangsIsUnknownAndGuardsEnd();
    void s4_aStopDoesNotWaitForAStandby();
    void s3_s5_aStandbyTakesOver_data();
    void s3_s5_aStandbyTakesOver();
    void s8_theLogIsWholeAfterAll();

private:
    void addStandby();
    void takeOver();
    void arm(const QString &uri);
    void checkStarts(const QString &uri, const QList<Start> &starts, qint64 stoppedNs);

    QTemporaryDir m_folder;
    std::unique_ptr<PostgresServer> m_primary;
    std::unique_ptr<PostgresServer> m_standby;
};

void TestFailover::initTestCase()
{
    PostgresServer::Options options;
    options.isReplicated = true;
    m_primary = std::make_unique<PostgresServer>(options);
    if (m_primary->isMissing() && qEnvironmentVariableIsEmpty("CI"))
        QSKIP(qPrintable(m_primary->problem()));
    QVERIFY2(m_primary->isRunning(), qPrintable(m_primary->problem()));
    Workbench bench(m_primary->createDatabase(kDatabase));
    StoredSettings settings(bench.database);
    settings.setValue(StoredSettings::kLeaseRenewal, QString::number(kRenewalMs));
    settings.setValue(StoredSettings::kLease, QString::number(kLeaseMs));
}

void TestFailover::arm(const QString &uri)
{
    Workbench bench(uri);
    bench.controller.recover();
    const SafetyState state = bench.state();
    if (state.tripped)
        bench.controller.reset(state.stopId, QStringLiteral("next round"));
    bench.arm();
}

void TestFailover::s6_aServerThatRestartsIsFoundAgain()
{
    const QString uri = m_primary->uri(kDatabase);
    arm(uri);
    Station station(stationOptions(uri));
    station.open();
    QTRY_COMPARE(station.status().display(), Shown::Execute);
    QVERIFY2(m_primary->restart(), qPrintable(m_primary->problem()));
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Shown::Execute, 10'000);
    const StopReceipt receipt = resultOf(station.stop(QStringLiteral("after the restart")));
    QCOMPARE(receipt.stage, StopReceipt::Stage::Completed);
    QVERIFY2(m_primary->restart(), qPrintable(m_primary->problem()));
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Shown::Stopped, 10'000);
    QCOMPARE(station.status().state.stopId, receipt.stopId);
}

void TestFailover::s4_s6_aServerThatHangsIsUnknownAndGuardsEnd()
{
    const QString uri = m_primary->uri(kDatabase);
    arm(uri);
    Station station(stationOptions(uri));
    station.open();
    QTRY_COMPARE(station.status().display(), Shown::Execute);
    Guarded guarded(uri, m_folder.filePath(QStringLiteral("hung.pid")));
    QVERIFY(guarded.hasBegun());

    QElapsedTimer hung;
    hung.start();
    m_primary->suspend(); // no connection ends, nobody answers
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Shown::Unknown, 2 * kUnknownMs);
    QVERIFY2(hung.elapsed() < kUnknownMs, qPrintable(QString::number(hung.elapsed())));
    QVERIFY(QTest::qWaitFor([&guarded] { return !guarded.isAlive(); }, 10'000));
    QVERIFY2(hung.elapsed() < qMax(kUnknownMs, kLeaseMs) + kScheduleMs, qPrintable(QString::number(hung.elapsed())));

    const QFuture<StopReceipt> stop = station.stop(QStringLiteral("pressed while it hangs"));
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Shown::StopNotDelivered, kUnknownMs);
    m_primary->resume();
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Shown::Stopped, 10'000);
    QCOMPARE(resultOf(stop).stage, StopReceipt::Stage::Completed);
}

void TestFailover::addStandby()
{
    m_standby = m_primary->makeStandby();
    QVERIFY2(m_standby->isRunning(), qPrintable(m_standby->problem()));
    // Not before: the copy is to know nothing of it, because nobody follows it once it has taken over.
    PostgresSession session(m_primary->uri(QStringLiteral("postgres")));
    session.must("ALTER SYSTEM SET synchronous_standby_names = '*'");
    session.must("SELECT pg_reload_conf()");
    QTRY_COMPARE_WITH_TIMEOUT(
        session.must("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'").constFirst().constFirst(),
        QByteArray("1"), 20'000);
}

void TestFailover::s4_aStopDoesNotWaitForAStandby()
{
    addStandby();
    const QString uri = m_primary->uri(kDatabase);
    arm(uri);
    Station station(stationOptions(uri));
    station.open();
    QTRY_COMPARE(station.status().display(), Shown::Execute);
    Guarded guarded(uri, m_folder.filePath(QStringLiteral("alone.pid")));
    QVERIFY(guarded.hasBegun());
    m_standby->kill(); // from here no commit is acknowledged
    const QFuture<StopReceipt> stop = station.stop(QStringLiteral("the standby is away"));
    QElapsedTimer pressed;
    pressed.start();
    QTRY_COMPARE_WITH_TIMEOUT(PostgresSession(uri)
                                  .must("SELECT count(*) FROM andon_stop_request WHERE done_at IS NULL")
                                  .constFirst()
                                  .constFirst(),
                              QByteArray("1"), kLeaseMs);
    QVERIFY(QTest::qWaitFor([&guarded] { return !guarded.isAlive(); }, 10'000));
    QVERIFY2(pressed.elapsed() < kLeaseMs, qPrintable(QString::number(pressed.elapsed())));
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Shown::StoppedNotRecorded, kUnknownMs);
    QVERIFY(!stop.isFinished()); // nobody says that it is recorded before the standby has it

    PostgresSession session(m_primary->uri(QStringLiteral("postgres")));
    session.must("ALTER SYSTEM RESET synchronous_standby_names");
    session.must("SELECT pg_reload_conf()");
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Shown::Stopped, 10'000);
    QCOMPARE(resultOf(stop).stage, StopReceipt::Stage::Completed);
    m_standby.reset();
}

void TestFailover::takeOver()
{
    QVERIFY2(m_standby->promote(), qPrintable(m_standby->problem()));
    m_primary = std::move(m_standby);
}

void TestFailover::checkStarts(const QString &uri, const QList<Start> &starts, qint64 stoppedNs)
{
    ForeignClient raw(uri, 5000);
    for (const Start &start : starts) {
        const QByteArray id = QByteArray::number(start.proposal);
        const QString status = raw.value("SELECT status FROM action_proposals WHERE id = " + id);
        QVERIFY2(status == u"completed" || status == u"executing", qPrintable(id + ": " + status.toUtf8()));
        QCOMPARE(
            raw.number("SELECT count(*) FROM action_audit_log WHERE event_type = 'executing' AND proposal_id = " + id),
            1);
        QVERIFY2(stoppedNs == 0 || start.lastLookNs < stoppedNs,
                 qPrintable(QStringLiteral("action %1 was started %2 us after the stop was delivered")
                                .arg(start.proposal)
                                .arg((start.lastLookNs - stoppedNs) / 1000)));
    }
}

void TestFailover::s3_s5_aStandbyTakesOver_data()
{
    QTest::addColumn<Press>("press");
    constexpr std::array<std::pair<Press, const char *>, 4> kPresses{{
        {Press::Before, "a stop before"},
        {Press::AtTheSameTime, "a stop at the same time"},
        {Press::While, "a stop while nobody serves"},
        {Press::Never, "no stop"},
    }};
    for (int round = 0; round < kRounds; ++round) {
        const auto &[press, name] = kPresses.at(static_cast<size_t>(round) % kPresses.size());
        QTest::addRow("round %d, %s", round + 1, name) << press;
    }
}

void TestFailover::s3_s5_aStandbyTakesOver()
{
    QFETCH(Press, press);
    addStandby();
    const QString uri = QStringLiteral("postgresql://andon@127.0.0.1:%1,127.0.0.1:%2/%3")
                            .arg(m_primary->port())
                            .arg(m_standby->port())
                            .arg(kDatabase);
    arm(uri);
    Station station(stationOptions(uri));
    station.open();
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Shown::Execute, 10'000);
    qint64 stoppedNs = 0; // from here the server has the request
    connect(&station, &Station::receiptChanged, this, [&stoppedNs](const StopReceipt &receipt) {
        if (receipt.isDelivered && stoppedNs == 0)
            stoppedNs = monotonicNs();
    });
    const QTemporaryDir folder;
    Agent agent(uri, folder.filePath(QStringLiteral("agent.log")));
    Guarded guarded(uri, folder.filePath(QStringLiteral("guarded.pid")));
    QVERIFY(agent.isReady());
    QVERIFY(guarded.hasBegun());
    QVERIFY(isAnyCompletedFromNow(uri));
    stoppedNs = 0; // what was told so far was the last round's

    QFuture<StopReceipt> stop;
    StopReceipt acknowledged;
    if (press == Press::Before) {
        stop = station.stop(QStringLiteral("before"));
        acknowledged = resultOf(stop);
    }
    if (press == Press::AtTheSameTime)
        stop = station.stop(QStringLiteral("at the same time"));
    QElapsedTimer away;
    away.start();
    m_primary->kill();
    qint64 deadMs = guarded.isAlive() ? -1 : 0;
    const auto awaits = [&](const auto &condition) {
        return QTest::qWaitFor(
            [&] {
                if (deadMs < 0 && !guarded.isAlive())
                    deadMs = away.elapsed();
                return condition();
            },
            10'000);
    };
    QVERIFY(awaits([&station] { return !station.status().isKnown; }));
    QVERIFY2(away.elapsed() < kUnknownMs, qPrintable(QString::number(away.elapsed())));
    if (press == Press::While) {
        stop = station.stop(QStringLiteral("while nobody serves"));
        QVERIFY(awaits([&station] { return station.status().display() == Shown::StopNotDelivered; }));
    }
    QVERIFY(awaits([&deadMs] { return deadMs >= 0; }));
    QVERIFY2(deadMs < kLeaseMs + kScheduleMs, qPrintable(QString::number(deadMs)));

    takeOver();
    const Shown expected = press == Press::Never ? Shown::Execute : Shown::Stopped;
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), expected, 10'000);
    const qint64 backNs = monotonicNs();
    if (press != Press::Never) {
        const StopReceipt receipt = resultOf(stop);
        QCOMPARE(receipt.stage, StopReceipt::Stage::Completed);
        QCOMPARE(station.status().state.stopId, receipt.stopId);
        QCOMPARE(ForeignClient(uri).number("SELECT count(*) FROM andon_stop_receipt WHERE request_uid = '"
                                           + receipt.requestUid.toLatin1() + '\''),
                 1);
        if (press == Press::Before)
            QCOMPARE(receipt.stopId, acknowledged.stopId);
        QVERIFY(stoppedNs > 0);
    } else {
        QVERIFY(isAnyCompletedFromNow(uri));
    }
    const QList<Start> starts = agent.finish();
    QVERIFY2(!starts.isEmpty(), "the agent hardly ran, so nothing was shown");
    checkStarts(uri, starts, press == Press::Never ? 0 : stoppedNs);
    if (press == Press::Never)
        QVERIFY(
            std::any_of(starts.cbegin(), starts.cend(), [backNs](const Start &s) { return s.lastLookNs > backNs; }));
}

void TestFailover::s8_theLogIsWholeAfterAll()
{
    const Andonctl andonctl(m_primary->uri(kDatabase));
    for (const char *command : {"checkpoint", "verify"}) {
        const Andonctl::Result result = andonctl.run({QString::fromLatin1(command)});
        QVERIFY2(result.status == 0, (result.out + result.err).constData());
    }
}

QTEST_GUILESS_MAIN(TestFailover)
#include "tst_failover.moc"
