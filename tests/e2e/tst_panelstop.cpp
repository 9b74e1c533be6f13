// SPDX-License-Identifier: Apache-2.0
// The kill switch in the real window, pressed by a real press, while everything else is in the way.

#include "tests/e2e/support/MonotonicTime.h"
#include "tests/e2e/support/PrivateDisk.h"
#include "tests/e2e/support/Program.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/Journals.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Workbench.h"
#include "tests/support/ui/PanelWindow.h"

#include <QAbstractButton>
#include <QApplication>
#include <QDir>
#include <QFileDialog>
#include <QScopeGuard>
#include <QtTest>

#include <functional>
#include <memory>

using namespace andon;
using namespace andon::test;

namespace {

constexpr int kPatienceMs = 20'000;
/// From the press to the permit's end, on a machine that does much else. Idle it is below one millisecond; to the
/// request's arrival at a server, which is the same promise there, a few.
constexpr qint64 kPermitGoneMs = 1000;

constexpr char kKillSwitchEvents[] = "SELECT count(*) FROM action_audit_log WHERE event_type = 'kill_switch'";

const QString kExecuting = QStringLiteral("Safety state: EXECUTING ALLOWED");
const QString kStopped = QStringLiteral("Safety state: STOPPED");
const QString kNotRecorded = QStringLiteral("Safety state: STOPPED, NOT YET RECORDED");
const QString kNotDelivered = QStringLiteral("Safety state: STOP REQUESTED, NOT DELIVERED");

/// A database in execute mode with something pending; nobody has it open.
void makeArmed(const QString &path, const QByteArray &journal = {})
{
    static_cast<void>(Workbench(path));
    if (!journal.isEmpty())
        ForeignClient(path).must("PRAGMA journal_mode=" + journal);
    Workbench bench(path, {}, existing());
    bench.arm();
    for (int i = 0; i < 3; ++i)
        bench.proposeValidated();
}

/// The window on such a database, shown and in execute mode.
struct Rig
{
    explicit Rig(const QString &path)
        : database(path)
        , outside(isOnPostgres() ? std::make_unique<ForeignClient>(path, 5000) : nullptr)
        , panel(path, PanelWindow::Live::Yes, false, settings.path())
    {
        panel.show();
    }

    [[nodiscard]] bool isArmed() { return becomes(kExecuting); }
    [[nodiscard]] bool becomes(const QString &banner, int timeoutMs = kPatienceMs)
    {
        return QTest::qWaitFor([&] { return panel.bannerName() == banner; }, timeoutMs);
    }
    /// Whether anything may start: on SQLite while there is a permit, on a server while its gate lets a claim pass.
    [[nodiscard]] bool hasPermit()
    {
        if (!isOnPostgres())
            return QFileInfo::exists(andon::test::permitOf(database));
        return outside->number("SELECT count(*) FROM andon_safety_state WHERE mode = 'execute' AND tripped = 0 "
                               "AND NOT EXISTS (SELECT 1 FROM andon_stop_request WHERE done_at IS NULL)")
            > 0;
    }

    /// Presses, and waits for the end of the permit without letting the window do anything meanwhile. A server has no
    /// permit: there the request, which no claim passes, has to be at the server.
    /// Returns how long that took; -1 where it did not come.
    [[nodiscard]] qint64 pressAndBlock()
    {
        const qint64 before = isOnPostgres() ? outside->number(kRequests) : 0;
        return pressUntil([&] { return isOnPostgres() ? outside->number(kRequests) > before : !hasPermit(); });
    }
    /// The same where nobody reaches the server: the request has to stand on this machine, for what runs here.
    [[nodiscard]] qint64 pressAndBlockHere()
    {
        return pressUntil([this] { return !QDir(stopOf(database)).isEmpty(); });
    }
    [[nodiscard]] qint64 pressUntil(const std::function<bool()> &isDone)
    {
        panel.pressKillSwitch();
        QElapsedTimer timer;
        timer.start();
        while (!isDone() && timer.elapsed() < 10 * kPermitGoneMs)
            QThread::usleep(200);
        return isDone() ? timer.elapsed() : -1;
    }

    /// What the database says, asked from outside: the state, and the how many-th stop it is of. A server's numbers
    /// of stops have gaps, where a transaction was tried again.
    [[nodiscard]] QString recorded() const
    {
        return ForeignClient(database, 5000)
            .value(isOnPostgres()
                       ? "SELECT mode || ' ' || tripped || ' ' || (SELECT count(*) FROM andon_stop_receipt r "
                         "WHERE r.stop_id <= s.stop_id) FROM andon_safety_state s"
                       : "SELECT mode || ' ' || tripped || ' ' || stop_id FROM andon_safety_state");
    }

