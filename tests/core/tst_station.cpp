// SPDX-License-Identifier: Apache-2.0
#include "core/gate/GateErrors.h"
#include "core/safety/SafetyController.h"
#include "core/station/Station.h"
#include "tests/support/AgentDatabase.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/Journals.h"
#include "tests/support/PostgresServer.h"
#include "tests/support/StationSupport.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Workbench.h"

#include <QDir>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace andon;
using namespace andon::test;

using Display = SafetyStatus::Display;

class TestStation : public QObject
{
    Q_OBJECT

private slots:
    void s10_aNewDatabaseIsMadeAndShownInObserve();
    void s6_nothingIsKnownBeforeTheFirstLook();
    void anArmAStopAndAResetAreShown();
    void s6_aDeletedDatabaseIsUnknownAndTheStopStillRevokes();
    void s6_aStopThatNoServerKnowsOfIsDeliveredLater();
    void s6_aStopThatNoServerKnowsOfIsWithdrawn();
    void s6_aStationWithoutADatabaseIsUnknown_data();
    void s6_aStationWithoutADatabaseIsUnknown();
    void s6_anExclusiveLockMakesTheStateUnknownInTime();
    void s6_aDatabaseThatComesBackIsShownAgain();
    void s6_anotherStationsStopIsShown();
    void s6_theStagesOfAForeignStopAreShown();
    void s5_aRequestOfADeadProcessIsCarriedOut_data();
    void s5_aRequestOfADeadProcessIsCarriedOut();
    void aStaleEpochFailsTheFuture();
    void actionsAreListedAndCancelled();
    void contentIsToldWhenAnotherProgramWrites();
    void aReviewersStationChangesNothing();
    void aReviewersStationReadsWhatNobodyHasAdopted();
    void s9_noCallBlocksTheCaller();
    void aStationEndsAtOnceWhateverGoesOn_data();
    void aStationEndsAtOnceWhateverGoesOn();
};

void TestStation::s10_aNewDatabaseIsMadeAndShownInObserve()
{
    const TemporaryDatabase temporary;
    Station station(stationOptions(temporary.path()));
    station.open();
    QTRY_VERIFY(station.status().isKnown);
    QCOMPARE(station.status().display(), Display::Observe);
    QCOMPARE(station.database().name(), temporary.path());
    QCOMPARE(station.status().database, isOnPostgres() ? temporary.path() : "sqlite:" + temporary.path());
    QVERIFY(!station.receipt());
}

void TestStation::s6_nothingIsKnownBeforeTheFirstLook()
{
    const TemporaryDatabase temporary;
    const Station station(stationOptions(temporary.path()));
    QVERIFY(!station.hasLooked());
    QVERIFY(!station.status().isKnown);
    QCOMPARE(station.status().display(), Display::Unknown);
    QVERIFY(!QFile::exists(temporary.path()));
}

void TestStation::anArmAStopAndAResetAreShown()
{
    const TemporaryDatabase temporary;
    Station station(stationOptions(temporary.path()));
    station.open();
    QTRY_VERIFY(station.status().isKnown);
    QVERIFY(resultOf(station.setMode(SafetyMode::Execute, "go", false, station.status().state.epoch)).changed);
    QTRY_COMPARE(station.status().display(), Display::Execute);
    const StopReceipt receipt = resultOf(station.stop("smoke in rack 4"));
    QTRY_COMPARE(station.status().display(), Display::Stopped);
    QCOMPARE(station.status().state.reason, "smoke in rack 4");
    QCOMPARE(station.status().state.changedBy, "tester@bench");
    QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, resultOf(station.setMode(SafetyMode::Execute, "go", false, {})));
    QVERIFY_THROWS_EXCEPTION(InvalidInputError, resultOf(station.reset(receipt.stopId, "")));
    resultOf(station.reset(receipt.stopId, "rack 4 replaced"));
    QTRY_COMPARE(station.status().display(), Display::Observe);
    QCOMPARE(station.receipt()->stopId, receipt.stopId);
}

