// SPDX-License-Identifier: Apache-2.0
// The receipt while it grows: what ran, who has confirmed, and the alarm where somebody has not.

#include "core/actions/AgentTable.h"
#include "core/storage/StoredSettings.h"
#include "tests/support/ScriptedClock.h"
#include "tests/support/Workbench.h"
#include "tests/support/ui/GuardScenes.h"
#include "tests/support/ui/PanelWindow.h"
#include "ui/safety/ReceiptRow.h"
#include "ui/safety/ShownState.h"
#include "ui/safety/ShownTarget.h"
#include "ui/safety/StopHookList.h"
#include "ui/safety/StopReceiptView.h"
#include "ui/safety/StopTargetList.h"

#include <QImage>
#include <QLabel>
#include <QPainter>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QtTest>

using namespace andon;
using namespace andon::test;
using namespace std::chrono_literals;
using Kind = StopTarget::Outcome;
using Stage = StopReceipt::Stage;

Q_DECLARE_METATYPE(andon::StopTarget)
Q_DECLARE_METATYPE(andon::HookOutcome)
Q_DECLARE_METATYPE(andon::Outcome)

namespace {

/// A receipt by a clock that stands still.
struct Scene
{
    ScriptedClock clock;
    StopReceiptView view{nullptr, clock};

    void show(const QList<StopTarget> &targets)
    {
        StopReceipt receipt = receiptOf(targets);
        receipt.requestedAt = requestedAt;
        view.setReceipt(receipt);
    }
    QList<ReceiptRow *> rows() { return view.findChild<StopTargetList *>()->rows(); }
    ReceiptRow *confirmed() { return view.findChild<ReceiptRow *>(QStringLiteral("receiptConfirmed")); }

    QDateTime requestedAt = clock.now();
};

StopTarget unguarded(StopTarget target)
{
    target.isGuarded = false;
    target.host.clear();
    target.pid = 0;
    return target;
}

StopTarget program()
{
    StopTarget target = guardedTarget(0);
    target.actionName.clear();
    return target;
}

} // namespace

class TestStopReceiptView : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void everyOutcomeHasItsOwnWordsAndShape_data();
    void everyOutcomeHasItsOwnWordsAndShape();
    void everyShapeIsAnother();
    void elapsedTimeRunsOnWhileSomethingIsAwaited();
    void ticksAtMostTenTimesASecond();
    void missingAnswerIsAnAlarmUntilItComes();
    void alarmIsRaisedOnceForEachThingThatItSays();
    void alarmNeedsNoAgreementBetweenClocks();
    void alarmEndsWithTheResetAndTheLineStays();
    void deadlineIsThatOfTheDatabase();
    void atMostFiftyLinesAndTroubleIsAmongThem();
    void confirmedStepCountsGuardsOnly_data();
    void confirmedStepCountsGuardsOnly();
    void hooksTellWhatBecameOfThem_data();
    void hooksTellWhatBecameOfThem();
    void titleOfAHoldSaysWhatIsHeld();
    void holdIsNotAStateOfTheLine();
    void hostileNamesStayText();
    void s4_windowFollowsTheAnswers();
    void s4_windowRaisesTheAlarm();
};

