// SPDX-License-Identifier: Apache-2.0
// What waits for a person's word: counted down, shown as it would run, approved or rejected with a reason.

#include "tests/support/ScriptedClock.h"
#include "tests/support/Workbench.h"
#include "tests/support/ui/GuardScenes.h"
#include "tests/support/ui/PanelWindow.h"
#include "ui/actions/DecisionPanel.h"
#include "ui/actions/PendingActionsModel.h"
#include "ui/actions/PendingActionsView.h"

#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QtTest>

using namespace andon;
using namespace andon::test;
using Decision = Approval::Decision;

namespace {

QString statusOf(const PendingActionsModel &model, int row)
{
    return model.index(row, PendingActionsModel::StatusColumn).data().toString();
}

/// A window on a database where execution is enabled and an action waits for approval.
struct Scene
{
    TemporaryDatabase place;
    Workbench bench{place.path()};
    PanelWindow panel{place.path(), PanelWindow::Live::Yes, false, place.folder()};
    PendingActionsModel *model = panel.window().findChild<PendingActionsModel *>();
    QTableView *table = panel.find<QTableView>("pendingTable");
    ProposalId waiting;

    Scene()
    {
        bench.arm();
        bench.proposeValidated(); // needs none
        waiting = propose();
        panel.show();
        QTRY_VERIFY(panel.bannerName().contains(QStringLiteral("EXECUTING ALLOWED")));
        QTRY_COMPARE(model->rowCount(), 2);
    }

    ProposalId propose()
    {
        ActionRequest request;
        request.actionName = QStringLiteral("drain_store");
        request.agentId = QStringLiteral("agent-7");
        request.parameters = QJsonObject{{QStringLiteral("store"), 4}};
        request.reason = QStringLiteral("disk 91 % full");
        request.needsApproval = true;
        const ProposalId id = bench.store.propose(request);
        bench.store.validate(id);
        return id;
    }

    [[nodiscard]] QString decision() { return toString(bench.store.approvals().find(waiting)->decision); }
    [[nodiscard]] QString outcome() { return panel.find<QLabel>("pendingOutcome")->text(); }
    void select(int row)
    {
        table->setFocus();
        table->selectRow(row);
    }
};

/// A window that is told what to show, with the panel open for the first row.
struct OpenPanel
{
    PanelWindow panel{PanelWindow::Live::No};
    PendingActionsView *view = panel.window().findChild<PendingActionsView *>();
    SafetyStatus status = knownStatus(SafetyMode::Execute, false, 1);

    explicit OpenPanel(const QList<ActionProposal> &actions, Qt::Key key = Qt::Key_A)
    {
        panel.show();
        emit panel.station().statusChanged(status);
        view->showActions(actions);
        auto *table = panel.find<QTableView>("pendingTable");
        table->selectAll();
        QTest::keyClick(table, key);
        QVERIFY(panel.shows("decisionPanel"));
        panel.type("decisionReasonEdit", QStringLiteral("checked"));
    }
    [[nodiscard]] QString note() { return panel.find<QLabel>("decisionNote")->text(); }
    [[nodiscard]] QPushButton *confirm() { return panel.find<QPushButton>("confirmDecisionButton"); }
};

} // namespace

class TestDecisions : public QObject
{
    Q_OBJECT

private slots:
    void statusTellsHowTheApprovalStands_data();
    void statusTellsHowTheApprovalStands();
    void countsDown();
    void buttonsAreThereForWhatWaits();
    void guardIsToldOfWhatRuns();
    void approveAsksForAReason_data();
    void approveAsksForAReason();
    void rejectCancels();
    void escapeGoesBack();
    void keysSayWhenNothingWaits();
    void panelShowsTheActionAsItIs();
    void longParametersAreCutAndSaySo();
    void expiryDisables();
    void anotherActionUnderTheSameNumberDisables();
    void whatIsLeftCanStillBeDecided();
    void approvalNeedsExecution();
    void approvalNeedsNoHold();
    void failureIsTold();
    void readOnlyDecidesNothing();
};

