// SPDX-License-Identifier: Apache-2.0
#include "core/gate/Permit.h"
#include "core/gate/StopRequests.h"
#include "core/safety/TripSwitch.h"
#include "tests/support/Privileges.h"
#include "tests/support/SmallDisk.h"
#include "tests/support/TemporaryDatabase.h"

#include <QDir>
#include <QElapsedTimer>
#include <QTest>

#include <sys/stat.h>

#include <thread>

using namespace andon;
using namespace andon::test;

namespace {

StopRequest request(const QString &uid, int secondsLater = 0)
{
    StopRequest request;
    request.uid = uid;
    request.by = QStringLiteral("alice@ops-1");
    request.reason = QStringLiteral("smoke in \"rack 4\"\nand more");
    request.at = QDateTime({2026, 1, 31}, {12, 30, 15, 123}, Qt::UTC).addSecs(secondsLater);
    return request;
}

} // namespace

class TestStopRequests : public QObject
{
    Q_OBJECT

private slots:
    void noneStandsAtFirst();
    void whatIsFiledIsListedAsItWas();
    void requestsAreListedOldestFirst();
    void withdrawingOneKeepsTheOthers();
    void withdrawingTheLastRemovesTheFolder();
    void withdrawingWhatIsNotThereIsNoError();
    void s2_whateverStandsAtThePathIsAStop_data();
    void s2_whateverStandsAtThePathIsAStop();
    void s2_aRequestThatCannotBeReadIsStillAStop_data();
    void s2_aRequestThatCannotBeReadIsStillAStop();
    void aLinkedFolderIsNeitherReadNorEmptied();
    void aLongReasonIsCutAndTheRestKept();
    void s3_filingNeverLosesARequestToAWithdrawal();
    void aFolderThatCannotBeMadeIsTold();
    void s2_aTripOnAFullDiskStillRevokes();
    void s2_aTripTellsWhatItCouldNotDo();
};

void TestStopRequests::noneStandsAtFirst()
{
    const TemporaryDatabase temporary;
    const StopRequests requests(temporary.path());
    QVERIFY(!requests.any());
    QVERIFY(requests.list().isEmpty());
    QCOMPARE(requests.path(), temporary.stopPath());
}

void TestStopRequests::whatIsFiledIsListedAsItWas()
{
    const TemporaryDatabase temporary;
    const StopRequests requests(temporary.path());
    StopRequest stop = request("one");
    StopRequest observe = request("two", 1);
    observe.kind = StopRequest::Kind::Observe;
    QCOMPARE(requests.file(stop), QString());
    QVERIFY(requests.any());
    QCOMPARE(requests.sync(stop), QString());
    QCOMPARE(requests.file(observe), QString());
    QCOMPARE(requests.list(), QList<StopRequest>({stop, observe}));
}

void TestStopRequests::requestsAreListedOldestFirst()
{
    const TemporaryDatabase temporary;
    const StopRequests requests(temporary.path());
    QCOMPARE(requests.file(request("a", 30)), QString());
    QCOMPARE(requests.file(request("b", 10)), QString());
    QCOMPARE(requests.file(request("c", 20)), QString());
    QStringList uids;
    for (const StopRequest &filed : requests.list())
        uids << filed.uid;
    QCOMPARE(uids, QStringList({"b", "c", "a"}));
}

void TestStopRequests::withdrawingOneKeepsTheOthers()
{
    const TemporaryDatabase temporary;
    const StopRequests requests(temporary.path());
    QCOMPARE(requests.file(request("one")), QString());
    QCOMPARE(requests.file(request("two")), QString());
    QCOMPARE(requests.withdraw(request("one")), QString());
    QVERIFY(requests.any());
    QCOMPARE(requests.list(), QList<StopRequest>({request("two")}));
}

void TestStopRequests::withdrawingTheLastRemovesTheFolder()
{
    const TemporaryDatabase temporary;
    const StopRequests requests(temporary.path());
    QCOMPARE(requests.file(request("one")), QString());
    QCOMPARE(requests.withdraw(request("one")), QString());
    QVERIFY(!requests.any());
    QVERIFY(!QFile::exists(temporary.stopPath()));
}

