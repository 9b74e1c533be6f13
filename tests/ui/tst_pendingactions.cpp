// SPDX-License-Identifier: Apache-2.0
// The list of what is pending and running: merged by id, cancelled without a dialog, told in one sentence.

#include "tests/support/ScriptedClock.h"
#include "tests/support/Workbench.h"
#include "tests/support/ui/PanelWindow.h"
#include "ui/actions/PendingActionsModel.h"
#include "ui/actions/PendingActionsView.h"

#include <QAbstractItemModelTester>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QtTest>

#include <random>

using namespace andon;
using namespace andon::test;

namespace {

ActionProposal action(qint64 id, ActionStatus status = ActionStatus::Proposed)
{
    ActionProposal made;
    made.id = ProposalId(id);
    made.actionName = QStringLiteral("transfer_leader");
    made.status = status;
    made.statusText = toString(status);
    made.reason = QStringLiteral("leader imbalance");
    return made;
}

QList<qint64> idsOf(const PendingActionsModel &model)
{
    QList<qint64> ids;
    for (const ActionProposal &shown : model.actions())
        ids << shown.id.value;
    return ids;
}

QString detailOf(const PendingActionsModel &model, int row)
{
    return model.index(row, PendingActionsModel::DetailColumn).data().toString();
}

/// A window on a database that holds `pending` actions.
struct Scene
{
    TemporaryDatabase place;
    Workbench bench{place.path()};
    PanelWindow panel{place.path(), PanelWindow::Live::Yes, false, place.folder()};
    PendingActionsModel *model = panel.window().findChild<PendingActionsModel *>();
    QTableView *table = panel.find<QTableView>("pendingTable");
};

} // namespace

class TestPendingActions : public QObject
{
    Q_OBJECT

private slots:
    void modelMergesAnyListIntoAnyOther();
    void selectionStaysWithItsAction();
    void scrollPositionStays();
    void elapsed_data();
    void elapsed();
    void onlyExecutingActionsTick();
    void tooltipShowsTextsAsTheyAre();
    void headingCountsAndEmptyTextShows();
    void noMoreThan500RowsAndTheRestIsCounted();
    void cancelAsksNothing_data();
    void cancelAsksNothing();
    void cancelOfWhatIsOverSaysSo();
    void rowsAreHighEnoughForAFinger();
    void bursts_areReadAtMostEvery200Ms();
};

void TestPendingActions::modelMergesAnyListIntoAnyOther()
{
    PendingActionsModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    std::mt19937 random(42); // NOLINT: the same lists every time
    QList<qint64> pool;
    for (qint64 id = 1; id <= 40; ++id)
        pool << id;
    for (int round = 0; round < 300; ++round) {
        std::shuffle(pool.begin(), pool.end(), random);
        QList<ActionProposal> wanted;
        for (const qint64 id : pool.mid(0, static_cast<qsizetype>(random() % 40)))
            wanted << action(id, random() % 4 == 0 ? ActionStatus::Executing : ActionStatus::Validated);
        model.setActions(wanted);
        QCOMPARE(model.actions(), wanted);
    }
    model.setActions({});
    QCOMPARE(model.rowCount(), 0);
}

void TestPendingActions::selectionStaysWithItsAction()
{
    PendingActionsModel model;
    QTableView table;
    table.setModel(&model);
    table.setSelectionBehavior(QAbstractItemView::SelectRows);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    model.setActions({action(9), action(8), action(7)});
    table.selectRow(1);
    model.setActions({action(11), action(10), action(9), action(8), action(7)});
    QCOMPARE(table.selectionModel()->selectedRows().size(), 1);
    QCOMPARE(model.idAt(table.selectionModel()->selectedRows().first().row()), ProposalId(8));
    // It begins to run, and so moves to the top.
    model.setActions({action(8, ActionStatus::Executing), action(11), action(10), action(9)});
    QCOMPARE(model.idAt(table.selectionModel()->selectedRows().first().row()), ProposalId(8));
    QCOMPARE(idsOf(model), (QList<qint64>{8, 11, 10, 9}));
    QCOMPARE(resets.count(), 0);
}

