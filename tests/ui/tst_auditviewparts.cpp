// SPDX-License-Identifier: Apache-2.0
// The parts of the audit view together: timeline, table, story, UTC, and what is kept from one start to the next.

#include "core/station/Station.h"
#include "tests/support/AuditLogFixture.h"
#include "tests/support/ui/FakeAuditSource.h"
#include "ui/audit/AuditView.h"
#include "ui/audit/details/EventDetails.h"
#include "ui/audit/filter/AuditFilterBar.h"
#include "ui/audit/list/AuditTable.h"
#include "ui/audit/list/AuditTableModel.h"
#include "ui/audit/story/StoryModel.h"
#include "ui/audit/story/StoryView.h"
#include "ui/audit/timeline/ActivityTimeline.h"
#include "ui/audit/timeline/TimeTerms.h"

#include <QApplication>
#include <QDataStream>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QSplitter>
#include <QStyleFactory>
#include <QTabWidget>
#include <QTableView>
#include <QToolButton>
#include <QtTest>

#include <memory>

using namespace andon;
using namespace andon::test;

namespace {

/// A view on a log in memory, or on a real database of a real station.
struct Screen
{
    explicit Screen(int events, bool isReal = false)
    {
        if (isReal) {
            log = std::make_unique<AuditLogFixture>();
            log->fill(events);
            Station::Options options;
            options.database = log->path();
            options.readOnly = true;
            options.watchInterval = std::chrono::milliseconds(20);
            station = std::make_unique<Station>(options);
            station->open();
            view = std::make_unique<AuditView>(station.get());
        } else {
            auto made = std::make_unique<FakeAuditSource>();
            source = made.get();
            source->append(events);
            view = std::make_unique<AuditView>(std::move(made));
        }
        find();
    }

    void find()
    {
        table = view->findChild<AuditTable *>();
        timeline = view->findChild<ActivityTimeline *>();
        side = view->findChild<QTabWidget *>(QStringLiteral("auditSide"));
        story = view->findChild<StoryView *>();
        storyTable = view->findChild<QTableView *>(QStringLiteral("storyTable"));
        utc = view->findChild<QToolButton *>(QStringLiteral("utcButton"));
        view->resize(1200, 700);
    }

    /// Waits for the rows and a whole count.
    void open() const
    {
        view->show();
        view->activateWindow();
        QTRY_VERIFY(table->auditModel()->rowCount() > 0);
        QTRY_VERIFY(!count().startsWith(u'\u2265') && !count().isEmpty());
    }

    [[nodiscard]] QString count() const { return view->findChild<QLabel *>(QStringLiteral("auditCountLabel"))->text(); }
    [[nodiscard]] qint64 counted() const
    {
        return count().startsWith(u'\u2265') ? -1 : QString(count()).remove(u',').section(u' ', 0, 0).toLongLong();
    }
    /// What the timeline says of all of its bars to who comes to it with the keyboard.
    [[nodiscard]] QString timelineSays() const
    {
        QFocusEvent come(QEvent::FocusIn);
        QCoreApplication::sendEvent(timeline, &come);
        QFocusEvent go(QEvent::FocusOut);
        QCoreApplication::sendEvent(timeline, &go);
        return timeline->accessibleDescription().remove(u',').replace(QStringLiteral(" events"),
                                                                      QStringLiteral(" events,"));
    }
    void drag(double from, double to) const
    {
        const int y = timeline->height() / 2;
        const int left = int(from * timeline->width());
        const int right = int(to * timeline->width());
        QTest::mousePress(timeline, Qt::LeftButton, {}, {left, y});
        QTest::mouseMove(timeline, {(left + right) / 2, y});
        QTest::mouseMove(timeline, {right, y});
        QTest::mouseRelease(timeline, Qt::LeftButton, {}, {right, y});
    }
    void clickTimeline() const
    {
        QTest::mouseClick(timeline, Qt::LeftButton, {}, {timeline->width() / 3, timeline->height() / 2});
    }
    [[nodiscard]] TimeRange range() const
    {
        return TimeTerms::rangeOf(view->filterText(), QDateTime::currentDateTimeUtc());
    }
    void doubleClick(int row) const
    {
        const QPoint place = table->visualRect(table->model()->index(row, AuditTableModel::Type)).center();
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, place);
        QTest::mouseDClick(table->viewport(), Qt::LeftButton, {}, place);
    }
    [[nodiscard]] QList<qint64> storyIds() const
    {
        const auto *model = view->findChild<StoryModel *>();
        QList<qint64> ids;
        for (int row = 0; row < model->rowCount(); ++row)
            ids << model->idAt(row).value;
        return ids;
    }
    [[nodiscard]] qint64 top() const { return table->auditModel()->idAt(table->firstVisibleRow()).value; }
    [[nodiscard]] QString cell(int row, int column) const
    {
        return table->model()->index(row, column).data().toString();
    }

