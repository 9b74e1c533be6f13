// SPDX-License-Identifier: Apache-2.0
// Filters with a name, and recent ones: kept over restarts, chosen, deleted, and never in the way.

#include "ui/audit/filter/AuditFilterBar.h"
#include "ui/audit/filter/SavedFilters.h"

#include <QApplication>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QStyleFactory>
#include <QTemporaryDir>
#include <QToolButton>
#include <QVBoxLayout>
#include <QtTest>

using namespace andon;

namespace {

struct Screen
{
    explicit Screen(const QString &file, QSize size = {640, 420})
        : bar(new AuditFilterBar(&window))
        , filters(new SavedFilters(bar, file, &window))
    {
        auto *layout = new QVBoxLayout(&window);
        layout->addWidget(bar);
        layout->addWidget(filters);
        layout->addStretch(1);
        window.resize(size);
        window.show();
        window.activateWindow();
        (void)QTest::qWaitForWindowActive(&window);
    }

    template<typename T>
    [[nodiscard]] T *find(const QString &name) const
    {
        return window.findChild<T *>(name);
    }

    QWidget window;
    AuditFilterBar *bar;
    SavedFilters *filters;
};

} // namespace

class TestSavedFilters : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { QApplication::setStyle(QStyleFactory::create("Fusion")); }
    void savesUnderANameAndKeepsIt();
    void remembersWhatWasAskedFor();
    void choosesAndDeletes();
    void neverTakesMouseOrKeyboardForItself();
    void strangeSettingsAreReadInBounds();
    void pictures_data();
    void pictures();

private:
    QTemporaryDir m_folder;
    int m_number = 0;
    QString file() { return m_folder.filePath(QString("%1.ini").arg(++m_number)); }
};

void TestSavedFilters::savesUnderANameAndKeepsIt()
{
    const QString name = file();
    {
        Screen screen(name);
        QTest::mouseClick(screen.filters, Qt::LeftButton);
        QVERIFY(screen.filters->isOpen());
        QVERIFY(!screen.find<QLineEdit>("filterNameEdit")->isEnabled()); // there is nothing to save
        QVERIFY(!screen.find<QLabel>("savedFiltersNote")->text().isEmpty());
        screen.filters->closePanel();

        screen.bar->setText("type:failed \"a, b\"");
        QTest::mouseClick(screen.filters, Qt::LeftButton);
        auto *edit = screen.find<QLineEdit>("filterNameEdit");
        QCOMPARE(QApplication::focusWidget(), edit);
        QVERIFY(!screen.find<QPushButton>("saveFilterButton")->isEnabled());
        edit->setText("Night / \u00e4");
        QTest::keyClick(edit, Qt::Key_Return);
        QVERIFY(screen.filters->isOpen());
        QVERIFY(screen.find<QPushButton>(QString("savedFilter_Night / \u00e4")) != nullptr);
        QVERIFY(screen.filters->save("Alpha", "x"));
        QVERIFY(screen.filters->save("Alpha", "y")); // in place of the first
        QVERIFY(!screen.filters->save("  ", "y"));
        QVERIFY(!screen.filters->save("Empty", " "));
    }
    const Screen again(name);
    QCOMPARE(again.filters->saved(),
             (QList<SavedFilters::Saved>{{"Alpha", "y"}, {"Night / \u00e4", "type:failed \"a, b\""}}));
    again.filters->remove("Alpha");
    const Screen third(name);
    QCOMPARE(third.filters->saved().size(), 1);
    for (int i = 0; i < 60; ++i)
        (void)third.filters->save(QString::number(i), "x");
    QCOMPARE(third.filters->saved().size(), SavedFilters::kMostSaved);
}

void TestSavedFilters::remembersWhatWasAskedFor()
{
    const QString name = file();
    {
        Screen screen(name);
        screen.bar->setText("typed");
        QTest::qWait(300);
        QCOMPARE(screen.filters->recent(), QStringList{});
        for (int i = 0; i < 12; ++i)
            screen.bar->askFor(QString("word%1").arg(i));
        screen.bar->askFor(" word5 ");
        screen.bar->askFor("");
        screen.bar->askFor("foo:bar"); // cannot be read
    }
    const Screen again(name);
    QCOMPARE(again.filters->recent(),
             (QStringList{"word5", "word11", "word10", "word9", "word8", "word7", "word6", "word4", "word3", "word2"}));
}