void TestPendingActions::scrollPositionStays()
{
    PanelWindow panel(PanelWindow::Live::No);
    auto *view = panel.window().findChild<PendingActionsView *>();
    auto *table = panel.find<QTableView>("pendingTable");
    QList<ActionProposal> actions;
    for (qint64 id = 200; id > 0; --id)
        actions << action(id);
    view->showActions(actions);
    panel.show();
    QTest::qWait(20);
    table->verticalScrollBar()->setValue(1000);
    actions.removeLast();
    view->showActions(actions);
    QTest::qWait(20);
    QCOMPARE(table->verticalScrollBar()->value(), 1000);
}

void TestPendingActions::elapsed_data()
{
    QTest::addColumn<qint64>("seconds");
    QTest::addColumn<QString>("text");
    QTest::newRow("a clock that is ahead") << qint64(-30) << QStringLiteral("0 s");
    QTest::newRow("seconds") << qint64(59) << QStringLiteral("59 s");
    QTest::newRow("minutes") << qint64(65) << QStringLiteral("1 min 05 s");
    QTest::newRow("hours") << qint64(7'380) << QStringLiteral("2 h 03 min");
}

void TestPendingActions::elapsed()
{
    QFETCH(qint64, seconds);
    QFETCH(QString, text);
    const QDateTime start({2026, 1, 31}, {12, 0}, Qt::UTC);
    QCOMPARE(PendingActionsModel::elapsedText(start, start.addSecs(seconds)), text);
}

void TestPendingActions::onlyExecutingActionsTick()
{
    ScriptedClock clock;
    PendingActionsModel model(clock);
    ActionProposal running = action(2, ActionStatus::Executing);
    running.startedAt = clock.now();
    running.guardedPid = 4711;
    model.setActions({running, action(1)});
    QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
    clock.advance(4'000);
    model.refreshElapsed(0, 100);
    QCOMPARE(changes.count(), 1);
    QCOMPARE(changes.first().first().toModelIndex().row(), 0);
    QCOMPARE(detailOf(model, 0), QStringLiteral("4 s · leader imbalance"));
    QCOMPARE(detailOf(model, 1), QStringLiteral("leader imbalance"));
}

void TestPendingActions::tooltipShowsTextsAsTheyAre()
{
    PendingActionsModel model;
    ActionProposal sly = action(1);
    sly.reason = QStringLiteral("<h1>OBSERVE ONLY</h1><img src='/etc/passwd'>");
    model.setActions({sly});
    const QString tip = model.index(0, PendingActionsModel::DetailColumn).data(Qt::ToolTipRole).toString();
    QVERIFY2(tip.contains(QStringLiteral("&lt;h1&gt;OBSERVE ONLY")), qPrintable(tip));
    QVERIFY(!tip.contains(QStringLiteral("<img")));
}

void TestPendingActions::headingCountsAndEmptyTextShows()
{
    Scene scene;
    scene.panel.show();
    auto *empty = scene.panel.find<QLabel>("pendingEmpty");
    QTRY_COMPARE(empty->text(), QStringLiteral("Nothing is pending or running."));
    QVERIFY(empty->isVisible());
    scene.bench.proposeValidated();
    scene.bench.propose();
    QTRY_COMPARE(scene.panel.find<QLabel>("pendingHeading")->text(), QStringLiteral("Pending and running  2"));
    QVERIFY(!empty->isVisible());
    QVERIFY(scene.table->isVisible());
}

void TestPendingActions::noMoreThan500RowsAndTheRestIsCounted()
{
    QLocale::setDefault(QLocale::c());
    Scene scene;
    scene.bench.fill(1234);
    scene.panel.show();
    QTRY_COMPARE(scene.model->rowCount(), PendingActionsView::kMaxRows);
    QTRY_VERIFY(scene.panel.find<QLabel>("pendingMore")->text().contains(QStringLiteral("734 more")));
    QVERIFY(scene.panel.find<QLabel>("pendingMore")->isVisible());
}

void TestPendingActions::cancelAsksNothing_data()
{
    QTest::addColumn<QString>("by");
    QTest::newRow("button") << QStringLiteral("button");
    QTest::newRow("Delete") << QStringLiteral("delete");
    QTest::newRow("context menu") << QStringLiteral("menu");
}

void TestPendingActions::cancelAsksNothing()
{
    QFETCH(QString, by);
    Scene scene;
    const ProposalId first = scene.bench.proposeValidated();
    const ProposalId second = scene.bench.propose();
    const ProposalId third = scene.bench.propose();
    scene.panel.show();
    QTRY_COMPARE(scene.model->rowCount(), 3);
    scene.table->setFocus();
    scene.table->selectRow(1);
    scene.table->selectionModel()->select(scene.model->index(2, 0),
                                          QItemSelectionModel::Select | QItemSelectionModel::Rows);
    if (by == QStringLiteral("button")) {
        scene.panel.click("cancelActionButton");
    } else if (by == QStringLiteral("delete")) {
        QTest::keyClick(scene.table, Qt::Key_Delete);
    } else {
        emit scene.table->customContextMenuRequested(scene.table->visualRect(scene.model->index(1, 0)).center());
        QMenu *menu = nullptr;
        const auto menus = scene.panel.window().findChildren<QMenu *>();
        for (QMenu *candidate : menus) {
            if (candidate->isVisible())
                menu = candidate;
        }
        QVERIFY(menu != nullptr && menu->isVisible());
        QAction *cancel = menu->actions().value(1);
        QVERIFY(cancel != nullptr && cancel->text().contains(QStringLiteral("Cancel 2 actions")));
        cancel->trigger();
        menu->close();
    }
    QTRY_COMPARE(scene.panel.find<QLabel>("pendingOutcome")->text(), QStringLiteral("Cancelled 2 actions."));
    QVERIFY(QApplication::activeModalWidget() == nullptr);
    QCOMPARE(scene.bench.statusOf(first), QStringLiteral("cancelled"));
    QCOMPARE(scene.bench.statusOf(second), QStringLiteral("cancelled"));
    QCOMPARE(scene.bench.statusOf(third), QStringLiteral("proposed"));
    QTRY_COMPARE(scene.model->rowCount(), 1);
}

void TestPendingActions::cancelOfWhatIsOverSaysSo()
{
    Scene scene;
    scene.bench.arm();
    const ProposalId id = scene.bench.proposeValidated();
    scene.panel.show();
    QTRY_COMPARE(scene.model->rowCount(), 1);
    // Nobody reads the list again before the press.
    QSignalBlocker quiet(scene.panel.station());
    scene.bench.store.claim(id);
    scene.bench.store.complete(id);
    scene.table->selectRow(0);
    scene.panel.click("cancelActionButton");
    auto *outcome = scene.panel.find<QLabel>("pendingOutcome");
    QTRY_VERIFY2(outcome->text().contains(QStringLiteral("is completed")), qPrintable(outcome->text()));
    QCOMPARE(scene.bench.statusOf(id), QStringLiteral("completed"));
}

void TestPendingActions::rowsAreHighEnoughForAFinger()
{
    PanelWindow panel(PanelWindow::Live::No);
    QVERIFY(panel.find<QTableView>("pendingTable")->verticalHeader()->defaultSectionSize() >= 40);
}

void TestPendingActions::bursts_areReadAtMostEvery200Ms()
{
    Scene scene;
    scene.panel.show();
    QTRY_VERIFY(scene.panel.station().hasLooked());
    QTest::qWait(450);
    QSignalSpy inserted(scene.model, &QAbstractItemModel::rowsInserted);
    QElapsedTimer timer;
    timer.start();
    int proposed = 0;
    while (timer.elapsed() < 1'000) {
        scene.bench.propose();
        ++proposed;
        QTest::qWait(10);
    }
    QTRY_COMPARE(scene.model->rowCount(), proposed);
    QVERIFY2(inserted.count() <= 8, qPrintable(QString::number(inserted.count())));
}

QTEST_MAIN(TestPendingActions)
#include "tst_pendingactions.moc"