    static constexpr char kRequests[] = "SELECT count(*) FROM andon_stop_request";

    QString database;
    std::unique_ptr<ForeignClient> outside; ///< of a server
    QTemporaryDir settings;
    PanelWindow panel;
};

#define VERIFY_PERMIT_GONE_AT_ONCE(rig) \
    do { \
        const qint64 goneMs = (rig).pressAndBlock(); \
        QVERIFY2(goneMs >= 0, "the permit is still there, or the server does not know of the stop"); \
        QVERIFY2(goneMs < kPermitGoneMs, qPrintable(QStringLiteral("permit gone after %1 ms").arg(goneMs))); \
    } while (false)

/// A permit where there is one: that the next stop has something to take away.
void putAPermit(const TemporaryDatabase &place)
{
    if (!isOnPostgres())
        andon::test::write(place.permitPath(), "a permit that somebody else has put there");
}

/// Rows of the log, as many as a search is slow for; on a server without its triggers, which take much longer.
void insertNotes(const QString &database)
{
    const QByteArray rows = isOnPostgres() ? "60000" : "400000";
    const QByteArray prelude = isOnPostgres() ? "SET LOCAL session_replication_role = replica; " : "";
    ForeignClient(database, 5000)
        .must(
            "BEGIN; " + prelude + "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + rows
            + ") "
              "INSERT INTO action_audit_log(event_type, event_data, actor, timestamp) SELECT 'note', "
              "'{\"region\": ' || i || ', \"text\": \"leader imbalance on the store, moved by the balancer of the night\"}', "
              "'agent', '2026-01-31T12:00:00.000+00:00' FROM n; COMMIT");
}

} // namespace

class TestPanelStop : public QObject
{
    Q_OBJECT

private slots:
    void s1_whileTheUiThreadIsBusy();
    void s1_whileTheResetDialogIsOpen();
    void s1_whileTheExportDialogIsOpen();
    void s1_whileALongAuditQueryRuns();
    void s6_whileAnotherProcessHoldsTheLock_data();
    void s6_whileAnotherProcessHoldsTheLock();
    void s1_whileTheWindowStillWaitsForTheDatabase();
    void s1_aSecondPressWhileTheFirstStopSweeps();
    void s6_whileTheDiskIsFull();
    void s6_whileTheDiskOfThisMachineIsFull();
    void s6_whileTheServerOnlyReads();
    void s6_whileTheDatabaseCannotBeWritten();
    void s6_whileTheDatabaseIsGone();
    void s6_aStopThatIsNeitherKeptNorDeliveredIsNotShownAsOne();
    void s6_whileTheStateCannotBeRead();
    void s6_whileTheDatabaseIsDamaged();
    void s6_aStopThatCannotWorkIsNotShownAsOne();
};

void TestPanelStop::s1_whileTheUiThreadIsBusy()
{
    const TemporaryDatabase place;
    makeArmed(place.path());
    Rig rig(place.path());
    QVERIFY(rig.isArmed());

    QElapsedTimer busy;
    busy.start();
    VERIFY_PERMIT_GONE_AT_ONCE(rig);
    constexpr qint64 kBusyMs = 2000;
    while (busy.elapsed() < kBusyMs)
        QThread::msleep(1);
    QCOMPARE(rig.recorded(), QStringLiteral("observe 1 1")); // all of it, without the UI thread
    QCOMPARE(rig.panel.bannerName(), kExecuting);            // nothing was confirmed to the window yet
    QVERIFY(rig.becomes(kStopped));
    QCOMPARE(
        ForeignClient(place.path(), 5000).number("SELECT count(*) FROM action_proposals WHERE status = 'cancelled'"),
        qint64(3));
}

