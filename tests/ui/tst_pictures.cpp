// SPDX-License-Identifier: Apache-2.0
// Every state has a picture. Basic facts are checked always; with ANDON_PICTURES set to a folder, the pictures are
// saved there to be looked at.

#include "tests/support/Workbench.h"
#include "tests/support/ui/PanelWindow.h"
#include "ui/MessageStrip.h"
#include "ui/actions/PendingActionsModel.h"
#include "ui/actions/PendingActionsView.h"
#include "ui/safety/KillSwitchButton.h"
#include "ui/safety/StateBanner.h"

#include <QDir>
#include <QLabel>
#include <QProcess>
#include <QtTest>

using namespace andon;
using namespace andon::test;
using Stage = StopReceipt::Stage;

namespace {

QList<ActionProposal> plausibleActions(int count)
{
    static const QStringList names = {QStringLiteral("transfer_leader"), QStringLiteral("drain_store"),
                                      QStringLiteral("split_region"), QStringLiteral("restart_pod")};
    static const QStringList reasons = {QStringLiteral("leader imbalance on store 4"), QStringLiteral("disk 91 % full"),
                                        QStringLiteral("hot region 777"),
                                        QStringLiteral("out of memory twice within the hour")};
    QList<ActionProposal> actions;
    for (int i = 0; i < count; ++i) {
        ActionProposal action;
        action.id = ProposalId(41000 + count - i);
        action.actionName = names.at(i % names.size());
        action.status = i < 2 ? ActionStatus::Executing : i % 3 == 0 ? ActionStatus::Validated : ActionStatus::Proposed;
        action.statusText = toString(*action.status);
        action.agentId = QStringLiteral("agent-%1").arg(i % 8 + 1);
        action.reason = reasons.at(i % reasons.size());
        action.startedAt = QDateTime::currentDateTimeUtc().addSecs(-4 - 61 * i);
        actions << action;
    }
    return actions;
}

/// What must hold in every picture: the whole kill switch and the whole word of the state.
void checkBasicFacts(PanelWindow &panel)
{
    QWidget *window = &panel.window();
    const QWidget *banner = panel.find("stateBanner");
    const auto *word = panel.find<QLabel>("stateWord");
    const QRect needed = word->fontMetrics().boundingRect(word->contentsRect(), Qt::TextWordWrap, word->text());
    QVERIFY2(needed.height() <= word->height() && needed.width() <= word->width(), qPrintable(word->text()));
    for (const QLabel *label : banner->findChildren<QLabel *>()) {
        if (label->isVisible())
            QVERIFY2(label->height() >= label->heightForWidth(label->width()), qPrintable(label->text()));
    }

    auto *button = panel.find<KillSwitchButton>("killSwitchButton");
    if (button == nullptr)
        return;
    const QRect place(button->mapTo(window, QPoint()), button->size());
    QVERIFY(window->rect().contains(place));
    QCOMPARE(button->visibleRegion().boundingRect(), button->rect()); // nothing lies over it
    QVERIFY(button->height() >= button->heightForWidth(button->width()));
    QVERIFY(!place.intersects(QRect(banner->mapTo(window, QPoint()), banner->size())));
}

} // namespace

class TestPictures : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void states_data();
    void states();
    void emptyDatabase();
    void enableExecution();
    void reset();
    void readOnly();
    void twiceTheScale();

private:
    void take(PanelWindow &panel, const QString &name);
};

void TestPictures::init()
{
    QApplication::setPalette(lightPalette());
}

void TestPictures::cleanup()
{
    QApplication::setPalette(lightPalette());
}

void TestPictures::take(PanelWindow &panel, const QString &name)
{
    QTest::qWait(20); // layouts settle
    checkBasicFacts(panel);
    const QPixmap picture = panel.window().grab();
    QVERIFY(!picture.isNull());
    const QString folder = qEnvironmentVariable("ANDON_PICTURES");
    if (folder.isEmpty())
        return;
    QVERIFY(QDir().mkpath(folder));
    QVERIFY(picture.save(QDir(folder).filePath(name + QStringLiteral(".png"))));
}

