// SPDX-License-Identifier: Apache-2.0
// A running station seals what others write, and signs after stops and from time to time.
#include "core/audit/checkpoint/CheckpointErrors.h"
#include "core/audit/checkpoint/CheckpointSettings.h"
#include "core/audit/checkpoint/CheckpointTable.h"
#include "core/audit/checkpoint/KeyStore.h"
#include "core/audit/checkpoint/LogIdentity.h"
#include "core/audit/seal/SealTable.h"
#include "tests/support/AgentDatabase.h"
#include "tests/support/RawSqlite.h"
#include "tests/support/StationSupport.h"
#include "tests/support/Workbench.h"

#include <QDir>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTest>

using namespace andon;
using namespace andon::test;

namespace {

QByteArray insertRows(int count)
{
    return "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + QByteArray::number(count)
        + ") INSERT INTO action_audit_log(event_type, actor, timestamp) SELECT 'noted', 'agent', 'now' FROM n";
}

QStringList sizesIn(const QString &path)
{
    return RawSqlite(path, 5000).rows("SELECT tree_size FROM andon_checkpoint ORDER BY id");
}

KeyStore storeOf(const QString &path)
{
    Workbench bench(path);
    return KeyStore(LogIdentity::read(bench.database).origin());
}

void putInPlaceOf(const QString &path, const QString &copy)
{
    for (const char *ending : {"", "-wal", "-shm", "-journal"})
        QFile::remove(path + QLatin1String(ending));
    QFile::copy(copy, path);
}

} // namespace

class TestSealLane : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void whatOthersWriteIsSealedWithinASecond();
    void manyRowsOfOthersHoldNobodyUp();
    void afterAStopACheckpointExists_data();
    void afterAStopACheckpointExists();
    void nothingIsSignedForAnOldStop();
    void anExportCarriesItsProofs();
    void aCheckpointIsWrittenOnDemand();
    void aLogThatGrowsIsSignedFromTimeToTime();
    void aFolderThatIsMissingIsTold();
    void s8_anInconsistentLogIsToldAndNotSigned();
    void aReviewersStationSealsAndSignsNothing();
    void aReviewersStationOfALogWithoutSeals();
    void damagedSealsAreToldAndAStopGoesOn();
    void aForeignCheckpointIsNotTrusted();
};

void TestSealLane::init()
{
    CheckpointSettings::storeFolders({});
}

void TestSealLane::whatOthersWriteIsSealedWithinASecond()
{
    const TemporaryDatabase temporary;
    Station station(stationOptions(temporary.path()));
    QVERIFY(!station.sealStatus().isKnown);
    station.open();
    QTRY_VERIFY(station.sealStatus().isKnown);
    QCOMPARE(station.sealStatus().treeSize, 0);
    QVERIFY(!station.sealStatus().hasKey);
    QVERIFY(!station.sealStatus().checkpoint);
    const QSignalSpy told(&station, &Station::sealStatusChanged);
    QElapsedTimer taken;
    taken.start();
    RawSqlite(temporary.path(), 5000).must(insertRows(3));
    QTRY_COMPARE_WITH_TIMEOUT(station.sealStatus().treeSize, 3, 1500);
    QVERIFY2(taken.elapsed() < 1500, qPrintable(QString::number(taken.elapsed())));
    QCOMPARE(station.sealStatus().sealedThrough, EventId(3));
    QCOMPARE(station.sealStatus().unsealed, 0);
    QVERIFY(!told.isEmpty());
    QVERIFY(station.sealStatus().trouble.isEmpty());
    QVERIFY(sizesIn(temporary.path()).isEmpty()); // to seal is not to sign
}

void TestSealLane::manyRowsOfOthersHoldNobodyUp()
{
    constexpr int kRows = 20'000;
    const TemporaryDatabase temporary;
    Station station(stationOptions(temporary.path()));
    station.open();
    waitUntilOpened(station);
    RawSqlite other(temporary.path(), 5000);
    other.must(insertRows(kRows));
    QElapsedTimer taken;
    taken.start();
    const StopReceipt receipt = resultOf(station.stop("while it seals"));
    QVERIFY2(taken.elapsed() < 1000, qPrintable(QString::number(taken.elapsed())));
    QVERIFY(receipt.stopId.isValid());
    QTRY_VERIFY(station.sealStatus().treeSize > kRows && station.sealStatus().unsealed == 0);
    QTRY_COMPARE(sizesIn(temporary.path()).size(), 1); // of all of it, the stop included
    QVERIFY(sizesIn(temporary.path()).constFirst().toLongLong() > kRows);
}

void TestSealLane::afterAStopACheckpointExists_data()
{
    QTest::addColumn<bool>("isForeign");
    QTest::newRow("own") << false;
    QTest::newRow("another program's") << true;
}

