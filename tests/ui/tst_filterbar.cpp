// SPDX-License-Identifier: Apache-2.0
// The filter's line: what it proposes and to which keys, and the buttons of common filters.

#include "ui/audit/filter/AuditFilterBar.h"
#include "ui/audit/filter/FilterChips.h"
#include "ui/audit/filter/FilterText.h"

#include <QApplication>
#include <QDir>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QShortcut>
#include <QSignalSpy>
#include <QStyleFactory>
#include <QToolButton>
#include <QVBoxLayout>
#include <QtTest>

using namespace andon;
using Field = AuditFilter::Term::Field;

namespace {

AuditVocabulary vocabulary()
{
    AuditVocabulary words;
    words.types = {"cancelled", "completed", "failed", "kill_switch", "my type"};
    words.actors = {"agent", "user"};
    words.dataPaths = {"region"};
    words.dataValues = {{"region", {"5", "7"}}};
    return words;
}

/// A window with a bar, its chips and a button that takes the focus.
struct Screen
{
    explicit Screen(QSize size = {700, 300})
        : bar(new AuditFilterBar(&window))
        , chips(new FilterChips(bar, &window))
    {
        other = new QPushButton("Other", &window);
        auto *layout = new QVBoxLayout(&window);
        layout->addWidget(bar);
        layout->addWidget(chips);
        layout->addStretch(1);
        layout->addWidget(other);
        bar->setVocabulary(vocabulary());
        window.resize(size);
        window.show();
        window.activateWindow();
        (void)QTest::qWaitForWindowActive(&window);
        edit = bar->findChild<QLineEdit *>("auditFilterEdit");
        edit->setFocus();
    }

    [[nodiscard]] QListView *list() const { return window.findChild<QListView *>("filterProposals"); }
    [[nodiscard]] QStringList proposed() const
    {
        QStringList entries;
        for (int i = 0; list()->isVisible() && i < list()->model()->rowCount(); ++i)
            entries << list()->model()->index(i, 0).data().toString();
        return entries;
    }
    void type(const QString &text) const { QTest::keyClicks(edit, text); }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) const { QTest::keyClick(edit, key, modifiers); }
    [[nodiscard]] QToolButton *chip(const QString &name) const
    {
        return window.findChild<QToolButton *>("filterChip" + name);
    }
    void picture(const QString &name)
    {
        QTest::qWait(1); // so that what became wider is laid out
        if (const QString folder = qEnvironmentVariable("ANDON_PICTURES"); !folder.isEmpty())
            QVERIFY(window.grab().save(QDir(folder).filePath(name + ".png")));
    }

    QWidget window;
    AuditFilterBar *bar;
    FilterChips *chips;
    QPushButton *other;
    QLineEdit *edit;
};

QPalette darkPalette()
{
    QPalette palette;
    for (const auto role : {QPalette::Window, QPalette::Base, QPalette::Button})
        palette.setColor(role, QColor(0x1B, 0x20, 0x26));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(role, QColor(0xE6, 0xED, 0xF5));
    palette.setColor(QPalette::PlaceholderText, QColor(0x9A, 0xA5, 0xB1));
    palette.setColor(QPalette::Highlight, QColor(0x2F, 0x5D, 0x8A));
    return palette;
}

} // namespace

class TestFilterBar : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { QApplication::setStyle(QStyleFactory::create("Fusion")); }
    void proposesWhileTyping();
    void tabTakesTheFirst();
    void enterTakesOnlyWhatWasChosen();
    void escapeClosesTheListFirst();
    void shortcutsOfTheWindowStillWork();
    void theListGoesWithTheFocusAndTheWindow();
    void clickTakesAProposal();
    void saysWhatWasAskedFor();
    void chipsPutTheirTermsInAndFollowTheText();
    void chipsWrap();
    void togglesTermsInsideOfAnyText_data();
    void togglesTermsInsideOfAnyText();
    void pictures_data();
    void pictures();
};

void TestFilterBar::proposesWhileTyping()
{
    Screen screen;
    QVERIFY(screen.proposed().isEmpty());
    screen.type("ty");
    QCOMPARE(screen.proposed(), QStringList{"type:"});
    screen.type("pe:c");
    QCOMPARE(screen.proposed(), (QStringList{"cancelled", "completed"}));
    screen.type("ancelled");
    QVERIFY(screen.proposed().isEmpty());
    screen.type(" ");
    QVERIFY(screen.proposed().isEmpty()); // nobody asked
    screen.press(Qt::Key_Space, Qt::ControlModifier);
    QVERIFY(screen.proposed().contains("since:"));
    QCOMPARE(screen.edit->text(), QString("type:cancelled "));
    QCOMPARE(QApplication::focusWidget(), screen.edit);
    QVERIFY(!screen.list()->accessibleName().isEmpty());
}