void TestStation::s6_aDeletedDatabaseIsUnknownAndTheStopStillRevokes()
{
    ANDON_SQLITE_ONLY("a file that is deleted");
    const TemporaryDatabase temporary;
    Workbench(temporary.path()).arm();
    Station station(stationOptions(temporary.path()));
    station.open();
    QTRY_COMPARE(station.status().display(), Display::Execute);
    QVERIFY(QFile::remove(temporary.path()));
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Display::Unknown, 2000);
    QVERIFY(!station.status().problem.isEmpty());
    const QFuture<StopReceipt> future = station.stop("test");
    QVERIFY(QTest::qWaitFor([&temporary] { return !QFile::exists(temporary.permitPath()); }, 1000));
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Display::StoppedNotRecorded, 1000);
    QTRY_VERIFY(station.receipt() && !station.receipt()->trouble.isEmpty());
    QCOMPARE(station.receipt()->stage, StopReceipt::Stage::Requested);
    QVERIFY(!future.isFinished());
    QVERIFY(!QFile::exists(temporary.path())); // not replaced by an empty one
}

void TestStation::s6_aStopThatNoServerKnowsOfIsDeliveredLater()
{
    ANDON_POSTGRESQL_ONLY("a file is never far away");
    const TemporaryDatabase temporary;
    Workbench(temporary.path()).arm();
    Station station(stationOptions(temporary.path()));
    station.open();
    QTRY_COMPARE(station.status().display(), Display::Execute);
    temporary.takeAway();
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Display::Unknown, 2000);
    const QFuture<StopReceipt> future = station.stop("smoke in rack 4");
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Display::StopNotDelivered, 1000);
    QTRY_VERIFY(station.receipt() && !station.receipt()->trouble.isEmpty());
    QVERIFY(!station.receipt()->isDelivered);
    QCOMPARE(station.receipt()->stage, StopReceipt::Stage::Requested);
    QVERIFY(QFile::exists(temporary.stopPath())); // kept on the disk, whatever becomes of this program

    temporary.giveBack();
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Display::Stopped, 5000);
    const StopReceipt receipt = resultOf(future);
    QCOMPARE(receipt.stage, StopReceipt::Stage::Completed);
    QCOMPARE(receipt.reason, "smoke in rack 4");
    QTRY_VERIFY(!QFile::exists(temporary.stopPath()));
    QCOMPARE(ForeignClient(temporary.path()).number("SELECT count(*) FROM andon_stop_receipt"), 1);
}

void TestStation::s6_aStopThatNoServerKnowsOfIsWithdrawn()
{
    ANDON_POSTGRESQL_ONLY("a file is never far away");
    const TemporaryDatabase temporary;
    Workbench(temporary.path()).arm();
    Station station(stationOptions(temporary.path()));
    station.open();
    QTRY_COMPARE(station.status().display(), Display::Execute);
    temporary.takeAway();
    const QFuture<StopReceipt> future = station.stop("a mistake");
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Display::StopNotDelivered, 3000);
    QCOMPARE(resultOf(station.withdrawStops()), 1);
    QVERIFY_THROWS_EXCEPTION(StaleStateError, static_cast<void>(resultOf(future)));
    QTRY_COMPARE(station.receipt()->stage, StopReceipt::Stage::Withdrawn);
    QVERIFY(!QFile::exists(temporary.stopPath()));
    QTRY_COMPARE(station.status().display(), Display::Unknown); // the server is still away

    temporary.giveBack();
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Display::Execute, 5000);
    QCOMPARE(ForeignClient(temporary.path()).number("SELECT count(*) FROM andon_stop_receipt"), 0);
    // What a program that has ended left here is withdrawn, too.
    temporary.takeAway();
    static_cast<void>(TripSwitch(temporary.location()).trip(StopRequest::Kind::Stop, "alice@ops-1", "then it died"));
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Display::StopNotDelivered, 5000);
    QCOMPARE(resultOf(station.withdrawStops()), 1);
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Display::Unknown, 5000);
    temporary.giveBack();
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Display::Execute, 5000);

    const StopReceipt receipt = resultOf(station.stop("for real"));
    QCOMPARE(resultOf(station.withdrawStops()), 0); // what was delivered is reset, not withdrawn
    QCOMPARE(receipt.stopId, StopId(1));
}