void TestDecisions::statusTellsHowTheApprovalStands_data()
{
    QTest::addColumn<ActionProposal>("action");
    QTest::addColumn<QString>("text");
    const QDateTime now = ScriptedClock().now();
    ActionProposal plain = actionFor(1, Decision::Waiting, 42, now);
    plain.approval.reset();
    ActionProposal running = actionFor(1, Decision::Approved, 42, now);
    running.status = ActionStatus::Executing;
    ActionProposal outdated = actionFor(1, Decision::Approved, 42, now);
    outdated.approval->epoch = Epoch(7);
    ActionProposal used = actionFor(1, Decision::Approved, 42, now);
    used.approval->isUsed = true;
    QTest::newRow("needs none") << plain << QStringLiteral("validated");
    QTest::newRow("waits") << actionFor(1, Decision::Waiting, 42, now) << QStringLiteral("waits for approval 0:42");
    QTest::newRow("waits long") << actionFor(1, Decision::Waiting, 3'661, now)
                                << QStringLiteral("waits for approval 61:01");
    QTest::newRow("nobody answered yet, and too late")
        << actionFor(1, Decision::Waiting, 0, now) << QStringLiteral("approval expired");
    QTest::newRow("expired") << actionFor(1, Decision::Expired, -10, now) << QStringLiteral("approval expired");
    QTest::newRow("approved") << actionFor(1, Decision::Approved, 31, now)
                              << QStringLiteral("approved by alice@ops-1, 0:31 left");
    QTest::newRow("approved, not used in time")
        << actionFor(1, Decision::Approved, -1, now) << QStringLiteral("approval expired");
    QTest::newRow("used") << used << QStringLiteral("approval expired");
    QTest::newRow("from before a stop") << outdated << QStringLiteral("approval void");
    QTest::newRow("rejected") << actionFor(1, Decision::Rejected, 31, now) << QStringLiteral("rejected by alice@ops-1");
    QTest::newRow("runs") << running << QStringLiteral("executing");
}

void TestDecisions::statusTellsHowTheApprovalStands()
{
    QFETCH(ActionProposal, action);
    QFETCH(QString, text);
    const ScriptedClock clock;
    PendingActionsModel model(clock);
    model.setEpoch(Epoch(8));
    model.setActions({action});
    QCOMPARE(statusOf(model, 0), text);
    const bool counts = text.contains(u':') || action.status == ActionStatus::Executing;
    QCOMPARE(model.isTicking(), counts);
    const QString brief = model.index(0, 0).data(PendingActionsModel::BriefStatusRole).toString();
    QVERIFY(brief.size() < text.size());
    QCOMPARE(brief.isEmpty(), !text.contains(u':'));
}

void TestDecisions::countsDown()
{
    ScriptedClock clock;
    PendingActionsModel model(clock);
    model.setEpoch(Epoch(8));
    ActionProposal plain = actionFor(1, Decision::Waiting, 2, clock.now());
    plain.approval.reset();
    model.setActions({actionFor(2, Decision::Waiting, 2, clock.now()), plain});
    QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
    for (const char *text : {"waits for approval 0:02", "waits for approval 0:01", "approval expired"}) {
        QCOMPARE(statusOf(model, 0), QString::fromLatin1(text));
        clock.advance(1'000);
        model.refreshElapsed(0, 100);
    }
    QCOMPARE(changes.count(), 3);
    QVERIFY(!model.isTicking());
    model.setEpoch(Epoch(9));
    QCOMPARE(changes.count(), 4);
}

void TestDecisions::buttonsAreThereForWhatWaits()
{
    Scene scene;
    QVERIFY(!scene.panel.find("approveButton")->isEnabled());
    scene.select(1); // that which needs none
    QCOMPARE(scene.model->idAt(0), scene.waiting);
    QVERIFY(!scene.panel.find("approveButton")->isEnabled());
    QVERIFY(scene.panel.find("cancelActionButton")->isEnabled());
    scene.table->selectAll();
    QVERIFY(scene.panel.find("approveButton")->isEnabled());
    QVERIFY(scene.panel.find("rejectButton")->isEnabled());
    QVERIFY(statusOf(*scene.model, 0).startsWith(QStringLiteral("waits for approval ")));
}

void TestDecisions::guardIsToldOfWhatRuns()
{
    ScriptedClock clock;
    PendingActionsModel model(clock);
    ActionProposal running = actionFor(1, Decision::Approved, 42, clock.now());
    running.status = ActionStatus::Executing;
    ActionProposal guarded = running;
    guarded.id = ProposalId(2);
    guarded.guardedPid = 4711;
    guarded.guardHost = QStringLiteral("ops-1");
    model.setActions({guarded, running});
    const auto tip = [&](int row) { return model.index(row, 0).data(Qt::ToolTipRole).toString(); };
    const auto detail = [&](int row) { return model.index(row, PendingActionsModel::DetailColumn).data().toString(); };
    QVERIFY2(tip(0).contains(QStringLiteral("Guarded, pid 4711 on ops-1.")), qPrintable(tip(0)));
    QVERIFY(!detail(0).contains(QStringLiteral("not guarded")));
    QVERIFY2(tip(1).contains(QStringLiteral("Not guarded: a stop cannot end it from here.")), qPrintable(tip(1)));
    QVERIFY(detail(1).contains(QStringLiteral("not guarded")));
    QVERIFY(model.index(0, 0).data(PendingActionsModel::IsGuardedRole).toBool());
    QVERIFY(!model.index(1, 0).data(PendingActionsModel::IsGuardedRole).toBool());
}

void TestDecisions::approveAsksForAReason_data()
{
    QTest::addColumn<bool>("byKeys");
    QTest::newRow("buttons") << false;
    QTest::newRow("keys") << true;
}

void TestDecisions::approveAsksForAReason()
{
    QFETCH(bool, byKeys);
    Scene scene;
    scene.select(0);
    if (byKeys)
        QTest::keyClick(scene.table, Qt::Key_A);
    else
        scene.panel.click("approveButton");
    QVERIFY(scene.panel.shows("decisionPanel"));
    QVERIFY(QApplication::activeModalWidget() == nullptr);
    auto *reason = scene.panel.find<QLineEdit>("decisionReasonEdit");
    QTRY_VERIFY(reason->hasFocus());
    QTest::keyClick(reason, Qt::Key_Return);
    QVERIFY(scene.panel.shows("decisionPanel"));
    scene.panel.type("decisionReasonEdit", QStringLiteral("   "));
    QVERIFY(!scene.panel.find("confirmDecisionButton")->isEnabled());
    QCOMPARE(scene.decision(), QStringLiteral("waiting"));
    scene.panel.type("decisionReasonEdit", QStringLiteral("checked with storage"));
    if (byKeys)
        QTest::keyClick(reason, Qt::Key_Return);
    else
        scene.panel.click("confirmDecisionButton");
    QTRY_COMPARE(scene.outcome(), QStringLiteral("Approved 1 action."));
    QVERIFY(!scene.panel.shows("decisionPanel"));
    QCOMPARE(scene.decision(), QStringLiteral("approved"));
    QCOMPARE(scene.bench.store.approvals().find(scene.waiting)->reason, QStringLiteral("checked with storage"));
    QTRY_VERIFY2(statusOf(*scene.model, 0).startsWith(QStringLiteral("approved by alice@ops-1, ")),
                 qPrintable(statusOf(*scene.model, 0)));
    QVERIFY(!scene.panel.find("approveButton")->isEnabled());
}

void TestDecisions::rejectCancels()
{
    Scene scene;
    scene.select(0);
    QTest::keyClick(scene.table, Qt::Key_R);
    QCOMPARE(scene.panel.find<QLabel>("decisionTitle")->text(),
             QStringLiteral("Reject action #%1?").arg(scene.waiting.toString()));
    scene.panel.type("decisionReasonEdit", QStringLiteral("not before the backup"));
    scene.panel.click("confirmDecisionButton");
    QTRY_COMPARE(scene.outcome(), QStringLiteral("Rejected 1 action."));
    QCOMPARE(scene.decision(), QStringLiteral("rejected"));
    QCOMPARE(scene.bench.statusOf(scene.waiting), QStringLiteral("cancelled"));
    QTRY_COMPARE(scene.model->rowCount(), 1);
}

void TestDecisions::escapeGoesBack()
{
    Scene scene;
    scene.select(0);
    QTest::keyClick(scene.table, Qt::Key_A);
    QTest::keyClick(scene.panel.find("decisionReasonEdit"), Qt::Key_Escape);
    QVERIFY(!scene.panel.shows("decisionPanel"));
    QTRY_VERIFY(scene.table->isVisible() && scene.table->hasFocus());
    QCOMPARE(scene.decision(), QStringLiteral("waiting"));
}

void TestDecisions::keysSayWhenNothingWaits()
{
    Scene scene;
    scene.select(1);
    QTest::keyClick(scene.table, Qt::Key_A);
    QVERIFY(!scene.panel.shows("decisionPanel"));
    QCOMPARE(scene.outcome(), QStringLiteral("Nothing that is selected waits for approval."));
}

void TestDecisions::panelShowsTheActionAsItIs()
{
    ActionProposal sly = actionFor(42, Decision::Waiting, 60);
    sly.actionName = QStringLiteral("drain\u202E_store");
    sly.reason = QStringLiteral("line one\nline two");
    sly.parameters = QStringLiteral("{\"store\":4,\"id\":12345678901234567890,\"note\":\"a\u200Bb<b>\"}");
    OpenPanel open({sly});
    const QString text = open.panel.find<QPlainTextEdit>("decisionDetails")->toPlainText();
    for (const char *part : {"#42 drain⟨U+202E⟩_store, asked for by agent-7", "because: line one↵line two",
                             "\"store\": 4,\n", "12345678901234567890", "a⟨U+200B⟩b<b>"})
        QVERIFY2(text.contains(QString::fromUtf8(part)), qPrintable(text));
    QVERIFY(open.panel.find<QPlainTextEdit>("decisionDetails")->isReadOnly());
    QCOMPARE(open.confirm()->text(), QStringLiteral("Approve #42"));
}

void TestDecisions::longParametersAreCutAndSaySo()
{
    ActionProposal large = actionFor(42, Decision::Waiting, 60);
    large.parameters = u'"' + QString(300'000, u'x') + u'"';
    OpenPanel open({large});
    const QString text = open.panel.find<QPlainTextEdit>("decisionDetails")->toPlainText();
    QVERIFY(text.size() < 140'000);
    QVERIFY(text.contains(QStringLiteral("characters more are not shown")));
}

void TestDecisions::expiryDisables()
{
    ActionProposal action = actionFor(42, Decision::Waiting, 60);
    OpenPanel open({action});
    QVERIFY(open.confirm()->isEnabled());
    QVERIFY(open.panel.find<QLabel>("decisionTime")->text().endsWith(QStringLiteral(" left")));
    action.approval->expiresAt = QDateTime::currentDateTimeUtc().addSecs(-1);
    open.view->showActions({action});
    QVERIFY(!open.confirm()->isEnabled());
    QCOMPARE(open.note(), QStringLiteral("#42 does not wait any more: approval expired."));
    open.view->showActions({});
    QVERIFY(!open.confirm()->isEnabled());
    QCOMPARE(open.note(), QStringLiteral("#42 is not in the list any more."));
    QVERIFY(open.panel.shows("decisionPanel")); // it says so until the person goes back
}

void TestDecisions::anotherActionUnderTheSameNumberDisables()
{
    ActionProposal action = actionFor(42, Decision::Waiting, 60);
    OpenPanel open({action});
    action.parameters = QStringLiteral("{\"store\":1}");
    open.view->showActions({action});
    QVERIFY(!open.confirm()->isEnabled());
    QVERIFY2(open.note().startsWith(QStringLiteral("#42 has been changed")), qPrintable(open.note()));
    QVERIFY(
        !open.panel.find<QPlainTextEdit>("decisionDetails")->toPlainText().contains(QStringLiteral("\"store\": 1")));
}

void TestDecisions::whatIsLeftCanStillBeDecided()
{
    const ActionProposal stays = actionFor(42, Decision::Waiting, 60);
    ActionProposal goes = actionFor(43, Decision::Waiting, 60);
    OpenPanel open({goes, stays, actionFor(44, Decision::Approved, 60)});
    QCOMPARE(open.confirm()->text(), QStringLiteral("Approve 2 actions"));
    goes.approval->decision = Decision::Approved;
    goes.approval->by = QStringLiteral("bob@ops-2");
    open.view->showActions({goes, stays});
    QCOMPARE(open.confirm()->text(), QStringLiteral("Approve #42"));
    QVERIFY(open.confirm()->isEnabled());
    QVERIFY(open.note().startsWith(QStringLiteral("#43 does not wait any more: approved by bob@ops-2")));
    QVERIFY(!open.panel.find<QPlainTextEdit>("decisionDetails")->toPlainText().contains(QStringLiteral("#43")));
    QSignalSpy confirmed(open.panel.window().findChild<DecisionPanel *>(), &DecisionPanel::confirmed);
    open.confirm()->click();
    QCOMPARE(confirmed.count(), 1);
    QCOMPARE(confirmed.first().at(1).value<QList<ProposalId>>(), QList<ProposalId>{ProposalId(42)});
    QCOMPARE(confirmed.first().at(2).toString(), QStringLiteral("checked"));
}

void TestDecisions::approvalNeedsExecution()
{
    OpenPanel open({actionFor(42, Decision::Waiting, 60)});
    emit open.panel.station().statusChanged(knownStatus(SafetyMode::Observe, true, 1));
    QVERIFY(!open.confirm()->isEnabled());
    QVERIFY2(open.note().contains(QStringLiteral("Enable execution first")), qPrintable(open.note()));
    emit open.panel.station().statusChanged(open.status);
    QVERIFY(open.confirm()->isEnabled());
    QVERIFY(open.note().isEmpty());

    OpenPanel rejecting({actionFor(42, Decision::Waiting, 60)}, Qt::Key_R);
    emit rejecting.panel.station().statusChanged(knownStatus(SafetyMode::Observe, true, 1));
    QVERIFY(rejecting.confirm()->isEnabled()); // no is always possible
}

void TestDecisions::approvalNeedsNoHold()
{
    OpenPanel open({actionFor(42, Decision::Waiting, 60)});
    open.status.holds = {holdOf(8, StopScope::agent(QStringLiteral("agent-9")))};
    emit open.panel.station().statusChanged(open.status);
    QVERIFY(open.confirm()->isEnabled());
    open.status.holds << holdOf(9, StopScope::action(QStringLiteral("drain_store")));
    emit open.panel.station().statusChanged(open.status);
    QVERIFY(!open.confirm()->isEnabled());
    QVERIFY2(open.note().contains(QStringLiteral("Stop 9 holds every drain_store")), qPrintable(open.note()));
}

void TestDecisions::failureIsTold()
{
    Scene scene;
    scene.select(0);
    QTest::keyClick(scene.table, Qt::Key_A);
    scene.panel.type("decisionReasonEdit", QStringLiteral("checked"));
    {
        const QSignalBlocker quiet(scene.panel.station()); // it comes between the look and the press
        scene.bench.store.approvals().approve(scene.waiting, QStringLiteral("faster"));
        scene.panel.click("confirmDecisionButton");
    }
    QTRY_VERIFY2(scene.outcome().contains(QStringLiteral("is decided already: approved by tester@bench")),
                 qPrintable(scene.outcome()));
    QCOMPARE(scene.bench.countEvents(EventType::kApproved), 1);
}

void TestDecisions::readOnlyDecidesNothing()
{
    const TemporaryDatabase place;
    Workbench bench(place.path());
    bench.arm();
    PanelWindow panel(place.path(), PanelWindow::Live::No, true, place.folder());
    panel.show();
    panel.window().findChild<PendingActionsView *>()->showActions({actionFor(42, Decision::Waiting, 60)});
    auto *table = panel.find<QTableView>("pendingTable");
    table->selectRow(0);
    QTest::keyClick(table, Qt::Key_A);
    QTest::keyClick(table, Qt::Key_R);
    for (const char *name : {"decisionPanel", "approveButton", "rejectButton"})
        QVERIFY2(panel.find(name) == nullptr, name);
}

QTEST_MAIN(TestDecisions)
#include "tst_decisions.moc"
