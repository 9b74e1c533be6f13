// SPDX-License-Identifier: Apache-2.0
// The stop in trouble: a full disk, a database that is read-only, gone, damaged or replaced. In each the permit is
// gone, and what is said is true.

#include "core/gate/GateErrors.h"
#include "core/safety/TripSwitch.h"
#include "tests/e2e/support/PrivateDisk.h"
#include "tests/e2e/support/Trouble.h"

using namespace andon;
using namespace andon::test;

namespace {

/// Nobody can read it as a database any more.
void damageHeader(const QString &path)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QCOMPARE(file.write(QByteArray(100, '\x5a')), 100);
}

/// The header stays, all other pages are noise.
void damagePages(const QString &path)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    constexpr qint64 kHeader = 100;
    QVERIFY(file.seek(kHeader));
    QByteArray noise(static_cast<int>(file.size() - kHeader), '\0');
    for (qsizetype i = 0; i < noise.size(); ++i)
        noise[i] = static_cast<char>((i * 2654435761LL) >> 13);
    QCOMPARE(file.write(noise), noise.size());
}

void removeDatabase(const QString &path)
{
    for (const QString &ending :
         {QString(), QStringLiteral("-wal"), QStringLiteral("-shm"), QStringLiteral("-journal")})
        QFile::remove(path + ending);
}

} // namespace

class TestTrouble : public QObject
{
    Q_OBJECT

private slots:
    void s2_fullDisk_data() { addJournals(); }
    void s2_fullDisk();
    void s2_fullDiskForTheLibrary();
    void s2_noRoomForAnotherFile();
    void s6_readOnlyFileSystem();
    void s2_readOnlyDatabaseFile();
    void s2_databaseGone();
    void s2_databaseGoneAndANewOneMadeInItsPlace();
    void s2_databaseGoneUnderTheLibrary();
    void s2_databaseDamaged_data();
    void s2_databaseDamaged();
    void s2_databaseReplaced();
};

void TestTrouble::s2_fullDisk()
{
    QFETCH(QByteArray, journal);
    if (!PrivateDisk::isPossible())
        QSKIP("Needs the right to mount a small file system.");
    PrivateDisk disk;
    QVERIFY(disk.isMounted());
    makeArmed(disk.database(), journal);
    disk.fill();

    const CtlResult stop = kill(disk.database());
    QVERIFY(!QFileInfo::exists(permitOf(disk.database())));
    QVERIFY2(stop.err.contains(QStringLiteral("nothing may start any more")), qPrintable(stop.err));
    QVERIFY2(stop.exitCode == 1, qPrintable(stop.err));
    QVERIFY2(stop.err.contains(kNotRecorded), qPrintable(stop.err));
    QCOMPARE(gate(disk.database()), 4);
    const CtlResult claim = andonctl(disk.database(), {QStringLiteral("claim"), QStringLiteral("1")});
    QVERIFY2(claim.exitCode == 4 || claim.exitCode == 1, qPrintable(claim.err));
    if (claim.exitCode == 1)
        QVERIFY2(claim.err.contains(QStringLiteral("is full")), qPrintable(claim.err));

    disk.makeRoom();
    checkRecordedOnce(disk.database());
    QVERIFY(!QFileInfo::exists(stopOf(disk.database())));
}

void TestTrouble::s2_fullDiskForTheLibrary()
{
    if (!PrivateDisk::isPossible())
        QSKIP("Needs the right to mount a small file system.");
    PrivateDisk disk;
    makeArmed(disk.database());
    Workbench bench(disk.database(), {}, existing());
    disk.fill();
    try {
        static_cast<void>(bench.controller.killSwitch(QStringLiteral("trouble")));
        QFAIL("the gate cannot have been recorded");
    } catch (const StorageError &error) {
        QCOMPARE(static_cast<int>(error.problem()), static_cast<int>(StorageProblem::DiskFull));
    }
    QVERIFY(!QFileInfo::exists(permitOf(disk.database())));
    QVERIFY(!bench.controller.canExecute());
    QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, bench.store.claim(ProposalId(1)));
    QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, bench.arm());
    disk.makeRoom();
    bench.controller.recover();
    checkRecordedOnce(disk.database());
}