void TestStopReceiptView::everyOutcomeHasItsOwnWordsAndShape_data()
{
    QTest::addColumn<StopTarget>("target");
    QTest::addColumn<int>("elapsedMs");
    QTest::addColumn<Outcome>("mark");
    QTest::addColumn<QString>("sentence");
    const StopTarget target = guardedTarget(42);
    const QString since = shownMoment(target.startedAt);
    QTest::newRow("awaited") << target << 450 << Outcome::Open << QStringLiteral("agent-7 · stopping … 0.4 s");
    QTest::newRow("overdue") << target << 2000 << Outcome::Failed
                             << QStringLiteral("agent-7 · did not stop: pid 4711 on ops-1, running since ") + since;
    QTest::newRow("stopped") << answered(target, Kind::Stopped, 38) << 9000 << Outcome::Done
                             << QStringLiteral("agent-7 · stopped after 38 ms");
    QTest::newRow("stopped at once") << answered(target, Kind::Stopped, 0) << 9000 << Outcome::Done
                                     << QStringLiteral("agent-7 · stopped within 1 ms");
    QTest::newRow("ended") << answered(target, Kind::Ended) << 9000 << Outcome::Ended
                           << QStringLiteral("agent-7 · ended by itself");
    QTest::newRow("gone") << answered(target, Kind::Gone) << 9000 << Outcome::Vanished
                          << QStringLiteral("agent-7 · gone: its guard vanished; not confirmed");
    QTest::newRow("failed") << answered(target, Kind::Failed, 0, QStringLiteral("2 processes are left")) << 10
                            << Outcome::Failed
                            << QStringLiteral("agent-7 · did not stop: pid 4711 on ops-1, running since ") + since
            + QStringLiteral(". 2 processes are left");
    QTest::newRow("not guarded") << unguarded(target) << 9000 << Outcome::OutOfHand
                                 << QStringLiteral("agent-7 · not guarded: cannot be stopped from here (running "
                                                   "since %1)")
                                        .arg(since);
    QTest::newRow("not guarded, ended") << answered(unguarded(target), Kind::Ended) << 9000 << Outcome::Ended
                                        << QStringLiteral("agent-7 · ended by itself");
    QTest::newRow("program awaited") << program() << 100 << Outcome::Open
                                     << QStringLiteral("agent-7 · no answer yet … 0.1 s");
    QTest::newRow("program overdue") << program() << 3000 << Outcome::Failed
                                     << QStringLiteral("agent-7 · did not answer: pid 4711 on ops-1, connected since ")
            + since;
    QTest::newRow("program confirmed") << answered(program(), Kind::Stopped, 5) << 10 << Outcome::Done
                                       << QStringLiteral("agent-7 · confirmed after 5 ms");
}

void TestStopReceiptView::everyOutcomeHasItsOwnWordsAndShape()
{
    QFETCH(StopTarget, target);
    QFETCH(int, elapsedMs);
    QFETCH(Outcome, mark);
    QFETCH(QString, sentence);
    const ShownTarget shown = ShownTarget::of(target, std::chrono::milliseconds(elapsedMs), 2s);
    QCOMPARE(shown.outcome, sentence);
    QCOMPARE(shown.mark, mark);
    QCOMPARE(shown.id, target.proposal.isValid() ? QStringLiteral("#42") : QString());
    QVERIFY(!shown.name.isEmpty());
}

void TestStopReceiptView::everyShapeIsAnother()
{
    QList<QImage> shapes;
    for (const Outcome outcome : {Outcome::Open, Outcome::Done, Outcome::Ended, Outcome::Vanished, Outcome::OutOfHand,
                                  Outcome::Failed, Outcome::Held}) {
        QImage image(20, 20, QImage::Format_ARGB32);
        image.fill(Qt::white);
        QPainter painter(&image);
        paintOutcome(painter, QRectF(0, 0, 20, 20), outcome, Qt::black, Qt::white);
        painter.end();
        QVERIFY(!shapes.contains(image));
        shapes << image;
    }
}

