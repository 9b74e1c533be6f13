// SPDX-License-Identifier: Apache-2.0
// A database file that is deleted or replaced at the worst instant: while a connection is being opened, and between a
// stop's gate and the withdrawal of its request. A stop that only a deleted file knows of must not be forgotten.

#include "core/station/Station.h"
#include "tests/support/ProtocolScript.h"
#include "tests/support/StationSupport.h"
#include "tests/support/TemporaryDatabase.h"
#include "tests/support/Thrown.h"
#include "tests/support/Workbench.h"

#include <QMutex>
#include <QMutexLocker>
#include <QTest>
#include <QThread>

#include <sqlite3.h>

using namespace andon;
using namespace andon::test;

using Display = SafetyStatus::Display;

namespace {

/// Does something once, when a connection that makes no file has opened one and read it, and nothing more: in a thread
/// of this name, or in any.
class OnceOpened
{
public:
    explicit OnceOpened(std::function<void()> act, const QString &thread = {})
    {
        const QMutexLocker lock(&plan().mutex);
        plan().act = std::move(act);
        plan().thread = thread;
        sqlite3_auto_extension(entry());
    }
    ~OnceOpened() { sqlite3_cancel_auto_extension(entry()); }
    OnceOpened(const OnceOpened &) = delete;
    OnceOpened &operator=(const OnceOpened &) = delete;

private:
    struct Plan
    {
        QMutex mutex;
        std::function<void()> act;
        QString thread;
    };
    using Entry = void (*)();

    static Entry entry() { return reinterpret_cast<Entry>(&OnceOpened::opened); }

    static Plan &plan()
    {
        static Plan plan;
        return plan;
    }

    static int opened(sqlite3 *connection, char ** /*error*/, const void * /*api*/)
    {
        const char *const mode = sqlite3_uri_parameter(sqlite3_db_filename(connection, "main"), "mode");
        const QMutexLocker lock(&plan().mutex);
        const bool isMeant = plan().thread.isEmpty() || QThread::currentThread()->objectName() == plan().thread;
        if (isMeant && qstrcmp(mode, "rw") == 0)
            sqlite3_trace_v2(connection, SQLITE_TRACE_PROFILE, &OnceOpened::hasRun, connection);
        return SQLITE_OK;
    }

    static int hasRun(unsigned /*event*/, void *connection, void * /*statement*/, void * /*nanoseconds*/)
    {
        const QMutexLocker lock(&plan().mutex);
        if (plan().act)
            std::exchange(plan().act, nullptr)();
        return sqlite3_trace_v2(static_cast<sqlite3 *>(connection), 0, nullptr, nullptr);
    }
};

void vanish(const TemporaryDatabase &temporary, const QString &how)
{
    if (how == u"deleted")
        QFile::remove(temporary.path());
    else if (how == u"moved away")
        QFile::rename(temporary.path(), temporary.file(QStringLiteral("away.db")));
    else
        std::rename(QFile::encodeName(temporary.file(QStringLiteral("other.db"))).constData(),
                    QFile::encodeName(temporary.path()).constData());
}

} // namespace

class TestVanishingDatabase : public QObject
{
    Q_OBJECT

private slots:
    void s6_aFileThatVanishesWhileItIsOpenedIsNoticed_data();
    void s6_aFileThatVanishesWhileItIsOpenedIsNoticed();
    void s6_aStopLaneThatOpenedADeletedFileForgetsNoStop();
    void s5_aGateInAFileThatVanishedKeepsTheRequest_data();
    void s5_aGateInAFileThatVanishedKeepsTheRequest();
    void s5_aStopIsCarriedOutOnceWhenTheFileComesBack();
};

void TestVanishingDatabase::s6_aFileThatVanishesWhileItIsOpenedIsNoticed_data()
{
    QTest::addColumn<QString>("how");
    for (const char *how : {"deleted", "moved away", "replaced"})
        QTest::newRow(how) << how;
}

void TestVanishingDatabase::s6_aFileThatVanishesWhileItIsOpenedIsNoticed()
{
    QFETCH(QString, how);
    const TemporaryDatabase temporary;
    static_cast<void>(Workbench(temporary.path()));
    static_cast<void>(Workbench(temporary.file("other.db")));
    const OnceOpened once([&] { vanish(temporary, how); });
    const auto error = thrown<StorageError>([&] { const Database database(temporary.location(), existing()); });
    QVERIFY(error);
    QCOMPARE(error->problem(), StorageProblem::Detached);
    if (how == "replaced") // the next to open it finds what is there now
        Database(temporary.location(), existing()).verifyAttached();
}

