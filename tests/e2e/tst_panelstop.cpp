// SPDX-License-Identifier: Apache-2.0
// The kill switch in the real window, pressed by a real press, while everything else is in the way.

#include "tests/e2e/support/MonotonicTime.h"
#include "tests/e2e/support/PrivateDisk.h"
#include "tests/e2e/support/Program.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/Journals.h"
#include "tests/support/Workbench.h"
#include "tests/support/ui/PanelWindow.h"

#include <QAbstractButton>
#include <QApplication>
#include <QFileDialog>
#include <QtTest>

using namespace andon;
using namespace andon::test;

namespace {

constexpr int kPatienceMs = 20'000;
/// From the press to the permit's end, on a machine that does much else. Idle it is below one millisecond.
constexpr qint64 kPermitGoneMs = 1000;

const QString kExecuting = QStringLiteral("Safety state: EXECUTING ALLOWED");
const QString kStopped = QStringLiteral("Safety state: STOPPED");
const QString kNotRecorded = QStringLiteral("Safety state: STOPPED, NOT YET RECORDED");

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
        , panel(path, PanelWindow::Live::Yes, false, settings.path())
    {
        panel.show();
    }

    [[nodiscard]] bool isArmed() { return becomes(kExecuting); }
    [[nodiscard]] bool becomes(const QString &banner, int timeoutMs = kPatienceMs)
    {
        return QTest::qWaitFor([&] { return panel.bannerName() == banner; }, timeoutMs);
    }
    [[nodiscard]] bool hasPermit() const { return QFileInfo::exists(andon::test::permitOf(database)); }

    /// Presses, and waits for the end of the permit without letting the window do anything meanwhile.
    /// Returns how long that took; -1 where it did not come.
    [[nodiscard]] qint64 pressAndBlock()
    {
        panel.pressKillSwitch();
        QElapsedTimer timer;
        timer.start();
        while (hasPermit() && timer.elapsed() < 10 * kPermitGoneMs)
            QThread::usleep(200);
        return hasPermit() ? -1 : timer.elapsed();
    }

    /// What the database says, asked from outside.
    [[nodiscard]] QString recorded() const
    {
        return ForeignClient(database, 5000)
            .value("SELECT mode || ' ' || tripped || ' ' || stop_id FROM andon_safety_state");
    }

    QString database;
    QTemporaryDir settings;
    PanelWindow panel;
};

#define VERIFY_PERMIT_GONE_AT_ONCE(rig) \
    do { \
        const qint64 goneMs = (rig).pressAndBlock(); \
        QVERIFY2(goneMs >= 0, "the permit is still there"); \
        QVERIFY2(goneMs < kPermitGoneMs, qPrintable(QStringLiteral("permit gone after %1 ms").arg(goneMs))); \
    } while (false)

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
    void s6_whileTheDatabaseCannotBeWritten();
    void s6_whileTheDatabaseIsGone();
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

    andon::test::write(place.permitPath(), "a permit that somebody else has put there");
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
    ForeignClient(place.path(), 5000)
        .must(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000) "
            "INSERT INTO action_audit_log(event_type, event_data, actor, timestamp) SELECT 'note', "
            "'{\"region\": ' || i || ', \"text\": \"leader imbalance on the store, moved by the balancer of the night\"}', "
            "'agent', '2026-01-31T12:00:00.000+00:00' FROM n");
    Rig rig(place.path());
    QVERIFY(rig.isArmed());

    // Many words, each looked for in every row, and none of them there.
    QString slow;
    for (int i = 0; i < 80; ++i)
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
    QTRY_COMPARE_WITH_TIMEOUT(ForeignClient(place.path(), 5000)
                                  .number("SELECT count(*) FROM action_audit_log WHERE event_type = 'kill_switch'"),
                              qint64(1), kPatienceMs);
}

void TestPanelStop::s1_whileTheWindowStillWaitsForTheDatabase()
{
    const TemporaryDatabase place;
    makeArmed(place.path(), "DELETE");
    Program holder(testProgram(QStringLiteral("lock_holder")), {place.path(), QStringLiteral("exclusive")});
    QVERIFY(holder.says(QStringLiteral("locked")));
    Rig rig(place.path()); // its threads cannot read a thing
    VERIFY_PERMIT_GONE_AT_ONCE(rig);
    QVERIFY(rig.becomes(kNotRecorded));
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
    andon::test::write(place.permitPath(), "a permit that somebody else has put there");
    VERIFY_PERMIT_GONE_AT_ONCE(rig);
    QTRY_COMPARE_WITH_TIMEOUT(ForeignClient(place.path(), 5000)
                                  .value("SELECT count(*) || ' ' || sum(cancelled_count) || ' ' || "
                                         "count(completed_at) FROM andon_stop_receipt"),
                              QStringLiteral("2 60003 2"), 60'000);
    QVERIFY(rig.becomes(kStopped));
}

void TestPanelStop::s6_whileTheDiskIsFull()
{
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

void TestPanelStop::s6_whileTheDatabaseCannotBeWritten()
{
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
    const QByteArray kept = bytesOf(place.path());
    QVERIFY(QFile::remove(place.path()));
    VERIFY_PERMIT_GONE_AT_ONCE(rig);
    QVERIFY(rig.becomes(kNotRecorded));
    QTest::qWait(1500);
    QCOMPARE(rig.panel.bannerName(), kNotRecorded);
    QVERIFY(!QFileInfo::exists(place.path())); // no empty one was made in its place
    andon::test::write(place.path(), kept);
    QVERIFY(rig.becomes(kStopped));
    QCOMPARE(rig.recorded(), QStringLiteral("observe 1 1"));
}

void TestPanelStop::s6_whileTheDatabaseIsDamaged()
{
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