void TestTrouble::s2_noRoomForAnotherFile()
{
    if (!PrivateDisk::isPossible())
        QSKIP("Needs the right to mount a small file system.");
    // Below one millisecond where the machine has nothing else to do. Another program that is given the processor just
    // then takes it once; a wait of the stop's own would be there each time.
    constexpr qint64 kMostUs = 5000;
    constexpr int kMostRounds = 5;
    qint64 fastestUs = kMostUs;
    for (int round = 0; round < kMostRounds && fastestUs >= kMostUs; ++round) {
        PrivateDisk disk("size=8m,nr_inodes=64");
        makeArmed(disk.database());
        disk.fillInodes();
        const Trip trip = TripSwitch(DatabaseLocation::parse(disk.database()))
                              .trip(StopRequest::Kind::Stop, QStringLiteral("tester@bench"), QStringLiteral("no room"));
        QVERIFY(trip.isEffective());
        QVERIFY(trip.isRevoked);
        QVERIFY(!QFileInfo::exists(permitOf(disk.database())));
        QVERIFY(trip.permitRevokedUs.has_value());
        fastestUs = *trip.permitRevokedUs;
        QCOMPARE(gate(disk.database()), 4);
    }
    QVERIFY2(fastestUs < kMostUs, qPrintable(QString::number(fastestUs)));
}

void TestTrouble::s6_readOnlyFileSystem()
{
    if (!PrivateDisk::isPossible())
        QSKIP("Needs the right to mount a small file system.");
    PrivateDisk disk;
    makeArmed(disk.database());
    QVERIFY(disk.setReadOnly(true));

    // The permit cannot be removed there, and it is not said that it was.
    const CtlResult stop = kill(disk.database());
    QVERIFY(QFileInfo::exists(permitOf(disk.database())));
    QCOMPARE(stop.exitCode, 1);
    QVERIFY2(stop.err.contains(QStringLiteral("NOT STOPPED")), qPrintable(stop.err));
    QVERIFY2(!stop.err.contains(QStringLiteral("nothing may start")), qPrintable(stop.err));
    // But no claim can commit either.
    const CtlResult claim = andonctl(disk.database(), {QStringLiteral("claim"), QStringLiteral("1")});
    QVERIFY2(claim.exitCode != 0, qPrintable(claim.out));
    const CtlResult status = andonctl(disk.database(), {QStringLiteral("status"), QStringLiteral("--json")});
    QCOMPARE(status.exitCode, 0);
    QCOMPARE(QJsonDocument::fromJson(status.out.toUtf8()).object().value(QStringLiteral("permit")).toBool(), true);

    QVERIFY(disk.setReadOnly(false));
    QCOMPARE(ForeignClient(disk.database()).value("SELECT status FROM action_proposals WHERE id = 1"),
             QStringLiteral("validated"));
    QCOMPARE(kill(disk.database()).exitCode, 0);
    checkRecordedOnce(disk.database());
}

void TestTrouble::s2_readOnlyDatabaseFile()
{
    if (!PrivateDisk::isPossible())
        QSKIP("Needs the right to mount.");
    // The folder can be written, the file cannot, not even by root: a bind mount of its own.
    const TemporaryDatabase place;
    makeArmed(place.path());
    ReadOnlyFile readOnly(place.path());
    QVERIFY(readOnly.isReadOnly());
    const CtlResult stop = kill(place.path());
    const int gateStatus = gate(place.path());
    const CtlResult status = andonctl(place.path(), {QStringLiteral("status")});
    readOnly.release();

    QVERIFY(!QFileInfo::exists(permitOf(place.path())));
    QCOMPARE(stop.exitCode, 1);
    QVERIFY2(stop.err.contains(kNotRecorded), qPrintable(stop.err));
    QCOMPARE(gateStatus, 4);
    QVERIFY2(status.out.contains(QStringLiteral("STOPPED, NOT YET RECORDED")), qPrintable(status.out));
    checkRecordedOnce(place.path());
}

void TestTrouble::s2_databaseGone()
{
    const TemporaryDatabase place;
    makeArmed(place.path());
    const QByteArray kept = bytesOf(place.path());
    removeDatabase(place.path());

    const CtlResult stop = kill(place.path());
    QVERIFY(!QFileInfo::exists(place.permitPath()));
    QCOMPARE(stop.exitCode, 1);
    QVERIFY2(stop.err.contains(kNotRecorded), qPrintable(stop.err));
    QCOMPARE(gate(place.path()), 4);
    QVERIFY(!QFileInfo::exists(place.path())); // no empty one was made in its place

    andon::test::write(place.path(), kept); // put back: whoever opens it next records the stop
    checkRecordedOnce(place.path());
}