void TestStation::s6_aStationWithoutADatabaseIsUnknown_data()
{
    QTest::addColumn<QString>("what");
    for (const char *what : {"a newer schema", "another program's"})
        QTest::newRow(what) << what;
    if (isOnPostgres()) {
        QTest::newRow("nobody is let in") << "nobody is let in";
        return;
    }
    for (const char *what : {"a text file", "a folder", "no folder"})
        QTest::newRow(what) << what;
}

void TestStation::s6_aStationWithoutADatabaseIsUnknown()
{
    QFETCH(QString, what);
    const TemporaryDatabase temporary(what == "no folder" ? "missing/andon.db" : "andon.db");
    if (what == "nobody is let in")
        temporary.takeAway();
    if (what == "a text file")
        write(temporary.path(), QByteArray("no database at all\n").repeated(100));
    if (what == "a folder")
        QVERIFY(QDir().mkdir(temporary.path()));
    if (what == "a newer schema")
        ForeignClient(temporary.path())
            .must("CREATE TABLE andon_meta(key TEXT PRIMARY KEY, value TEXT);"
                  "INSERT INTO andon_meta VALUES('schema_version', '99')");
    if (what == "another program's")
        ForeignClient(temporary.path()).must("CREATE TABLE accounts(id INTEGER PRIMARY KEY)");
    Station station(stationOptions(temporary.path()));
    station.open();
    QTRY_VERIFY(station.hasLooked());
    QCOMPARE(station.status().display(), Display::Unknown);
    QVERIFY(!station.status().problem.isEmpty());
    QVERIFY_THROWS_EXCEPTION(Error, resultOf(station.setMode(SafetyMode::Execute, "go", false, {})));
    QVERIFY_THROWS_EXCEPTION(Error, static_cast<void>(resultOf(station.activeActions(10))));
}

void TestStation::s6_anExclusiveLockMakesTheStateUnknownInTime()
{
    ANDON_SQLITE_ONLY("whether anything was committed is seen through every lock of a server");
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    useRollbackJournal(bench.database);
    Station station(stationOptions(temporary.path()));
    station.open();
    QTRY_COMPARE(station.status().display(), Display::Execute);
    ForeignClient other(temporary.path(), 2000);
    other.lockAll("BEGIN EXCLUSIVE");
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Display::Unknown, 3000);
    other.must("COMMIT");
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Display::Execute, 2000);
}

void TestStation::s6_aDatabaseThatComesBackIsShownAgain()
{
    const TemporaryDatabase temporary;
    Workbench(temporary.path()).fill(3);
    Station station(stationOptions(temporary.path()));
    station.open();
    QTRY_COMPARE(station.status().display(), Display::Observe);
    temporary.takeAway();
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Display::Unknown, 2000);
    QSignalSpy content(&station, &Station::contentChanged);
    temporary.giveBack();
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Display::Observe, 2000);
    QTRY_VERIFY(!content.isEmpty()); // whatever was shown has to be read again
    QCOMPARE(resultOf(station.activeActions(10)).size(), 3);
}

