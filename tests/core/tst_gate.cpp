// SPDX-License-Identifier: Apache-2.0
#include "core/gate/Gate.h"
#include "core/gate/GateErrors.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/Journals.h"
#include "tests/support/ProtocolScript.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Thrown.h"
#include "tests/support/Workbench.h"

#include <QDir>
#include <QTest>

using namespace andon;
using namespace andon::test;

using Verdict = GateDecision::Verdict;
using Step = ProtocolStep;

class TestGate : public QObject
{
    Q_OBJECT

private slots:
    void s2_itLooksForRequestsThenTheRowThenThePermit();
    void s2_itStopsLookingAtTheFirstNo();
    void s2_itOpensOnlyWhenAllThreeSayYes_data();
    void s2_itOpensOnlyWhenAllThreeSayYes();
    void s2_whatIsMissingOrUnknownClosesIt_data();
    void s2_whatIsMissingOrUnknownClosesIt();
    void s2_aDeletedDatabaseClosesIt();
    void s2_aReplacedDatabaseClosesIt();
    void s2_aDatabaseThatCannotBeReadInTimeClosesIt();
    void itLooksAfreshEachTime();
    void refusalsSayWhatToDo();
};

void TestGate::s2_itLooksForRequestsThenTheRowThenThePermit()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    const ProtocolScript script;
    QVERIFY(Gate(bench.database, script.observer()).check().isOpen());
    QCOMPARE(script.steps(), QList<Step>({Step::RequestLookedFor, Step::StateRowRead, Step::PermitRead}));
}

void TestGate::s2_itStopsLookingAtTheFirstNo()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    ProtocolScript script;
    const Gate gate(bench.database, script.observer());
    QVERIFY(!gate.check().isOpen());
    QCOMPARE(script.steps(), QList<Step>({Step::RequestLookedFor, Step::StateRowRead}));
    script.clear();
    write(temporary.stopPath(), "stop");
    QVERIFY(!gate.check().isOpen());
    QCOMPARE(script.steps(), QList<Step>({Step::RequestLookedFor}));
}

void TestGate::s2_itOpensOnlyWhenAllThreeSayYes_data()
{
    QTest::addColumn<bool>("isRequested");
    QTest::addColumn<QString>("row");
    QTest::addColumn<QString>("permit");
    QTest::addColumn<Verdict>("verdict");
    for (const bool isRequested : {false, true}) {
        for (const char *row : {"observe", "execute", "stopped"}) {
            for (const char *permit : {"none", "right", "older", "newer"}) {
                const QString mode = row;
                Verdict verdict = Verdict::Open;
                if (isRequested || mode == "stopped")
                    verdict = Verdict::Stopped;
                else if (mode == "observe")
                    verdict = Verdict::Observe;
                else if (permit != QString("right") && !isOnPostgres()) // where the row itself is the permit
                    verdict = Verdict::Stopped;
                QTest::addRow("%s, row %s, permit %s", isRequested ? "request" : "no request", row, permit)
                    << isRequested << mode << permit << verdict;
            }
        }
    }
}

void TestGate::s2_itOpensOnlyWhenAllThreeSayYes()
{
    QFETCH(bool, isRequested);
    QFETCH(QString, row);
    QFETCH(QString, permit);
    QFETCH(Verdict, verdict);
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    constexpr Epoch kEpoch(7);
    SafetyState state = bench.state();
    state.epoch = kEpoch;
    state.mode = row == "execute" ? SafetyMode::Execute : SafetyMode::Observe;
    state.tripped = row == "stopped";
    SafetyStateTable(bench.database).write(state);
    if (isRequested)
        QVERIFY(QDir().mkdir(temporary.stopPath()));
    if (permit != "none")
        Permit(temporary.location()).grant(Epoch(permit == "right" ? 7 : permit == "older" ? 6 : 8));

    const GateDecision decision = Gate(bench.database).check();
    QCOMPARE(decision.verdict, verdict);
    QCOMPARE(decision.isOpen(), verdict == Verdict::Open);
    QVERIFY(!decision.explanation.isEmpty());
    if (!isRequested)
        QVERIFY(decision.state == state);
}