void TestSavedFilters::choosesAndDeletes()
{
    Screen screen(file());
    screen.filters->save("One", "type:failed");
    screen.filters->save("Two", "actor:user");
    screen.bar->askFor("timeout");
    QSignalSpy chosen(screen.bar, &AuditFilterBar::filterChosen);
    screen.filters->openPanel();
    QTest::mouseClick(screen.find<QPushButton>("savedFilter_Two"), Qt::LeftButton);
    QVERIFY(!screen.filters->isOpen());
    QCOMPARE(screen.bar->text(), QString("actor:user"));
    QCOMPARE(chosen.size(), 1);
    QCOMPARE(screen.filters->recent(), (QStringList{"actor:user", "timeout"}));

    screen.filters->openPanel();
    QTest::mouseClick(screen.find<QPushButton>("recentFilter1"), Qt::LeftButton);
    QCOMPARE(screen.bar->text(), QString("timeout"));

    screen.filters->openPanel();
    QTest::mouseClick(screen.find<QToolButton>("deleteFilter_One"), Qt::LeftButton);
    QTRY_VERIFY(screen.find<QPushButton>("savedFilter_One") == nullptr);
    QVERIFY(screen.filters->isOpen());
    QCOMPARE(screen.filters->saved(), (QList<SavedFilters::Saved>{{"Two", "actor:user"}}));
    for (QAbstractButton *button : screen.find<QWidget>("savedFiltersPanel")->findChildren<QAbstractButton *>())
        QVERIFY2(!button->accessibleName().isEmpty(), qPrintable(button->text()));
}

void TestSavedFilters::neverTakesMouseOrKeyboardForItself()
{
    Screen screen(file());
    screen.bar->setText("x");
    screen.filters->openPanel();
    QVERIFY(QApplication::activePopupWidget() == nullptr);
    QVERIFY(QApplication::activeModalWidget() == nullptr);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    QVERIFY(!screen.filters->isOpen());
    QCOMPARE(QApplication::focusWidget(), screen.filters);
    QCOMPARE(screen.bar->text(), QString("x"));

    screen.filters->openPanel();
    screen.bar->focusEdit(); // somewhere else
    QVERIFY(!screen.filters->isOpen());
    screen.filters->openPanel();
    delete screen.filters;
    QVERIFY(screen.find<QWidget>("savedFiltersPanel") == nullptr);
}

void TestSavedFilters::strangeSettingsAreReadInBounds()
{
    const QString name = file();
    QFile made(name);
    QVERIFY(made.open(QIODevice::WriteOnly));
    made.write("[audit]\nfilters\\saved\\size=1000000\nfilters\\saved\\1\\name=" + QByteArray(100'000, 'x')
               + "\nfilters\\saved\\1\\text=a\nfilters\\saved\\2\\name=\nfilters\\saved\\3\\text=b\n"
                 "filters\\recent=a, , b, c, d, e, f, g, h, i, j, k, l\n");
    made.close();
    const Screen screen(name);
    QCOMPARE(screen.filters->saved().size(), 1);
    QVERIFY(screen.filters->saved().constFirst().name.size() <= 60);
    QVERIFY(screen.filters->recent().size() <= SavedFilters::kMostRecent);
    QVERIFY(!screen.filters->recent().contains(QString()));
}

void TestSavedFilters::pictures_data()
{
    QTest::addColumn<QSize>("size");
    QTest::addColumn<bool>("isDark");
    QTest::newRow("light") << QSize(640, 420) << false;
    QTest::newRow("dark") << QSize(640, 420) << true;
    QTest::newRow("narrow") << QSize(260, 420) << false;
}

void TestSavedFilters::pictures()
{
    QFETCH(QSize, size);
    QFETCH(bool, isDark);
    const QPalette before = QApplication::palette();
    if (isDark) {
        QPalette dark;
        for (const auto role : {QPalette::Window, QPalette::Base, QPalette::Button})
            dark.setColor(role, QColor(0x1B, 0x20, 0x26));
        for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
            dark.setColor(role, QColor(0xE6, 0xED, 0xF5));
        dark.setColor(QPalette::PlaceholderText, QColor(0x9A, 0xA5, 0xB1));
        QApplication::setPalette(dark);
    }
    Screen screen(file(), size);
    screen.filters->save("Failures of the night", "type:failed since:12h");
    screen.filters->save("R&D: a name that is rather too long for the panel that it is shown in", "actor:user");
    screen.bar->askFor("data.region:700..800 -type:proposed");
    screen.bar->askFor("timeout");
    screen.filters->openPanel();
    auto *panel = screen.find<QWidget>("savedFiltersPanel");
    QVERIFY(screen.window.rect().contains(panel->geometry()));
    QTest::qWait(1);
    auto *gone = screen.find<QToolButton>("deleteFilter_Failures of the night");
    QVERIFY(panel->rect().contains(QRect(gone->mapTo(panel, QPoint()), gone->size())));
    if (const QString folder = qEnvironmentVariable("ANDON_PICTURES"); !folder.isEmpty())
        QVERIFY(screen.window.grab().save(
            QDir(folder).filePath(QString("savedfilters-%1.png").arg(QTest::currentDataTag()))));
    QApplication::setPalette(before);
}

QTEST_MAIN(TestSavedFilters)
#include "tst_savedfilters.moc"