void TestPanelStop::s1_whileTheResetDialogIsOpen()
{
    const TemporaryDatabase place;
    makeArmed(place.path());
    Rig rig(place.path());
    QVERIFY(rig.isArmed());
    VERIFY_PERMIT_GONE_AT_ONCE(rig);
    QVERIFY(rig.becomes(kStopped));
    QTRY_VERIFY_WITH_TIMEOUT(rig.panel.shows("resetButton"), kPatienceMs);
    QTest::mouseRelease(rig.panel.find("killSwitchButton"), Qt::LeftButton);
    rig.panel.click("resetButton");
    QTRY_VERIFY_WITH_TIMEOUT(rig.panel.shows("resetDialog"), kPatienceMs);
    QVERIFY(QApplication::activeModalWidget() == nullptr);

    putAPermit(place);
    VERIFY_PERMIT_GONE_AT_ONCE(rig);
    QTRY_COMPARE_WITH_TIMEOUT(rig.recorded(), QStringLiteral("observe 1 2"), kPatienceMs);
    // The dialog was about the first stop.
    QTRY_VERIFY_WITH_TIMEOUT(!rig.panel.shows("resetDialog"), kPatienceMs);
    QCOMPARE(rig.panel.bannerName(), kStopped);
}

void TestPanelStop::s1_whileTheExportDialogIsOpen()
{
    const TemporaryDatabase place;
    makeArmed(place.path());
    Rig rig(place.path());
    QVERIFY(rig.isArmed());
    QTRY_VERIFY_WITH_TIMEOUT(rig.panel.find("exportButton")->isEnabled(), kPatienceMs);
    rig.panel.click("exportButton");
    QTRY_VERIFY_WITH_TIMEOUT(rig.panel.shows("exportDialog"), kPatienceMs);
    QVERIFY(QApplication::activeModalWidget() == nullptr);
    VERIFY_PERMIT_GONE_AT_ONCE(rig);
    QVERIFY(rig.becomes(kStopped));
    QVERIFY(rig.panel.shows("exportDialog")); // and nobody was thrown out of what they were doing
    QCOMPARE(rig.recorded(), QStringLiteral("observe 1 1"));
}

