// SPDX-License-Identifier: Apache-2.0
// The story of one proposal: complete, in order, with the time between, also where clocks and data are not as they
// should be.

#include "core/Error.h"
#include "tests/support/ui/FakeAuditSource.h"
#include "tests/support/ui/PanelWindow.h"
#include "ui/audit/EventText.h"
#include "ui/audit/story/StoryModel.h"
#include "ui/audit/story/StoryView.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QStyleFactory>
#include <QTableView>
#include <QtTest>

#include <memory>

using namespace andon;
using namespace andon::test;

namespace {

/// A log with the events of one proposal alone, which answers that proposal's filter.
class StorySource : public FakeAuditSource
{
public:
    void add(const QString &type, qint64 ms, const QString &data = QStringLiteral("{}"), const QString &actor = "agent")
    {
        append(1, type);
        AuditEvent &event = log.last();
        event.proposalId = ProposalId(42);
        event.eventData = data;
        event.actor = actor;
        event.timestamp = QDateTime::fromString("2026-01-31T12:00:00Z", Qt::ISODate).addMSecs(ms);
        event.timestampText = event.timestamp.toString(Qt::ISODateWithMs);
    }

    void addPlausible()
    {
        add("proposed", 0, R"({"action_name":"transfer_leader","reason":"store 2 has 1312 leaders, mean 440"})");
        add("validated", 38, "{}", "system");
        add("executing", 1238, R"({"agent_id":"agent-7"})");
        add("failed", 31'238, R"({"duration_ms":30000,"error":"connection timeout"})");
    }

    QFuture<AuditPage> page(const AuditPageRequest &request) override
    {
        filters << request.filter.text();
        AuditPageRequest all = request;
        all.filter = {};
        return FakeAuditSource::page(all);
    }

    QStringList filters;
};

struct Screen
{
    Screen()
    {
        view.setZone(Qt::UTC);
        view.resize(900, 300);
    }

    [[nodiscard]] QString text(const char *name) const { return view.findChild<QLabel *>(name)->text(); }
    [[nodiscard]] bool shows(const char *name) const { return view.findChild<QWidget *>(name)->isVisible(); }
    [[nodiscard]] QString cell(int row, int column) const { return model->index(row, column).data().toString(); }

    StorySource source;
    StoryView view{&source};
    StoryModel *model = view.findChild<StoryModel *>();
    QTableView *table = view.findChild<QTableView *>("storyTable");
    QAbstractItemModelTester tester{model, QAbstractItemModelTester::FailureReportingMode::QtTest};
    QSignalSpy failed{&view, &StoryView::failed};
    QSignalSpy chosen{&view, &StoryView::eventChosen};
    QSignalSpy closed{&view, &StoryView::closed};
};

} // namespace

class TestStoryView : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void tellsInOrderWithTheTimeBetween();
    void sharesAddUpToAll();
    void clockThatGoesBackIsSaid();
    void eventWithoutATimeBreaksNothing();
    void longStoryIsReadToItsEnd();
    void storyWithoutEndIsCut();
    void refreshBringsWhatIsNew();
    void refreshWhileReadingIsNotLost();
    void anotherStoryReplacesTheFirst();
    void failureIsSaidAndCanBeRetried();
    void emptyAndLoadingAreSaid();
    void keysChooseCopyAndClose();
    void hostileTextsAreHarmless();
    void largeDataIsNotKept();
    void narrowViewKeepsTheDateAndWhatHappened();
    void everyControlHasAName();
    void pictures_data();
    void pictures();
};

void TestStoryView::initTestCase()
{
    QApplication::setStyle(QStyleFactory::create("Fusion"));
    QApplication::setPalette(lightPalette());
    QLocale::setDefault(QLocale::c());
}

void TestStoryView::tellsInOrderWithTheTimeBetween()
{
    Screen screen;
    screen.source.addPlausible();
    screen.view.show();
    screen.view.tell(ProposalId(42));
    QTRY_COMPARE(screen.model->rowCount(), 4);
    QCOMPARE(screen.source.filters.constFirst(), QString("proposal:42"));
    QCOMPARE(screen.cell(0, StoryModel::Time), QString("2026-01-31 12:00:00.000"));
    QCOMPARE(screen.cell(0, StoryModel::After), QString());
    QCOMPARE(screen.cell(1, StoryModel::After), QString("+38 ms"));
    QCOMPARE(screen.cell(2, StoryModel::After), QString("+1.2 s"));
    QCOMPARE(screen.cell(3, StoryModel::After), QString("+30.0 s"));
    QCOMPARE(screen.cell(3, StoryModel::Type), QString("failed"));
    QVERIFY(screen.cell(3, StoryModel::What).contains("connection timeout"));
    QVERIFY(screen.text("storyTitle").contains("#42"));
    QVERIFY(screen.text("storyTitle").contains("transfer_leader"));
    QVERIFY(screen.text("storyTitle").contains("1312 leaders"));
    QVERIFY(screen.text("storyFacts").contains("4 events"));
    QVERIFY(screen.text("storyFacts").contains("31.2 s"));
    QVERIFY(screen.text("storyFacts").contains("now: failed"));
    QVERIFY(!screen.shows("storyMessage"));
}

