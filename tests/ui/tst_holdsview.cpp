// SPDX-License-Identifier: Apache-2.0
// What is held by itself: shown below the state, set from the list of actions, reset one by one.

#include "tests/support/Workbench.h"
#include "tests/support/ui/GuardScenes.h"
#include "tests/support/ui/PanelWindow.h"
#include "ui/actions/PendingActionsModel.h"
#include "ui/actions/PendingActionsView.h"
#include "ui/safety/HoldRow.h"
#include "ui/safety/HoldsView.h"
#include "ui/safety/KillSwitchButton.h"
#include "ui/safety/ShownState.h"

#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QtTest>

using namespace andon;
using namespace andon::test;

namespace {

const StopScope kAgent = StopScope::agent(QStringLiteral("agent-7"));
const StopScope kDrains = StopScope::action(QStringLiteral("drain_store"));

/// A window on a database where execution is enabled and agent-7 has proposed two actions.
struct Scene
{
    TemporaryDatabase place;
    Workbench bench{place.path()};
    PanelWindow panel{place.path(), PanelWindow::Live::Yes, false, place.folder()};
    PendingActionsModel *model = panel.window().findChild<PendingActionsModel *>();
    QTableView *table = panel.find<QTableView>("pendingTable");
    ProposalId drain = propose(QStringLiteral("drain_store"), QStringLiteral("agent-7"));
    ProposalId transfer = propose(QStringLiteral("transfer_leader"), QStringLiteral("agent-7"));
    ProposalId others = propose(QStringLiteral("drain_store"), QStringLiteral("agent-8"));

    Scene()
    {
        bench.arm();
        panel.show();
        QTRY_VERIFY(panel.bannerName().contains(QStringLiteral("EXECUTING ALLOWED")));
        QTRY_COMPARE(model->rowCount(), 3);
    }

    ProposalId propose(const QString &name, const QString &agent)
    {
        ActionRequest request;
        request.actionName = name;
        request.agentId = agent;
        const ProposalId id = bench.store.propose(request);
        bench.store.validate(id);
        return id;
    }

    [[nodiscard]] QStringList statuses()
    {
        return {bench.statusOf(drain), bench.statusOf(transfer), bench.statusOf(others)};
    }
};

QStringList holdsOf(PanelWindow &panel)
{
    QStringList names;
    for (const QLabel *label : panel.find("holdsView")->findChildren<QLabel *>(QStringLiteral("holdWhat")))
        names << label->text();
    return names;
}

/// Opens the context menu of a row; the action with this text, or null.
QAction *menuAction(PanelWindow &panel, int row, const QString &text)
{
    auto *table = panel.find<QTableView>("pendingTable");
    table->selectRow(row);
    emit table->customContextMenuRequested(table->visualRect(table->model()->index(row, 0)).center());
    const auto menus = panel.window().findChildren<QMenu *>();
    for (QMenu *menu : menus) {
        if (!menu->isVisible())
            continue;
        const QList<QAction *> actions = menu->actions();
        for (QAction *action : actions) {
            if (action->text() == text)
                return action;
        }
        menu->close();
    }
    return nullptr;
}

} // namespace

class TestHoldsView : public QObject
{
    Q_OBJECT

private slots:
    void isThereOnlyWhileSomethingIsHeld();
    void rowTellsWhatSinceWhenByWhomAndWhy();
    void resetNamesTheStop();
    void scrollsAfterFour();
    void leavesTheKillSwitchWhole();
    void reviewerSeesHoldsWithoutButtons();
    void holdFromTheMenuActsAtOnce_data();
    void holdFromTheMenuActsAtOnce();
    void whatIsHeldIsNotOfferedAgain();
    void readOnlyMenuOffersNoHold();
    void resetOfAHoldAsksAndReleasesOnlyThat();
    void resetElsewhereClosesTheDialog();
    void fullStopTextsStay();
};