void TestStopRequests::withdrawingWhatIsNotThereIsNoError()
{
    const TemporaryDatabase temporary;
    const StopRequests requests(temporary.path());
    QCOMPARE(requests.withdraw(request("one")), QString());
    QVERIFY(QDir().mkdir(temporary.stopPath()));
    QCOMPARE(requests.withdraw(StopRequest()), QString()); // an empty folder, left behind
    QVERIFY(!requests.any());
}

void TestStopRequests::s2_whateverStandsAtThePathIsAStop_data()
{
    QTest::addColumn<QString>("what");
    for (const char *what : {"file", "empty folder", "dangling link", "link to a file", "link to a folder", "pipe"})
        QTest::newRow(what) << what;
}

void TestStopRequests::s2_whateverStandsAtThePathIsAStop()
{
    QFETCH(QString, what);
    const TemporaryDatabase temporary;
    const QString path = temporary.stopPath();
    if (what == "file")
        write(path, "stop");
    if (what == "empty folder")
        QVERIFY(QDir().mkdir(path));
    if (what == "dangling link")
        QVERIFY(QFile::link(temporary.file("nowhere"), path));
    if (what == "link to a file") {
        write(temporary.file("file"), "x");
        QVERIFY(QFile::link(temporary.file("file"), path));
    }
    if (what == "link to a folder")
        QVERIFY(QFile::link(temporary.folder(), path));
    if (what == "pipe")
        QCOMPARE(::mkfifo(QFile::encodeName(path).constData(), 0600), 0);
    QElapsedTimer timer;
    timer.start();
    const StopRequests requests(temporary.path());
    QVERIFY(requests.any());
    QVERIFY(requests.list().isEmpty());
    QVERIFY(timer.elapsed() < 1000);
    // Filing one more keeps it a stop, whether or not there is a place for the file.
    static_cast<void>(requests.file(request("one")));
    QVERIFY(requests.any());
}

void TestStopRequests::s2_aRequestThatCannotBeReadIsStillAStop_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("empty, as on a full disk") << QByteArray("");
    QTest::newRow("cut short") << QByteArray("{\"kind\":\"observe\",\"by\":\"al");
    QTest::newRow("not JSON") << QByteArray("please stop");
    QTest::newRow("a list") << QByteArray("[1, 2]");
    QTest::newRow("wrong types") << QByteArray("{\"kind\": 3, \"by\": [], \"reason\": {}, \"at\": false}");
    QTest::newRow("bytes") << QByteArray("\xff\xfe\0\x01", 4);
    QTest::newRow("huge") << "{\"kind\":\"observe\",\"by\":\"x\",\"reason\":\"" + QByteArray(1'000'000, 'x') + "\"}";
}

void TestStopRequests::s2_aRequestThatCannotBeReadIsStillAStop()
{
    QFETCH(QByteArray, content);
    const TemporaryDatabase temporary;
    const StopRequests requests(temporary.path());
    QVERIFY(QDir().mkdir(temporary.stopPath()));
    write(temporary.stopPath() + "/some-uid", content);
    QVERIFY(requests.any());
    const QList<StopRequest> listed = requests.list();
    QCOMPARE(listed.size(), 1);
    QCOMPARE(listed.first().uid, "some-uid");
    QCOMPARE(listed.first().kind, StopRequest::Kind::Stop);
    QCOMPARE(listed.first().by, "unknown");
    QVERIFY(listed.first().reason.contains("some-uid"));
    QVERIFY(listed.first().at.isValid());
    QCOMPARE(requests.withdraw(listed.first()), QString());
    QVERIFY(!requests.any());
}

void TestStopRequests::aLinkedFolderIsNeitherReadNorEmptied()
{
    // Or whoever may write beside the database could have any file of the operator's removed.
    const TemporaryDatabase temporary;
    QVERIFY(QDir().mkdir(temporary.file("precious")));
    write(temporary.file("precious/letter"), "data");
    QVERIFY(QFile::link(temporary.file("precious"), temporary.stopPath()));
    const StopRequests requests(temporary.path());
    QVERIFY(requests.list().isEmpty());
    static_cast<void>(requests.withdraw(request("letter")));
    QCOMPARE(bytesOf(temporary.file("precious/letter")), "data");
    QVERIFY(requests.any());
    QVERIFY(!requests.file(request("one")).isEmpty());
    QCOMPARE(QDir(temporary.file("precious")).entryList(QDir::Files), QStringList("letter"));
}

