// SPDX-License-Identifier: Apache-2.0
// The whole window on a real database: arm, press, see the truth, reset; and nothing that is ever in the way.

#include "tests/support/ForeignClient.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Workbench.h"
#include "tests/support/ui/PanelWindow.h"
#include "ui/actions/PendingActionsModel.h"
#include "ui/safety/KillSwitchButton.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QAction>
#include <QCheckBox>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QSettings>
#include <QSplitter>
#include <QtTest>

using namespace andon;
using namespace andon::test;

namespace {

/// A window, and another program on the same database.
struct Scene
{
    TemporaryDatabase place;
    Workbench bench{place.path()};
    PanelWindow panel{place.path(), PanelWindow::Live::Yes, false, place.folder()};

    Scene() { panel.show(); }
    [[nodiscard]] bool says(const QString &word) { return panel.bannerName().endsWith(QStringLiteral(": ") + word); }
    void enableExecution(bool keepPending = false)
    {
        panel.click("executeButton");
        panel.type("modeReasonEdit", QStringLiteral("a test"));
        panel.find<QCheckBox>("keepPendingBox")->setChecked(keepPending);
        panel.click("enableExecutionButton");
        QTRY_VERIFY(says(QStringLiteral("EXECUTING ALLOWED")));
    }
};

} // namespace

class TestMainWindow : public QObject
{
    Q_OBJECT

private slots:
    void sequenceFromArmToReset();
    void executeAsksForAReasonAndSpellsItOut();
    void keepPendingKeeps();
    void observeActsAtOnce();
    void s6_clickMovesNothing();
    void s1_pressWhileSomethingIsOpen_data();
    void s1_pressWhileSomethingIsOpen();
    void s1_emergencyKeyFromALineEdit();
    void s6_lockedDatabaseShowsNotYetRecordedUntilItIs();
    void s5_resetAgainstAnOlderStopFailsWithASentence();
    void newerStopClosesTheResetDialog();
    void staleEpochCannotArm();
    void s6_vanishedServerIsUnknownUntilItIsBack();
    void s6_vanishedDatabaseIsUnknownAndTheFolderGoneIsIneffective();
    void openingIsNeutral();
    void killSwitchIsThereFirstAndTheRestFollows();
    void readOnlyHasNothingToPress();
    void nothingIsEverModal();
    void everyControlHasAName();
    void keyboardReachesEverything();
    void stopIsTheLargestWord();
    void remembersGeometrySplitterAndFilter();
    void killSwitchIsWholeAtEverySize_data();
    void killSwitchIsWholeAtEverySize();
};

void TestMainWindow::sequenceFromArmToReset()
{
    Scene scene;
    PanelWindow &panel = scene.panel;
    QTRY_VERIFY(scene.says(QStringLiteral("OBSERVE ONLY")));
    scene.enableExecution();
    QVERIFY(scene.bench.controller.canExecute());
    QList<ProposalId> ids;
    for (int i = 0; i < 3; ++i)
        ids << scene.bench.proposeValidated();
    QTRY_COMPARE(panel.window().findChild<PendingActionsModel *>()->rowCount(), 3);

    panel.pressKillSwitch(); // and never released
    QTRY_VERIFY(scene.says(QStringLiteral("STOPPED")));
    QVERIFY(!scene.bench.controller.canExecute());
    QTRY_VERIFY(panel.find("receiptView")->accessibleDescription().contains(QStringLiteral("3 cancelled, done")));
    QTRY_COMPARE(panel.window().findChild<PendingActionsModel *>()->rowCount(), 0);
    QVERIFY(!panel.find("executeButton")->isEnabled());
    QCOMPARE(panel.find<QLabel>("modeConsequences")->text(), QStringLiteral("Reset stop 1 first."));

    panel.click("resetButton");
    QVERIFY(panel.shows("resetDialog"));
    QVERIFY(panel.find<QLabel>("resetFacts")->text().contains(QStringLiteral("3 pending actions were cancelled")));
    QVERIFY(!panel.find("confirmResetButton")->isEnabled());
    panel.type("resetReasonEdit", QStringLiteral("found and fixed"));
    panel.click("confirmResetButton");
    QTRY_VERIFY(scene.says(QStringLiteral("OBSERVE ONLY")));
    QVERIFY(!scene.bench.controller.canExecute());
    for (const ProposalId id : ids)
        QCOMPARE(scene.bench.statusOf(id), QStringLiteral("cancelled"));
    QCOMPARE(scene.bench.countEvents(EventType::kKillSwitch), 1);
}

