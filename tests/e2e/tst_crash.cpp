// SPDX-License-Identifier: Apache-2.0
// A process that dies in the middle of the protocol: the next opener finishes the work, once, and every count is exact.

#include "core/actions/TransitionError.h"
#include "core/gate/GateErrors.h"
#include "tests/e2e/support/Program.h"
#include "tests/e2e/support/ProtocolSteps.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Workbench.h"

#include <QRandomGenerator>
#include <QtTest>

using namespace andon;
using namespace andon::test;

namespace {

constexpr int kFew = 25;
/// Ten batches of a sweep. On a server, which takes longer to make and to cancel them, three, the last a short one.
const int kMany = isOnPostgres() ? 20'500 : 100'000;

/// Everything that must not change when the same work is finished a second time.
QStringList fingerprint(const QString &path)
{
    ForeignClient raw(path, 5000);
    return raw.rows("SELECT 'log', '' || count(*), max(id) FROM action_audit_log UNION ALL "
                    "SELECT 'state', mode || tripped || sweep_pending, epoch FROM andon_safety_state UNION ALL "
                    "SELECT 'stops', '' || count(*), sum(cancelled_count) FROM andon_stop_receipt UNION ALL "
                    "SELECT status, '' || count(*), max(id) FROM action_proposals GROUP BY status ORDER BY 1");
}

/// A database in execute mode with this many validated proposals.
void makeArmed(const QString &path, int pending)
{
    Workbench bench(path);
    bench.arm();
    bench.fill(pending);
}

QStringList dyingAt(const QString &path, const QString &what, const QString &step, int nth)
{
    return {path, what, step, QString::number(nth)};
}

bool isGateOpen(const QString &path)
{
    Database database(DatabaseLocation::parse(path), existing());
    return Gate(database).check().isOpen();
}

/// Whoever opens the database next: the command line, which does it at every command, or the library.
void openNext(const QString &path, bool byCommand)
{
    if (byCommand) {
        const CtlResult status = andonctl(path, {QStringLiteral("status")});
        QVERIFY2(status.exitCode == 0, qPrintable(status.err));
    } else {
        Workbench bench(path, {}, existing());
        bench.controller.recover();
    }
}

/// What one stop by the stopper must have left, to the last row.
void checkOneStop(const QString &path, int pending)
{
    ForeignClient raw(path, 5000);
    // A server counts on where a transaction was undone.
    const QString stop = isOnPostgres() ? raw.value("SELECT max(stop_id) FROM andon_stop_receipt") : QString(u'1');
    QCOMPARE(raw.value("SELECT mode || ' ' || tripped || ' ' || stop_id || ' ' || sweep_pending || ' ' || changed_by "
                       "|| ' ' || reason FROM andon_safety_state"),
             QStringLiteral("observe 1 %1 0 stopper@test the stopper's reason").arg(stop));
    QCOMPARE(raw.rows("SELECT json_extract(event_data, '$.cancelled_count'), json_extract(event_data, '$.stop_id'), "
                      "json_extract(event_data, '$.by'), json_extract(event_data, '$.reason') "
                      "FROM action_audit_log WHERE event_type = 'kill_switch'"),
             QStringList{QStringLiteral("%1|%2|stopper@test|the stopper's reason").arg(pending).arg(stop)});
    QCOMPARE(raw.number("SELECT count(*) FROM action_audit_log WHERE event_type = 'mode_change' "
                        "AND json_extract(event_data, '$.new_mode') = 'observe'"),
             qint64(1));
    QCOMPARE(
        raw.rows("SELECT count(*), count(DISTINCT proposal_id) FROM action_audit_log WHERE event_type = 'cancelled'"),
        QStringList{QStringLiteral("%1|%1").arg(pending)});
    QCOMPARE(raw.number("SELECT count(*) FROM action_proposals WHERE status <> 'cancelled'"), qint64(0));
    QCOMPARE(raw.rows("SELECT stop_id, cancelled_count, completed_at IS NOT NULL FROM andon_stop_receipt"),
             QStringList{QStringLiteral("%2|%1|1").arg(pending).arg(stop)});
    // The gate's event comes before all that the sweep did, and the stop's own event after it.
    QVERIFY(raw.number("SELECT (SELECT max(id) FROM action_audit_log WHERE event_type = 'mode_change') < "
                       "(SELECT coalesce(min(id), 1e9) FROM action_audit_log WHERE event_type = 'cancelled')"));
    QVERIFY(raw.number("SELECT (SELECT id FROM action_audit_log WHERE event_type = 'kill_switch') > "
                       "(SELECT coalesce(max(id), 0) FROM action_audit_log WHERE event_type = 'cancelled')"));
    QVERIFY(!QFileInfo::exists(permitOf(path)));
    QVERIFY(!QFileInfo::exists(stopOf(path)));
}

void addSteps(const QList<std::pair<const char *, int>> &steps)
{
    QTest::addColumn<QString>("step");
    QTest::addColumn<int>("nth");
    QTest::addColumn<bool>("byCommand");
    for (const bool byCommand : {false, true}) {
        for (const auto &[step, nth] : steps)
            QTest::addRow("%s %d, then %s", step, nth, byCommand ? "andonctl status" : "recover")
                << QString::fromLatin1(step) << nth << byCommand;
    }
}

} // namespace