void TestFilterBar::tabTakesTheFirst()
{
    Screen screen;
    screen.type("-ty");
    screen.press(Qt::Key_Tab);
    QCOMPARE(screen.edit->text(), QString("-type:"));
    QVERIFY(screen.proposed().contains("failed")); // and goes on
    screen.type("my");
    screen.press(Qt::Key_Tab);
    QCOMPARE(screen.edit->text(), QString("-type:\"my type\""));
    QVERIFY(screen.proposed().isEmpty());
    QCOMPARE(QApplication::focusWidget(), screen.edit);
    screen.press(Qt::Key_Tab); // nothing is proposed: on to the next widget
    QVERIFY(QApplication::focusWidget() != screen.edit);
    screen.edit->setFocus();
    screen.edit->undo();
    QVERIFY(screen.edit->text() != "-type:\"my type\"");
}

void TestFilterBar::enterTakesOnlyWhatWasChosen()
{
    Screen screen;
    QSignalSpy chosen(screen.bar, &AuditFilterBar::filterChosen);
    screen.type("ti");
    QCOMPARE(screen.proposed(), QStringList{"time:"});
    screen.press(Qt::Key_Return); // the word is searched for
    QCOMPARE(screen.edit->text(), QString("ti"));
    QVERIFY(screen.proposed().isEmpty());
    QCOMPARE(chosen.size(), 1);

    screen.edit->clear();
    screen.type("type:");
    screen.press(Qt::Key_Down);
    screen.press(Qt::Key_Down);
    screen.press(Qt::Key_Up);
    screen.press(Qt::Key_Down);
    chosen.clear();
    screen.press(Qt::Key_Return);
    QCOMPARE(screen.edit->text(), QString("type:completed"));
    QCOMPARE(chosen.size(), 0);
    screen.press(Qt::Key_Return);
    QCOMPARE(chosen.size(), 1);
}

void TestFilterBar::escapeClosesTheListFirst()
{
    Screen screen;
    QSignalSpy cancel(screen.bar, &AuditFilterBar::cancelRequested);
    screen.type("type:f");
    QCOMPARE(screen.proposed(), QStringList{"failed"});
    screen.press(Qt::Key_Escape);
    QVERIFY(screen.proposed().isEmpty());
    QCOMPARE(screen.edit->text(), QString("type:f"));
    QCOMPARE(cancel.size(), 0);
    screen.press(Qt::Key_Escape);
    QCOMPARE(cancel.size(), 1);
    QCOMPARE(screen.edit->text(), QString());
}

void TestFilterBar::shortcutsOfTheWindowStillWork()
{
    Screen screen;
    int stops = 0;
    for (const QKeySequence &keys : {QKeySequence("Ctrl+Shift+K"), QKeySequence("F12")})
        connect(new QShortcut(keys, &screen.window), &QShortcut::activated, this, [&stops] { ++stops; });
    screen.type("type:");
    QVERIFY(!screen.proposed().isEmpty());
    screen.press(Qt::Key_K, Qt::ControlModifier | Qt::ShiftModifier);
    screen.press(Qt::Key_F12);
    QCOMPARE(stops, 2);
    QVERIFY(QApplication::activePopupWidget() == nullptr);
    QVERIFY(QApplication::activeModalWidget() == nullptr);
    // A click elsewhere reaches what is clicked at once.
    QSignalSpy clicked(screen.other, &QPushButton::clicked);
    QTest::mouseClick(screen.other, Qt::LeftButton);
    QCOMPARE(clicked.size(), 1);
}

void TestFilterBar::theListGoesWithTheFocusAndTheWindow()
{
    Screen screen;
    screen.type("type:");
    screen.other->setFocus();
    QVERIFY(screen.proposed().isEmpty());
    screen.edit->setFocus();
    screen.press(Qt::Key_Space, Qt::ControlModifier);
    QVERIFY(!screen.proposed().isEmpty());
    screen.window.resize(500, 280);
    QTRY_VERIFY(screen.proposed().isEmpty());
    // A bar that goes before its window takes the list with it.
    screen.press(Qt::Key_Space, Qt::ControlModifier);
    delete screen.chips;
    delete screen.bar;
    QVERIFY(screen.list() == nullptr);
}

void TestFilterBar::clickTakesAProposal()
{
    Screen screen;
    screen.type("type:");
    QListView *list = screen.list();
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(list->model()->index(2, 0)).center());
    QCOMPARE(screen.edit->text(), QString("type:failed"));
    QCOMPARE(QApplication::focusWidget(), screen.edit);
}

void TestFilterBar::saysWhatWasAskedFor()
{
    Screen screen;
    QSignalSpy asked(screen.bar, &AuditFilterBar::askedFor);
    screen.type("timeout");
    QTest::qWait(300);
    QCOMPARE(asked.size(), 0); // typing is not asking
    screen.press(Qt::Key_Return);
    QCOMPARE(asked.size(), 1);
    screen.type(" foo:bar");
    screen.press(Qt::Key_Return);
    QCOMPARE(asked.size(), 1); // cannot be read
    screen.bar->askFor("type:failed");
    QCOMPARE(asked.constLast().constFirst().toString(), QString("type:failed"));
}