void TestMainWindow::executeAsksForAReasonAndSpellsItOut()
{
    Scene scene;
    scene.bench.proposeValidated();
    scene.bench.propose();
    QTRY_COMPARE(scene.panel.station().status().pending, 2);
    scene.panel.click("executeButton");
    const QString text = scene.panel.find<QLabel>("enableConsequences")->text();
    QVERIFY2(text.contains(QStringLiteral("2 actions are pending. They will be cancelled")), qPrintable(text));
    QVERIFY2(text.contains(QStringLiteral("starts nothing by itself")), qPrintable(text));
    QCOMPARE(scene.panel.find<QCheckBox>("keepPendingBox")->text(), QStringLiteral("&Keep the 2 pending actions"));
    QVERIFY(!scene.panel.find("enableExecutionButton")->isEnabled());
    scene.panel.type("modeReasonEdit", QStringLiteral("   "));
    QVERIFY(!scene.panel.find("enableExecutionButton")->isEnabled());
    scene.panel.click("modeBackButton");
    QVERIFY(!scene.panel.shows("enableExecutionPanel"));
    QVERIFY(scene.bench.controller.isObserveOnly());
}

void TestMainWindow::keepPendingKeeps()
{
    Scene scene;
    const ProposalId id = scene.bench.proposeValidated();
    QTRY_COMPARE(scene.panel.station().status().pending, 1);
    scene.enableExecution(true);
    QCOMPARE(scene.bench.statusOf(id), QStringLiteral("validated"));
}

void TestMainWindow::observeActsAtOnce()
{
    Scene scene;
    QTRY_VERIFY(scene.says(QStringLiteral("OBSERVE ONLY")));
    scene.enableExecution();
    const ProposalId id = scene.bench.proposeValidated();
    QTRY_VERIFY(scene.panel.find<QLabel>("modeConsequences")->text().contains(QStringLiteral("the one pending")));
    scene.panel.click("observeButton");
    QTRY_VERIFY(scene.says(QStringLiteral("OBSERVE ONLY")));
    QTRY_COMPARE(scene.bench.statusOf(id), QStringLiteral("cancelled"));
}

void TestMainWindow::s6_clickMovesNothing()
{
    PanelWindow panel(PanelWindow::Live::No); // nobody carries out or confirms anything
    emit panel.station().statusChanged(knownStatus(SafetyMode::Execute));
    panel.show();
    panel.click("observeButton");
    panel.pressKillSwitch();
    QTest::qWait(50);
    QVERIFY(panel.bannerName().contains(QStringLiteral("EXECUTING ALLOWED")));
    QVERIFY(panel.find<QAbstractButton>("executeButton")->isChecked());
    QVERIFY(!panel.find<QAbstractButton>("observeButton")->isChecked());
    emit panel.station().receiptChanged(receiptAt(StopReceipt::Stage::Requested));
    QVERIFY(panel.bannerName().contains(QStringLiteral("STOPPED, NOT YET RECORDED")));
}

void TestMainWindow::s1_pressWhileSomethingIsOpen_data()
{
    QTest::addColumn<QString>("open");
    for (const char *what : {"enable execution", "reset dialog", "file dialog", "about"})
        QTest::newRow(what) << QString::fromLatin1(what);
}