    std::unique_ptr<AuditLogFixture> log;
    std::unique_ptr<Station> station;
    std::unique_ptr<AuditView> view;
    FakeAuditSource *source = nullptr;
    AuditTable *table = nullptr;
    ActivityTimeline *timeline = nullptr;
    QTabWidget *side = nullptr;
    StoryView *story = nullptr;
    QTableView *storyTable = nullptr;
    QToolButton *utc = nullptr;
};

} // namespace

class TestAuditViewParts : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();

    void timelineShowsWhatTheFilterFinds_data();
    void timelineShowsWhatTheFilterFinds();
    void timelineFillsWhileTheLogIsScanned();
    void draggingOnTheTimelineChoosesTime_data();
    void draggingOnTheTimelineChoosesTime();
    void aClickGoesBackThroughTwoZooms();
    void aClickWithoutHistoryTakesTheTimesAway();
    void anUnreadableFilterIsNotTouchedByTheTimeline();

    void doubleClickTellsTheStory_data();
    void doubleClickTellsTheStory();
    void enterTellsTheStory();
    void anEventOfNoProposalHasNoStory();
    void escapeLeavesTheStory();
    void choosingInTheStoryGoesThere_data();
    void choosingInTheStoryGoesThere();
    void theStoryGrowsWithTheLog();

    void utcChangesEveryTime();
    void stateIsKept();
    void garbageStateIsIgnored_data();
    void garbageStateIsIgnored();
    void spacesInQuotesAreAnotherFilter();
};

void TestAuditViewParts::initTestCase()
{
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QLocale::setDefault(QLocale::c());
}

void TestAuditViewParts::timelineShowsWhatTheFilterFinds_data()
{
    QTest::addColumn<bool>("isReal");
    QTest::newRow("in memory") << false;
    QTest::newRow("database") << true;
}

void TestAuditViewParts::timelineShowsWhatTheFilterFinds()
{
    QFETCH(bool, isReal);
    Screen screen(8000, isReal);
    if (!isReal)
        screen.source->append(8, QStringLiteral("failed"));
    screen.open();
    const QString all = isReal ? QStringLiteral("8000 events") : QStringLiteral("8008 events");
    QTRY_VERIFY2(screen.timelineSays().contains(all), qPrintable(screen.timelineSays()));
    screen.view->setFilterText(QStringLiteral("type:failed"));
    QTRY_VERIFY2(!screen.timelineSays().contains(QStringLiteral("proposed")), qPrintable(screen.timelineSays()));
    QVERIFY2(screen.timelineSays().endsWith(QStringLiteral(" 8 events, failed 8")), qPrintable(screen.timelineSays()));
    screen.view->setFilterText(QStringLiteral("type:reset"));
    QTRY_VERIFY(screen.timelineSays().contains(QStringLiteral("No events")));
    screen.view->setFilterText({});
    QTRY_VERIFY(screen.timelineSays().contains(all));
}

