// SPDX-License-Identifier: Apache-2.0
// The kill switch and the emergency keys: one press, wherever the focus is and whatever is open.

#include "ui/safety/EmergencyKeys.h"
#include "ui/safety/KillSwitchButton.h"

#include <QAbstractItemView>
#include <QAccessible>
#include <QBoxLayout>
#include <QCompleter>
#include <QDialog>
#include <QImage>
#include <QLineEdit>
#include <QMenu>
#include <QSignalSpy>
#include <QtTest>

using namespace andon;

namespace {

/// A window with a kill switch and a line to type in.
struct Bench
{
    QWidget window;
    KillSwitchButton *button = new KillSwitchButton(&window);
    QLineEdit *edit = new QLineEdit(&window);
    QSignalSpy demanded{button, &KillSwitchButton::stopDemanded};

    Bench()
    {
        auto *column = new QVBoxLayout(&window);
        column->addWidget(button);
        column->addWidget(edit);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
    }

    /// Presses through the window system, so that an open popup gets its chance to take the press.
    void pressThroughWindow(const QWidget *receiver)
    {
        const QPoint global = button->mapToGlobal(button->rect().center());
        QWindow *handle = receiver->window()->windowHandle();
        QTest::mousePress(handle, Qt::LeftButton, {}, handle->mapFromGlobal(global));
    }
};

int countColor(const QImage &image, const QColor &color)
{
    int count = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            count += image.pixelColor(x, y) == color ? 1 : 0;
    return count;
}

} // namespace

class TestKillSwitchButton : public QObject
{
    Q_OBJECT

private slots:
    void s1_actsOnPressWithoutRelease();
    void everyPressCounts();
    void otherMouseButtonsDoNothing();
    void keysPressIt_data();
    void keysPressIt();
    void assistiveTechnologyPressesIt();
    void s1_pressReachesItWhileAMenuIsOpen();
    void s1_pressReachesItWhileCompletionsAreOpen();
    void pressInAMenuAboveItIsTheMenus();
    void isARedDiscOnYellow();
    void s6_deadStopLooksDeadAndStillTries();
    void captionFits();
    void emergencyKeys_data();
    void emergencyKeys();
    void heldEmergencyKeyCountsOnce();
    void emergencyKeysWorkInAnotherDialog();
    void emergencyKeysWorkInAMenu();
};

void TestKillSwitchButton::s1_actsOnPressWithoutRelease()
{
    Bench bench;
    QTest::mousePress(bench.button, Qt::LeftButton);
    QCOMPARE(bench.demanded.count(), 1);
    QTest::mouseRelease(bench.button, Qt::LeftButton);
    QCOMPARE(bench.demanded.count(), 1);
}

void TestKillSwitchButton::everyPressCounts()
{
    Bench bench;
    QTest::mouseClick(bench.button, Qt::LeftButton);
    QTest::mouseClick(bench.button, Qt::LeftButton, {}, QPoint(4, 4)); // the field counts as the disc does
    QCOMPARE(bench.demanded.count(), 2);
}

void TestKillSwitchButton::otherMouseButtonsDoNothing()
{
    Bench bench;
    QTest::mouseClick(bench.button, Qt::RightButton);
    QTest::mouseClick(bench.button, Qt::MiddleButton);
    QCOMPARE(bench.demanded.count(), 0);
}

void TestKillSwitchButton::keysPressIt_data()
{
    QTest::addColumn<Qt::Key>("key");
    QTest::addColumn<int>("presses");
    QTest::newRow("space") << Qt::Key_Space << 1;
    QTest::newRow("return") << Qt::Key_Return << 1;
    QTest::newRow("enter") << Qt::Key_Enter << 1;
    QTest::newRow("a letter") << Qt::Key_A << 0;
}

void TestKillSwitchButton::keysPressIt()
{
    QFETCH(Qt::Key, key);
    QFETCH(int, presses);
    Bench bench;
    bench.button->setFocus();
    QTest::keyPress(bench.button, key);
    QCOMPARE(bench.demanded.count(), presses);
    QKeyEvent held(QEvent::KeyPress, key, Qt::NoModifier, QString(), true);
    QCoreApplication::sendEvent(bench.button, &held);
    QTest::keyRelease(bench.button, key);
    QCOMPARE(bench.demanded.count(), presses);
}