void TestMainWindow::s1_pressWhileSomethingIsOpen()
{
    QFETCH(QString, open);
    Scene scene;
    PanelWindow &panel = scene.panel;
    QTRY_VERIFY(scene.says(QStringLiteral("OBSERVE ONLY")));
    QFileDialog files(&panel.window());
    files.setOption(QFileDialog::DontUseNativeDialog);
    qint64 stops = 1;
    if (open == QStringLiteral("enable execution")) {
        panel.click("executeButton");
    } else if (open == QStringLiteral("reset dialog")) {
        panel.pressKillSwitch();
        ++stops;
        QTRY_VERIFY(scene.says(QStringLiteral("STOPPED")));
        panel.click("resetButton");
        QVERIFY(panel.shows("resetDialog"));
    } else if (open == QStringLiteral("file dialog")) {
        files.show();
        QVERIFY(QTest::qWaitForWindowExposed(&files));
    } else {
        for (QAction *action : panel.window().findChildren<QAction *>()) {
            if (action->menuRole() == QAction::AboutRole)
                action->trigger();
        }
        QTRY_VERIFY(panel.shows("aboutBox"));
    }
    QVERIFY(QApplication::activeModalWidget() == nullptr);
    QWidget *button = panel.find("killSwitchButton");
    QWindow *handle = panel.window().windowHandle();
    QTest::mousePress(handle, Qt::LeftButton, {}, button->mapTo(&panel.window(), button->rect().center()));
    QTRY_COMPARE(scene.bench.state().stopId.value, stops);
    QTRY_VERIFY(scene.says(QStringLiteral("STOPPED")));
}

void TestMainWindow::s1_emergencyKeyFromALineEdit()
{
    Scene scene;
    QTRY_VERIFY(scene.says(QStringLiteral("OBSERVE ONLY")));
    auto *edit = scene.panel.find<QLineEdit>("auditFilterEdit");
    QVERIFY(edit != nullptr);
    edit->setFocus();
    QTest::keyClick(edit, Qt::Key_Period, Qt::ControlModifier);
    QTRY_VERIFY(scene.says(QStringLiteral("STOPPED")));
    QCOMPARE(edit->text(), QString());
    QCOMPARE(scene.bench.state().reason, QStringLiteral("emergency key pressed in the panel"));
}