void TestSealLane::afterAStopACheckpointExists()
{
    QFETCH(bool, isForeign);
    const TemporaryDatabase temporary;
    const QString share = temporary.file("share");
    QVERIFY(QDir().mkdir(share));
    CheckpointSettings::storeFolders({share});
    Station station(stationOptions(temporary.path()));
    station.open();
    waitUntilOpened(station);
    QTRY_VERIFY(station.hasLooked());
    for (int stops = 1; stops <= 2; ++stops) {
        if (isForeign)
            Workbench(temporary.path()).controller.killSwitch("foreign");
        else
            resultOf(station.stop("own"));
        QTRY_COMPARE(sizesIn(temporary.path()).size(), stops);
        QTRY_VERIFY(station.sealStatus().checkpoint
                    && station.sealStatus().checkpoint->size == station.sealStatus().treeSize);
    }
    const SealStatus status = station.sealStatus();
    QVERIFY(status.hasKey);
    QVERIFY(status.checkpoint->isTrusted);
    QCOMPARE(status.checkpoint->keyId.size(), 8);
    QVERIFY(qAbs(status.checkpoint->signedAt.secsTo(QDateTime::currentDateTimeUtc())) < 60);
    QTRY_COMPARE(QDir(share).entryList(QDir::Files).size(), 2); // after the database has it
    QVERIFY(status.trouble.isEmpty());
}

void TestSealLane::anExportCarriesItsProofs()
{
    const TemporaryDatabase temporary;
    Workbench(temporary.path()).proposeValidated();
    Station station(stationOptions(temporary.path()));
    station.open();
    ExportFormat format = ExportFormat::JsonLines;
    format.withProofs = true;
    const QString file = temporary.file("proven.jsonl");
    QFuture<qint64> early = station.exportAudit({}, format, file); // nobody has signed anything yet
    QTRY_VERIFY(early.isFinished());
    QVERIFY_THROWS_EXCEPTION(Error, early.waitForFinished());
    QVERIFY(!QFile::exists(file));
    static_cast<void>(resultOf(station.writeCheckpoint()));
    const qint64 written = resultOf(station.exportAudit({}, format, file));
    QVERIFY(written > 0);
    const QList<QByteArray> lines = bytesOf(file).trimmed().split('\n');
    QCOMPARE(lines.size(), written);
    for (const QByteArray &line : lines) {
        const QJsonObject event = QJsonDocument::fromJson(line).object();
        QCOMPARE(event.value("entry").toObject().value("id"), event.value("id"));
        QVERIFY(event.value("proof").toString().startsWith("c2sp.org/tlog-proof@v1\nindex "));
    }
}

void TestSealLane::nothingIsSignedForAnOldStop()
{
    const TemporaryDatabase temporary;
    Workbench(temporary.path()).controller.killSwitch("before");
    Station station(stationOptions(temporary.path()));
    station.open();
    waitUntilOpened(station);
    QTRY_VERIFY(station.receipt() && station.sealStatus().isKnown);
    QTest::qWait(150);
    QVERIFY(sizesIn(temporary.path()).isEmpty());
    QVERIFY(!storeOf(temporary.path()).hasKey());
}

void TestSealLane::aCheckpointIsWrittenOnDemand()
{
    const TemporaryDatabase temporary;
    Station station(stationOptions(temporary.path()));
    station.open();
    waitUntilOpened(station);
    RawSqlite(temporary.path(), 5000).must(insertRows(2500));
    const SealStatus made = resultOf(station.writeCheckpoint());
    QCOMPARE(made.checkpoint->size, 2500);
    QCOMPARE(made.unsealed, 0);
    QTRY_COMPARE(station.sealStatus(), made);
    QCOMPARE(resultOf(station.writeCheckpoint()), made); // nothing new to say
    QCOMPARE(sizesIn(temporary.path()), QStringList{"2500"});
}

void TestSealLane::aLogThatGrowsIsSignedFromTimeToTime()
{
    const TemporaryDatabase temporary;
    Station::Options options = stationOptions(temporary.path());
    options.checkpointInterval = std::chrono::milliseconds(100);
    Station station(options);
    station.open();
    waitUntilOpened(station);
    QTest::qWait(150);
    QVERIFY(sizesIn(temporary.path()).isEmpty()); // it has not grown
    RawSqlite(temporary.path(), 5000).must(insertRows(1));
    QTRY_COMPARE(sizesIn(temporary.path()), QStringList{"1"});
    RawSqlite(temporary.path(), 5000).must(insertRows(1));
    QTRY_COMPARE(sizesIn(temporary.path()), (QStringList{"1", "2"}));
}

void TestSealLane::aFolderThatIsMissingIsTold()
{
    const TemporaryDatabase temporary;
    CheckpointSettings::storeFolders({temporary.file("not mounted")});
    Station station(stationOptions(temporary.path()));
    station.open();
    waitUntilOpened(station);
    QVERIFY(resultOf(station.writeCheckpoint()).trouble.contains("not mounted"));
    QCOMPARE(sizesIn(temporary.path()).size(), 1);
    QVERIFY(QDir().mkdir(temporary.file("not mounted")));
    QVERIFY(resultOf(station.writeCheckpoint()).trouble.isEmpty());
    QCOMPARE(QDir(temporary.file("not mounted")).entryList(QDir::Files).size(), 1);
}