void TestHoldsView::isThereOnlyWhileSomethingIsHeld()
{
    PanelWindow panel(PanelWindow::Live::No);
    SafetyStatus status = knownStatus(SafetyMode::Execute);
    emit panel.station().statusChanged(status);
    panel.show();
    QVERIFY(!panel.shows("holdsView"));
    status.holds = {holdOf(8, kAgent), holdOf(9, kDrains)};
    emit panel.station().statusChanged(status);
    QVERIFY(panel.shows("holdsView"));
    QCOMPARE(holdsOf(panel), (QStringList{QStringLiteral("agent agent-7"), QStringLiteral("every drain_store")}));
    QVERIFY(panel.bannerName().endsWith(QStringLiteral("EXECUTING ALLOWED"))); // the line goes on
    status.holds.removeFirst();
    emit panel.station().statusChanged(status);
    QCOMPARE(holdsOf(panel), QStringList{QStringLiteral("every drain_store")});
    status.holds.clear();
    emit panel.station().statusChanged(status);
    QVERIFY(!panel.shows("holdsView"));
}

void TestHoldsView::rowTellsWhatSinceWhenByWhomAndWhy()
{
    HoldRow row;
    Hold hold = holdOf(8, kAgent);
    hold.reason = QStringLiteral("<b>sly</b> ") + QString(500, u'x');
    row.setHold(hold);
    const QString facts = row.findChild<QLabel *>(QStringLiteral("holdFacts"))->text();
    QVERIFY2(facts.startsWith(QStringLiteral("since %1 by alice@ops-1 – <b>sly</b> x").arg(shownMoment(hold.at))),
             qPrintable(facts));
    QVERIFY(facts.size() < 120);
    QVERIFY(row.accessibleName().startsWith(QStringLiteral("Stop 8: agent agent-7 held since ")));
    QCOMPARE(row.accessibleDescription(), hold.reason);
    QVERIFY(row.toolTip().contains(QStringLiteral("&lt;b&gt;sly")));
    QCOMPARE(row.findChild<QPushButton *>()->accessibleName(), QStringLiteral("Reset stop 8: agent agent-7"));
}

void TestHoldsView::resetNamesTheStop()
{
    HoldsView view;
    QSignalSpy demanded(&view, &HoldsView::resetDemanded);
    view.setHolds({holdOf(8, kAgent), holdOf(9, kDrains)});
    view.findChildren<QPushButton *>(QStringLiteral("resetHoldButton")).constLast()->click();
    QCOMPARE(demanded.count(), 1);
    QCOMPARE(demanded.first().first().value<StopId>(), StopId(9));
    view.setHolds({holdOf(12, kAgent)}); // the rows are used again
    view.findChildren<QPushButton *>(QStringLiteral("resetHoldButton")).constFirst()->click();
    QCOMPARE(demanded.constLast().constFirst().value<StopId>(), StopId(12));
}

void TestHoldsView::scrollsAfterFour()
{
    HoldsView view;
    QList<Hold> holds;
    for (qint64 stop = 1; stop <= 4; ++stop)
        holds << holdOf(stop, StopScope::agent(QStringLiteral("agent-%1").arg(stop)));
    view.setHolds(holds);
    view.resize(280, 600);
    view.show();
    const int four = view.sizeHint().height();
    for (qint64 stop = 5; stop <= 9; ++stop)
        holds << holdOf(stop, StopScope::agent(QStringLiteral("agent-%1").arg(stop)));
    view.setHolds(holds);
    QTest::qWait(20);
    QVERIFY(four >= 4 * 40);
    QVERIFY(qAbs(view.sizeHint().height() - four) <= four / 4); // a scroll bar may break a line
    view.resize(280, view.sizeHint().height());
    QTRY_VERIFY(view.verticalScrollBar()->maximum() > 0);
    QVERIFY(view.minimumSizeHint().height() < four / 2);
}

