// SPDX-License-Identifier: Apache-2.0
// The kill switch of a station, whatever else goes on.
#include "core/safety/SafetyController.h"
#include "core/station/Station.h"
#include "core/storage/SqliteDialect.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/Journals.h"
#include "tests/support/StationSupport.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Thrown.h"
#include "tests/support/Workbench.h"

#include <QElapsedTimer>
#include <QSet>
#include <QTest>

using namespace andon;
using namespace andon::test;

using Display = SafetyStatus::Display;

namespace {

/// Has read a table half way, as a slow reader does: it holds a read lock.
class SlowReader
{
public:
    explicit SlowReader(const QString &path)
        : m_database(DatabaseLocation::parse(path), existing())
        , m_rows(m_database.run("SELECT id FROM action_proposals"))
    {
        m_rows.next();
    }

private:
    Database m_database;
    Statement m_rows;
};

} // namespace

class TestStationStop : public QObject
{
    Q_OBJECT

private slots:
    void s1_aStopTellsItsInstantsInOrder();
    void s1_aStopRevokesWhileAnotherHoldsTheLock();
    void s1_aStopRevokesWhileTheStationIsStillOpening();
    void s1_aStopIsRecordedWhileAReaderScans();
    void s1_stopsFollowEachOtherAndAllComplete();
    void s1_aStopDoesNotWaitForACommand();
};

void TestStationStop::s1_aStopTellsItsInstantsInOrder()
{
    const TemporaryDatabase temporary;
    {
        Workbench bench(temporary.path());
        bench.arm();
        bench.fill(25'000);
    }
    Station station(stationOptions(temporary.path()));
    station.open();
    QTRY_COMPARE(station.status().display(), Display::Execute);
    QList<StopReceipt> told;
    connect(&station, &Station::receiptChanged, this, [&told](const StopReceipt &receipt) { told << receipt; });
    const StopReceipt last = resultOf(station.stop("test"));
    QTRY_VERIFY(!told.isEmpty() && told.last().stage == StopReceipt::Stage::Completed);
    QCOMPARE(told.first().stage, StopReceipt::Stage::Requested);
    QCOMPARE(told.first().isDelivered, !isOnPostgres());
    QCOMPARE(told.first().permitRevokedUs.has_value(), !isOnPostgres()); // nothing starts once a server knows of it
    QVERIFY(told.at(1).permitRevokedUs && told.at(1).isDelivered);
    QVERIFY(!told.first().stopId.isValid());
    for (qsizetype i = 1; i < told.size(); ++i) {
        QVERIFY(told.at(i).stage >= told.at(i - 1).stage);
        QVERIFY(told.at(i).cancelledCount >= told.at(i - 1).cancelledCount);
    }
    QCOMPARE(last.cancelledCount, 25'000);
    QCOMPARE(told.last(), last);
    QCOMPARE(*station.receipt(), last);
}

void TestStationStop::s1_aStopRevokesWhileAnotherHoldsTheLock()
{
    const TemporaryDatabase temporary;
    Workbench(temporary.path()).arm();
    Station station(stationOptions(temporary.path()));
    station.open();
    QTRY_COMPARE(station.status().display(), Display::Execute);
    waitUntilOpened(station);
    QSet<QString> requests;
    connect(&station, &Station::receiptChanged, this,
            [&requests](const StopReceipt &receipt) { requests << receipt.requestUid; });
    ForeignClient other(temporary.path(), 2000);
    other.lockAll("BEGIN IMMEDIATE");

    QElapsedTimer timer;
    timer.start();
    const QFuture<StopReceipt> future = station.stop("test");
    if (isOnPostgres()) { // who keeps the gate from being committed is ended, and the lock with it
        QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Display::Stopped, 1000);
        QVERIFY(*resultOf(future).permitRevokedUs < 500'000);
        QVERIFY(!other.run("COMMIT").isEmpty());
        return;
    }
    QVERIFY(QTest::qWaitFor([&temporary] { return !QFile::exists(temporary.permitPath()); }, 1000));
    QVERIFY2(timer.elapsed() < 500, qPrintable(QString::number(timer.elapsed())));
    QTRY_VERIFY_WITH_TIMEOUT(station.receipt(), 500);
    QCOMPARE(station.receipt()->stage, StopReceipt::Stage::Requested);
    QVERIFY(*station.receipt()->permitRevokedUs < 500'000);
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Display::StoppedNotRecorded, 500);
    const QFuture<StopReceipt> second = station.stop("once more"); // nor does the next press wait
    QTRY_COMPARE_WITH_TIMEOUT(requests.size(), 2, 500);
    while (timer.elapsed() < 2000) { // and it goes on telling the truth
        QTest::qWait(50);
        QCOMPARE(station.status().display(), Display::StoppedNotRecorded);
        QCOMPARE(station.receipt()->stage, StopReceipt::Stage::Requested);
        QVERIFY(!future.isFinished());
    }
    other.must("COMMIT");
    timer.restart();
    QTRY_VERIFY_WITH_TIMEOUT(station.receipt()->stage != StopReceipt::Stage::Requested, 1000);
    QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed())));
    QTRY_COMPARE_WITH_TIMEOUT(station.status().display(), Display::Stopped, 1000);
    QCOMPARE(resultOf(future).stage, StopReceipt::Stage::Completed);
    QCOMPARE(resultOf(second).stage, StopReceipt::Stage::Completed);
    QCOMPARE(Workbench(temporary.path()).countEvents("kill_switch"), 2);
}