void TestStation::s6_anotherStationsStopIsShown()
{
    const TemporaryDatabase temporary;
    Workbench(temporary.path()).arm();
    Station first(stationOptions(temporary.path()));
    Station second(stationOptions(temporary.path()));
    first.open();
    second.open();
    QTRY_COMPARE(first.status().display(), Display::Execute);
    QTRY_COMPARE(second.status().display(), Display::Execute);
    const StopReceipt receipt = resultOf(first.stop("test"));
    QTRY_COMPARE_WITH_TIMEOUT(second.status().display(), Display::Stopped, 2000);
    QTRY_VERIFY_WITH_TIMEOUT(second.receipt() && second.receipt()->stage == StopReceipt::Stage::Completed, 2000);
    QCOMPARE(second.receipt()->stopId, receipt.stopId);
    QCOMPARE(second.receipt()->requestUid, receipt.requestUid);
    resultOf(second.reset(receipt.stopId, "fine"));
    QTRY_COMPARE_WITH_TIMEOUT(first.status().display(), Display::Observe, 2000);
}

void TestStation::s6_theStagesOfAForeignStopAreShown()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.fill(3);
    Station station(stationOptions(temporary.path()));
    station.open();
    waitUntilOpened(station);
    const Trip trip = TripSwitch(temporary.location()).trip(StopRequest::Kind::Stop, "alice@ops-1", "test");
    const StopReceipt receipt = bench.controller.commitStop(trip);
    QTRY_VERIFY(station.receipt());
    QCOMPARE(station.receipt()->requestUid, receipt.requestUid);
    bench.controller.sweep(receipt);
    QTRY_COMPARE(station.receipt()->stage, StopReceipt::Stage::Completed);
    QCOMPARE(station.receipt()->cancelledCount, 3);
}

void TestStation::s5_aRequestOfADeadProcessIsCarriedOut_data()
{
    QTest::addColumn<bool>("isRunning");
    QTest::newRow("found when opened") << false;
    QTest::newRow("filed while it runs") << true;
}

void TestStation::s5_aRequestOfADeadProcessIsCarriedOut()
{
    QFETCH(bool, isRunning);
    const TemporaryDatabase temporary;
    {
        Workbench bench(temporary.path());
        bench.arm();
        bench.fill(3);
    }
    Station station(stationOptions(temporary.path()));
    if (isRunning) {
        station.open();
        waitUntilOpened(station);
    }
    static_cast<void>(TripSwitch(temporary.location()).trip(StopRequest::Kind::Stop, "alice@ops-1", "then it died"));
    if (!isRunning)
        station.open();
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Display::Stopped, 5000);
    QCOMPARE(station.status().state.changedBy, "alice@ops-1");
    QTRY_COMPARE(station.status().pending, 0);
    QTRY_VERIFY(station.receipt() && station.receipt()->stage == StopReceipt::Stage::Completed);
    QCOMPARE(station.receipt()->cancelledCount, 3);
}

void TestStation::aStaleEpochFailsTheFuture()
{
    const TemporaryDatabase temporary;
    Station station(stationOptions(temporary.path()));
    station.open();
    QTRY_VERIFY(station.status().isKnown);
    const Epoch seen = station.status().state.epoch;
    const StopReceipt receipt = resultOf(station.stop("test"));
    resultOf(station.reset(receipt.stopId, "fine"));
    QVERIFY_THROWS_EXCEPTION(StaleStateError, resultOf(station.setMode(SafetyMode::Execute, "go", false, seen)));
}

void TestStation::actionsAreListedAndCancelled()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    const ProposalId running = bench.proposeValidated("a");
    const ProposalId pending = bench.propose("b");
    bench.store.claim(running);
    Station station(stationOptions(temporary.path()));
    station.open();
    const QList<ActionProposal> active = resultOf(station.activeActions(10));
    QCOMPARE(active.size(), 2);
    QCOMPARE(active.at(0).id, running);
    QCOMPARE(active.at(1).id, pending);
    QCOMPARE(resultOf(station.activeActions(1)).size(), 1);
    resultOf(station.cancelAction(pending, "not today"));
    QCOMPARE(bench.statusOf(pending), "cancelled");
    QCOMPARE(bench.auditor.events(pending).constFirst().dataObject().value("reason"), "not today");
    QVERIFY_THROWS_EXCEPTION(Error, resultOf(station.cancelAction(running, "no")));
    QVERIFY_THROWS_EXCEPTION(NotFoundError, resultOf(station.cancelAction(ProposalId(4711), "no")));
}