void TestKillSwitchButton::assistiveTechnologyPressesIt()
{
    Bench bench;
    QAccessibleInterface *accessible = QAccessible::queryAccessibleInterface(bench.button);
    QVERIFY(accessible != nullptr);
    QCOMPARE(accessible->text(QAccessible::Name), QStringLiteral("Emergency stop"));
    QCOMPARE(accessible->role(), QAccessible::Button);
    QVERIFY(accessible->actionInterface() != nullptr);
    accessible->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QTRY_COMPARE(bench.demanded.count(), 1);
}

void TestKillSwitchButton::s1_pressReachesItWhileAMenuIsOpen()
{
    Bench bench;
    QMenu menu(&bench.window);
    menu.addAction(QStringLiteral("Something else"));
    menu.popup(bench.window.mapToGlobal(QPoint(0, bench.window.height() + 50)));
    QVERIFY(QTest::qWaitForWindowExposed(&menu));
    bench.pressThroughWindow(&menu);
    QCOMPARE(bench.demanded.count(), 1);
    QVERIFY(!menu.isVisible());
}

void TestKillSwitchButton::s1_pressReachesItWhileCompletionsAreOpen()
{
    Bench bench;
    QCompleter completer(QStringList{QStringLiteral("type:failed"), QStringLiteral("type:proposed")});
    bench.edit->setCompleter(&completer);
    bench.edit->setFocus();
    QTest::keyClicks(bench.edit, QStringLiteral("type"));
    QTRY_VERIFY(completer.popup()->isVisible());
    bench.pressThroughWindow(completer.popup());
    QCOMPARE(bench.demanded.count(), 1);
}

void TestKillSwitchButton::pressInAMenuAboveItIsTheMenus()
{
    Bench bench;
    QMenu menu(&bench.window);
    menu.setFixedSize(600, 600);
    menu.addAction(QStringLiteral("Something else"));
    menu.popup(bench.window.mapToGlobal(QPoint()) - QPoint(10, 10));
    QVERIFY(QTest::qWaitForWindowExposed(&menu));
    bench.pressThroughWindow(&menu);
    QCOMPARE(bench.demanded.count(), 0);
}

void TestKillSwitchButton::isARedDiscOnYellow()
{
    Bench bench;
    const QImage image = bench.button->grab().toImage();
    QCOMPARE(image.pixelColor(8, 8), QColor(0xFF, 0xD2, 0x00));
    const int row = 16 + KillSwitchButton::kDiscDiameter / 3; // above the word
    int red = 0;
    for (int x = 0; x < image.width(); ++x)
        red += image.pixelColor(x, row) == QColor(0xC8, 0x10, 0x2E) ? 1 : 0;
    QVERIFY(red > 140);
    QVERIFY(KillSwitchButton::kDiscDiameter >= 160);
    QVERIFY(countColor(image, Qt::white) > 200); // the word
}

void TestKillSwitchButton::s6_deadStopLooksDeadAndStillTries()
{
    Bench bench;
    bench.button->setObstacle(QStringLiteral("The folder is not there."));
    QVERIFY(!bench.button->isEffective());
    const QImage image = bench.button->grab().toImage();
    QCOMPARE(countColor(image, QColor(0xFF, 0xD2, 0x00)), 0);
    QCOMPARE(countColor(image, QColor(0xC8, 0x10, 0x2E)), 0);
    QVERIFY(bench.button->accessibleDescription().contains(QStringLiteral("andonctl kill")));
    QTest::mousePress(bench.button, Qt::LeftButton);
    QCOMPARE(bench.demanded.count(), 1);

    bench.button->setObstacle({});
    QVERIFY(countColor(bench.button->grab().toImage(), QColor(0xFF, 0xD2, 0x00)) > 1000);
}

void TestKillSwitchButton::captionFits()
{
    Bench bench;
    bench.button->setObstacle(QStringLiteral("The folder is not there."));
    for (const int width : {200, 264, 280, 400})
        QVERIFY(bench.button->heightForWidth(width) > KillSwitchButton::kDiscDiameter + 32);
    QVERIFY(bench.button->heightForWidth(200) > bench.button->heightForWidth(600)); // it wraps
}