void TestStationStop::s1_aStopRevokesWhileTheStationIsStillOpening()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    useRollbackJournal(bench.database);
    ForeignClient other(temporary.path(), 2000);
    other.lockAll("BEGIN EXCLUSIVE");
    Station station(stationOptions(temporary.path()));
    station.open();
    QTest::qWait(50);
    QElapsedTimer timer;
    timer.start();
    const QFuture<StopReceipt> future = station.stop("test");
    QVERIFY(QTest::qWaitFor([&temporary] { return !QFile::exists(temporary.permitPath()); }, 5000));
    QVERIFY2(timer.elapsed() < 500, qPrintable(QString::number(timer.elapsed())));
    other.must("COMMIT");
    QCOMPARE(resultOf(future).stage, StopReceipt::Stage::Completed);
}

void TestStationStop::s1_aStopIsRecordedWhileAReaderScans()
{
    const TemporaryDatabase temporary;
    {
        Workbench bench(temporary.path());
        bench.fill(100);
        bench.arm();
    }
    Station station(stationOptions(temporary.path()));
    station.open();
    QTRY_COMPARE(station.status().display(), Display::Execute);
    auto reader = std::make_unique<SlowReader>(temporary.path());
    const QFuture<StopReceipt> future = station.stop("test");
    QVERIFY(QTest::qWaitFor([&temporary] { return !QFile::exists(temporary.permitPath()); }, 1000));
    if (!SqliteDialect::isWalSafe()) { // a rollback journal waits for its readers
        QTest::qWait(300);
        QVERIFY(!future.isFinished());
        reader.reset();
    }
    QCOMPARE(resultOf(future).cancelledCount, 100);
}

void TestStationStop::s1_stopsFollowEachOtherAndAllComplete()
{
    const TemporaryDatabase temporary;
    Station station(stationOptions(temporary.path()));
    station.open();
    waitUntilOpened(station); // opening carries out what it finds, and two requests of one millisecond have no order
    QList<QFuture<StopReceipt>> futures;
    for (int i = 0; i < 5; ++i)
        futures << station.stop(QStringLiteral("press %1").arg(i));
    for (int i = 0; i < 5; ++i) {
        const StopReceipt receipt = resultOf(futures.at(i));
        QCOMPARE(receipt.stopId, StopId(i + 1));
        QCOMPARE(receipt.reason, QStringLiteral("press %1").arg(i));
    }
    QVERIFY(!QFile::exists(temporary.stopPath()));
}

void TestStationStop::s1_aStopDoesNotWaitForACommand()
{
    const TemporaryDatabase temporary;
    Workbench(temporary.path()).arm();
    Station station(stationOptions(temporary.path()));
    station.open();
    QTRY_COMPARE(station.status().display(), Display::Execute);
    ForeignClient other(temporary.path(), 2000);
    other.lockAll("BEGIN IMMEDIATE");
    const QFuture<ModeResult> command = station.setMode(SafetyMode::Observe, "slow", false, {});
    QTest::qWait(50); // now it waits for the lock, for seconds
    QElapsedTimer timer;
    timer.start();
    const QFuture<StopReceipt> future = station.stop("test");
    QTRY_VERIFY_WITH_TIMEOUT(station.receipt(), 500);
    QVERIFY(!command.isFinished());
    other.must("COMMIT");
    QCOMPARE(resultOf(future).stage, StopReceipt::Stage::Completed);
    QTRY_COMPARE(station.status().display(), Display::Stopped);
    static_cast<void>(thrown<Error>([&command] { resultOf(command); }));
    QTRY_COMPARE(station.status().display(), Display::Stopped);
}

QTEST_GUILESS_MAIN(TestStationStop)
#include "tst_stationstop.moc"