void TestFilterBar::chipsPutTheirTermsInAndFollowTheText()
{
    Screen screen;
    QTest::mouseClick(screen.chip("Failed"), Qt::LeftButton);
    QCOMPARE(screen.edit->text(), QString("type:failed"));
    QVERIFY(screen.chip("Failed")->isChecked());
    QTest::mouseClick(screen.chip("Cancelled"), Qt::LeftButton);
    QCOMPARE(screen.edit->text(), QString("type:failed,cancelled")); // any of both, not both at once
    QTest::mouseClick(screen.chip("Hour"), Qt::LeftButton);
    QTest::mouseClick(screen.chip("Day"), Qt::LeftButton);
    QCOMPARE(screen.edit->text(), QString("type:failed,cancelled since:24h"));
    QVERIFY(!screen.chip("Hour")->isChecked() && screen.chip("Day")->isChecked());
    QTest::mouseClick(screen.chip("Failed"), Qt::LeftButton);
    QCOMPARE(screen.edit->text(), QString("type:cancelled since:24h"));
    QTest::mouseClick(screen.chip("Cancelled"), Qt::LeftButton);
    QTest::mouseClick(screen.chip("Day"), Qt::LeftButton);
    QCOMPARE(screen.edit->text(), QString());

    screen.type("\"a b\" actor:user,x -type:failed");
    QVERIFY(screen.chip("People")->isChecked());
    QVERIFY(!screen.chip("Failed")->isChecked());
    QTest::mouseClick(screen.chip("Failed"), Qt::LeftButton);
    QCOMPARE(screen.edit->text(), QString("\"a b\" actor:user,x type:failed"));
    QVERIFY(screen.chip("Failed")->text().contains(QChar(0x2713)));
    screen.type(" \"open");
    QVERIFY(screen.chip("Failed")->isChecked());            // as long as nothing else can be read
    QTest::mouseClick(screen.chip("Hour"), Qt::LeftButton); // what cannot be read stays
    QVERIFY(screen.edit->text().contains("\"open"));
    for (QToolButton *button : screen.chips->findChildren<QToolButton *>())
        QVERIFY(!button->accessibleName().isEmpty() && !button->objectName().isEmpty());
}

void TestFilterBar::chipsWrap()
{
    Screen screen({900, 300});
    const int row = screen.chip("Failed")->height();
    QVERIFY(screen.chips->height() < 2 * row);
    screen.window.resize(300, 300);
    QTRY_VERIFY(screen.chips->height() >= 2 * row);
    for (QToolButton *button : screen.chips->findChildren<QToolButton *>())
        QVERIFY(screen.chips->rect().contains(button->geometry()));
}

void TestFilterBar::togglesTermsInsideOfAnyText_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("term");
    QTest::addColumn<QString>("expected");
    QTest::newRow("into nothing") << ""
                                  << "type:a"
                                  << "type:a";
    QTest::newRow("to the end") << "x"
                                << "type:a"
                                << "x type:a";
    QTest::newRow("away") << "x type:a y"
                          << "type:a"
                          << "x y";
    QTest::newRow("away at the end") << "x type:a"
                                     << "type:a"
                                     << "x";
    QTest::newRow("spaces in quotes stay") << "\"a  b\" type:a"
                                           << "type:a"
                                           << "\"a  b\"";
    QTest::newRow("not inside of quotes") << "\"x type:a y\""
                                          << "type:a"
                                          << "\"x type:a y\" type:a";
    QTest::newRow("not a part of another") << "type:a,b"
                                           << "type:a"
                                           << "type:a,b type:a";
    QTest::newRow("its opposite goes") << "-type:a x"
                                       << "type:a"
                                       << "type:a x";
    QTest::newRow("its opposite goes, too") << "type:a"
                                            << "-type:a"
                                            << "-type:a";
    QTest::newRow("broken text") << "\"open"
                                 << "type:a"
                                 << "\"open type:a";
}

void TestFilterBar::togglesTermsInsideOfAnyText()
{
    QFETCH(QString, text);
    QFETCH(QString, term);
    QTEST(FilterText::toggled(text, term), "expected");
}

void TestFilterBar::pictures_data()
{
    QTest::addColumn<QSize>("size");
    QTest::addColumn<bool>("isDark");
    QTest::newRow("light") << QSize(760, 300) << false;
    QTest::newRow("dark") << QSize(760, 300) << true;
    QTest::newRow("narrow") << QSize(320, 300) << false;
}

void TestFilterBar::pictures()
{
    QFETCH(QSize, size);
    QFETCH(bool, isDark);
    const QPalette before = QApplication::palette();
    if (isDark)
        QApplication::setPalette(darkPalette());
    Screen screen(size);
    screen.type("since:1h type:failed,cancelled actor:");
    QVERIFY(!screen.proposed().isEmpty());
    screen.press(Qt::Key_Down);
    screen.picture(QString("filterbar-values-") + QTest::currentDataTag());
    screen.bar->setText({});
    screen.press(Qt::Key_Space, Qt::ControlModifier);
    QVERIFY(screen.window.rect().contains(screen.list()->parentWidget()->geometry()));
    screen.picture(QString("filterbar-fields-") + QTest::currentDataTag());
    QApplication::setPalette(before);
}

QTEST_MAIN(TestFilterBar)
#include "tst_filterbar.moc"