void TestSealLane::s8_anInconsistentLogIsToldAndNotSigned()
{
    const TemporaryDatabase temporary;
    Workbench(temporary.path()).propose();
    RawSqlite(temporary.path(), 5000).must("VACUUM INTO '" + temporary.file("older.db").toUtf8() + "'");
    {
        Station station(stationOptions(temporary.path()));
        station.open();
        waitUntilOpened(station);
        RawSqlite(temporary.path(), 5000).must(insertRows(5));
        resultOf(station.writeCheckpoint());
    }
    const std::optional<QByteArray> last = storeOf(temporary.path()).lastSigned();
    putInPlaceOf(temporary.path(), temporary.file("older.db"));
    Station station(stationOptions(temporary.path()));
    station.open();
    waitUntilOpened(station);
    // Told without anybody asking for a checkpoint.
    QTRY_VERIFY2(station.sealStatus().trouble.contains("6 entries"), qPrintable(station.sealStatus().trouble));
    QVERIFY_THROWS_EXCEPTION(InconsistentLogError, static_cast<void>(resultOf(station.writeCheckpoint())));
    resultOf(station.stop("smoke")); // goes on
    QVERIFY_THROWS_EXCEPTION(InconsistentLogError, static_cast<void>(resultOf(station.writeCheckpoint())));
    QVERIFY(!station.sealStatus().trouble.isEmpty());
    QVERIFY(sizesIn(temporary.path()).isEmpty());
    QCOMPARE(storeOf(temporary.path()).lastSigned(), last);
}

void TestSealLane::aReviewersStationSealsAndSignsNothing()
{
    const TemporaryDatabase temporary;
    Workbench(temporary.path()).propose();
    RawSqlite(temporary.path(), 5000).must(insertRows(4));
    Station station(stationOptions(temporary.path(), true));
    station.open();
    QTRY_VERIFY(station.sealStatus().isKnown);
    QCOMPARE(station.sealStatus().treeSize, 1);
    QCOMPARE(station.sealStatus().unsealed, 4);
    QVERIFY_THROWS_EXCEPTION(InvalidInputError, static_cast<void>(resultOf(station.writeCheckpoint())));
    Workbench(temporary.path()).controller.killSwitch("foreign");
    QTRY_VERIFY(station.sealStatus().treeSize > 1); // sealed by who stopped
    QTest::qWait(150);
    QVERIFY(sizesIn(temporary.path()).isEmpty());
}

void TestSealLane::aReviewersStationOfALogWithoutSeals()
{
    const TemporaryDatabase temporary;
    const AgentDatabase agent(temporary.path(), AgentDatabase::Columns::Full);
    Station station(stationOptions(temporary.path(), true));
    station.open();
    QTRY_VERIFY(station.hasLooked());
    QTest::qWait(100);
    QVERIFY(!station.sealStatus().isKnown);
    QVERIFY2(station.sealStatus().trouble.isEmpty(), qPrintable(station.sealStatus().trouble));
}

void TestSealLane::damagedSealsAreToldAndAStopGoesOn()
{
    const TemporaryDatabase temporary;
    Workbench(temporary.path()).propose();
    {
        RawSqlite raw(temporary.path(), 5000);
        raw.must("DROP TRIGGER andon_seal_update; UPDATE andon_audit_seal SET hashes = x'00'");
    }
    Station station(stationOptions(temporary.path()));
    station.open();
    waitUntilOpened(station);
    RawSqlite(temporary.path(), 5000).must(insertRows(1));
    QTRY_VERIFY(!station.sealStatus().trouble.isEmpty());
    QVERIFY(resultOf(station.stop("smoke")).stopId.isValid());
    QVERIFY(sizesIn(temporary.path()).isEmpty());
}

void TestSealLane::aForeignCheckpointIsNotTrusted()
{
    const TemporaryDatabase temporary;
    {
        Workbench bench(temporary.path());
        bench.propose();
        Checkpoint lie;
        lie.origin = LogIdentity::read(bench.database).origin();
        lie.size = 1000;
        const SigningKey foreign = SigningKey::make(lie.origin);
        CheckpointTable(bench.database)
            .insert({0, lie.size, QByteArray(32, 'x'), SignedNote::sign(lie.toText(), {foreign}).toBytes(), lie.origin,
                     foreign.verifier().idText(), QDateTime::currentDateTimeUtc()});
    }
    Station station(stationOptions(temporary.path()));
    station.open();
    QTRY_VERIFY(station.sealStatus().checkpoint);
    QCOMPARE(station.sealStatus().checkpoint->size, 1000);
    QVERIFY(!station.sealStatus().checkpoint->isTrusted);
    const SealStatus made = resultOf(station.writeCheckpoint());
    QCOMPARE(made.checkpoint->size, 1);
    QVERIFY(made.checkpoint->isTrusted);
}

QTEST_GUILESS_MAIN(TestSealLane)
#include "tst_seallane.moc"