void TestPanelStop::s1_whileALongAuditQueryRuns()
{
    const TemporaryDatabase place;
    makeArmed(place.path());
    insertNotes(place.path());
    Rig rig(place.path());
    QVERIFY(rig.isArmed());

    // Many words, each looked for in every row, and none of them there.
    QString slow;
    const int words = isOnPostgres() ? 36 : 80; // a server takes longer for each
    for (int i = 0; i < words; ++i)
        slow += QStringLiteral("-\"balancer of the day %1\" ").arg(i);
    AuditPageRequest request;
    request.filter = AuditFilter::parse(slow + QStringLiteral("\"not there at all\""), QDateTime::currentDateTimeUtc());
    QElapsedTimer query;
    query.start();
    QFuture<AuditPage> page = rig.panel.station().auditPage(request);
    rig.panel.type("auditFilterEdit", request.filter.text());
    QTest::qWait(500);
    QVERIFY2(!page.isFinished(), "the query was too fast to be in the way");

    VERIFY_PERMIT_GONE_AT_ONCE(rig);
    QVERIFY(rig.becomes(kStopped));
    QCOMPARE(rig.recorded(), QStringLiteral("observe 1 1"));
    QVERIFY2(!page.isFinished(), "the query was too fast to be in the way");
    const qint64 stoppedMs = query.elapsed();
    QTRY_VERIFY_WITH_TIMEOUT(page.isFinished(), 60'000);
    QCOMPARE(page.result().events.size(), qsizetype(0));
    qInfo("stopped %lld ms into a query of %lld ms", stoppedMs, query.elapsed());
}

void TestPanelStop::s6_whileAnotherProcessHoldsTheLock_data()
{
    QTest::addColumn<QByteArray>("journal");
    QTest::addColumn<QString>("lock");
    QTest::addColumn<int>("heldMs");
    const QByteArrayList all = journals();
    QTest::addRow("exclusive, %s", all.constFirst().constData())
        << all.constFirst() << QStringLiteral("exclusive") << 10'000;
    for (const QByteArray &journal : all)
        QTest::addRow("immediate, %s", journal.constData()) << journal << QStringLiteral("immediate") << 3000;
}

void TestPanelStop::s6_whileAnotherProcessHoldsTheLock()
{
    QFETCH(QByteArray, journal);
    QFETCH(QString, lock);
    QFETCH(int, heldMs);
    const TemporaryDatabase place;
    makeArmed(place.path(), journal);
    Rig rig(place.path());
    QVERIFY(rig.isArmed());
    Program holder(testProgram(QStringLiteral("lock_holder")), {place.path(), lock});
    QVERIFY2(holder.says(QStringLiteral("locked")), qPrintable(holder.output()));

    QElapsedTimer held;
    held.start();
    VERIFY_PERMIT_GONE_AT_ONCE(rig);
    if (isOnPostgres()) { // which ends the session of whoever keeps a stop from its gate
        QVERIFY2(rig.becomes(kStopped, 1000), qPrintable(rig.panel.bannerName()));
        QVERIFY(!rig.hasPermit());
        QCOMPARE(rig.recorded(), QStringLiteral("observe 1 1"));
        QTRY_COMPARE_WITH_TIMEOUT(rig.outside->number(kKillSwitchEvents), qint64(1), kPatienceMs);
        return;
    }
    QVERIFY(rig.becomes(kNotRecorded, 2000));
    while (held.elapsed() < heldMs) {
        QTest::qWait(50);
        QCOMPARE(rig.panel.bannerName(), kNotRecorded);
        QVERIFY(!rig.hasPermit());
    }
    holder.tell("release");
    QVERIFY(holder.says(QStringLiteral("released")));
    const qint64 releasedNs = holder.standardOutput().section(u' ', -1).trimmed().toLongLong();
    QString state;
    while ((state = rig.recorded()) != u"observe 1 1" && monotonicNs() - releasedNs < 20'000'000'000)
        QThread::msleep(5);
    const qint64 tookMs = (monotonicNs() - releasedNs) / 1'000'000;
    QCOMPARE(state, QStringLiteral("observe 1 1"));
    QVERIFY2(tookMs < 1000, qPrintable(QStringLiteral("recorded %1 ms after the lock was free").arg(tookMs)));
    QVERIFY(rig.becomes(kStopped));
    QTRY_COMPARE_WITH_TIMEOUT(ForeignClient(place.path(), 5000).number(kKillSwitchEvents), qint64(1), kPatienceMs);
}

void TestPanelStop::s1_whileTheWindowStillWaitsForTheDatabase()
{
    const TemporaryDatabase place;
    makeArmed(place.path(), "DELETE");
    Program holder(testProgram(QStringLiteral("lock_holder")), {place.path(), QStringLiteral("exclusive")});
    QVERIFY(holder.says(QStringLiteral("locked")));
    Rig rig(place.path()); // its threads cannot read a thing
    if (isOnPostgres()) {
        // Whoever owns the tables may lock them all, against those who come later, too. The stop waits on this machine.
        const qint64 goneMs = rig.pressAndBlockHere();
        QVERIFY2(goneMs >= 0 && goneMs < kPermitGoneMs, qPrintable(QString::number(goneMs)));
        QVERIFY(rig.becomes(kNotDelivered));
    } else {
        VERIFY_PERMIT_GONE_AT_ONCE(rig);
        QVERIFY(rig.becomes(kNotRecorded));
    }
    QVERIFY(holder.finish());
    QVERIFY(rig.becomes(kStopped));
    QCOMPARE(rig.recorded(), QStringLiteral("observe 1 1"));
}

void TestPanelStop::s1_aSecondPressWhileTheFirstStopSweeps()
{
    const TemporaryDatabase place;
    makeArmed(place.path());
    Workbench(place.path(), {}, existing()).fill(60'000);
    Rig rig(place.path());
    QVERIFY(rig.isArmed());
    VERIFY_PERMIT_GONE_AT_ONCE(rig);
    QTest::mouseRelease(rig.panel.find("killSwitchButton"), Qt::LeftButton);
    putAPermit(place);
    VERIFY_PERMIT_GONE_AT_ONCE(rig);
    QTRY_COMPARE_WITH_TIMEOUT(ForeignClient(place.path(), 5000)
                                  .value("SELECT count(*) || ' ' || sum(cancelled_count) || ' ' || "
                                         "count(completed_at) FROM andon_stop_receipt"),
                              QStringLiteral("2 60003 2"), 60'000);
    QVERIFY(rig.becomes(kStopped));
}

void TestPanelStop::s6_whileTheDiskIsFull()
{
    ANDON_SQLITE_ONLY("a server's own disk; this machine's is below");
    if (!PrivateDisk::isPossible())
        QSKIP("Needs the right to mount a small file system.");
    PrivateDisk disk;
    makeArmed(disk.database(), "DELETE");
    Rig rig(disk.database());
    QVERIFY(rig.isArmed());
    disk.fill();
    VERIFY_PERMIT_GONE_AT_ONCE(rig);
    QVERIFY(rig.becomes(kNotRecorded));
    QTest::qWait(1000);
    QCOMPARE(rig.panel.bannerName(), kNotRecorded);
    disk.makeRoom();
    QVERIFY(rig.becomes(kStopped));
    QCOMPARE(rig.recorded(), QStringLiteral("observe 1 1"));
}

void TestPanelStop::s6_whileTheDiskOfThisMachineIsFull()
{
    ANDON_POSTGRESQL_ONLY("a file's disk is this machine's, above");
    if (!PrivateDisk::isPossible())
        QSKIP("Needs the right to mount a small file system.");
    const QByteArray before = qgetenv("XDG_DATA_HOME");
    PrivateDisk disk;
    qputenv("XDG_DATA_HOME", QFile::encodeName(disk.file(QStringLiteral("data"))));
    const auto putBack = qScopeGuard([&before] { qputenv("XDG_DATA_HOME", before); });
    const TemporaryDatabase place;
    makeArmed(place.path());
    Rig rig(place.path());
    QVERIFY(rig.isArmed());
    disk.fill();
    disk.fillInodes();
    VERIFY_PERMIT_GONE_AT_ONCE(rig); // it cannot be kept here, and is at the server all the same
    QVERIFY(rig.becomes(kStopped));
    QCOMPARE(rig.recorded(), QStringLiteral("observe 1 1"));
}

void TestPanelStop::s6_whileTheServerOnlyReads()
{
    ANDON_POSTGRESQL_ONLY("a file that cannot be written is below");
    const TemporaryDatabase place;
    makeArmed(place.path());
    Rig rig(place.path());
    QVERIFY(rig.isArmed());
    const QByteArray name = rig.outside->value("SELECT current_database()").toUtf8();
    rig.outside->must("ALTER DATABASE " + name + " SET default_transaction_read_only = on");
    rig.outside->must("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                      "AND pid <> pg_backend_pid()");
    const qint64 goneMs = rig.pressAndBlockHere();
    QVERIFY2(goneMs >= 0 && goneMs < kPermitGoneMs, qPrintable(QString::number(goneMs)));
    QVERIFY(rig.becomes(kNotDelivered));
    QTest::qWait(500);
    QCOMPARE(rig.panel.bannerName(), kNotDelivered);
    rig.outside->must("ALTER DATABASE " + name + " RESET default_transaction_read_only");
    QVERIFY(rig.becomes(kStopped));
    QCOMPARE(rig.recorded(), QStringLiteral("observe 1 1"));
}

void TestPanelStop::s6_whileTheDatabaseCannotBeWritten()
{
    ANDON_SQLITE_ONLY("a file that cannot be written; a server is above");
    if (!PrivateDisk::isPossible())
        QSKIP("Needs the right to mount.");
    const TemporaryDatabase place;
    makeArmed(place.path(), "DELETE");
    ReadOnlyFile readOnly(place.path());
    QVERIFY(readOnly.isReadOnly());
    Rig rig(place.path());
    QVERIFY(rig.isArmed());
    VERIFY_PERMIT_GONE_AT_ONCE(rig);
    QVERIFY(rig.becomes(kNotRecorded));
    QTest::qWait(500);
    QCOMPARE(rig.panel.bannerName(), kNotRecorded);
    readOnly.release();
    QVERIFY(rig.becomes(kStopped));
    QCOMPARE(rig.recorded(), QStringLiteral("observe 1 1"));
}

void TestPanelStop::s6_whileTheDatabaseIsGone()
{
    const TemporaryDatabase place;
    makeArmed(place.path(), "DELETE");
    Rig rig(place.path());
    QVERIFY(rig.isArmed());
    place.takeAway();
    // Nobody reaches the server: the stop is kept here, and what runs here obeys it.
    const qint64 goneMs = isOnPostgres() ? rig.pressAndBlockHere() : rig.pressAndBlock();
    QVERIFY2(goneMs >= 0 && goneMs < kPermitGoneMs, qPrintable(QString::number(goneMs)));
    const QString waiting = isOnPostgres() ? kNotDelivered : kNotRecorded;
    QVERIFY(rig.becomes(waiting));
    QTest::qWait(1500);
    QCOMPARE(rig.panel.bannerName(), waiting);
    if (!isOnPostgres())
        QVERIFY(!QFileInfo::exists(place.path())); // no empty one was made in its place
    place.giveBack();
    QVERIFY(rig.becomes(kStopped));
    QCOMPARE(rig.recorded(), QStringLiteral("observe 1 1"));
}

void TestPanelStop::s6_aStopThatIsNeitherKeptNorDeliveredIsNotShownAsOne()
{
    ANDON_POSTGRESQL_ONLY("a permit that cannot be removed is below");
    if (!PrivateDisk::isPossible())
        QSKIP("Needs the right to mount a small file system.");
    const QByteArray before = qgetenv("XDG_DATA_HOME");
    PrivateDisk disk;
    qputenv("XDG_DATA_HOME", QFile::encodeName(disk.file(QStringLiteral("data"))));
    const auto putBack = qScopeGuard([&before] { qputenv("XDG_DATA_HOME", before); });
    const TemporaryDatabase place;
    makeArmed(place.path());
    Rig rig(place.path());
    QVERIFY(rig.isArmed());
    QVERIFY(disk.setReadOnly(true));
    place.takeAway();
    rig.panel.pressKillSwitch();
    QTest::qWait(1500);
    QVERIFY2(!rig.panel.bannerName().contains(QStringLiteral("STOP")), qPrintable(rig.panel.bannerName()));
    const QString said = rig.panel.find("killSwitchButton")->accessibleDescription();
    QVERIFY2(said.contains(QStringLiteral("could not be filed")), qPrintable(said));

    place.giveBack(); // the stop was not forgotten
    QVERIFY(rig.becomes(kStopped));
    QCOMPARE(rig.recorded(), QStringLiteral("observe 1 1"));
}

void TestPanelStop::s6_whileTheStateCannotBeRead()
{
    ANDON_POSTGRESQL_ONLY("a damaged file is below");
    const TemporaryDatabase place;
    makeArmed(place.path());
    Rig rig(place.path());
    QVERIFY(rig.isArmed());
    rig.outside->must("ALTER TABLE andon_safety_state RENAME TO elsewhere");
    VERIFY_PERMIT_GONE_AT_ONCE(rig); // the request is at the server, whatever has become of the state
    QVERIFY(rig.becomes(kNotRecorded));
    QTest::qWait(1500);
    QCOMPARE(rig.panel.bannerName(), kNotRecorded);
    rig.outside->must("ALTER TABLE elsewhere RENAME TO andon_safety_state");
    QVERIFY(rig.becomes(kStopped));
    QCOMPARE(rig.recorded(), QStringLiteral("observe 1 1"));
}

void TestPanelStop::s6_whileTheDatabaseIsDamaged()
{
    ANDON_SQLITE_ONLY("bytes of a file; a server is above");
    const TemporaryDatabase place;
    makeArmed(place.path(), "DELETE");
    Rig rig(place.path());
    QVERIFY(rig.isArmed());
    const QByteArray kept = bytesOf(place.path());
    andon::test::write(place.path(), QByteArray(kept.size(), '\x5a'));
    VERIFY_PERMIT_GONE_AT_ONCE(rig);
    QVERIFY(rig.becomes(kNotRecorded));
    QTest::qWait(1500);
    QCOMPARE(rig.panel.bannerName(), kNotRecorded);
    andon::test::write(place.path(), kept); // a backup
    QVERIFY(rig.becomes(kStopped));
    QCOMPARE(rig.recorded(), QStringLiteral("observe 1 1"));
}

void TestPanelStop::s6_aStopThatCannotWorkIsNotShownAsOne()
{
    ANDON_SQLITE_ONLY("a permit that cannot be removed");
    if (!PrivateDisk::isPossible())
        QSKIP("Needs the right to mount a small file system.");
    PrivateDisk disk;
    makeArmed(disk.database(), "DELETE");
    QVERIFY(disk.setReadOnly(true));
    Rig rig(disk.database());
    QVERIFY(rig.isArmed());
    rig.panel.pressKillSwitch();
    QTest::qWait(1500);
    QVERIFY(rig.hasPermit());
    QVERIFY2(!rig.panel.bannerName().contains(QStringLiteral("STOPPED")), qPrintable(rig.panel.bannerName()));
    // The button itself says that it does not work, and what does.
    const QString said = rig.panel.find("killSwitchButton")->accessibleDescription();
    QVERIFY2(said.contains(QStringLiteral("cannot be removed")), qPrintable(said));

    QVERIFY(disk.setReadOnly(false)); // the stop was not forgotten
    QVERIFY(rig.becomes(kStopped));
    QVERIFY(!rig.hasPermit());
    QCOMPARE(rig.recorded(), QStringLiteral("observe 1 1"));
}

int main(int argc, char *argv[])
{
    static_cast<void>(PrivateDisk::prepare());
    const QApplication application(argc, argv);
    TestPanelStop test;
    QTEST_SET_MAIN_SOURCE_PATH
    return QTest::qExec(&test, argc, argv);
}
#include "tst_panelstop.moc"
