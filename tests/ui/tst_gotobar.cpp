// SPDX-License-Identifier: Apache-2.0
// The line to type an id or a time into: it comes with the first character, and goes without a trace.

#include "tests/support/ui/PanelWindow.h"
#include "ui/audit/list/GoToBar.h"

#include <QApplication>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QStyleFactory>
#include <QTableWidget>
#include <QtTest>

using namespace andon;
using namespace andon::test;

namespace {

/// A table with the bar over it, and another place for the focus.
struct Place
{
    explicit Place(const QSize &size = {640, 300})
    {
        window.resize(size);
        table.setGeometry(0, 0, size.width(), size.height() - 40);
        other.setGeometry(0, size.height() - 40, size.width(), 40);
        window.show();
        window.activateWindow();
        table.setFocus();
    }

    [[nodiscard]] QLineEdit *edit() { return bar.findChild<QLineEdit *>("goToEdit"); }
    [[nodiscard]] QLabel *error() { return bar.findChild<QLabel *>("goToError"); }

    QWidget window;
    QTableWidget table{20, 3, &window};
    QLineEdit other{&window};
    GoToBar bar{&table};
    QSignalSpy requested{&bar, &GoToBar::requested};
    QSignalSpy closed{&bar, &GoToBar::closed};
};

} // namespace

class TestGoToBar : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void beginsWithADigitOrASign();
    void typingGoesOnInTheBar();
    void escapeGivesTheFocusBack();
    void errorStaysUntilSomethingElseIsTyped();
    void turningElsewhereClosesIt();
    void staysAtTheBottom();
    void everythingHasAName();
    void pictures_data();
    void pictures();
};

void TestGoToBar::initTestCase()
{
    QApplication::setStyle(QStyleFactory::create("Fusion"));
    QApplication::setPalette(lightPalette());
}

void TestGoToBar::beginsWithADigitOrASign()
{
    for (const char *text : {"#", "0", "9"})
        QVERIFY2(GoToBar::begins(text), text);
    for (const char *text : {"", "a", "-", "12", ":", "\n"})
        QVERIFY2(!GoToBar::begins(text), text);
    QVERIFY(!GoToBar::begins(QString::fromUtf8("\xD9\xA3"))); // a digit, but of another script
}

void TestGoToBar::typingGoesOnInTheBar()
{
    Place place;
    QVERIFY(!place.bar.isVisible());
    place.bar.start("1");
    QVERIFY(place.bar.isVisible());
    QTRY_VERIFY(place.edit()->hasFocus());
    QTest::keyClicks(place.edit(), "4:03 ");
    QTest::keyClick(place.edit(), Qt::Key_Return);
    QCOMPARE(place.requested.size(), 1);
    QCOMPARE(place.requested[0][0].toString(), QString("14:03"));
    QVERIFY(place.bar.isVisible()); // until the answer is there
    place.bar.finish();
    QVERIFY(!place.bar.isVisible());
    QTRY_VERIFY(place.table.hasFocus());

    place.bar.start("#");
    QTest::keyClick(place.edit(), Qt::Key_Backspace);
    QTest::keyClick(place.edit(), Qt::Key_Return);
    QCOMPARE(place.requested.size(), 1);
    QVERIFY(!place.bar.isVisible());
}

void TestGoToBar::escapeGivesTheFocusBack()
{
    Place place;
    QTRY_VERIFY(place.table.hasFocus());
    place.bar.start("7");
    QTest::keyClick(place.edit(), Qt::Key_Escape);
    QVERIFY(!place.bar.isVisible());
    QTRY_VERIFY(place.table.hasFocus());
    QCOMPARE(place.closed.size(), 1);
    QVERIFY(place.requested.isEmpty());
}

void TestGoToBar::errorStaysUntilSomethingElseIsTyped()
{
    Place place({320, 300});
    place.bar.start("7");
    const int before = place.bar.height();
    place.bar.showError("There is no event #7. The newest is #5.\n<b>x</b>");
    QVERIFY(place.error()->isVisible());
    QVERIFY(place.bar.height() > before);
    QVERIFY(place.error()->text().contains("<b>x</b>"));
    QCOMPARE(place.error()->textFormat(), Qt::PlainText);
    QVERIFY(place.edit()->accessibleDescription().contains("no event #7"));
    QTest::keyClicks(place.edit(), "5"); // in the place of what was wrong
    QCOMPARE(place.bar.text(), QString("5"));
    QVERIFY(!place.error()->isVisible());
    QCOMPARE(place.bar.height(), before);
}

void TestGoToBar::turningElsewhereClosesIt()
{
    Place place;
    place.bar.start("7");
    QTRY_VERIFY(place.edit()->hasFocus());
    place.other.setFocus();
    QTRY_VERIFY(!place.bar.isVisible());
    QVERIFY(place.other.hasFocus());
}

void TestGoToBar::staysAtTheBottom()
{
    Place place;
    place.bar.start("7");
    place.table.resize(400, 200);
    QTRY_COMPARE(place.bar.geometry().bottom(), 199);
    QCOMPARE(place.bar.width(), 400);
}

void TestGoToBar::everythingHasAName()
{
    Place place;
    QVERIFY(!place.bar.accessibleName().isEmpty());
    QVERIFY(!place.edit()->accessibleName().isEmpty());
    place.bar.start("7");
    QVERIFY(!place.edit()->accessibleDescription().isEmpty());
}

void TestGoToBar::pictures_data()
{
    QTest::addColumn<int>("width");
    QTest::addColumn<bool>("isDark");
    QTest::addColumn<bool>("hasError");
    for (const bool isDark : {false, true}) {
        for (const int width : {320, 700}) {
            QTest::addRow("plain-%d-%s", width, isDark ? "dark" : "light") << width << isDark << false;
            QTest::addRow("error-%d-%s", width, isDark ? "dark" : "light") << width << isDark << true;
        }
    }
}

void TestGoToBar::pictures()
{
    QFETCH(int, width);
    QFETCH(bool, isDark);
    QFETCH(bool, hasError);
    QApplication::setPalette(isDark ? darkPalette() : lightPalette());
    {
        Place place({width, 200});
        place.bar.start("14:0");
        if (hasError)
            place.bar.showError("14:0 is neither an id nor a time. Write #123, 14:03 or 2h.");
        QVERIFY(place.edit()->width() > 60);
        QCOMPARE(place.bar.width(), width);
        const QString folder = qEnvironmentVariable("ANDON_PICTURES");
        if (!folder.isEmpty()) {
            QVERIFY(QDir().mkpath(folder));
            QVERIFY(
                place.window.grab().save(QDir(folder).filePath(QString("goto-%1.png").arg(QTest::currentDataTag()))));
        }
    }
    QApplication::setPalette(lightPalette());
}

QTEST_MAIN(TestGoToBar)
#include "tst_gotobar.moc"