void TestGate::s2_whatIsMissingOrUnknownClosesIt_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::newRow("no row") << QByteArray("DELETE FROM andon_safety_state");
    QTest::newRow("no table") << QByteArray("DROP TABLE andon_safety_state");
    QTest::newRow("no column") << QByteArray("ALTER TABLE andon_safety_state RENAME COLUMN tripped TO tripped_once");
    if (isOnPostgres()) {
        // As whoever owns the tables may do it.
        const QByteArray unchecked =
            "DROP TRIGGER andon_epoch_grows; DO $$ DECLARE one text; BEGIN FOR one IN SELECT conname FROM pg_constraint "
            "WHERE conrelid = 'andon_safety_state'::regclass AND contype = 'c' LOOP "
            "EXECUTE format('ALTER TABLE andon_safety_state DROP CONSTRAINT %I', one); END LOOP; END $$; "
            "ALTER TABLE andon_safety_state ALTER mode DROP NOT NULL, ALTER tripped DROP NOT NULL, "
            "ALTER epoch DROP NOT NULL; UPDATE andon_safety_state SET ";
        QTest::newRow("another row only") << unchecked + "id = 2";
        for (const char *mode : {"'banana'", "'EXECUTE'", "''", "NULL"})
            QTest::addRow("mode %s", mode) << unchecked + "mode = " + mode;
        for (const char *tripped : {"2", "-1", "NULL"})
            QTest::addRow("tripped %s", tripped) << unchecked + "tripped = " + tripped;
        for (const char *epoch : {"0", "-1", "NULL"})
            QTest::addRow("epoch %s", epoch) << unchecked + "epoch = " + epoch;
        QTest::newRow("the latch is a text")
            << QByteArray("ALTER TABLE andon_safety_state DROP COLUMN tripped CASCADE, ADD COLUMN tripped text "
                          "DEFAULT 'banana'");
        return;
    }
    QTest::newRow("another row only") << QByteArray(
        "PRAGMA ignore_check_constraints=ON; UPDATE andon_safety_state SET id = 2");
    QTest::newRow("an unknown mode") << QByteArray("DROP TRIGGER andon_epoch_grows; PRAGMA ignore_check_constraints=ON;"
                                                   "UPDATE andon_safety_state SET mode = 'banana'");
    QTest::newRow("a mode in capitals") << QByteArray(
        "DROP TRIGGER andon_epoch_grows; PRAGMA ignore_check_constraints=ON;"
        "UPDATE andon_safety_state SET mode = 'EXECUTE'");
    for (const char *tripped : {"'banana'", "2", "-1", "'1'", "NULL", "x'00'", "0.5"})
        QTest::addRow("tripped %s", tripped)
            << QByteArray(
                   "DROP TRIGGER andon_epoch_grows; PRAGMA ignore_check_constraints=ON; PRAGMA writable_schema=ON;"
                   "UPDATE sqlite_master SET sql = replace(sql, 'tripped INTEGER NOT NULL', 'tripped INTEGER') "
                   "WHERE name = 'andon_safety_state'; PRAGMA writable_schema=RESET;"
                   "UPDATE andon_safety_state SET tripped = ")
                + tripped;
    QTest::newRow("an epoch that is no number") << QByteArray("UPDATE andon_safety_state SET epoch = 'banana'");
    QTest::newRow("epoch 0") << QByteArray("DROP TRIGGER andon_epoch_grows; PRAGMA ignore_check_constraints=ON;"
                                           "UPDATE andon_safety_state SET epoch = 0");
    QTest::newRow("another epoch") << QByteArray("UPDATE andon_safety_state SET epoch = epoch + 1");
}