void TestHoldsView::leavesTheKillSwitchWhole()
{
    PanelWindow panel(PanelWindow::Live::No);
    SafetyStatus status = knownStatus(SafetyMode::Execute);
    status.state.reason = QString(QStringLiteral("one more reason ")).repeated(50);
    for (qint64 stop = 1; stop <= 20; ++stop)
        status.holds << holdOf(stop, StopScope::agent(QStringLiteral("agent-%1").arg(stop)));
    emit panel.station().statusChanged(status);
    panel.show({1, 1});
    auto *button = panel.find<KillSwitchButton>("killSwitchButton");
    QTRY_VERIFY(button->visibleRegion().boundingRect() == button->rect());
    QVERIFY(panel.window().rect().contains(QRect(button->mapTo(&panel.window(), QPoint()), button->size())));
    QVERIFY(panel.shows("holdsView"));
}

void TestHoldsView::reviewerSeesHoldsWithoutButtons()
{
    const TemporaryDatabase place;
    Workbench bench(place.path());
    bench.controller.hold(kAgent, QStringLiteral("odd"));
    PanelWindow panel(place.path(), PanelWindow::Live::Yes, true, place.folder());
    panel.show();
    QTRY_VERIFY(panel.shows("holdsView"));
    QVERIFY(!panel.shows("resetHoldButton"));
}

void TestHoldsView::holdFromTheMenuActsAtOnce_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("what");
    QTest::addColumn<QStringList>("statuses");
    const QString cancelled = QStringLiteral("cancelled");
    const QString stays = QStringLiteral("validated");
    QTest::newRow("agent") << QStringLiteral("Hold agent agent-7") << QStringLiteral("agent agent-7")
                           << QStringList{cancelled, cancelled, stays};
    QTest::newRow("kind of action") << QStringLiteral("Hold every drain_store") << QStringLiteral("every drain_store")
                                    << QStringList{cancelled, stays, cancelled};
}

void TestHoldsView::holdFromTheMenuActsAtOnce()
{
    QFETCH(QString, text);
    QFETCH(QString, what);
    QFETCH(QStringList, statuses);
    Scene scene;
    QAction *hold = menuAction(scene.panel, 2, text); // the first that was proposed
    QVERIFY(hold != nullptr);
    hold->trigger();
    QTRY_COMPARE(holdsOf(scene.panel), QStringList{what});
    QTRY_COMPARE(scene.panel.find<QLabel>("pendingOutcome")->text(),
                 QStringLiteral("Stop 1 holds %1. 2 actions were cancelled.").arg(what));
    QCOMPARE(scene.statuses(), statuses);
    QVERIFY(QApplication::activeModalWidget() == nullptr);
    QVERIFY(scene.panel.bannerName().endsWith(QStringLiteral("EXECUTING ALLOWED")));
    QCOMPARE(scene.bench.controller.status().holds.first().reason, QStringLiteral("held in the panel"));
    QCOMPARE(scene.panel.find<QLabel>("receiptTitle")->text(), QStringLiteral("Stop 1: %1 held").arg(what));
}

void TestHoldsView::whatIsHeldIsNotOfferedAgain()
{
    PanelWindow panel(PanelWindow::Live::No);
    panel.show();
    SafetyStatus status = knownStatus(SafetyMode::Execute, false, 1);
    status.holds = {holdOf(8, kAgent)};
    emit panel.station().statusChanged(status);
    ActionProposal action = actionFor(42, Approval::Decision::Waiting, 60);
    panel.window().findChild<PendingActionsView *>()->showActions({action});
    QVERIFY(menuAction(panel, 0, QStringLiteral("Hold agent agent-7")) == nullptr);
    QVERIFY(menuAction(panel, 0, QStringLiteral("Hold every drain_store")) != nullptr);
    // One that did not say who it is cannot be held by itself.
    status.holds.clear();
    emit panel.station().statusChanged(status);
    action.agentId.clear();
    action.actionName = QStringLiteral("drain & split");
    panel.window().findChild<PendingActionsView *>()->showActions({action});
    QVERIFY(menuAction(panel, 0, QStringLiteral("Hold agent ")) == nullptr);
    QVERIFY(menuAction(panel, 0, QStringLiteral("Hold every drain && split")) != nullptr);
}

