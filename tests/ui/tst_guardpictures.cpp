// SPDX-License-Identifier: Apache-2.0
// What guarded execution looks like: the receipt of a stop at each stage, holds, and decisions. Basic facts are checked
// always; with ANDON_PICTURES set to a folder, the pictures are saved there to be looked at.

#include "tests/support/ui/GuardScenes.h"
#include "tests/support/ui/PanelWindow.h"
#include "ui/actions/PendingActionsView.h"
#include "ui/safety/KillSwitchButton.h"
#include "ui/safety/StopReceiptView.h"

#include <QDir>
#include <QLabel>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QTableView>
#include <QtTest>

using namespace andon;
using namespace andon::test;
using Decision = Approval::Decision;
using Stage = StopReceipt::Stage;
using TargetOutcome = StopTarget::Outcome;

namespace {

const QList<StopTarget> &three()
{
    static const QList<StopTarget> targets{guardedTarget(41), guardedTarget(42, QStringLiteral("drain_store")),
                                           guardedTarget(43, QStringLiteral("restart_pod"))};
    return targets;
}

StopReceipt receiptNamed(const QString &name)
{
    const StopTarget stopped = answered(three()[0], TargetOutcome::Stopped, 38);
    if (name == QStringLiteral("requested"))
        return receiptAt(Stage::Requested);
    if (name == QStringLiteral("awaited"))
        return receiptOf(three());
    if (name == QStringLiteral("one-stopped"))
        return receiptOf({stopped, three()[1], three()[2]});
    if (name == QStringLiteral("confirmed")) {
        StopReceipt receipt = receiptOf(
            {stopped, answered(three()[1], TargetOutcome::Stopped, 212), answered(three()[2], TargetOutcome::Ended)});
        receipt.hooks = {hookOf(QStringLiteral("10-page-oncall"), HookOutcome::Result::Succeeded, 120),
                         hookOf(QStringLiteral("20-drain-queue"), HookOutcome::Result::Failed, 1500, 7),
                         hookOf(QStringLiteral("30-slow"), HookOutcome::Result::TimedOut, 10'000),
                         hookOf(QStringLiteral("README"), HookOutcome::Result::NotExecutable)};
        return receipt;
    }
    if (name == QStringLiteral("alarm")) {
        StopReceipt receipt = receiptOf({stopped, three()[1], three()[2]});
        receipt.targets[2] = answered(three()[2], TargetOutcome::Failed, 0,
                                      QStringLiteral("2 processes are still there after SIGKILL: 4711, 4712"));
        receipt.requestedAt = receipt.requestedAt.addSecs(-4);
        return receipt;
    }
    if (name == QStringLiteral("gone"))
        return receiptOf({stopped, answered(three()[1], TargetOutcome::Gone)});
    if (name == QStringLiteral("many")) {
        QList<StopTarget> many;
        for (int i = 0; i < 57; ++i)
            many << answered(guardedTarget(100 + i), TargetOutcome::Stopped, 20 + i);
        return receiptOf(many);
    }
    if (name == QStringLiteral("hold")) {
        StopReceipt receipt = receiptOf({stopped});
        receipt.scope = StopScope::agent(QStringLiteral("agent-7"));
        receipt.permitRevokedUs.reset();
        return receipt;
    }
    StopTarget unguarded = three()[1];
    unguarded.isGuarded = false;
    unguarded.pid = 0;
    unguarded.host.clear();
    return receiptOf({stopped, unguarded});
}

QList<ActionProposal> actionsToDecide()
{
    ActionProposal running = actionFor(46, Decision::Approved, 0);
    running.status = ActionStatus::Executing;
    running.statusText = toString(*running.status);
    running.approval.reset();
    running.startedAt = QDateTime::currentDateTimeUtc().addSecs(-7);
    ActionProposal guarded = running;
    guarded.id = ProposalId(47);
    guarded.guardedPid = 4711;
    guarded.guardHost = QStringLiteral("ops-1");
    ActionProposal outdated = actionFor(42, Decision::Approved, 40);
    outdated.approval->epoch = Epoch(6);
    ActionProposal plain = actionFor(41, Decision::Waiting, 0);
    plain.approval.reset();
    return {guarded,
            running,
            actionFor(45, Decision::Waiting, 42),
            actionFor(44, Decision::Waiting, -3),
            actionFor(43, Decision::Approved, 31),
            outdated,
            plain};
}

} // namespace

class TestGuardPictures : public QObject
{
    Q_OBJECT

private slots:
    void cleanup();
    void receipts_data();
    void receipts();
    void undelivered_data();
    void undelivered();
    void holds_data();
    void holds();
    void resetOfAHold_data();
    void resetOfAHold();
    void approvals_data();
    void approvals();
    void decision_data();
    void decision();

private:
    static void sizesAndStyles(const QStringList &names);
    static void take(PanelWindow &panel);
};

void TestGuardPictures::cleanup()
{
    QApplication::setPalette(lightPalette());
}

void TestGuardPictures::sizesAndStyles(const QStringList &names)
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<bool>("isDark");
    for (const QString &name : names) {
        for (const QSize &size : {QSize(1200, 760), QSize(640, 520)}) {
            for (const bool isDark : {false, true}) {
                if (isDark && !qEnvironmentVariableIsSet("ANDON_PICTURES"))
                    continue; // nothing that is checked depends on it
                QTest::addRow("%s-%d%s", qPrintable(name), size.width(), isDark ? "-dark" : "")
                    << name << size << isDark;
            }
        }
    }
}