void TestMainWindow::s6_lockedDatabaseShowsNotYetRecordedUntilItIs()
{
    Scene scene;
    QTRY_VERIFY(scene.says(QStringLiteral("OBSERVE ONLY")));
    scene.enableExecution();
    ForeignClient other(scene.place.path());
    other.lockAll("BEGIN IMMEDIATE");
    scene.panel.pressKillSwitch();
    if (isOnPostgres()) { // which ends the session of whoever keeps a stop from its gate
        QTRY_VERIFY_WITH_TIMEOUT(scene.says(QStringLiteral("STOPPED")), 1'000);
        QVERIFY(scene.bench.state().tripped);
        QVERIFY(!other.run("COMMIT").isEmpty());
        return;
    }
    QTRY_VERIFY(!QFile::exists(scene.place.permitPath()));
    QTRY_VERIFY(scene.says(QStringLiteral("STOPPED, NOT YET RECORDED")));
    QTest::qWait(1'500);
    QVERIFY(scene.says(QStringLiteral("STOPPED, NOT YET RECORDED")));
    other.must("ROLLBACK");
    QTRY_VERIFY_WITH_TIMEOUT(scene.says(QStringLiteral("STOPPED")), 1'000);
}

void TestMainWindow::s5_resetAgainstAnOlderStopFailsWithASentence()
{
    Scene scene;
    QTRY_VERIFY(scene.says(QStringLiteral("OBSERVE ONLY")));
    scene.panel.pressKillSwitch();
    QTRY_VERIFY(scene.says(QStringLiteral("STOPPED")));
    scene.panel.click("resetButton");
    scene.panel.type("resetReasonEdit", QStringLiteral("fixed"));
    QSignalBlocker unaware(scene.panel.station()); // another stop, which this window has not seen
    static_cast<void>(scene.bench.controller.killSwitch(QStringLiteral("again")));
    scene.panel.click("confirmResetButton");
    QTRY_VERIFY(!scene.panel.message().isEmpty());
    QVERIFY2(!scene.panel.message().contains(QStringLiteral("SELECT")), qPrintable(scene.panel.message()));
    QVERIFY(scene.bench.state().tripped);
}

void TestMainWindow::newerStopClosesTheResetDialog()
{
    Scene scene;
    QTRY_VERIFY(scene.says(QStringLiteral("OBSERVE ONLY")));
    scene.panel.pressKillSwitch();
    QTRY_VERIFY(scene.says(QStringLiteral("STOPPED")));
    scene.panel.click("resetButton");
    static_cast<void>(scene.bench.controller.killSwitch(QStringLiteral("again")));
    QTRY_VERIFY(!scene.panel.shows("resetDialog"));
    QVERIFY2(scene.panel.message().contains(QStringLiteral("Stop 1 is no longer")), qPrintable(scene.panel.message()));
    QTRY_COMPARE(scene.panel.find<QLabel>("modeConsequences")->text(), QStringLiteral("Reset stop 2 first."));
}

void TestMainWindow::staleEpochCannotArm()
{
    Scene scene;
    QTRY_VERIFY(scene.says(QStringLiteral("OBSERVE ONLY")));
    scene.panel.click("executeButton");
    scene.panel.type("modeReasonEdit", QStringLiteral("a test"));
    QSignalBlocker unaware(scene.panel.station());
    const StopReceipt receipt = scene.bench.controller.killSwitch(QStringLiteral("elsewhere"));
    scene.bench.controller.reset(receipt.stopId, QStringLiteral("elsewhere"));
    scene.panel.click("enableExecutionButton");
    QTRY_VERIFY(!scene.panel.message().isEmpty());
    QVERIFY(scene.bench.controller.isObserveOnly());
}

void TestMainWindow::s6_vanishedServerIsUnknownUntilItIsBack()
{
    ANDON_POSTGRESQL_ONLY("a file that vanishes, and its folder, are below");
    Scene scene;
    QTRY_VERIFY(scene.says(QStringLiteral("OBSERVE ONLY")));
    auto *button = scene.panel.find<KillSwitchButton>("killSwitchButton");
    scene.place.takeAway();
    QTRY_VERIFY(scene.says(QStringLiteral("STATE UNKNOWN")));
    QVERIFY(button->isEffective()); // for what runs on this machine
    QVERIFY(!scene.panel.find("executeButton")->isEnabled());
    scene.place.giveBack();
    QTRY_VERIFY(scene.says(QStringLiteral("OBSERVE ONLY")));
}

void TestMainWindow::s6_vanishedDatabaseIsUnknownAndTheFolderGoneIsIneffective()
{
    ANDON_SQLITE_ONLY("a file and its folder; a server is above");
    auto place = std::make_unique<TemporaryDatabase>();
    const QString folder = place->file(QStringLiteral("inner"));
    QVERIFY(QDir().mkpath(folder));
    PanelWindow panel(folder + QStringLiteral("/andon.db"), PanelWindow::Live::Yes, false, place->folder());
    panel.show();
    QTRY_VERIFY(panel.bannerName().contains(QStringLiteral("OBSERVE ONLY")));
    auto *button = panel.find<KillSwitchButton>("killSwitchButton");
    QVERIFY(button->isEffective());

    QVERIFY(QFile::remove(folder + QStringLiteral("/andon.db")));
    QTRY_VERIFY(panel.bannerName().contains(QStringLiteral("STATE UNKNOWN")));
    QVERIFY(button->isEffective()); // the permit can still be taken away
    QVERIFY(!panel.find("executeButton")->isEnabled());

    QVERIFY(QDir(folder).removeRecursively());
    QTRY_VERIFY(!button->isEffective());
    QVERIFY(QDir().mkpath(folder));
    QTRY_VERIFY(button->isEffective());
}

void TestMainWindow::openingIsNeutral()
{
    PanelWindow panel(PanelWindow::Live::No);
    panel.show();
    QVERIFY2(panel.bannerName().contains(QStringLiteral("Opening")), qPrintable(panel.bannerName()));
    QVERIFY(panel.find<KillSwitchButton>("killSwitchButton")->isEffective());
    QVERIFY(!panel.find("executeButton")->isEnabled());
}

void TestMainWindow::killSwitchIsThereFirstAndTheRestFollows()
{
    const TemporaryDatabase place;
    Workbench bench(place.path());
    bench.propose();
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, place.folder());
    Station::Options options;
    options.database = place.path();
    Station station(options);
    MainWindow window(&station);
    station.open();
    QTRY_VERIFY(station.hasLooked()); // before there is anybody to hear it
    auto *button = window.findChild<KillSwitchButton *>();
    QVERIFY(button != nullptr);
    window.show();
    QVERIFY(window.focusWidget() != button);
    QTRY_VERIFY(window.findChild<PendingActionsModel *>() != nullptr);
    QTRY_COMPARE(window.findChild<PendingActionsModel *>()->rowCount(), 1);
    QVERIFY(window.focusWidget() != button);
    QTRY_VERIFY(!window.windowIcon().isNull());
    QVERIFY(!window.windowIcon().pixmap(32).isNull());
}

void TestMainWindow::readOnlyHasNothingToPress()
{
    const TemporaryDatabase place;
    Workbench bench(place.path());
    bench.arm();
    bench.proposeValidated();
    PanelWindow panel(place.path(), PanelWindow::Live::Yes, true, place.folder());
    panel.show();
    QTRY_VERIFY(panel.bannerName().contains(QStringLiteral("EXECUTING ALLOWED")));
    for (const char *name : {"killSwitchButton", "modeToggle", "executeButton", "observeButton", "resetButton",
                             "cancelActionButton", "resetDialog", "enableExecutionPanel"})
        QVERIFY2(panel.find(name) == nullptr, name);
    QVERIFY(panel.find("stateBanner")->accessibleDescription().contains(QStringLiteral("Reviewer's view")));
    QTest::keyClick(panel.find("pendingTable"), Qt::Key_Delete);
    QTest::keyClick(&panel.window(), Qt::Key_Pause);
    QTest::qWait(100);
    QVERIFY(bench.controller.canExecute());
    QCOMPARE(bench.store.countPending(), 1);
}

void TestMainWindow::nothingIsEverModal()
{
    Scene scene;
    QTRY_VERIFY(scene.says(QStringLiteral("OBSERVE ONLY")));
    scene.panel.click("executeButton");
    for (QAction *action : scene.panel.window().findChildren<QAction *>()) {
        if (action->menuRole() == QAction::AboutRole)
            action->trigger();
    }
    for (const QWidget *widget : QApplication::topLevelWidgets())
        QVERIFY2(!widget->isModal(), qPrintable(widget->objectName()));
    QVERIFY(QGuiApplication::modalWindow() == nullptr);
}

void TestMainWindow::everyControlHasAName()
{
    Scene scene;
    QTRY_VERIFY(scene.says(QStringLiteral("OBSERVE ONLY")));
    scene.panel.click("executeButton");
    scene.panel.click("modeBackButton");
    scene.panel.pressKillSwitch();
    QTRY_VERIFY(scene.says(QStringLiteral("STOPPED")));
    scene.panel.click("resetButton");
    for (QWidget *widget : scene.panel.window().findChildren<QWidget *>()) {
        if ((widget->focusPolicy() & Qt::TabFocus) == 0 || widget->objectName().startsWith(QStringLiteral("qt_")))
            continue;
        QAccessibleInterface *accessible = QAccessible::queryAccessibleInterface(widget);
        QVERIFY(accessible != nullptr);
        QVERIFY2(!accessible->text(QAccessible::Name).isEmpty(),
                 qPrintable(QString::fromLatin1(widget->metaObject()->className()) + u' ' + widget->objectName()));
    }
}

void TestMainWindow::keyboardReachesEverything()
{
    Scene scene;
    QTRY_VERIFY(scene.says(QStringLiteral("OBSERVE ONLY")));
    scene.bench.proposeValidated();
    QTRY_VERIFY(scene.panel.shows("pendingTable"));
    // Enter out of habit must not stop the line.
    QVERIFY(scene.panel.window().focusWidget() != scene.panel.find("killSwitchButton"));

    QSet<QString> reached;
    QWidget *button = scene.panel.find("killSwitchButton");
    button->setFocus();
    for (int i = 0; i < 40; ++i) {
        reached.insert(scene.panel.window().focusWidget()->objectName());
        QTest::keyClick(scene.panel.window().focusWidget(), Qt::Key_Tab);
    }
    for (const char *name : {"killSwitchButton", "observeButton", "executeButton", "pendingTable", "auditFilterEdit"})
        QVERIFY2(reached.contains(QString::fromLatin1(name)), name);
}

void TestMainWindow::stopIsTheLargestWord()
{
    PanelWindow panel(PanelWindow::Live::No);
    panel.show();
    const int stop = QFontInfo(panel.find<KillSwitchButton>("killSwitchButton")->wordFont()).pixelSize();
    for (const QWidget *widget : panel.window().findChildren<QWidget *>())
        QVERIFY2(QFontInfo(widget->font()).pixelSize() < stop, widget->metaObject()->className());
}

void TestMainWindow::remembersGeometrySplitterAndFilter()
{
    const TemporaryDatabase place;
    QList<int> sizes;
    {
        PanelWindow panel(place.path(), PanelWindow::Live::No, false, place.folder());
        panel.show({960, 640});
        auto *splitter = panel.find<QSplitter>("centreSplitter");
        splitter->setSizes({400, 200});
        sizes = splitter->sizes();
        panel.find<QLineEdit>("auditFilterEdit")->setText(QStringLiteral("type:failed since:2h"));
        panel.window().close();
    }
    PanelWindow panel(place.path(), PanelWindow::Live::No, false, place.folder());
    panel.window().show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel.window()));
    QCOMPARE(panel.window().size(), QSize(960, 640));
    QCOMPARE(panel.find<QSplitter>("centreSplitter")->sizes(), sizes);
    QCOMPARE(panel.find<QLineEdit>("auditFilterEdit")->text(), QStringLiteral("type:failed since:2h"));
}

void TestMainWindow::killSwitchIsWholeAtEverySize_data()
{
    QTest::addColumn<QSize>("size");
    QTest::newRow("wide") << QSize(1600, 1000);
    QTest::newRow("small") << QSize(900, 600);
    QTest::newRow("narrow") << QSize(700, 600);
    QTest::newRow("as small as it gets") << QSize(1, 1);
}

void TestMainWindow::killSwitchIsWholeAtEverySize()
{
    QFETCH(QSize, size);
    PanelWindow panel(PanelWindow::Live::No);
    SafetyStatus status;
    status.problem = QString(QStringLiteral("The disk has failed. ")).repeated(30);
    status.stopObstacle = status.problem;
    emit panel.station().statusChanged(status);
    panel.show(size);
    auto *button = panel.find<KillSwitchButton>("killSwitchButton");
    QTRY_VERIFY(button->visibleRegion().boundingRect() == button->rect());
    QVERIFY(panel.window().rect().contains(QRect(button->mapTo(&panel.window(), QPoint()), button->size())));
    QVERIFY(button->height() >= button->heightForWidth(button->width()));
}

QTEST_MAIN(TestMainWindow)
#include "tst_mainwindow.moc"