void TestStation::contentIsToldWhenAnotherProgramWrites()
{
    // A server tells that something was committed, in whichever of its databases: nobody else may be on it.
    const TemporaryDatabase temporary;
    const auto own = isOnPostgres() ? std::make_unique<PostgresServer>() : nullptr;
    const QString path = own ? own->createDatabase(QStringLiteral("andon")) : temporary.path();
    Station station(stationOptions(path));
    station.open();
    QTRY_VERIFY(station.status().isKnown);
    QTest::qWait(100);
    QSignalSpy content(&station, &Station::contentChanged);
    QSignalSpy status(&station, &Station::statusChanged);
    QTest::qWait(100);
    QCOMPARE(content.size(), 0); // quiet while nothing happens
    ForeignClient(path, 1000).must("INSERT INTO action_proposals(action_name) VALUES('a')");
    QTRY_VERIFY(!content.isEmpty());
    QTRY_COMPARE(station.status().pending, 1);
    QVERIFY(!status.isEmpty());
}

void TestStation::aReviewersStationChangesNothing()
{
    const TemporaryDatabase temporary;
    {
        Workbench bench(temporary.path());
        bench.arm();
        bench.fill(3);
    }
    static_cast<void>(TripSwitch(temporary.location()).trip(StopRequest::Kind::Stop, "alice@ops-1", "test"));
    const auto content = [&temporary] {
        return isOnPostgres() ? ForeignClient(temporary.path())
                                    .rows("SELECT xmin, s.* FROM andon_safety_state s")
                                    .join(u'\n')
                                    .append(ForeignClient(temporary.path())
                                                .rows("SELECT xmin, p.* FROM action_proposals p ORDER BY id")
                                                .join(u'\n'))
                                    .toUtf8()
                              : bytesOf(temporary.path());
    };
    const QByteArray before = content();
    const Display requested = isOnPostgres() ? Display::StopNotDelivered : Display::StoppedNotRecorded;
    Station station(stationOptions(temporary.path(), true));
    station.open();
    QVERIFY(station.isReadOnly());
    QTRY_COMPARE(station.status().display(), requested);
    QVERIFY_THROWS_EXCEPTION(InvalidInputError, static_cast<void>(resultOf(station.stop("test"))));
    QVERIFY_THROWS_EXCEPTION(InvalidInputError, resultOf(station.setMode(SafetyMode::Observe, "x", false, {})));
    QVERIFY_THROWS_EXCEPTION(InvalidInputError, resultOf(station.reset(StopId(1), "x")));
    QVERIFY_THROWS_EXCEPTION(InvalidInputError, resultOf(station.cancelAction(ProposalId(1), "x")));
    QCOMPARE(resultOf(station.activeActions(10)).size(), 3);
    QTest::qWait(1500); // longer than it takes to carry a request out
    QCOMPARE(station.status().display(), requested);
    QCOMPARE(content(), before);
}

void TestStation::aReviewersStationReadsWhatNobodyHasAdopted()
{
    ANDON_SQLITE_ONLY("a server's tables are laid out by Andon alone");
    const TemporaryDatabase temporary;
    const AgentDatabase agent(temporary.path(), AgentDatabase::Columns::Full);
    const QByteArray before = bytesOf(temporary.path());
    Station station(stationOptions(temporary.path(), true));
    station.open();
    QTRY_VERIFY(station.hasLooked());
    QCOMPARE(station.status().display(), Display::Unknown);
    QVERIFY(station.status().problem.contains("not guard"));
    AuditPageRequest request;
    request.limit = 100;
    QCOMPARE(resultOf(station.auditPage(request)).events.size(), AgentDatabase::kEvents);
    QCOMPARE(bytesOf(temporary.path()), before);
}