void TestStoryView::sharesAddUpToAll()
{
    Screen screen;
    screen.source.addPlausible();
    screen.source.add("reset", 10);
    screen.view.tell(ProposalId(42));
    QTRY_COMPARE(screen.model->rowCount(), 5);
    double sum = 0;
    for (int row = 0; row < 5; ++row) {
        const QVariant share = screen.model->index(row, StoryModel::After).data(StoryModel::ShareRole);
        QCOMPARE(share.isValid(), row > 0 && row < 4);
        sum += share.toDouble();
    }
    QVERIFY(std::abs(sum - 1) < 1e-9);
}

void TestStoryView::clockThatGoesBackIsSaid()
{
    Screen screen;
    screen.source.add("proposed", 5000);
    screen.source.add("validated", 3800);
    screen.view.tell(ProposalId(42));
    QTRY_COMPARE(screen.model->rowCount(), 2);
    QCOMPARE(screen.cell(1, StoryModel::After), QString("clock went back 1.2 s"));
    QVERIFY(screen.text("storyFacts").contains("clock went back"));
    QVERIFY(!screen.text("storyFacts").contains("in all"));
}

void TestStoryView::eventWithoutATimeBreaksNothing()
{
    Screen screen;
    screen.source.addPlausible();
    screen.source.log[1].timestamp = {};
    screen.source.log[1].timestampText = "yester\nday";
    screen.source.log[2].isNaiveTimestamp = true;
    screen.view.tell(ProposalId(42));
    QTRY_COMPARE(screen.model->rowCount(), 4);
    QVERIFY(screen.cell(1, StoryModel::Time).startsWith("yester"));
    QVERIFY(!screen.cell(1, StoryModel::Time).contains('\n'));
    QVERIFY(screen.cell(1, StoryModel::After).isEmpty());
    QVERIFY(screen.cell(2, StoryModel::After).isEmpty());
    QVERIFY(screen.cell(2, StoryModel::Time).endsWith(" ~"));
    QVERIFY(screen.text("storyFacts").contains("31.2 s"));
}

void TestStoryView::longStoryIsReadToItsEnd()
{
    Screen screen;
    for (int i = 0; i < 1700; ++i)
        screen.source.add("executing", i * 10);
    screen.view.tell(ProposalId(42));
    QTRY_COMPARE(screen.model->rowCount(), 1700);
    QCOMPARE(screen.source.largestPage, StoryView::kPageSize);
    for (int row = 0; row < 1700; ++row)
        QCOMPARE(screen.model->idAt(row), EventId(row + 1));
    QVERIFY(screen.text("storyMessage").isEmpty());
}