void TestKillSwitchButton::emergencyKeys_data()
{
    QTest::addColumn<Qt::Key>("key");
    QTest::addColumn<Qt::KeyboardModifiers>("modifiers");
    QTest::addColumn<int>("stops");
    QTest::addColumn<QString>("typed");
    const auto row = [](const char *name, Qt::Key key, Qt::KeyboardModifiers modifiers, int stops,
                        const char *typed = "") {
        QTest::newRow(name) << key << modifiers << stops << QString::fromLatin1(typed);
    };
    row("Ctrl+.", Qt::Key_Period, Qt::ControlModifier, 1);
    row("Ctrl+Shift+.", Qt::Key_Period, Qt::ControlModifier | Qt::ShiftModifier, 1);
    row("Ctrl+. on the number pad", Qt::Key_Period, Qt::ControlModifier | Qt::KeypadModifier, 1);
    row("Pause", Qt::Key_Pause, Qt::NoModifier, 1);
    row("full stop", Qt::Key_Period, Qt::NoModifier, 0, ".");
    row("Ctrl+Alt+.", Qt::Key_Period, Qt::ControlModifier | Qt::AltModifier, 0, "."); // AltGr
    row("Ctrl+,", Qt::Key_Comma, Qt::ControlModifier, 0);
}

void TestKillSwitchButton::emergencyKeys()
{
    QFETCH(Qt::Key, key);
    QFETCH(Qt::KeyboardModifiers, modifiers);
    QFETCH(int, stops);
    QFETCH(QString, typed);
    Bench bench;
    EmergencyKeys keys;
    QSignalSpy spy(&keys, &EmergencyKeys::stopDemanded);
    bench.edit->setFocus();
    // Through the window, as a keyboard does: first the shortcut override, then the press.
    QTest::keyPress(bench.window.windowHandle(), key, modifiers);
    QTest::keyRelease(bench.window.windowHandle(), key, modifiers);
    QCOMPARE(spy.count(), stops);
    QCOMPARE(bench.edit->text(), typed);
}

void TestKillSwitchButton::heldEmergencyKeyCountsOnce()
{
    Bench bench;
    EmergencyKeys keys;
    QSignalSpy spy(&keys, &EmergencyKeys::stopDemanded);
    QTest::keyPress(bench.edit, Qt::Key_Pause);
    for (int i = 0; i < 20; ++i) {
        QKeyEvent held(QEvent::KeyPress, Qt::Key_Pause, Qt::NoModifier, QString(), true);
        QCoreApplication::sendEvent(bench.edit, &held);
    }
    QTest::keyRelease(bench.edit, Qt::Key_Pause);
    QCOMPARE(spy.count(), 1);
    QTest::keyPress(bench.edit, Qt::Key_Pause);
    QCOMPARE(spy.count(), 2);
}

void TestKillSwitchButton::emergencyKeysWorkInAnotherDialog()
{
    Bench bench;
    EmergencyKeys keys;
    QSignalSpy spy(&keys, &EmergencyKeys::stopDemanded);
    QDialog dialog(&bench.window);
    QLineEdit edit(&dialog);
    dialog.show();
    QVERIFY(QTest::qWaitForWindowExposed(&dialog));
    edit.setFocus();
    QTest::keyClick(&edit, Qt::Key_Period, Qt::ControlModifier);
    QCOMPARE(spy.count(), 1);
}

void TestKillSwitchButton::emergencyKeysWorkInAMenu()
{
    Bench bench;
    EmergencyKeys keys;
    QSignalSpy spy(&keys, &EmergencyKeys::stopDemanded);
    QMenu menu(&bench.window);
    menu.addAction(QStringLiteral("Something else"));
    menu.popup(QPoint(10, 10));
    QVERIFY(QTest::qWaitForWindowExposed(&menu));
    QTest::keyClick(&menu, Qt::Key_Pause);
    QCOMPARE(spy.count(), 1);
}

QTEST_MAIN(TestKillSwitchButton)
#include "tst_killswitchbutton.moc"