void TestAuditViewParts::timelineFillsWhileTheLogIsScanned()
{
    Screen screen(0);
    screen.source->idStep = 500;
    screen.source->append(1000);
    screen.source->scanSlowly();
    screen.view->show();
    screen.view->setFilterText(QStringLiteral("type:proposed"));
    qint64 last = 0;
    for (int step = 0; step < 4; ++step) {
        screen.source->scanOn(100'000);
        const QString wanted = QStringLiteral("%1 events").arg((step + 1) * 200);
        QTRY_VERIFY2(screen.timelineSays().contains(wanted), qPrintable(screen.timelineSays()));
        QVERIFY(screen.count().startsWith(u'\u2265'));
        QVERIFY(screen.table->auditModel()->rowCount() > last);
        last = std::min(screen.table->auditModel()->rowCount(), 100);
    }
    screen.source->scanOn(0);
    QTRY_VERIFY(screen.timelineSays().contains(QStringLiteral("1000 events")));
    QTRY_COMPARE(screen.counted(), 1000);
}

void TestAuditViewParts::draggingOnTheTimelineChoosesTime_data()
{
    timelineShowsWhatTheFilterFinds_data();
}

void TestAuditViewParts::draggingOnTheTimelineChoosesTime()
{
    QFETCH(bool, isReal);
    Screen screen(20'000, isReal);
    screen.open();
    screen.view->setFilterText(QStringLiteral("type:proposed  -type:failed"));
    const int wanted = isReal ? 5000 : 20'000;
    QTRY_COMPARE(screen.counted(), wanted);
    QTRY_VERIFY(screen.timelineSays().contains(QStringLiteral("%1 events").arg(wanted)));
    const qint64 before = screen.counted();
    screen.drag(0.4, 0.6);
    const QString text = screen.view->filterText();
    QVERIFY2(text.startsWith(QStringLiteral("type:proposed  -type:failed since:")), qPrintable(text));
    QVERIFY(text.contains(QStringLiteral(" before:")));
    const TimeRange range = screen.range();
    QVERIFY(range.from && range.to && *range.from < *range.to);
    QTRY_VERIFY(screen.counted() > 0 && screen.counted() < before / 2);
    QVERIFY2(screen.counted() > before / 10, qPrintable(screen.count() + screen.view->filterText()));
    const AuditTableModel *model = screen.table->auditModel();
    QTRY_VERIFY(model->rowCount() > 0 && model->eventAt(0).timestamp < *range.to);
    for (int row = 0; row < model->rowCount(); ++row) {
        QVERIFY(model->eventAt(row).timestamp >= *range.from && model->eventAt(row).timestamp < *range.to);
        QCOMPARE(model->eventAt(row).eventType, QStringLiteral("proposed"));
    }
    if (isReal) {
        const auto asStored = [](const QDateTime &moment) { return formatTimestamp(moment); };
        QTRY_COMPARE(screen.counted(),
                     screen.log->database()
                         .scalar(QStringLiteral("SELECT count(*) FROM action_audit_log WHERE event_type = 'proposed' "
                                                "AND timestamp >= ? AND timestamp < ?"),
                                 {asStored(*range.from), asStored(*range.to)})
                         .toLongLong());
    }
    QTRY_VERIFY(screen.timelineSays().contains(QStringLiteral("%1 events").arg(screen.counted())));
}

void TestAuditViewParts::aClickGoesBackThroughTwoZooms()
{
    Screen screen(20'000);
    screen.open();
    screen.view->setFilterText(QStringLiteral("\"proposed\""));
    QTRY_VERIFY(screen.timelineSays().contains(QStringLiteral("20000 events")));
    screen.drag(0.2, 0.8);
    const QString first = screen.view->filterText();
    QTRY_VERIFY(screen.counted() > 0 && screen.counted() < 15'000);
    QTRY_VERIFY(screen.timelineSays().contains(QStringLiteral("%1 events").arg(screen.counted())));
    const TimeRange wide = screen.range();
    screen.drag(0.4, 0.6);
    const TimeRange narrow = screen.range();
    QVERIFY(*narrow.from > *wide.from && *narrow.to < *wide.to);
    QVERIFY(screen.view->filterText() != first);
    screen.clickTimeline();
    QCOMPARE(screen.view->filterText(), first);
    QTest::qWait(QApplication::doubleClickInterval() + 20);
    screen.clickTimeline();
    QCOMPARE(screen.view->filterText(), QStringLiteral("\"proposed\""));
    QTRY_COMPARE(screen.counted(), 20'000);
    QTest::qWait(QApplication::doubleClickInterval() + 20);
    screen.clickTimeline();
    QCOMPARE(screen.view->filterText(), QStringLiteral("\"proposed\""));
}

void TestAuditViewParts::aClickWithoutHistoryTakesTheTimesAway()
{
    Screen screen(2000);
    screen.open();
    screen.view->setFilterText(
        QStringLiteral("since:2026-01-31T12:00:05Z type:proposed before:2026-01-31T12:00:10Z -before:2020-01-01"));
    QTRY_COMPARE(screen.counted(), 500);
    QTRY_VERIFY(screen.timelineSays().contains(QStringLiteral("500 events")));
    screen.clickTimeline();
    QCOMPARE(screen.view->filterText(), QStringLiteral("type:proposed  -before:2020-01-01"));
    QTRY_COMPARE(screen.counted(), 2000);
}

void TestAuditViewParts::anUnreadableFilterIsNotTouchedByTheTimeline()
{
    Screen screen(2000);
    screen.open();
    QTRY_VERIFY(screen.timelineSays().contains(QStringLiteral("2000 events")));
    screen.view->setFilterText(QStringLiteral("type:proposed since:yesteryear"));
    screen.drag(0.3, 0.6);
    screen.clickTimeline();
    QCOMPARE(screen.view->filterText(), QStringLiteral("type:proposed since:yesteryear"));
}

void TestAuditViewParts::doubleClickTellsTheStory_data()
{
    timelineShowsWhatTheFilterFinds_data();
}

void TestAuditViewParts::doubleClickTellsTheStory()
{
    QFETCH(bool, isReal);
    Screen screen(4000, isReal);
    screen.open();
    QCOMPARE(screen.side->currentWidget(), screen.view->findChild<EventDetails *>());
    screen.view->setFilterText(isReal ? QStringLiteral("type:executing") : QStringLiteral("type:proposed"));
    QTRY_VERIFY(screen.counted() > 0);
    const int row = 5;
    const ProposalId proposal = screen.table->auditModel()->eventAt(row).proposalId.value();
    const QString filter = screen.view->filterText();
    screen.doubleClick(row);
    QCOMPARE(screen.side->currentWidget(), screen.story);
    QVERIFY(screen.story->isVisible());
    QCOMPARE(screen.story->proposal(), proposal);
    // All of its events, also those that the filter leaves out, oldest first.
    const qint64 first = (proposal.value - 1) * 4;
    QTRY_COMPARE(screen.storyIds(), (QList<qint64>{first, first + 1, first + 2, first + 3}));
    QCOMPARE(screen.view->filterText(), filter);
    // Another one takes its place.
    screen.doubleClick(row + 12);
    QTRY_VERIFY(!screen.storyIds().isEmpty() && screen.storyIds().constFirst() < first);
}

void TestAuditViewParts::enterTellsTheStory()
{
    Screen screen(400);
    screen.open();
    screen.table->setFocus();
    screen.table->selectOnly(8); // event 392 of proposal 99
    QTest::keyClick(screen.table, Qt::Key_Return);
    QTRY_COMPARE(screen.storyIds(), (QList<qint64>{392, 393, 394, 395}));
    QCOMPARE(screen.side->currentWidget(), screen.story);
}

void TestAuditViewParts::anEventOfNoProposalHasNoStory()
{
    Screen screen(400);
    screen.source->log.last().proposalId.reset();
    screen.open();
    screen.doubleClick(3);
    QCOMPARE(screen.side->currentWidget(), screen.story);
    screen.doubleClick(0);
    QVERIFY(screen.side->currentWidget() != screen.story);
    QVERIFY(screen.view->findChild<EventDetails *>()->event().has_value());
}

void TestAuditViewParts::escapeLeavesTheStory()
{
    Screen screen(400);
    screen.open();
    QVERIFY(QTest::qWaitForWindowActive(screen.view.get()));
    screen.table->setFocus();
    screen.doubleClick(8);
    QTRY_COMPARE(screen.storyIds().size(), 4);
    screen.storyTable->setFocus();
    QTest::keyClick(screen.storyTable, Qt::Key_Escape);
    QVERIFY(screen.side->currentWidget() != screen.story);
    QVERIFY(!screen.story->proposal().isValid());
    QVERIFY(screen.table->hasFocus());
    QCOMPARE(screen.table->currentEvent(), EventId(392));
    // The button does the same.
    screen.doubleClick(8);
    QTRY_COMPARE(screen.storyIds().size(), 4);
    QTest::mouseClick(screen.view->findChild<QWidget *>(QStringLiteral("storyCloseButton")), Qt::LeftButton);
    QVERIFY(screen.side->currentWidget() != screen.story);
}

void TestAuditViewParts::choosingInTheStoryGoesThere_data()
{
    timelineShowsWhatTheFilterFinds_data();
}

void TestAuditViewParts::choosingInTheStoryGoesThere()
{
    QFETCH(bool, isReal);
    Screen screen(20'000, isReal);
    screen.open();
    screen.doubleClick(8); // event 19992
    QTRY_COMPARE(screen.storyIds().size(), 4);
    QTest::keyClick(screen.table, Qt::Key_End);
    QTRY_COMPARE(screen.table->auditModel()->idAt(screen.table->lastVisibleRow()), EventId(1));
    screen.storyTable->setCurrentIndex(screen.storyTable->model()->index(2, 0));
    QTest::keyClick(screen.storyTable, Qt::Key_Return);
    QTRY_COMPARE(screen.top(), screen.storyIds().at(2));
    QCOMPARE(screen.side->currentWidget(), screen.story); // it stays to be read on
}

void TestAuditViewParts::theStoryGrowsWithTheLog()
{
    Screen screen(401);
    screen.open();
    screen.doubleClick(0); // 401, the second of proposal 101
    QTRY_COMPARE(screen.storyIds(), (QList<qint64>{400, 401}));
    screen.source->append(5);
    screen.source->tell();
    QTRY_COMPARE(screen.storyIds(), (QList<qint64>{400, 401, 402, 403}));
}

void TestAuditViewParts::utcChangesEveryTime()
{
#ifdef Q_OS_WIN
    QSKIP("TZ does not set the zone here.");
#else
    const ZoneChange zone("Asia/Kolkata"); // five and a half hours east
    Screen screen(4000);
    screen.open();
    screen.doubleClick(0);
    QTRY_COMPARE(screen.storyIds().size(), 1);
    QTRY_VERIFY(screen.timelineSays().contains(QStringLiteral("4000 events")));
    const auto header = [&screen] {
        return screen.table->model()->headerData(AuditTableModel::Time, Qt::Horizontal).toString();
    };
    const auto story = [&screen] { return screen.storyTable->model()->index(0, StoryModel::Time).data().toString(); };
    QVERIFY(!screen.utc->isChecked());
    QCOMPARE(screen.utc->text(), QStringLiteral("Local time"));
    QVERIFY(!header().contains(QStringLiteral("UTC")));
    QVERIFY(screen.cell(0, AuditTableModel::Time).contains(QStringLiteral("17:30:40")));
    QVERIFY2(story().contains(QStringLiteral("17:30:40")), qPrintable(story()));
    QVERIFY2(screen.timelineSays().contains(QStringLiteral("17:30")), qPrintable(screen.timelineSays()));

    QTest::mouseClick(screen.utc, Qt::LeftButton);
    QCOMPARE(screen.utc->text(), QStringLiteral("UTC"));
    QVERIFY(screen.utc->accessibleName().contains(QStringLiteral("UTC")));
    QCOMPARE(header(), QStringLiteral("Time (UTC)"));
    QVERIFY(screen.cell(0, AuditTableModel::Time).contains(QStringLiteral("12:00:40")));
    QVERIFY(story().contains(QStringLiteral("12:00:40")));
    QVERIFY2(screen.timelineSays().contains(QStringLiteral("12:00")), qPrintable(screen.timelineSays()));
    QVERIFY(!screen.timelineSays().contains(QStringLiteral("17:30")));
    // What is chosen is written in the time that is shown.
    screen.drag(0.4, 0.6);
    QVERIFY2(screen.view->filterText().contains(QStringLiteral("T12:00:")), qPrintable(screen.view->filterText()));
    QVERIFY(screen.view->filterText().endsWith(u'Z'));
    QTest::mouseClick(screen.utc, Qt::LeftButton);
    QTRY_VERIFY(screen.cell(0, AuditTableModel::Time).contains(QStringLiteral("17:30:")));
#endif
}

void TestAuditViewParts::stateIsKept()
{
    QByteArray state;
    {
        Screen screen(500);
        screen.open();
        QHeaderView *header = screen.table->horizontalHeader();
        header->moveSection(header->visualIndex(AuditTableModel::Actor), 0);
        header->resizeSection(AuditTableModel::Type, 177);
        screen.table->setColumnHidden(AuditTableModel::Proposal, true);
        QTest::mouseClick(screen.utc, Qt::LeftButton);
        screen.view->findChild<QSplitter *>(QStringLiteral("auditSplitter"))->setSizes({500, 600});
        emit screen.table->orderRequested({AuditOrder::By::Type, true});
        QTRY_COMPARE(header->sortIndicatorSection(), int(AuditTableModel::Type));
        state = screen.view->saveState();
    }
    Screen screen(500);
    screen.view->restoreState(state);
    screen.open();
    const QHeaderView *header = screen.table->horizontalHeader();
    QCOMPARE(header->visualIndex(AuditTableModel::Actor), 0);
    QCOMPARE(header->sectionSize(AuditTableModel::Type), 177);
    QVERIFY(screen.table->isColumnHidden(AuditTableModel::Proposal));
    QVERIFY(!screen.table->isColumnHidden(AuditTableModel::Type));
    QVERIFY(screen.utc->isChecked());
    QCOMPARE(screen.table->model()->headerData(AuditTableModel::Time, Qt::Horizontal).toString(),
             QStringLiteral("Time (UTC)"));
    QCOMPARE(header->sortIndicatorSection(), -1); // the order of the list is not kept: the newest come first
    QCOMPARE(screen.top(), 500);
    const QList<int> sizes = screen.view->findChild<QSplitter *>(QStringLiteral("auditSplitter"))->sizes();
    QVERIFY2(sizes.at(1) > sizes.at(0), qPrintable(QString::number(sizes.at(0))));
    QCOMPARE(screen.view->saveState().isEmpty(), false);
}

void TestAuditViewParts::garbageStateIsIgnored_data()
{
    QTest::addColumn<QByteArray>("state");
    Screen screen(50);
    const QByteArray good = screen.view->saveState();
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("text") << QByteArray("column widths");
    QTest::newRow("zeros") << QByteArray(4096, '\0');
    QTest::newRow("ones") << QByteArray(4096, '\xff');
    QTest::newRow("half") << good.left(good.size() / 2);
    QTest::newRow("all but one byte") << good.left(good.size() - 1);
    QByteArray later = good;
    later[3] = 99;
    QTest::newRow("a later version") << later;
    QByteArray inner;
    QDataStream stream(&inner, QIODevice::WriteOnly);
    stream << 1 << QByteArray("no header at all") << QByteArray("no splitter") << false;
    QTest::newRow("garbage within") << inner;
}

void TestAuditViewParts::garbageStateIsIgnored()
{
    QFETCH(QByteArray, state);
    Screen screen(500);
    screen.open();
    const QByteArray before = screen.view->saveState();
    screen.view->restoreState(state);
    QCOMPARE(screen.view->saveState(), before);
    for (int column = 0; column < AuditTableModel::ColumnCount; ++column)
        QVERIFY(screen.table->columnWidth(column) > 20);
    QVERIFY(!screen.utc->isChecked());
    QCOMPARE(screen.top(), 500);
}

void TestAuditViewParts::spacesInQuotesAreAnotherFilter()
{
    Screen screen(20);
    screen.source->append(3, QStringLiteral("a b"));
    screen.source->append(2, QStringLiteral("a  b"));
    screen.open();
    screen.view->setFilterText(QStringLiteral("type:\"a b\""));
    QTRY_COMPARE(screen.counted(), 3);
    screen.view->setFilterText(QStringLiteral("type:\"a  b\""));
    QTRY_COMPARE(screen.counted(), 2);
    QTRY_COMPARE(screen.table->auditModel()->rowCount(), 2);
    // Adding a term and taking it away leaves what was typed.
    auto *bar = screen.view->findChild<AuditFilterBar *>();
    bar->toggleTerm(QStringLiteral("actor:agent"));
    QCOMPARE(bar->text(), QStringLiteral("type:\"a  b\" actor:agent"));
    bar->toggleTerm(QStringLiteral("actor:agent"));
    QCOMPARE(bar->text(), QStringLiteral("type:\"a  b\""));
}

QTEST_MAIN(TestAuditViewParts)
#include "tst_auditviewparts.moc"