void TestStation::s9_noCallBlocksTheCaller()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    useRollbackJournal(bench.database);
    ForeignClient other(temporary.path(), 2000);
    other.lockAll("BEGIN EXCLUSIVE");
    QElapsedTimer timer;
    timer.start();
    Station station(stationOptions(temporary.path()));
    station.open();
    const QList<QFuture<void>> futures{QFuture<void>(station.stop("test")),
                                       QFuture<void>(station.setMode(SafetyMode::Observe, "x", false, {})),
                                       station.reset(StopId(9), "x"),
                                       station.cancelAction(ProposalId(1), "x"),
                                       QFuture<void>(station.activeActions(10)),
                                       QFuture<void>(station.auditExtent()),
                                       QFuture<void>(station.auditPage({})),
                                       QFuture<void>(station.auditScan({}, std::make_shared<ScanFindings>()))};
    const qint64 elapsed = timer.elapsed();
    QCOMPARE(futures.size(), 8);
    QVERIFY2(elapsed < 200, qPrintable(QString::number(elapsed)));
    other.must("COMMIT");
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Display::Stopped, 10'000);
}

void TestStation::aStationEndsAtOnceWhateverGoesOn_data()
{
    QTest::addColumn<QString>("what");
    for (const char *what : {"nothing", "not opened", "opening", "a write lock", "an exclusive lock",
                             "opening under an exclusive lock", "a long count"})
        QTest::newRow(what) << what;
    if (isOnPostgres()) {
        QTest::newRow("a server that is away") << "a server that is away";
        return;
    }
    for (const char *what : {"a stop under a lock", "a deleted database"})
        QTest::newRow(what) << what;
}

void TestStation::aStationEndsAtOnceWhateverGoesOn()
{
    QFETCH(QString, what);
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    useRollbackJournal(bench.database);
    ForeignClient other(temporary.path(), 2000);
    auto station = std::make_unique<Station>(stationOptions(temporary.path()));
    QFuture<StopReceipt> stop;
    QFuture<qint64> count;
    if (what == "opening under an exclusive lock")
        other.lockAll("BEGIN EXCLUSIVE");
    if (what != "not opened")
        station->open();
    if (!what.startsWith("opening") && what != "not opened")
        QTRY_VERIFY(station->status().isKnown);
    if (what.endsWith("write lock") || what == "a stop under a lock")
        other.lockAll("BEGIN IMMEDIATE");
    if (what == "an exclusive lock")
        other.lockAll("BEGIN EXCLUSIVE");
    if (what == "a deleted database")
        QVERIFY(QFile::remove(temporary.path()));
    if (what == "a server that is away")
        temporary.takeAway();
    if (what == "a stop under a lock")
        stop = station->stop("test");
    if (what == "a long count") {
        other.must("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) "
                   "INSERT INTO action_audit_log(event_type, actor, timestamp, event_data) "
                   "SELECT 'x', 'agent', '2026-01-31T09:00:00.000+00:00', 'some text to look at' FROM n");
        AuditFilter filter;
        for (int i = 0; i < 20; ++i)
            count = station->auditScan(filter, std::make_shared<ScanFindings>());
    }
    if (what != "not opened")
        static_cast<void>(station->setMode(SafetyMode::Observe, "x", false, {}));
    QTest::qWait(50);
    QElapsedTimer timer;
    timer.start();
    station.reset();
    QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
    if (what == "a stop under a lock") { // the next opener carries it out
        QVERIFY(stop.isFinished() || stop.isCanceled());
        QVERIFY(QFile::exists(temporary.stopPath()));
        other.must("COMMIT");
        bench.controller.recover();
        QVERIFY(bench.state().tripped);
    }
}

QTEST_GUILESS_MAIN(TestStation)
#include "tst_station.moc"