void TestHoldsView::readOnlyMenuOffersNoHold()
{
    PanelWindow panel(PanelWindow::Live::No, true);
    panel.show();
    panel.window().findChild<PendingActionsView *>()->showActions({actionFor(42, Approval::Decision::Waiting, 60)});
    QVERIFY(menuAction(panel, 0, QStringLiteral("&Show its events")) != nullptr);
    for (const char *text : {"Hold agent agent-7", "Hold every drain_store", "&Approve …", "Re&ject …"})
        QVERIFY2(menuAction(panel, 0, QString::fromUtf8(text)) == nullptr, text);
}

void TestHoldsView::resetOfAHoldAsksAndReleasesOnlyThat()
{
    Scene scene;
    scene.bench.controller.hold(kAgent, QStringLiteral("moves leaders in circles"));
    scene.bench.controller.hold(kDrains, QStringLiteral("no drains today"));
    QTRY_COMPARE(holdsOf(scene.panel).size(), 2);
    scene.panel.click("resetHoldButton"); // the first
    QVERIFY(scene.panel.shows("resetDialog"));
    auto *dialog = scene.panel.find("resetDialog");
    QString texts;
    for (const QLabel *label : dialog->findChildren<QLabel *>())
        texts += label->text() + u'\n';
    for (const char *part : {"Reset stop 1, which holds agent agent-7?", "moves leaders in circles",
                             "other agents go on", "Once reset, it may act again"})
        QVERIFY2(texts.contains(QString::fromLatin1(part)), qPrintable(texts));
    QVERIFY2(!texts.contains(QStringLiteral("OBSERVE")), qPrintable(texts));
    QVERIFY(!scene.panel.find("confirmResetButton")->isEnabled());
    scene.panel.type("resetReasonEdit", QStringLiteral("fixed"));
    scene.panel.click("confirmResetButton");
    QTRY_COMPARE(holdsOf(scene.panel), QStringList{QStringLiteral("every drain_store")});
    QVERIFY(!dialog->isVisible());
    QTRY_COMPARE(scene.panel.message(), QStringLiteral("Stop 1 was reset."));
    QCOMPARE(scene.bench.controller.status().holds.size(), 1);
}

void TestHoldsView::resetElsewhereClosesTheDialog()
{
    Scene scene;
    const StopReceipt receipt = scene.bench.controller.hold(kAgent, QStringLiteral("odd"));
    QTRY_VERIFY(scene.panel.shows("holdsView"));
    scene.panel.click("resetHoldButton");
    QVERIFY(scene.panel.shows("resetDialog"));
    scene.bench.controller.reset(receipt.stopId, QStringLiteral("somebody else looked"));
    QTRY_VERIFY(!scene.panel.shows("resetDialog"));
    QVERIFY2(scene.panel.message().contains(QStringLiteral("Stop 1 is no longer the one that stands")),
             qPrintable(scene.panel.message()));
}

void TestHoldsView::fullStopTextsStay()
{
    PanelWindow panel(PanelWindow::Live::No);
    SafetyStatus status = knownStatus(SafetyMode::Observe, true);
    status.holds = {holdOf(8, kAgent)};
    emit panel.station().statusChanged(status);
    panel.show();
    panel.click("resetHoldButton");
    QVERIFY(!panel.find<QLabel>("resetConsequence")->text().contains(QStringLiteral("OBSERVE")));
    panel.click("resetButton");
    QVERIFY(panel.find<QLabel>("resetConsequence")->text().contains(QStringLiteral("leaves the mode at OBSERVE")));
    QCOMPARE(panel.find<QPushButton>("confirmResetButton")->text(), QStringLiteral("Rese&t stop 7"));
    status.holds.clear(); // of no concern to this reset
    emit panel.station().statusChanged(status);
    QVERIFY(panel.shows("resetDialog"));
}

QTEST_MAIN(TestHoldsView)
#include "tst_holdsview.moc"