void TestVanishingDatabase::s6_aStopLaneThatOpenedADeletedFileForgetsNoStop()
{
    const TemporaryDatabase temporary;
    Workbench(temporary.path()).arm();
    const OnceOpened once([&] { vanish(temporary, "deleted"); }, "andon-stop");
    Station station(stationOptions(temporary.path()));
    station.open();
    QTRY_VERIFY(!QFile::exists(temporary.path()));
    QTRY_VERIFY(station.hasLooked() && station.status().display() == Display::Unknown);
    const QFuture<StopReceipt> future = station.stop("test");
    QTRY_VERIFY(station.receipt() && (!station.receipt()->trouble.isEmpty() || future.isFinished()));
    QVERIFY(!future.isFinished());
    QCOMPARE(station.receipt()->stage, StopReceipt::Stage::Requested);
    QVERIFY(QFile::exists(temporary.stopPath()));
    QVERIFY(!QFile::exists(temporary.permitPath()));
    QTRY_COMPARE(station.status().display(), Display::StoppedNotRecorded);
}

void TestVanishingDatabase::s5_aGateInAFileThatVanishedKeepsTheRequest_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("how");
    for (const QString what : {"stop", "hold", "observe", "recovery"}) {
        for (const QString how : {"deleted", "replaced"})
            QTest::newRow(qPrintable(what + ", " + how)) << what << how;
    }
}

void TestVanishingDatabase::s5_aGateInAFileThatVanishedKeepsTheRequest()
{
    QFETCH(QString, what);
    QFETCH(QString, how);
    const TemporaryDatabase temporary;
    Workbench(temporary.file("other.db")).fill(1);
    ProtocolScript script;
    Workbench bench(temporary.path(), script.observer());
    bench.arm();
    if (what == "recovery")
        static_cast<void>(TripSwitch(temporary.location()).trip(StopRequest::Kind::Stop, "alice@ops-1", "then died"));
    script.at(ProtocolStep::GateCommitted, [&] { vanish(temporary, how); });
    const auto error = thrown<StorageError>([&] {
        if (what == "stop")
            static_cast<void>(bench.controller.killSwitch("test"));
        else if (what == "hold")
            static_cast<void>(bench.controller.hold(StopScope::agent("agent-7"), "test"));
        else if (what == "observe")
            static_cast<void>(bench.controller.setMode(SafetyMode::Observe, {}));
        else
            bench.controller.recover();
    });
    QVERIFY(script.isDone());
    QVERIFY(error);
    QCOMPARE(error->problem(), StorageProblem::Detached);
    const QList<StopRequest> standing = StopRequests(temporary.path()).list();
    QCOMPARE(standing.size(), 1);
    QCOMPARE(standing.constFirst().scope.isHold(), what == "hold");
    if (how == "replaced") { // whoever opens the new one carries it out there
        Workbench next(temporary.path());
        next.controller.recover();
        QVERIFY(StopRequests(temporary.path()).list().isEmpty());
        QCOMPARE(next.state().tripped, what == "stop" || what == "recovery");
        QCOMPARE(next.controller.status().holds.size(), what == "hold" ? 1 : 0);
    }
}

void TestVanishingDatabase::s5_aStopIsCarriedOutOnceWhenTheFileComesBack()
{
    const TemporaryDatabase temporary;
    ProtocolScript script;
    Workbench bench(temporary.path(), script.observer());
    bench.arm();
    script.at(ProtocolStep::GateCommitted, [&] { vanish(temporary, "moved away"); });
    QVERIFY(thrown<StorageError>([&] { static_cast<void>(bench.controller.killSwitch("test")); }));
    const Epoch committed = bench.state().epoch;
    QVERIFY(bench.state().tripped);
    QVERIFY(QFile::rename(temporary.file("away.db"), temporary.path()));
    bench.controller.recover();
    QVERIFY(!StopRequests(temporary.path()).any());
    QCOMPARE(bench.state().epoch, committed);
    QCOMPARE(bench.database.scalar("SELECT count(*) FROM andon_stop_receipt").toInt(), 1);
    QCOMPARE(bench.controller.receipt()->stage, StopReceipt::Stage::Completed);
}

QTEST_GUILESS_MAIN(TestVanishingDatabase)
#include "tst_vanishingdatabase.moc"