/// The kill switch is whole, no label of the left side is cut, and the picture is kept.
void TestGuardPictures::take(PanelWindow &panel)
{
    QTest::qWait(30); // layouts settle
    const auto *button = panel.find<KillSwitchButton>("killSwitchButton");
    QCOMPARE(button->visibleRegion().boundingRect(), button->rect());
    QVERIFY(button->height() >= button->heightForWidth(button->width()));
    for (const char *part : {"stateBanner", "receiptView", "holdsView", "decisionPanel", "withdrawPanel"}) {
        if (panel.find(part) == nullptr)
            continue;
        for (const QLabel *label : panel.find(part)->findChildren<QLabel *>()) {
            if (label->isVisible() && label->wordWrap())
                QVERIFY2(label->height() >= label->heightForWidth(label->width()), qPrintable(label->text()));
        }
    }
    const QString folder = qEnvironmentVariable("ANDON_PICTURES");
    if (folder.isEmpty())
        return;
    QVERIFY(QDir().mkpath(folder));
    const QString name = QString::fromLatin1(QTest::currentTestFunction()) + u'-'
        + QString::fromLatin1(QTest::currentDataTag());
    QVERIFY(panel.window().grab().save(QDir(folder).filePath(name + QStringLiteral(".png"))));
}

void TestGuardPictures::receipts_data()
{
    sizesAndStyles({QStringLiteral("requested"), QStringLiteral("awaited"), QStringLiteral("one-stopped"),
                    QStringLiteral("confirmed"), QStringLiteral("alarm"), QStringLiteral("gone"),
                    QStringLiteral("unguarded"), QStringLiteral("many"), QStringLiteral("hold")});
}

void TestGuardPictures::receipts()
{
    QFETCH(QString, name);
    QFETCH(QSize, size);
    QFETCH(bool, isDark);
    if (isDark)
        QApplication::setPalette(darkPalette());
    PanelWindow panel(PanelWindow::Live::No);
    panel.show(size);
    SafetyStatus status = knownStatus(SafetyMode::Observe, true);
    if (name == QStringLiteral("requested")) {
        status = knownStatus(SafetyMode::Execute);
        status.isStopRequested = true;
    } else if (name == QStringLiteral("hold")) {
        status = knownStatus(SafetyMode::Execute);
        status.holds = {holdOf(7, StopScope::agent(QStringLiteral("agent-7")))};
    }
    emit panel.station().statusChanged(status);
    emit panel.station().receiptChanged(receiptNamed(name));
    QTest::qWait(20);
    auto *receipt = panel.window().findChild<StopReceiptView *>();
    QCOMPARE(receipt->alarm().isEmpty(), name != QStringLiteral("alarm"));
    if (name != QStringLiteral("alarm") && size.width() < 1000) {
        auto *scroll = panel.find<QScrollArea>("safetyScroll");
        scroll->verticalScrollBar()->setValue(receipt->y());
    }
    take(panel);
}

void TestGuardPictures::undelivered_data()
{
    sizesAndStyles({QStringLiteral("waiting"), QStringLiteral("troubled"), QStringLiteral("question"),
                    QStringLiteral("withdrawn"), QStringLiteral("not-kept"), QStringLiteral("hold")});
}

void TestGuardPictures::undelivered()
{
    QFETCH(QString, name);
    QFETCH(QSize, size);
    QFETCH(bool, isDark);
    if (isDark)
        QApplication::setPalette(darkPalette());
    PanelWindow panel(PanelWindow::Live::No);
    panel.show(size);
    SafetyStatus status;
    status.problem = QStringLiteral("There is no connection to the database postgresql://alice@db.example/andon. The "
                                    "server does not answer; it is tried again.");
    status.isStopRequested = name != QStringLiteral("withdrawn") && name != QStringLiteral("not-kept");
    status.isStopDelivered = false;
    StopReceipt receipt = receiptAt(Stage::Requested);
    receipt.isDelivered = false;
    receipt.permitRevokedUs.reset();
    if (name != QStringLiteral("waiting"))
        receipt.trouble = status.problem;
    if (name == QStringLiteral("withdrawn"))
        receipt.stage = Stage::Withdrawn;
    if (name == QStringLiteral("not-kept")) {
        receipt.isFiled = false;
        receipt.trouble = QStringLiteral(
                              "The stop request could not be filed in /home/alice/.local/share/andon/servers/"
                              "5b7c1f025b7c1f025b7c1f02/gate.stop: no space left on device. ")
            + status.problem;
    }
    if (name == QStringLiteral("hold")) {
        status.isStopRequested = false;
        receipt.scope = StopScope::agent(QStringLiteral("agent-7"));
    }
    emit panel.station().statusChanged(status);
    emit panel.station().receiptChanged(receipt);
    QTest::qWait(20);
    QCOMPARE(panel.shows("withdrawStopButton"), name != QStringLiteral("withdrawn"));
    if (name == QStringLiteral("question")) {
        panel.click("withdrawStopButton");
        QVERIFY(panel.shows("withdrawPanel"));
    }
    take(panel);
}