void TestGate::s2_whatIsMissingOrUnknownClosesIt()
{
    QFETCH(QByteArray, sql);
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    const Gate gate(bench.database);
    QVERIFY(gate.check().isOpen());
    ForeignClient(temporary.path()).must(sql);
    const GateDecision decision = gate.check();
    QVERIFY2(!decision.isOpen(), "the gate is open");
    QVERIFY(!decision.explanation.isEmpty());
    QVERIFY_THROWS_EXCEPTION(Error, gate.require());
    QVERIFY(!bench.controller.canExecute());
    QVERIFY(bench.controller.status().display() != SafetyStatus::Display::Execute);
}

void TestGate::s2_aDeletedDatabaseClosesIt()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    const Gate gate(bench.database);
    if (isOnPostgres())
        temporary.takeAway();
    else
        QVERIFY(QFile::remove(temporary.path()));
    QCOMPARE(gate.check().verdict, Verdict::Unknown);
    QVERIFY_THROWS_EXCEPTION(StateUnknownError, gate.require());
    QVERIFY(!bench.controller.status().isKnown);
}

void TestGate::s2_aReplacedDatabaseClosesIt()
{
    ANDON_SQLITE_ONLY("a file is put in the place of another that is open");
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    const Gate gate(bench.database);
    write(temporary.file("copy.db"), bytesOf(temporary.path()));
    QCOMPARE(::rename(QFile::encodeName(temporary.file("copy.db")).constData(),
                      QFile::encodeName(temporary.path()).constData()),
             0);
    QCOMPARE(gate.check().verdict, Verdict::Unknown);
}

void TestGate::s2_aDatabaseThatCannotBeReadInTimeClosesIt()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    useRollbackJournal(bench.database);
    bench.database.setLockTimeout(std::chrono::milliseconds(50));
    ForeignClient other(temporary.path());
    other.must("BEGIN EXCLUSIVE");
    QCOMPARE(Gate(bench.database).check().verdict, Verdict::Unknown);
    other.must("COMMIT");
    QCOMPARE(Gate(bench.database).check().verdict, Verdict::Open);
}

void TestGate::itLooksAfreshEachTime()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    Workbench other(temporary.path());
    const Gate gate(bench.database);
    QCOMPARE(gate.check().verdict, Verdict::Observe);
    other.arm();
    QCOMPARE(gate.check().verdict, Verdict::Open);
    const StopReceipt receipt = other.controller.killSwitch("test");
    QCOMPARE(gate.check().verdict, Verdict::Stopped);
    other.controller.reset(receipt.stopId, "looked at it");
    QCOMPARE(gate.check().verdict, Verdict::Observe);
    other.arm();
    QCOMPARE(gate.check().verdict, Verdict::Open);
    if (!isOnPostgres()) { // where the row itself is the permit
        QVERIFY(QFile::remove(temporary.permitPath()));
        QCOMPARE(gate.check().verdict, Verdict::Stopped);
    }
}

void TestGate::refusalsSayWhatToDo()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    const Gate gate(bench.database);
    const auto observe = thrown<ObserveOnlyError>([&gate] { gate.require(); });
    QVERIFY(observe);
    QCOMPARE(observe->because(), ObserveOnlyError::Cause::Observe);
    QVERIFY(observe->message().startsWith("Action execution blocked: observe-only mode is active"));
    QVERIFY(observe->message().contains("andonctl mode execute"));

    bench.controller.killSwitch("smoke in rack 4");
    const auto stopped = thrown<ObserveOnlyError>([&gate] { gate.require(); });
    QVERIFY(stopped);
    QCOMPARE(stopped->because(), ObserveOnlyError::Cause::Stopped);
    QVERIFY(stopped->message().startsWith("Action execution blocked: observe-only mode is active"));
    for (const char *words : {"andonctl reset", "smoke in rack 4", "tester@bench", "Stop 1"})
        QVERIFY2(stopped->message().contains(words), words);
}

QTEST_GUILESS_MAIN(TestGate)
#include "tst_gate.moc"
