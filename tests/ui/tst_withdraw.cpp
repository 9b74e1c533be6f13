// SPDX-License-Identifier: Apache-2.0
// A stop that was pressed while the server is away: what the window says of it, and how it is taken back. The rows that
// need a server run on PostgreSQL; the others show what a station would tell.

#include "tests/support/TestEngine.h"
#include "tests/support/Workbench.h"
#include "tests/support/ui/PanelWindow.h"
#include "ui/safety/StateBanner.h"

#include <QAccessible>
#include <QDir>
#include <QLabel>
#include <QPushButton>
#include <QtTest>

using namespace andon;
using namespace andon::test;
using Stage = StopReceipt::Stage;

namespace {

constexpr int kPatienceMs = 10'000;

StopReceipt undelivered(const QString &uid = QStringLiteral("4f1c"))
{
    StopReceipt receipt = receiptAt(Stage::Requested);
    receipt.requestUid = uid;
    receipt.isDelivered = false;
    receipt.permitRevokedUs.reset();
    return receipt;
}

/// A window to which the test tells that a stop waits for its server.
struct Told
{
    PanelWindow panel{PanelWindow::Live::No};

    Told()
    {
        SafetyStatus status;
        status.problem = QStringLiteral("The server does not answer.");
        status.isStopRequested = true;
        status.isStopDelivered = false;
        emit panel.station().statusChanged(status);
        emit panel.station().receiptChanged(undelivered());
        panel.show();
    }
};

QString nameOf(QWidget *widget)
{
    QAccessibleInterface *accessible = QAccessible::queryAccessibleInterface(widget);
    return accessible != nullptr ? accessible->text(QAccessible::Name) : QString();
}

} // namespace

class TestWithdraw : public QObject
{
    Q_OBJECT

private slots:
    void saysWhatTheStopDoesAndWhatBecomesOfIt();
    void isReachedAndAnsweredByTheKeyboard();
    void askingAndGoingBackWithdrawsNothing();
    void aDeliveryClosesTheQuestion();
    void aStopThatIsDeliveredCannotBeWithdrawn();
    void whatCouldNotEvenBeKeptIsNoStop();
    void pressedWithdrawnPressedAndDelivered();
};

void TestWithdraw::saysWhatTheStopDoesAndWhatBecomesOfIt()
{
    Told told;
    QCOMPARE(told.panel.bannerName(), QString("Safety state: STOP REQUESTED, NOT DELIVERED"));
    QStringList said;
    for (const QLabel *label : told.panel.find("stateBanner")->findChildren<QLabel *>()) {
        if (label->isVisible())
            said << label->text();
    }
    const QString all = said.join(u'\n');
    QVERIFY2(all.contains("Until it is delivered, the stop works on this machine only."), qPrintable(all));
    QVERIFY2(all.contains("It is delivered by itself once the server answers."), qPrintable(all)); // and not cut
    QVERIFY(told.panel.find<QLabel>("modeConsequences")->text().contains("end of their lease"));
    const QString receipt = told.panel.find("receiptView")->accessibleDescription();
    QVERIFY2(receipt.contains("not delivered to the server"), qPrintable(receipt));
    QVERIFY(told.panel.shows("withdrawStopButton"));
    QVERIFY(!told.panel.shows("resetButton"));
}

void TestWithdraw::isReachedAndAnsweredByTheKeyboard()
{
    Told told;
    QWidget *button = told.panel.find("withdrawStopButton");
    QCOMPARE(nameOf(button), QString("Withdraw the stop that is not delivered"));
    told.panel.find("killSwitchButton")->setFocus();
    for (int i = 0; i < 40 && told.panel.window().focusWidget() != button; ++i)
        QTest::keyClick(told.panel.window().focusWidget(), Qt::Key_Tab);
    QCOMPARE(told.panel.window().focusWidget(), button);
    QTest::keyClick(button, Qt::Key_Space);
    QVERIFY(told.panel.shows("withdrawPanel"));
    QVERIFY(QApplication::activeModalWidget() == nullptr);
    // Space out of habit withdraws nothing.
    QCOMPARE(told.panel.window().focusWidget(), told.panel.find("withdrawBackButton"));
    for (QWidget *control : told.panel.find("withdrawPanel")->findChildren<QPushButton *>())
        QVERIFY2(!nameOf(control).isEmpty(), qPrintable(control->objectName()));
    QVERIFY(told.panel.find<QLabel>("withdrawCause")->text().contains("alice@ops-1"));
    QTest::keyClick(told.panel.find("withdrawPanel"), Qt::Key_Escape);
    QVERIFY(!told.panel.shows("withdrawPanel"));
}