void TestPictures::states_data()
{
    QTest::addColumn<SafetyStatus>("status");
    QTest::addColumn<int>("receiptStage"); // -1: none
    QTest::addColumn<int>("actions");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<bool>("isDark");

    const SafetyStatus observe = knownStatus(SafetyMode::Observe, false, 10);
    const SafetyStatus execute = knownStatus(SafetyMode::Execute, false, 10);
    const SafetyStatus stopped = knownStatus(SafetyMode::Observe, true);
    SafetyStatus many = knownStatus(SafetyMode::Execute, false, 12'345);
    many.executing = 2;
    SafetyStatus requested = execute;
    requested.isStopRequested = true;
    SafetyStatus undelivered;
    undelivered.isStopRequested = true;
    undelivered.isStopDelivered = false;
    SafetyStatus unknown;
    unknown.problem = QStringLiteral("The database cannot be opened: the folder is not there.");
    SafetyStatus dead = unknown;
    dead.stopObstacle = QStringLiteral("The folder /var/lib/andon is not there.");

    const QSize usual(1200, 760);
    const QSize small(900, 600);
    const QSize narrow(700, 600);
    const QSize smallest(640, 520);
    for (const bool isDark : {false, true}) {
        const auto row = [&](const char *name, const SafetyStatus &status, int stage, int actions, const QSize &size) {
            QTest::newRow(qPrintable(QString::fromLatin1(name) + (isDark ? QStringLiteral("-dark") : QString())))
                << status << stage << actions << size << isDark;
        };
        row("observe", observe, int(Stage::Completed), 10, usual);
        row("execute", execute, -1, 10, usual);
        row("stopped", stopped, int(Stage::Completed), 1, usual);
        row("not-recorded", requested, int(Stage::Requested), 10, usual);
        row("not-delivered", undelivered, int(Stage::Requested), 10, usual);
        row("unknown", unknown, -1, 0, usual);
        row("ineffective", dead, -1, 0, usual);
        row("long-list", many, int(Stage::Completed), 500, usual);
        row("small", execute, int(Stage::Completed), 10, small);
        row("narrow", execute, int(Stage::Completed), 10, narrow);
        row("smallest-not-recorded", requested, int(Stage::Requested), 10, smallest);
        row("smallest-not-delivered", undelivered, int(Stage::Requested), 10, smallest);
        row("smallest-ineffective", dead, -1, 0, smallest);
    }
}

void TestPictures::states()
{
    QFETCH(SafetyStatus, status);
    QFETCH(int, receiptStage);
    QFETCH(int, actions);
    QFETCH(QSize, size);
    QFETCH(bool, isDark);
    if (isDark)
        QApplication::setPalette(darkPalette());

    PanelWindow panel(PanelWindow::Live::No);
    auto *pending = panel.window().findChild<PendingActionsView *>();
    if (receiptStage >= 0) {
        StopReceipt receipt = receiptAt(static_cast<Stage>(receiptStage), 8);
        receipt.isDelivered = status.isStopDelivered;
        if (!receipt.isDelivered)
            receipt.permitRevokedUs.reset();
        emit panel.station().receiptChanged(receipt);
    }
    pending->showActions(plausibleActions(actions));
    emit panel.station().statusChanged(status);
    panel.show(size);
    QCOMPARE(panel.window().size(), size);
    take(panel, QString::fromLatin1(QTest::currentDataTag()));
}

void TestPictures::emptyDatabase()
{
    PanelWindow panel;
    panel.show();
    QTRY_VERIFY(panel.bannerName().contains(QStringLiteral("OBSERVE ONLY")));
    QTRY_COMPARE(panel.find<QLabel>("pendingEmpty")->text(), QStringLiteral("Nothing is pending or running."));
    take(panel, QStringLiteral("empty"));
}

void TestPictures::enableExecution()
{
    PanelWindow panel(PanelWindow::Live::No);
    emit panel.station().statusChanged(knownStatus(SafetyMode::Observe, false, 12));
    panel.window().findChild<PendingActionsView *>()->showActions(plausibleActions(12));
    panel.show({900, 600});
    panel.click("executeButton");
    panel.type("modeReasonEdit", QStringLiteral("moving leaders off store 4"));
    take(panel, QStringLiteral("enable-execution"));
}

void TestPictures::reset()
{
    PanelWindow panel(PanelWindow::Live::No);
    emit panel.station().receiptChanged(receiptAt(Stage::Completed, 8));
    emit panel.station().statusChanged(knownStatus(SafetyMode::Observe, true));
    panel.show({900, 600});
    panel.click("resetButton");
    take(panel, QStringLiteral("reset"));
    panel.window().findChild<MessageStrip *>()->showError(
        QStringLiteral("Stop 7 is not the one that stands: stop 8 has been pressed since."));
    take(panel, QStringLiteral("message"));
}

void TestPictures::readOnly()
{
    const TemporaryDatabase place;
    Workbench bench(place.path());
    bench.arm();
    bench.proposeValidated();
    PanelWindow panel(place.path(), PanelWindow::Live::Yes, true, place.folder());
    panel.show();
    QTRY_VERIFY(panel.bannerName().contains(QStringLiteral("EXECUTING ALLOWED")));
    QTRY_COMPARE(panel.window().findChild<PendingActionsModel *>()->rowCount(), 1);
    take(panel, QStringLiteral("read-only"));
}

void TestPictures::twiceTheScale()
{
    if (qEnvironmentVariableIsSet("ANDON_TWICE")) {
        PanelWindow panel(PanelWindow::Live::No);
        QCOMPARE(panel.window().devicePixelRatioF(), 2.0);
        emit panel.station().receiptChanged(receiptAt(Stage::Completed, 8));
        emit panel.station().statusChanged(knownStatus(SafetyMode::Execute, false, 10));
        panel.window().findChild<PendingActionsView *>()->showActions(plausibleActions(10));
        panel.show({900, 600});
        take(panel, QStringLiteral("twice-the-scale"));
        StopReceipt waiting = receiptAt(Stage::Requested);
        waiting.isDelivered = false;
        waiting.permitRevokedUs.reset();
        emit panel.station().receiptChanged(waiting);
        panel.click("withdrawStopButton");
        take(panel, QStringLiteral("twice-the-scale-not-delivered"));
        return;
    }
    QProcess twice;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("QT_SCALE_FACTOR"), QStringLiteral("2"));
    environment.insert(QStringLiteral("ANDON_TWICE"), QStringLiteral("1"));
    twice.setProcessEnvironment(environment);
    twice.setProcessChannelMode(QProcess::MergedChannels);
    twice.start(QCoreApplication::applicationFilePath(), {QStringLiteral("twiceTheScale")});
    QVERIFY(twice.waitForFinished(60'000));
    QVERIFY2(twice.exitCode() == 0, twice.readAll().constData());
}

QTEST_MAIN(TestPictures)
#include "tst_pictures.moc"