void TestGuardPictures::holds_data()
{
    sizesAndStyles({QStringLiteral("two"), QStringLiteral("seven")});
}

void TestGuardPictures::holds()
{
    QFETCH(QString, name);
    QFETCH(QSize, size);
    QFETCH(bool, isDark);
    if (isDark)
        QApplication::setPalette(darkPalette());
    PanelWindow panel(PanelWindow::Live::No);
    SafetyStatus status = knownStatus(SafetyMode::Execute, false, 2);
    status.holds = {holdOf(8, StopScope::agent(QStringLiteral("agent-7"))),
                    holdOf(9, StopScope::action(QStringLiteral("transfer_leader_of_every_hot_region")))};
    for (qint64 stop = 10; name == QStringLiteral("seven") && stop < 15; ++stop)
        status.holds << holdOf(stop, StopScope::agent(QStringLiteral("agent-%1").arg(stop)));
    emit panel.station().statusChanged(status);
    panel.window().findChild<PendingActionsView *>()->showActions(actionsToDecide());
    panel.show(size);
    take(panel);
}

void TestGuardPictures::resetOfAHold_data()
{
    sizesAndStyles({QStringLiteral("agent")});
}

void TestGuardPictures::resetOfAHold()
{
    QFETCH(QSize, size);
    QFETCH(bool, isDark);
    if (isDark)
        QApplication::setPalette(darkPalette());
    PanelWindow panel(PanelWindow::Live::No);
    SafetyStatus status = knownStatus(SafetyMode::Execute, false, 2);
    status.holds = {holdOf(8, StopScope::agent(QStringLiteral("agent-7")))};
    emit panel.station().statusChanged(status);
    panel.show(size);
    panel.click("resetHoldButton");
    QVERIFY(panel.shows("resetDialog"));
    take(panel);
}

void TestGuardPictures::approvals_data()
{
    sizesAndStyles({QStringLiteral("list")});
}

void TestGuardPictures::approvals()
{
    QFETCH(QSize, size);
    QFETCH(bool, isDark);
    if (isDark)
        QApplication::setPalette(darkPalette());
    PanelWindow panel(PanelWindow::Live::No);
    panel.show(size);
    emit panel.station().statusChanged(knownStatus(SafetyMode::Execute, false, 5));
    panel.window().findChild<PendingActionsView *>()->showActions(actionsToDecide());
    panel.find<QTableView>("pendingTable")->selectRow(2);
    QVERIFY(panel.find("approveButton")->isEnabled());
    take(panel);
}

void TestGuardPictures::decision_data()
{
    sizesAndStyles({QStringLiteral("one"), QStringLiteral("two"), QStringLiteral("reject"), QStringLiteral("observe"),
                    QStringLiteral("expired")});
}

void TestGuardPictures::decision()
{
    QFETCH(QString, name);
    QFETCH(QSize, size);
    QFETCH(bool, isDark);
    if (isDark)
        QApplication::setPalette(darkPalette());
    PanelWindow panel(PanelWindow::Live::No);
    panel.show(size);
    const bool isObserve = name == QStringLiteral("observe");
    emit panel.station().statusChanged(knownStatus(isObserve ? SafetyMode::Observe : SafetyMode::Execute, false, 5));
    auto *view = panel.window().findChild<PendingActionsView *>();
    QList<ActionProposal> actions = actionsToDecide();
    actions[3] = actionFor(44, Decision::Waiting, 70);
    view->showActions(actions);
    auto *table = panel.find<QTableView>("pendingTable");
    table->selectRow(2);
    if (name == QStringLiteral("two"))
        table->selectAll();
    QTest::keyClick(table, name == QStringLiteral("reject") ? Qt::Key_R : Qt::Key_A);
    QVERIFY(panel.shows("decisionPanel"));
    panel.type("decisionReasonEdit", QStringLiteral("checked with the storage team"));
    if (name == QStringLiteral("expired")) {
        actions[2] = actionFor(45, Decision::Waiting, -1);
        view->showActions(actions);
        QVERIFY(!panel.find("confirmDecisionButton")->isEnabled());
    }
    take(panel);
}

QTEST_MAIN(TestGuardPictures)
#include "tst_guardpictures.moc"