void TestStopReceiptView::elapsedTimeRunsOnWhileSomethingIsAwaited()
{
    Scene scene;
    const StopTarget target = guardedTarget(42);
    scene.show({target});
    QCOMPARE(scene.rows().constFirst()->sentence(), QStringLiteral("agent-7 · stopping … 0.0 s"));
    scene.clock.advance(1'250);
    QTRY_COMPARE(scene.rows().constFirst()->sentence(), QStringLiteral("agent-7 · stopping … 1.2 s"));
    scene.show({answered(target, Kind::Stopped, 1'260)});
    QCOMPARE(scene.rows().constFirst()->sentence(), QStringLiteral("agent-7 · stopped after 1.2 s"));
    scene.clock.advance(60'000);
    QTest::qWait(250);
    QCOMPARE(scene.rows().constFirst()->sentence(), QStringLiteral("agent-7 · stopped after 1.2 s"));
    QVERIFY(scene.view.alarm().isEmpty());
}

void TestStopReceiptView::ticksAtMostTenTimesASecond()
{
    Scene scene;
    scene.view.setDeadline(1h);
    scene.show({guardedTarget(42), answered(guardedTarget(43), Kind::Stopped)});
    QElapsedTimer timer;
    timer.start();
    QString before = scene.rows().constFirst()->sentence();
    int changes = 0;
    while (timer.elapsed() < 600) {
        scene.clock.advance(100); // by its own clock each look finds another time
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        if (scene.rows().constFirst()->sentence() != before)
            ++changes;
        before = scene.rows().constFirst()->sentence();
    }
    QVERIFY2(changes >= 2 && changes <= 7, qPrintable(QString::number(changes)));
}

void TestStopReceiptView::missingAnswerIsAnAlarmUntilItComes()
{
    Scene scene;
    const StopTarget one = guardedTarget(42);
    const StopTarget other = guardedTarget(43);
    scene.show({one, other, program()});
    QVERIFY(scene.view.alarm().isEmpty());
    scene.clock.advance(2'000);
    QTRY_COMPARE(scene.view.alarm(), QStringLiteral("2 actions and 1 program did not confirm the stop"));
    QCOMPARE(scene.rows().constFirst()->outcome(), Outcome::Failed);
    QCOMPARE(scene.confirmed()->outcome(), Outcome::Failed);
    QVERIFY(scene.view.accessibleDescription().contains(scene.view.alarm()));

    scene.show({answered(one, Kind::Stopped), other, answered(program(), Kind::Stopped)});
    QCOMPARE(scene.view.alarm(), QStringLiteral("1 action did not confirm the stop"));
    scene.show(
        {answered(one, Kind::Stopped), answered(other, Kind::Stopped, 2'400), answered(program(), Kind::Stopped)});
    QVERIFY(scene.view.alarm().isEmpty());
    QVERIFY(!scene.view.accessibleDescription().contains(QStringLiteral("did not confirm")));
    QCOMPARE(scene.confirmed()->outcome(), Outcome::Done);

    // A guard that says that it failed need not be waited for.
    Scene failed;
    failed.show({answered(one, Kind::Failed)});
    QCOMPARE(failed.view.alarm(), QStringLiteral("1 action did not confirm the stop"));
}

void TestStopReceiptView::alarmIsRaisedOnceForEachThingThatItSays()
{
    Scene scene;
    QSignalSpy raised(&scene.view, &StopReceiptView::alarmRaised);
    const StopTarget one = guardedTarget(42);
    scene.show({one, guardedTarget(43)});
    QCOMPARE(raised.count(), 0);
    scene.clock.advance(5'000);
    QTRY_COMPARE(raised.count(), 1);
    const auto *alarm = scene.view.findChild<QWidget *>(QStringLiteral("stopAlarm"));
    QCOMPARE(alarm->accessibleName(), QStringLiteral("Alarm: 2 actions did not confirm the stop"));
    QTest::qWait(250);
    QCOMPARE(raised.count(), 1); // not at every tick
    scene.show({answered(one, Kind::Stopped), guardedTarget(43)});
    QCOMPARE(raised.count(), 2);
    QCOMPARE(alarm->accessibleName(), QStringLiteral("Alarm: 1 action did not confirm the stop"));
    scene.show({answered(one, Kind::Stopped), answered(guardedTarget(43), Kind::Stopped)});
    QCOMPARE(raised.count(), 2);
    QVERIFY(alarm->accessibleName().isEmpty());
}

void TestStopReceiptView::alarmNeedsNoAgreementBetweenClocks()
{
    Scene scene;
    scene.view.setDeadline(150ms);
    scene.requestedAt = scene.clock.now().addSecs(3'600); // by the clock of another machine
    scene.show({guardedTarget(42)});
    QCOMPARE(scene.rows().constFirst()->sentence(), QStringLiteral("agent-7 · stopping … 0.0 s"));
    QTRY_COMPARE(scene.view.alarm(), QStringLiteral("1 action did not confirm the stop"));
}

void TestStopReceiptView::alarmEndsWithTheResetAndTheLineStays()
{
    Scene scene;
    scene.show({answered(guardedTarget(42), Kind::Failed)});
    QVERIFY(!scene.view.alarm().isEmpty());
    scene.view.setStanding(false);
    QVERIFY(scene.view.alarm().isEmpty());
    QCOMPARE(scene.rows().constFirst()->outcome(), Outcome::Failed);
    // Another stop begins anew.
    StopReceipt next = receiptOf({answered(guardedTarget(42), Kind::Failed)});
    next.requestUid = QStringLiteral("another");
    scene.view.setReceipt(next);
    QVERIFY(!scene.view.alarm().isEmpty());
}

void TestStopReceiptView::deadlineIsThatOfTheDatabase()
{
    Scene scene;
    scene.view.setDeadline(10s);
    scene.show({guardedTarget(42)});
    scene.clock.advance(5'000);
    QTRY_COMPARE(scene.rows().constFirst()->sentence(), QStringLiteral("agent-7 · stopping … 5.0 s"));
    QVERIFY(scene.view.alarm().isEmpty());
    scene.view.setDeadline(4s);
    QVERIFY(!scene.view.alarm().isEmpty());
}

void TestStopReceiptView::atMostFiftyLinesAndTroubleIsAmongThem()
{
    Scene scene;
    QList<StopTarget> targets;
    for (int i = 1; i <= 57; ++i)
        targets << answered(guardedTarget(i), Kind::Stopped, i);
    targets[55] = answered(targets[55], Kind::Failed);
    scene.show(targets);
    QCOMPARE(scene.rows().size(), 50);
    auto *more = scene.view.findChild<QLabel *>(QStringLiteral("stopTargetsMore"));
    QCOMPARE(more->text(), QStringLiteral("and 7 more"));
    QVERIFY(!more->isHidden());
    QCOMPARE(scene.rows().constLast()->outcome(), Outcome::Failed);
    QCOMPARE(scene.rows().constFirst()->sentence(), QStringLiteral("agent-7 · stopped after 1 ms"));

    // The receipt names a thousand at the most; the rest is counted.
    StopReceipt many = receiptOf(targets);
    many.running = 1'057;
    scene.view.setReceipt(many);
    QCOMPARE(more->text(), QStringLiteral("and 1007 more"));

    scene.show({targets.first()});
    QCOMPARE(scene.rows().size(), 1);
    QVERIFY(more->isHidden());
}

void TestStopReceiptView::confirmedStepCountsGuardsOnly_data()
{
    QTest::addColumn<QList<StopTarget>>("targets");
    QTest::addColumn<QString>("text");
    QTest::addColumn<Outcome>("mark");
    const StopTarget target = guardedTarget(42);
    const StopTarget stopped = answered(target, Kind::Stopped);
    const StopTarget gone = answered(target, Kind::Gone);
    QTest::newRow("nothing ran") << QList<StopTarget>() << QStringLiteral("nothing was running") << Outcome::Done;
    QTest::newRow("none yet") << QList{target, target} << QStringLiteral("confirmed by 0 of 2") << Outcome::Open;
    QTest::newRow("one") << QList{stopped, target} << QStringLiteral("confirmed by 1 of 2") << Outcome::Open;
    QTest::newRow("all") << QList{stopped, answered(target, Kind::Ended)} << QStringLiteral("confirmed by 2 of 2")
                         << Outcome::Done;
    QTest::newRow("gone is not confirmed")
        << QList{stopped, gone} << QStringLiteral("confirmed by 1 of 2") << Outcome::Vanished;
    QTest::newRow("not guarded") << QList{stopped, unguarded(target)}
                                 << QStringLiteral("confirmed by 1 of 1, 1 not guarded") << Outcome::OutOfHand;
    QTest::newRow("nothing but not guarded")
        << QList{unguarded(target)} << QStringLiteral("no guard to confirm it") << Outcome::OutOfHand;
    QTest::newRow("not guarded, ended") << QList{answered(unguarded(target), Kind::Ended)}
                                        << QStringLiteral("what was running has ended") << Outcome::Done;
}

void TestStopReceiptView::confirmedStepCountsGuardsOnly()
{
    QFETCH(QList<StopTarget>, targets);
    QFETCH(QString, text);
    QFETCH(Outcome, mark);
    Scene scene;
    scene.show(targets);
    QCOMPARE(scene.confirmed()->name(), text);
    QCOMPARE(scene.confirmed()->outcome(), mark);
    const StopReceipt receipt = receiptOf(targets);
    const QString part = QStringLiteral("%1 of %2 confirmed").arg(receipt.confirmed()).arg(receipt.expected());
    QCOMPARE(StopReceiptView::summary(receipt).endsWith(part), receipt.expected() > 0);
}

void TestStopReceiptView::hooksTellWhatBecameOfThem_data()
{
    QTest::addColumn<HookOutcome>("hook");
    QTest::addColumn<QString>("sentence");
    using Result = HookOutcome::Result;
    const QString name = QStringLiteral("page-oncall");
    QTest::newRow("done") << hookOf(name, Result::Succeeded, 120, 0) << QStringLiteral("done in 120 ms");
    QTest::newRow("failed") << hookOf(name, Result::Failed, 120, 7) << QStringLiteral("failed with status 7");
    QTest::newRow("ended by a signal") << hookOf(name, Result::Failed, 120) << QStringLiteral("failed");
    QTest::newRow("timed out") << hookOf(name, Result::TimedOut, 10'000) << QStringLiteral("timed out after 10.0 s");
    QTest::newRow("not executable") << hookOf(name, Result::NotExecutable) << QStringLiteral("not executable");
    QTest::newRow("refused") << hookOf(name, Result::Refused)
                             << QStringLiteral("not run: somebody else may have put it there");
}

void TestStopReceiptView::hooksTellWhatBecameOfThem()
{
    QFETCH(HookOutcome, hook);
    QFETCH(QString, sentence);
    hook.problem = QStringLiteral("It ended.");
    hook.output = QStringLiteral("<b>no route</b>\nto host");
    StopReceipt receipt = receiptOf({});
    receipt.hooks = {hook};
    StopReceiptView view;
    view.setReceipt(receipt);
    auto *row = view.findChild<StopHookList *>()->findChild<ReceiptRow *>();
    QCOMPARE(row->name(), QStringLiteral("hook page-oncall"));
    QCOMPARE(row->sentence(), sentence);
    QCOMPARE(row->outcome(), hook.hasSucceeded() ? Outcome::Done : Outcome::Failed);
    QVERIFY(row->toolTip().contains(QStringLiteral("It ended.<br>&lt;b&gt;no route&lt;/b&gt;<br>to host")));
}

void TestStopReceiptView::titleOfAHoldSaysWhatIsHeld()
{
    StopReceipt receipt = receiptOf({});
    receipt.stopId = StopId(8);
    QCOMPARE(StopReceiptView::title(receipt), QStringLiteral("Stop 8"));
    receipt.scope = StopScope::agent(QStringLiteral("agent-7"));
    QCOMPARE(StopReceiptView::title(receipt), QStringLiteral("Stop 8: agent agent-7 held"));
    receipt.scope = StopScope::action(QStringLiteral("drain_store"));
    QCOMPARE(StopReceiptView::title(receipt), QStringLiteral("Stop 8: every drain_store held"));
    receipt.stopId = {};
    QCOMPARE(StopReceiptView::title(receipt), QStringLiteral("Hold of every drain_store, not yet recorded"));
}

void TestStopReceiptView::holdIsNotAStateOfTheLine()
{
    StopReceipt receipt = receiptAt(Stage::Requested);
    receipt.scope = StopScope::agent(QStringLiteral("agent-7"));
    QCOMPARE(ShownState::of(knownStatus(SafetyMode::Execute), receipt).kind, ShownState::Kind::Execute);
    receipt.scope = {};
    QCOMPARE(ShownState::of(knownStatus(SafetyMode::Execute), receipt).kind, ShownState::Kind::StoppedNotRecorded);
}

void TestStopReceiptView::hostileNamesStayText()
{
    StopTarget target = guardedTarget(42, QStringLiteral("a\u202Eb<h1>c"));
    target.agentId = QString(5'000, u'x');
    const ShownTarget shown = ShownTarget::of(target, 0ms, 2s);
    QCOMPARE(shown.name, QStringLiteral("a\u27E8U+202E\u27E9b<h1>c"));
    QVERIFY(shown.outcome.size() < 60);
    Scene scene;
    scene.show({target});
    QVERIFY(scene.rows().constFirst()->toolTip().contains(QStringLiteral("&lt;h1&gt;")));
    QVERIFY(scene.view.minimumSizeHint().width() < 280);
}

void TestStopReceiptView::s4_windowFollowsTheAnswers()
{
    const TemporaryDatabase place;
    Workbench bench(place.path());
    bench.arm();
    const ProposalId guarded = bench.proposeValidated();
    bench.store.claim(guarded);
    bench.store.claim(bench.proposeValidated(QStringLiteral("drain_store")));
    AgentTable agents(bench.database);
    AgentRegistration guard;
    guard.agentId = QStringLiteral("agent-7");
    guard.actionName = QStringLiteral("transfer_leader");
    guard.proposal = guarded;
    guard.pid = 4711;
    guard.process = ProcessIdentity::current();
    guard.registeredAt = QDateTime::currentDateTimeUtc();
    guard.id = agents.add(guard);

    PanelWindow panel(place.path(), PanelWindow::Live::Yes, false, place.folder());
    panel.show();
    QTRY_VERIFY(panel.bannerName().contains(QStringLiteral("EXECUTING ALLOWED")));
    panel.pressKillSwitch();
    auto *list = panel.window().findChild<StopTargetList *>();
    QTRY_COMPARE(list->rows().size(), 2);
    QVERIFY2(list->rows().constFirst()->sentence().contains(QStringLiteral("stopping …")),
             qPrintable(list->rows().constFirst()->sentence()));
    QVERIFY(list->rows().constLast()->sentence().contains(QStringLiteral("not guarded: cannot be stopped from here")));
    auto *confirmed = panel.find<ReceiptRow>("receiptConfirmed");
    QCOMPARE(confirmed->name(), QStringLiteral("confirmed by 0 of 1, 1 not guarded"));

    agents.answer(guard.id,
                  {StopAnswer::Outcome::Stopped, QDateTime::currentDateTimeUtc(), QStringLiteral("socket"), {}});
    static const QRegularExpression stopped(QStringLiteral("stopped (after|within) "));
    QTRY_VERIFY2(list->rows().constFirst()->sentence().contains(stopped),
                 qPrintable(list->rows().constFirst()->sentence()));
    QVERIFY(list->rows().constFirst()->toolTip().contains(QStringLiteral("told by: socket")));
    QCOMPARE(confirmed->name(), QStringLiteral("confirmed by 1 of 1, 1 not guarded"));
}

void TestStopReceiptView::s4_windowRaisesTheAlarm()
{
    const TemporaryDatabase place;
    Workbench bench(place.path());
    StoredSettings(bench.database).setValue(StoredSettings::kStopDeadline, QStringLiteral("100"));
    bench.arm();
    const ProposalId id = bench.proposeValidated();
    bench.store.claim(id);
    AgentTable agents(bench.database);
    AgentRegistration guard;
    guard.proposal = id;
    guard.process = ProcessIdentity::current();
    guard.registeredAt = QDateTime::currentDateTimeUtc();
    guard.id = agents.add(guard);

    PanelWindow panel(place.path(), PanelWindow::Live::Yes, false, place.folder());
    panel.show({640, 520});
    QTRY_VERIFY(panel.bannerName().contains(QStringLiteral("EXECUTING ALLOWED")));
    panel.pressKillSwitch();
    QTRY_VERIFY(panel.shows("stopAlarm"));
    QCOMPARE(panel.find<QLabel>("stopAlarmText")->text(), QStringLiteral("1 action did not confirm the stop"));
    QTRY_VERIFY(!panel.find("stopAlarm")->visibleRegion().isEmpty()); // scrolled to, also where the window is low

    panel.click("resetButton");
    QVERIFY(panel.find<QLabel>("resetFacts")->text().contains(QStringLiteral("1 action did not confirm the stop")));
    agents.answer(guard.id,
                  {StopAnswer::Outcome::Stopped, QDateTime::currentDateTimeUtc(), QStringLiteral("permit"), {}});
    QTRY_VERIFY(!panel.shows("stopAlarm"));
    QTRY_VERIFY(!panel.find<QLabel>("resetFacts")->text().contains(QStringLiteral("did not confirm")));
}

QTEST_MAIN(TestStopReceiptView)
#include "tst_stopreceiptview.moc"