void TestTrouble::s2_databaseGoneAndANewOneMadeInItsPlace()
{
    const TemporaryDatabase place;
    makeArmed(place.path());
    const QByteArray kept = bytesOf(place.path());
    removeDatabase(place.path());
    QCOMPARE(kill(place.path()).exitCode, 1);
    // The next command lays out a new database: the stop is recorded there.
    static_cast<void>(andonctl(place.path(), {QStringLiteral("status")}));
    QCOMPARE(gate(place.path()), 4);

    // The old one comes back: it says execute, but the permit is gone.
    removeDatabase(place.path());
    andon::test::write(place.path(), kept);
    QCOMPARE(gate(place.path()), 4);
    QCOMPARE(ForeignClient(place.path(), 5000).value("SELECT mode || tripped FROM andon_safety_state"),
             QStringLiteral("observe1"));
}

void TestTrouble::s2_databaseGoneUnderTheLibrary()
{
    const TemporaryDatabase place;
    makeArmed(place.path());
    Workbench bench(place.path(), {}, existing());
    QVERIFY(bench.controller.canExecute());
    removeDatabase(place.path());

    // The open handle would go on working on a file that nobody else can reach.
    QVERIFY_THROWS_EXCEPTION(StateUnknownError, bench.store.claim(ProposalId(1)));
    try {
        static_cast<void>(bench.controller.killSwitch());
        QFAIL("the gate cannot have been recorded");
    } catch (const StorageError &error) {
        QCOMPARE(static_cast<int>(error.problem()), static_cast<int>(StorageProblem::Detached));
    }
    QVERIFY(!QFileInfo::exists(place.permitPath()));
    QVERIFY(bench.controller.isStopRequested());
    QVERIFY(!bench.controller.status().isKnown);
    QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, bench.store.claim(ProposalId(1)));
}

void TestTrouble::s2_databaseDamaged_data()
{
    QTest::addColumn<QByteArray>("journal");
    QTest::addColumn<bool>("isHeader");
    QTest::newRow("header, rollback journal") << QByteArray("DELETE") << true;
    QTest::newRow("pages, rollback journal") << QByteArray("DELETE") << false;
    if (SqliteDialect::isWalSafe()) {
        QTest::newRow("header, write-ahead log") << QByteArray("WAL") << true;
        QTest::newRow("pages, write-ahead log") << QByteArray("WAL") << false;
    }
}

void TestTrouble::s2_databaseDamaged()
{
    QFETCH(QByteArray, journal);
    QFETCH(bool, isHeader);
    const TemporaryDatabase place;
    makeArmed(place.path(), journal);
    const QByteArray kept = bytesOf(place.path());
    if (isHeader)
        damageHeader(place.path());
    else
        damagePages(place.path());

    QCOMPARE(gate(place.path()), 5);
    const CtlResult claim = andonctl(place.path(), {QStringLiteral("claim"), QStringLiteral("1")});
    QVERIFY2(claim.exitCode == 5, qPrintable(claim.err));
    const CtlResult stop = kill(place.path());
    QVERIFY(!QFileInfo::exists(place.permitPath()));
    QCOMPARE(stop.exitCode, 1);
    QVERIFY2(stop.err.contains(kNotRecorded), qPrintable(stop.err));
    QCOMPARE(gate(place.path()), 4);
    const CtlResult status = andonctl(place.path(), {QStringLiteral("status")});
    QCOMPARE(status.exitCode, 5);
    QVERIFY2(status.out.contains(QStringLiteral("STOPPED, NOT YET RECORDED")), qPrintable(status.out));

    removeDatabase(place.path());
    andon::test::write(place.path(), kept); // a backup
    checkRecordedOnce(place.path());
}

void TestTrouble::s2_databaseReplaced()
{
    const TemporaryDatabase place;
    makeArmed(place.path());
    const QString copy = place.file(QStringLiteral("older.db"));
    QVERIFY(QFile::copy(place.path(), copy)); // it says execute, and its epoch is that of the permit

    Workbench bench(place.path(), {}, existing());
    QVERIFY(bench.controller.canExecute());
    removeDatabase(place.path());
    QVERIFY(QFile::rename(copy, place.path()));
    QVERIFY_THROWS_EXCEPTION(StateUnknownError, bench.store.claim(ProposalId(1)));
    QVERIFY_THROWS_EXCEPTION(StorageError, static_cast<void>(bench.controller.killSwitch(QStringLiteral("trouble"))));
    QVERIFY(!QFileInfo::exists(place.permitPath()));
    QCOMPARE(gate(place.path()), 4);
    checkRecordedOnce(place.path()); // the one that stands there now is stopped by whoever opens it
}

int main(int argc, char *argv[])
{
    static_cast<void>(PrivateDisk::prepare());
    const QCoreApplication application(argc, argv);
    TestTrouble test;
    QTEST_SET_MAIN_SOURCE_PATH
    return QTest::qExec(&test, argc, argv);
}
#include "tst_trouble.moc"