void TestStoryView::storyWithoutEndIsCut()
{
    Screen screen;
    for (int i = 0; i < StoryView::kMaxEvents + 300; ++i)
        screen.source.add("executing", i * 10);
    screen.view.tell(ProposalId(42));
    QTRY_COMPARE_WITH_TIMEOUT(screen.model->rowCount(), StoryView::kMaxEvents, 20'000);
    QVERIFY(screen.text("storyMessage").contains("first 5000 events"));
    const int asked = screen.source.pagesAsked;
    screen.view.refresh();
    QCOMPARE(screen.source.pagesAsked, asked);
}

void TestStoryView::refreshBringsWhatIsNew()
{
    Screen screen;
    screen.view.refresh(); // nothing is told yet
    QCOMPARE(screen.source.pagesAsked, 0);
    screen.source.addPlausible();
    screen.view.tell(ProposalId(42));
    QTRY_COMPARE(screen.model->rowCount(), 4);
    screen.table->selectRow(1);
    screen.source.add("completed", 40'000);
    screen.view.refresh();
    QTRY_COMPARE(screen.model->rowCount(), 5);
    QCOMPARE(screen.table->currentIndex().row(), 1);
    QVERIFY(screen.text("storyFacts").contains("now: completed"));
    screen.view.refresh();
    QTest::qWait(50);
    QCOMPARE(screen.model->rowCount(), 5);
}

void TestStoryView::refreshWhileReadingIsNotLost()
{
    Screen screen;
    screen.source.addPlausible();
    screen.view.tell(ProposalId(42));
    QTRY_COMPARE(screen.model->rowCount(), 4);
    screen.source.hold();
    screen.view.refresh();
    screen.view.refresh();
    screen.source.release(); // answers the first one without the event that comes now
    screen.source.add("completed", 40'000);
    QTRY_COMPARE(screen.model->rowCount(), 5);
}

void TestStoryView::anotherStoryReplacesTheFirst()
{
    Screen screen;
    screen.source.addPlausible();
    screen.source.hold();
    screen.view.tell(ProposalId(42));
    screen.view.tell(ProposalId(43));
    screen.source.release(true);
    QTRY_COMPARE(screen.model->rowCount(), 4);
    QTest::qWait(50);
    QCOMPARE(screen.model->rowCount(), 4);
    QCOMPARE(screen.source.filters, QStringList({"proposal:42", "proposal:43"}));
    QVERIFY(screen.text("storyTitle").contains("#43"));
    screen.view.clear();
    QCOMPARE(screen.model->rowCount(), 0);
    QVERIFY(!screen.view.proposal().isValid());
}

void TestStoryView::failureIsSaidAndCanBeRetried()
{
    Screen screen;
    screen.source.addPlausible();
    screen.source.failWith("The database is gone.");
    screen.view.show();
    screen.view.tell(ProposalId(42));
    QTRY_COMPARE(screen.failed.size(), 1);
    QCOMPARE(screen.failed[0][0].toString(), QString("The database is gone."));
    QCOMPARE(screen.text("storyMessage"), QString("The database is gone."));
    QVERIFY(screen.shows("storyRetryButton"));
    screen.source.failWith({});
    QTest::mouseClick(screen.view.findChild<QPushButton *>("storyRetryButton"), Qt::LeftButton);
    QTRY_COMPARE(screen.model->rowCount(), 4);
    QVERIFY(!screen.shows("storyRetryButton"));

    screen.source.failWith("Gone again.");
    screen.view.refresh();
    QTRY_COMPARE(screen.text("storyMessage"), QString("Gone again."));
    QCOMPARE(screen.model->rowCount(), 4); // what was told stays
}

void TestStoryView::emptyAndLoadingAreSaid()
{
    Screen screen;
    screen.view.show();
    QVERIFY(screen.text("storyMessage").contains("Choose"));
    screen.source.hold();
    screen.view.tell(ProposalId(42));
    QVERIFY(screen.text("storyMessage").contains("Reading"));
    screen.source.release();
    QTRY_VERIFY(screen.text("storyMessage").contains("No event"));
    QVERIFY(!screen.shows("storyTable"));
}

void TestStoryView::keysChooseCopyAndClose()
{
    Screen screen;
    screen.source.addPlausible();
    screen.view.resize(1000, 300);
    screen.view.show();
    screen.view.tell(ProposalId(42));
    QTRY_COMPARE(screen.model->rowCount(), 4);
    QTest::keyClick(screen.table, Qt::Key_C, Qt::ControlModifier); // nothing is chosen: all of it
    QCOMPARE(QGuiApplication::clipboard()->text().count('\n'), 4);
    QTest::keyClick(screen.table, Qt::Key_Down);
    QTest::keyClick(screen.table, Qt::Key_Return);
    QCOMPARE(screen.chosen.size(), 1);
    QCOMPARE(screen.chosen[0][0].value<EventId>(), EventId(2));
    QTest::keyClick(screen.table, Qt::Key_Down, Qt::ShiftModifier);
    QTest::keyClick(screen.table, Qt::Key_C, Qt::ControlModifier);
    const QStringList lines = QGuiApplication::clipboard()->text().split('\n');
    QCOMPARE(lines.size(), 3);
    QVERIFY(lines[0].startsWith("2026-01-31 12:00:00.038\t+38 ms\tvalidated\tsystem"));
    const QRect cell = screen.table->visualRect(screen.model->index(3, 2));
    QTest::mouseClick(screen.table->viewport(), Qt::LeftButton, {}, cell.center());
    QTest::mouseDClick(screen.table->viewport(), Qt::LeftButton, {}, cell.center());
    QCOMPARE(screen.chosen.size(), 2);
    QCOMPARE(screen.chosen[1][0].value<EventId>(), EventId(4));
    QTest::keyClick(screen.table, Qt::Key_Escape);
    QCOMPARE(screen.closed.size(), 1);
}

void TestStoryView::hostileTextsAreHarmless()
{
    const QString mark(QChar(0x202E));
    Screen screen;
    screen.source.add("proposed", 0, R"({"action_name":")" + mark + R"(<b>x</b>\n","reason":{"no":"text"}})");
    screen.source.add(mark + "ty\npe", 1, "not {json" + mark, "<i>me</i>");
    screen.source.add("failed", 2, QString(3000, u'[') + QString(3000, u']'));
    screen.source.add("failed", 3, QString());
    screen.view.tell(ProposalId(42));
    QTRY_COMPARE(screen.model->rowCount(), 4);
    for (int row = 0; row < 4; ++row) {
        for (int column = 0; column < StoryModel::ColumnCount; ++column) {
            QVERIFY(!screen.cell(row, column).contains(mark));
            QVERIFY(!screen.cell(row, column).contains('\n'));
            QVERIFY(screen.cell(row, column).size() < 300);
            const QString tip = screen.model->index(row, column).data(Qt::ToolTipRole).toString();
            QVERIFY(!tip.contains("<b>") && !tip.contains("<i>"));
        }
    }
    QVERIFY(!screen.text("storyTitle").contains(mark));
    QCOMPARE(screen.view.findChild<QLabel *>("storyTitle")->textFormat(), Qt::PlainText);
}

void TestStoryView::largeDataIsNotKept()
{
    Screen screen;
    screen.source.add("proposed", 0, "{\"blob\":\"" + QString(10'000'000, u'x') + "\"}");
    screen.view.tell(ProposalId(42));
    QTRY_COMPARE(screen.model->rowCount(), 1);
    QVERIFY(screen.model->first()->event.eventData.isEmpty());
    QVERIFY(screen.cell(0, StoryModel::What).size() <= EventText::kMaxCell + 1);
}

void TestStoryView::narrowViewKeepsTheDateAndWhatHappened()
{
    Screen screen;
    screen.source.addPlausible();
    screen.view.resize(320, 300);
    screen.view.show();
    screen.view.tell(ProposalId(42));
    QTRY_COMPARE(screen.model->rowCount(), 4);
    QCOMPARE(screen.cell(1, StoryModel::Time), QString("12:00:00.038"));
    QVERIFY(screen.text("storyFacts").contains("2026-01-31"));
    QVERIFY(screen.table->columnWidth(StoryModel::What) > 150);
    screen.view.resize(900, 300);
    QTRY_COMPARE(screen.cell(1, StoryModel::Time), QString("2026-01-31 12:00:00.038"));
    QVERIFY(!screen.text("storyFacts").contains("2026-01-31"));
}

void TestStoryView::everyControlHasAName()
{
    Screen screen;
    for (const char *name : {"storyTable", "storyCloseButton", "storyRetryButton"})
        QVERIFY2(!screen.view.findChild<QWidget *>(name)->accessibleName().isEmpty(), name);
    QVERIFY(!screen.view.accessibleName().isEmpty());
}

void TestStoryView::pictures_data()
{
    QTest::addColumn<int>("width");
    QTest::addColumn<bool>("isDark");
    QTest::addColumn<QString>("what");
    for (const bool isDark : {false, true}) {
        for (const int width : {320, 900}) {
            for (const char *what : {"story", "empty", "failure", "back"})
                QTest::addRow("%s-%d-%s", what, width, isDark ? "dark" : "light") << width << isDark << what;
        }
    }
}

void TestStoryView::pictures()
{
    QFETCH(int, width);
    QFETCH(bool, isDark);
    QFETCH(QString, what);
    QApplication::setPalette(isDark ? darkPalette() : lightPalette());
    {
        Screen screen;
        if (what == "story" || what == "back")
            screen.source.addPlausible();
        if (what == "back")
            screen.source.add("cancelled", 100, R"({"reason":"stop 7","by":"alice@ops-1"})", "user");
        screen.source.failWith(what == "failure" ? "The audit log cannot be read: the database file is gone." : "");
        screen.view.resize(width, 260);
        screen.view.show();
        screen.view.tell(ProposalId(42));
        if (what == "story" || what == "back")
            QTRY_VERIFY(screen.model->rowCount() >= 4);
        else
            QTRY_VERIFY(!screen.text("storyMessage").contains("Reading"));
        QTest::qWait(50);
        QCOMPARE(screen.view.width(), width);
        const QString folder = qEnvironmentVariable("ANDON_PICTURES");
        if (!folder.isEmpty()) {
            QVERIFY(QDir().mkpath(folder));
            QVERIFY(
                screen.view.grab().save(QDir(folder).filePath(QString("story-%1.png").arg(QTest::currentDataTag()))));
        }
    }
    QApplication::setPalette(lightPalette());
}

QTEST_MAIN(TestStoryView)
#include "tst_storyview.moc"