class TestCrash : public QObject
{
    Q_OBJECT

private slots:
    void everyStepHasAName();
    void s5_aKillThatDiesIsFinishedOnce_data();
    void s5_aKillThatDiesIsFinishedOnce();
    void s5_aKillThatDiesInALongSweepIsFinishedOnce_data();
    void s5_aKillThatDiesInALongSweepIsFinishedOnce();
    void s5_aKillThatDiesAnywhereIsAllOrNothing_data();
    void s5_aKillThatDiesAnywhereIsAllOrNothing();
    void s5_fourOpenersAtOnceFinishItOnce();
    void s7_aChangeToObserveThatDiesIsFinishedOnce_data();
    void s7_aChangeToObserveThatDiesIsFinishedOnce();
    void s2_anArmThatDiesArmsNothing();
    void s2_anArmThatDiesAfterItsCommitHasArmed();
    void s3_aClaimThatDiesIsNotClaimedAgain_data();
    void s3_aClaimThatDiesIsNotClaimedAgain();

private:
    void die(const QStringList &arguments, QString *said = nullptr);
};

void TestCrash::die(const QStringList &arguments, QString *said)
{
    Program stopper(testProgram(QStringLiteral("stopper")), arguments);
    QVERIFY2(stopper.waitForEnd(60'000), "the stopper neither died nor ended");
    QVERIFY2(stopper.wasKilled(),
             qPrintable(QStringLiteral("it lived on, to %1: %2").arg(stopper.exitCode()).arg(stopper.output())));
    if (said)
        *said = stopper.output();
}

void TestCrash::everyStepHasAName()
{
    for (size_t i = 0; i < kProtocolSteps.size(); ++i)
        QCOMPARE(static_cast<size_t>(kProtocolSteps.at(i).first), i);
    QCOMPARE(static_cast<size_t>(ProtocolStep::ArmCommitted) + 1, kProtocolSteps.size());
}

void TestCrash::s5_aKillThatDiesIsFinishedOnce_data()
{
    addSteps({{"StopRequestFiled", 1},
              {"PermitRevoked", 1},
              {"GateCommitted", 1},
              {"StopRequestWithdrawn", 1},
              {"SweepFinished", 1}});
}

void TestCrash::s5_aKillThatDiesIsFinishedOnce()
{
    QFETCH(QString, step);
    QFETCH(int, nth);
    QFETCH(bool, byCommand);
    const TemporaryDatabase place;
    makeArmed(place.path(), kFew);
    QVERIFY(isGateOpen(place.path()));

    die(dyingAt(place.path(), QStringLiteral("kill"), step, nth));
    QVERIFY2(!isGateOpen(place.path()), "something may still start");

    openNext(place.path(), byCommand);
    checkOneStop(place.path(), kFew);
    const QStringList once = fingerprint(place.path());
    openNext(place.path(), !byCommand);
    QCOMPARE(fingerprint(place.path()), once);

    // The latch holds whatever has died.
    QCOMPARE(andonctl(place.path(), {QStringLiteral("gate")}).exitCode, 4);
    QCOMPARE(andonctl(place.path(),
                      {QStringLiteral("mode"), QStringLiteral("execute"), QStringLiteral("--reason"),
                       QStringLiteral("too early")})
                 .exitCode,
             4);
}

void TestCrash::s5_aKillThatDiesInALongSweepIsFinishedOnce_data()
{
    addSteps({{"SweepBatchCommitted", 1}, {"SweepBatchCommitted", isOnPostgres() ? 2 : 6}});
}

void TestCrash::s5_aKillThatDiesInALongSweepIsFinishedOnce()
{
    QFETCH(QString, step);
    QFETCH(int, nth);
    QFETCH(bool, byCommand);
    const TemporaryDatabase place;
    makeArmed(place.path(), kMany);

    die(dyingAt(place.path(), QStringLiteral("kill"), step, nth));
    const int batch = ActionStore::sweepBatch(engine());
    QCOMPARE(ForeignClient(place.path()).number("SELECT count(*) FROM action_proposals WHERE status = 'cancelled'"),
             qint64(nth) * batch);
    QVERIFY(!isGateOpen(place.path()));

    openNext(place.path(), byCommand);
    checkOneStop(place.path(), kMany);
    const QStringList once = fingerprint(place.path());
    openNext(place.path(), !byCommand);
    QCOMPARE(fingerprint(place.path()), once);
}

void TestCrash::s5_aKillThatDiesAnywhereIsAllOrNothing_data()
{
    QTest::addColumn<int>("upToMs");
    for (const int upToMs : {5, 50, 400, 1200})
        QTest::addRow("within %d ms", upToMs) << upToMs;
}

void TestCrash::s5_aKillThatDiesAnywhereIsAllOrNothing()
{
    QFETCH(int, upToMs);
    const TemporaryDatabase place;
    makeArmed(place.path(), kMany);
    Program stopper(testProgram(QStringLiteral("stopper")), {place.path(), QStringLiteral("kill")});
    QVERIFY(stopper.says(QStringLiteral("ready")));
    QThread::usleep(QRandomGenerator::global()->bounded(static_cast<quint32>(upToMs) * 1000U));
    stopper.killHard();

    const bool isAcknowledged = stopper.output().contains(QStringLiteral("acknowledged"));
    const bool isOpenStill = isGateOpen(place.path());
    QVERIFY2(!(isAcknowledged && isOpenStill), "it said that it had stopped, and had not");
    // One that dies between making the folder and its request has filed none; the folder alone closes the gate as well,
    // until the next opener.
    const bool isFolderAlone = !isAcknowledged && QFileInfo::exists(place.stopPath())
        && QDir(place.stopPath()).isEmpty()
        && ForeignClient(place.path(), 5000).number("SELECT count(*) FROM andon_stop_receipt") == 0;
    const bool isNothingDone = isOpenStill || isFolderAlone;
    openNext(place.path(), true);
    if (isNothingDone)
        QCOMPARE(ForeignClient(place.path()).number("SELECT count(*) FROM andon_stop_receipt"), qint64(0));
    else
        checkOneStop(place.path(), kMany);
    QCOMPARE(isGateOpen(place.path()), isNothingDone);
}

void TestCrash::s5_fourOpenersAtOnceFinishItOnce()
{
    const TemporaryDatabase place;
    makeArmed(place.path(), kMany);
    die(dyingAt(place.path(), QStringLiteral("kill"), QStringLiteral("PermitRevoked"), 1));

    constexpr int kOpeners = 4;
    std::vector<std::unique_ptr<Program>> openers;
    openers.reserve(kOpeners);
    for (int i = 0; i < kOpeners; ++i)
        openers.push_back(std::make_unique<Program>(
            andonctlPath(), QStringList{QStringLiteral("--database"), place.path(), QStringLiteral("status")}));
    for (const auto &opener : openers)
        QVERIFY2(opener->finish(60'000), qPrintable(opener->output()));
    openNext(place.path(), false); // those who only looked may have given up for the others
    checkOneStop(place.path(), kMany);
}

void TestCrash::s7_aChangeToObserveThatDiesIsFinishedOnce_data()
{
    addSteps({{"StopRequestFiled", 1},
              {"PermitRevoked", 1},
              {"GateCommitted", 1},
              {"StopRequestWithdrawn", 1},
              {"SweepBatchCommitted", 1}});
}

void TestCrash::s7_aChangeToObserveThatDiesIsFinishedOnce()
{
    QFETCH(QString, step);
    QFETCH(int, nth);
    QFETCH(bool, byCommand);
    const int pending = isOnPostgres() && step != u"SweepBatchCommitted" ? kFew : 15'000; // two batches of a sweep
    const TemporaryDatabase place;
    makeArmed(place.path(), pending);

    die(dyingAt(place.path(), QStringLiteral("observe"), step, nth));
    QVERIFY(!isGateOpen(place.path()));
    openNext(place.path(), byCommand);

    const QStringList once = fingerprint(place.path());
    ForeignClient raw(place.path(), 5000);
    QCOMPARE(raw.value("SELECT mode || ' ' || tripped || ' ' || sweep_pending || ' ' || changed_by || ' ' || reason "
                       "FROM andon_safety_state"),
             QStringLiteral("observe 0 0 stopper@test the stopper's reason"));
    QCOMPARE(raw.number("SELECT count(*) FROM action_audit_log WHERE event_type = 'mode_change' "
                        "AND json_extract(event_data, '$.new_mode') = 'observe'"),
             qint64(1));
    QCOMPARE(
        raw.rows("SELECT count(*), count(DISTINCT proposal_id) FROM action_audit_log WHERE event_type = 'cancelled'"),
        QStringList{QStringLiteral("%1|%1").arg(pending)});
    QCOMPARE(raw.number("SELECT count(*) FROM action_proposals WHERE status <> 'cancelled'"), qint64(0));
    QCOMPARE(raw.number("SELECT count(*) FROM action_audit_log WHERE event_type = 'kill_switch'"), qint64(0));
    QVERIFY(!QFileInfo::exists(place.permitPath()));
    QVERIFY(!QFileInfo::exists(place.stopPath()));

    openNext(place.path(), !byCommand);
    QCOMPARE(fingerprint(place.path()), once);
    QCOMPARE(andonctl(place.path(), {QStringLiteral("gate")}).exitCode, 3); // observe, not stopped
}

void TestCrash::s2_anArmThatDiesArmsNothing()
{
    const TemporaryDatabase place;
    {
        Workbench bench(place.path());
        bench.fill(kFew);
    }
    die(dyingAt(place.path(), QStringLiteral("arm"), QStringLiteral("ArmPermitWritten"), 1));
    QCOMPARE(QFileInfo::exists(place.permitPath()), !isOnPostgres()); // of an epoch that never came

    QVERIFY(!isGateOpen(place.path()));
    QCOMPARE(andonctl(place.path(), {QStringLiteral("gate")}).exitCode, 3);
    Workbench bench(place.path(), {}, existing());
    bench.controller.recover();
    QVERIFY(bench.state().mode == SafetyMode::Observe);
    QCOMPARE(bench.state().tripped, false); // nobody stopped anything
    QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, bench.store.claim(ProposalId(1)));
    QCOMPARE(bench.statusOf(ProposalId(1)), QStringLiteral("validated"));

    bench.arm();
    QVERIFY(bench.controller.canExecute());
    bench.store.claim(ProposalId(1));
    QCOMPARE(bench.countEvents(EventType::kModeChange), qint64(1));
}

void TestCrash::s2_anArmThatDiesAfterItsCommitHasArmed()
{
    const TemporaryDatabase place;
    {
        Workbench bench(place.path());
        bench.fill(kFew);
    }
    die(dyingAt(place.path(), QStringLiteral("arm"), QStringLiteral("ArmCommitted"), 1));
    QVERIFY(isGateOpen(place.path()));
    QCOMPARE(andonctl(place.path(), {QStringLiteral("gate")}).exitCode, 0);
    Workbench bench(place.path(), {}, existing());
    QCOMPARE(bench.state().tripped, false);
    QCOMPARE(bench.countEvents(EventType::kModeChange), qint64(1));
}

void TestCrash::s3_aClaimThatDiesIsNotClaimedAgain_data()
{
    QTest::addColumn<QString>("step");
    QTest::addColumn<int>("nth");
    QTest::addColumn<bool>("isClaimed");
    QTest::newRow("in the first look, request") << QStringLiteral("RequestLookedFor") << 1 << false;
    QTest::newRow("in the first look, row") << QStringLiteral("StateRowRead") << 1 << false;
    QTest::newRow("in the first look, permit") << QStringLiteral("PermitRead") << 1 << false;
    QTest::newRow("claimed") << QStringLiteral("ClaimCommitted") << 1 << true;
    QTest::newRow("watching") << QStringLiteral("WatchStarted") << 1 << true;
    QTest::newRow("in the last look, request") << QStringLiteral("RequestLookedFor") << 2 << true;
    QTest::newRow("in the last look, row") << QStringLiteral("StateRowRead") << 2 << true;
    QTest::newRow("in the last look, permit") << QStringLiteral("PermitRead") << 2 << true;
}

void TestCrash::s3_aClaimThatDiesIsNotClaimedAgain()
{
    QFETCH(QString, step);
    QFETCH(int, nth);
    QFETCH(bool, isClaimed);
    const TemporaryDatabase place;
    makeArmed(place.path(), 1);
    die(dyingAt(place.path(), QStringLiteral("claim"), step, nth));

    Workbench bench(place.path(), {}, existing());
    bench.controller.recover();
    QVERIFY(bench.controller.canExecute()); // a dead agent stops nobody else
    QCOMPARE(bench.statusOf(ProposalId(1)), isClaimed ? QStringLiteral("executing") : QStringLiteral("validated"));
    QCOMPARE(bench.countEvents(EventType::kExecuting), qint64(isClaimed ? 1 : 0));
    QCOMPARE(bench.database.scalar(QStringLiteral("SELECT count(*) FROM action_records")).toLongLong(),
             qint64(isClaimed ? 1 : 0));
    if (isClaimed)
        QVERIFY_THROWS_EXCEPTION(TransitionError, bench.store.claim(ProposalId(1)));

    // Whether it ran nobody knows: a stop counts it among what runs, not among what it cancelled.
    const StopReceipt receipt = bench.controller.killSwitch(QStringLiteral("after the crash"));
    QCOMPARE(receipt.running, qint64(isClaimed ? 1 : 0));
    QCOMPARE(receipt.cancelledCount, qint64(isClaimed ? 0 : 1));
}

QTEST_GUILESS_MAIN(TestCrash)
#include "tst_crash.moc"