void TestWithdraw::askingAndGoingBackWithdrawsNothing()
{
    Told told;
    told.panel.click("withdrawStopButton");
    told.panel.click("withdrawBackButton");
    QVERIFY(!told.panel.shows("withdrawPanel"));
    QVERIFY(told.panel.shows("withdrawStopButton"));
    QVERIFY(told.panel.bannerName().contains("NOT DELIVERED"));
}

void TestWithdraw::aDeliveryClosesTheQuestion()
{
    Told told;
    told.panel.click("withdrawStopButton");
    StopReceipt news = undelivered();
    news.isDelivered = true;
    news.permitRevokedUs = 42'000;
    emit told.panel.station().receiptChanged(news);
    QVERIFY(!told.panel.shows("withdrawPanel"));
    QVERIFY(!told.panel.shows("withdrawStopButton"));
    QVERIFY2(told.panel.message().contains("delivered meanwhile"), qPrintable(told.panel.message()));
}

void TestWithdraw::aStopThatIsDeliveredCannotBeWithdrawn()
{
    PanelWindow panel(PanelWindow::Live::No);
    panel.show();
    for (const Stage stage : {Stage::Requested, Stage::Committed, Stage::Completed}) {
        emit panel.station().receiptChanged(receiptAt(stage));
        QVERIFY(!panel.shows("withdrawStopButton"));
    }
}

void TestWithdraw::whatCouldNotEvenBeKeptIsNoStop()
{
    PanelWindow panel(PanelWindow::Live::No);
    SafetyStatus status;
    status.problem = QStringLiteral("The server does not answer.");
    emit panel.station().statusChanged(status);
    StopReceipt receipt = undelivered();
    receipt.isFiled = false;
    receipt.trouble = QStringLiteral("The stop request could not be filed.");
    emit panel.station().receiptChanged(receipt);
    panel.show();
    QVERIFY2(panel.bannerName().contains("STATE UNKNOWN"), qPrintable(panel.bannerName()));
    const QString said = panel.find("killSwitchButton")->accessibleDescription();
    QVERIFY2(said.contains(receipt.trouble), qPrintable(said));
    QVERIFY(panel.shows("withdrawStopButton")); // it is tried on, until it is taken back
}

void TestWithdraw::pressedWithdrawnPressedAndDelivered()
{
    ANDON_POSTGRESQL_ONLY("a file has no server that could be away");
    const TemporaryDatabase place;
    Workbench(place.path()).arm();
    PanelWindow panel(place.path(), PanelWindow::Live::Yes, false, place.folder());
    panel.show();
    const auto says = [&panel](const char *word) { return panel.bannerName().endsWith(QLatin1StringView(word)); };
    const auto isKeptHere = [&place] { return !QDir(stopOf(place.path())).isEmpty(); };
    QTRY_VERIFY_WITH_TIMEOUT(says(": EXECUTING ALLOWED"), kPatienceMs);

    place.takeAway();
    panel.pressKillSwitch();
    QTRY_VERIFY_WITH_TIMEOUT(says(": STOP REQUESTED, NOT DELIVERED"), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(panel.shows("withdrawStopButton"), kPatienceMs);
    QVERIFY(isKeptHere());
    QTest::mouseRelease(panel.find("killSwitchButton"), Qt::LeftButton);

    panel.click("withdrawStopButton");
    panel.click("confirmWithdrawButton");
    QTRY_VERIFY_WITH_TIMEOUT(says(": STATE UNKNOWN"), kPatienceMs); // as before: the server is still away
    QVERIFY(!isKeptHere());
    QVERIFY(!panel.shows("withdrawStopButton"));
    QVERIFY2(panel.message().contains("was withdrawn"), qPrintable(panel.message()));
    QVERIFY(panel.find("receiptView")->accessibleDescription().startsWith("Stop, withdrawn before it was delivered"));

    place.giveBack();
    QTRY_VERIFY_WITH_TIMEOUT(says(": EXECUTING ALLOWED"), kPatienceMs); // nobody has heard of it
    place.takeAway();
    panel.pressKillSwitch();
    QTRY_VERIFY_WITH_TIMEOUT(says(": STOP REQUESTED, NOT DELIVERED"), kPatienceMs);
    place.giveBack();
    QTRY_VERIFY_WITH_TIMEOUT(says(": STOPPED"), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(!panel.shows("withdrawStopButton"), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(!isKeptHere(), kPatienceMs);
    Workbench after(place.path(), {}, existing());
    QVERIFY(after.state().tripped);
    QCOMPARE(after.countEvents(EventType::kKillSwitch), qint64(1)); // of the one that was withdrawn nothing
}

QTEST_MAIN(TestWithdraw)
#include "tst_withdraw.moc"