void TestStopRequests::aLongReasonIsCutAndTheRestKept()
{
    const TemporaryDatabase temporary;
    const StopRequests requests(temporary.path());
    StopRequest stop = request("one");
    stop.reason = QString(1'000'000, QChar(0x4e00));
    QCOMPARE(requests.file(stop), QString());
    QVERIFY(QFileInfo(temporary.stopPath() + "/one").size() < 64 * 1024);
    const QList<StopRequest> listed = requests.list();
    QCOMPARE(listed.size(), 1);
    QCOMPARE(listed.first().by, stop.by);
    QCOMPARE(listed.first().at, stop.at);
    QVERIFY(stop.reason.startsWith(listed.first().reason));
    QVERIFY(listed.first().reason.size() > 1000);
}

void TestStopRequests::s3_filingNeverLosesARequestToAWithdrawal()
{
    constexpr int kThreads = 4;
    constexpr int kRounds = 3000;
    const TemporaryDatabase temporary;
    std::atomic_int lost{0};
    std::atomic_int unseen{0};
    std::atomic_int failed{0};
    std::vector<std::thread> threads;
    threads.reserve(kThreads);
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&, i] {
            const StopRequests requests(temporary.path());
            for (int round = 0; round < kRounds; ++round) {
                const QString uid = QStringLiteral("%1-%2").arg(i).arg(round);
                if (!requests.file(request(uid)).isEmpty())
                    ++failed;
                if (!requests.any())
                    ++unseen;
                if (!QFile::exists(temporary.stopPath() + '/' + uid))
                    ++lost;
                static_cast<void>(requests.withdraw(request(uid)));
            }
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(failed.load(), 0);
    QCOMPARE(unseen.load(), 0);
    QCOMPARE(lost.load(), 0);
    QVERIFY(!StopRequests(temporary.path()).any());
}

void TestStopRequests::aFolderThatCannotBeMadeIsTold()
{
    const TemporaryDatabase temporary;
    openToEverybody(temporary.folder());
    const Unprivileged unprivileged;
    if (!unprivileged.isEffective())
        QSKIP("rights do not bind this account");
    QElapsedTimer timer;
    timer.start();
    QVERIFY(!StopRequests(temporary.path()).file(request("one")).isEmpty());
    QVERIFY(timer.elapsed() < 1000);
}

void TestStopRequests::s2_aTripOnAFullDiskStillRevokes()
{
    const TemporaryDatabase temporary;
    const auto disk = SmallDisk::make(temporary.file("disk"), 64 * 1024);
    if (!disk)
        QSKIP("this account may not mount a small disk");
    const QString path = disk->path() + "/andon.db";
    const Permit permit(path);
    permit.grant(Epoch(2));
    disk->fill();
    const Trip trip = TripSwitch(DatabaseLocation::parse(path)).trip(StopRequest::Kind::Stop, "alice@ops-1", "full");
    QVERIFY(trip.isRevoked);
    QVERIFY(trip.isEffective());
    QVERIFY(trip.permitRevokedUs);
    QVERIFY(!permit.isGranted(Epoch(2)));
    // The block that the permit took is room enough for the request.
    QVERIFY2(trip.isFiled, qPrintable(trip.trouble));
    QVERIFY(StopRequests(path).any());
}

void TestStopRequests::s2_aTripTellsWhatItCouldNotDo()
{
    const TemporaryDatabase temporary;
    Permit(temporary.path()).grant(Epoch(2));
    openToEverybody(temporary.folder());
    QCOMPARE(::chmod(QFile::encodeName(temporary.permitPath()).constData(), 0444), 0);
    const Unprivileged unprivileged;
    if (!unprivileged.isEffective())
        QSKIP("rights do not bind this account");
    const Trip trip = TripSwitch(temporary.location()).trip(StopRequest::Kind::Stop, "alice@ops-1", "no rights");
    QVERIFY(!trip.isRevoked);
    QVERIFY(!trip.isFiled);
    QVERIFY(!trip.isEffective());
    QVERIFY(!trip.permitRevokedUs);
    QVERIFY2(trip.trouble.contains(temporary.permitPath()) && trip.trouble.contains(temporary.stopPath()),
             qPrintable(trip.trouble));
}

QTEST_GUILESS_MAIN(TestStopRequests)
#include "tst_stoprequests.moc"
