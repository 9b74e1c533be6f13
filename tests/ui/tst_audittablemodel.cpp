// SPDX-License-Identifier: Apache-2.0
// The window that the audit table shows of a log of any size: which rows it holds, and that it stays where it is.

#include "tests/support/ui/FakeAuditSource.h"
#include "ui/audit/list/AuditPager.h"
#include "ui/audit/list/AuditTable.h"
#include "ui/audit/list/AuditTableModel.h"
#include "ui/audit/list/LiveTail.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest>

#include <limits>

using namespace andon;
using andon::test::FakeAuditSource;

namespace {

/// A log, the window on it, and a tester that watches the model.
struct Window
{
    explicit Window(int events)
        : tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest)
        , pager(&source, &model)
        , replaced(&pager, &AuditPager::replaced)
        , extended(&pager, &AuditPager::extended)
        , failed(&pager, &AuditPager::failed)
    {
        source.append(events);
    }

    [[nodiscard]] bool open()
    {
        pager.search({}, {});
        return replaced.wait(5000);
    }
    [[nodiscard]] bool settle()
    {
        return QTest::qWaitFor([this] { return !pager.isFetching(); }, 5000);
    }
    [[nodiscard]] QList<qint64> ids() const
    {
        QList<qint64> result;
        for (int row = 0; row < model.rowCount(); ++row)
            result << model.idAt(row).value;
        return result;
    }
    /// Newest first without gaps or doubles: ids of these logs are consecutive.
    [[nodiscard]] bool isWhole() const
    {
        const QList<qint64> held = ids();
        for (qsizetype i = 1; i < held.size(); ++i) {
            if (held[i] != held[i - 1] - 1)
                return false;
        }
        return true;
    }

    FakeAuditSource source;
    AuditTableModel model;
    QAbstractItemModelTester tester;
    AuditPager pager;
    QSignalSpy replaced;
    QSignalSpy extended;
    QSignalSpy failed;
};

AuditFilter filterOf(const QString &text)
{
    return AuditFilter::parse(text, QDateTime::currentDateTimeUtc());
}

} // namespace

class TestAuditTableModel : public QObject
{
    Q_OBJECT

private slots:
    void firstPageIsTheNewest();
    void anEmptyLogIsKnownToBeEmpty();
    void pagingToEitherEndLosesAndDoublesNothing();
    void windowIsBounded();
    void jumpShowsTheEventAndBothNeighbourhoods();
    void jumpBelowTheOldestEndsAtTheOldest();
    void jumpToTheOldestEnd();
    void lateAnswersAreDropped();
    void cancelledSearchKeepsWhatIsShown();
    void failureKeepsWhatIsShownAndCanBeRetried();
    void failedEdgeIsNotAskedAgainByItself();
    void largeDataIsNotKept();

    void tailFollowsAtTheTop();
    void tailCountsWhenTheReaderIsElsewhere();
    void tailCountsOnlyWhatMatches();
    void tailFarBehindGoesToTheNewest();
    void tailLooksAtMostTenTimesASecond();

    void placeIsKeptWhileRowsComeAbove();
    void newRowsPushDownAtTheTop();
    void selectionSurvivesLeavingTheWindow();
};

void TestAuditTableModel::firstPageIsTheNewest()
{
    Window window(1000);
    QVERIFY(window.open());
    QCOMPARE(window.model.first(), EventId(1000));
    QCOMPARE(window.model.rowCount(), AuditPager::kPageSize);
    QVERIFY(!window.pager.hasAbove());
    QVERIFY(window.pager.hasBelow());
    QVERIFY(window.isWhole());
}

void TestAuditTableModel::anEmptyLogIsKnownToBeEmpty()
{
    Window window(0);
    QVERIFY(window.open());
    QVERIFY(window.pager.hasRows());
    QCOMPARE(window.model.rowCount(), 0);
    QVERIFY(!window.pager.hasAbove() && !window.pager.hasBelow());
}

void TestAuditTableModel::pagingToEitherEndLosesAndDoublesNothing()
{
    Window window(5130);
    QVERIFY(window.open());
    QSet<qint64> met;
    const auto meet = [&] {
        for (const qint64 id : window.ids())
            met.insert(id);
    };
    meet();
    while (window.pager.hasBelow()) {
        const qint64 oldest = window.model.last().value;
        window.pager.fetchBelow();
        QVERIFY(window.settle());
        QVERIFY(window.model.last().value < oldest);
        QVERIFY(window.isWhole());
        meet();
    }
    QCOMPARE(met.size(), 5130);
    QCOMPARE(window.model.last(), EventId(1));

    QVERIFY(window.pager.hasAbove());
    met.clear();
    meet();
    while (window.pager.hasAbove()) {
        window.pager.fetchAbove();
        QVERIFY(window.settle());
        QVERIFY(window.isWhole());
        meet();
    }
    QCOMPARE(met.size(), 5130);
    QCOMPARE(window.model.first(), EventId(5130));
    QVERIFY(window.pager.hasBelow());
}

void TestAuditTableModel::windowIsBounded()
{
    Window window(4000);
    int most = 0;
    connect(&window.model, &QAbstractItemModel::rowsInserted, &window.model,
            [&] { most = std::max(most, window.model.rowCount()); });
    QVERIFY(window.open());
    while (window.pager.hasBelow()) {
        window.pager.fetchBelow();
        QVERIFY(window.settle());
    }
    QCOMPARE(most, AuditTableModel::kMaxRows);
    QVERIFY(window.source.largestPage <= AuditPager::kPageSize);
}

void TestAuditTableModel::jumpShowsTheEventAndBothNeighbourhoods()
{
    Window window(3000);
    QVERIFY(window.open());
    window.pager.goTo(EventId(1500));
    QVERIFY(window.settle());
    QCOMPARE(window.model.first(), EventId(1500));
    QCOMPARE(window.replaced.constLast().constFirst().value<AuditPager::Place>(), AuditPager::Place::First);
    QVERIFY(window.pager.hasAbove() && window.pager.hasBelow());
    window.pager.fetchAbove();
    QVERIFY(window.settle());
    window.pager.fetchBelow();
    QVERIFY(window.settle());
    QCOMPARE(window.model.first(), EventId(1700));
    QCOMPARE(window.model.last(), EventId(1101));
    QVERIFY(window.isWhole());
}

void TestAuditTableModel::jumpBelowTheOldestEndsAtTheOldest()
{
    Window window(1000);
    window.source.log.remove(0, 500);
    QVERIFY(window.open());
    window.pager.goTo(EventId(10));
    QVERIFY(window.settle());
    QCOMPARE(window.model.last(), EventId(501));
    QVERIFY(!window.pager.hasBelow());
}

void TestAuditTableModel::jumpToTheOldestEnd()
{
    Window window(1000);
    QVERIFY(window.open());
    window.pager.goBottom();
    QVERIFY(window.settle());
    QCOMPARE(window.model.last(), EventId(1));
    QCOMPARE(window.model.first(), EventId(AuditPager::kPageSize));
    QVERIFY(window.pager.hasAbove() && !window.pager.hasBelow());
}

void TestAuditTableModel::lateAnswersAreDropped()
{
    Window window(0);
    window.source.append(50, QStringLiteral("failed"));
    window.source.append(50, QStringLiteral("completed"));
    window.source.hold();
    window.pager.search(filterOf(QStringLiteral("type:failed")), {});
    window.pager.search(filterOf(QStringLiteral("type:completed")), {});
    window.source.release(true);
    QVERIFY(window.settle());
    QTest::qWait(20);
    QCOMPARE(window.replaced.size(), 1);
    QCOMPARE(window.source.cancelled, 1);
    QCOMPARE(window.model.rowCount(), 50);
    QCOMPARE(window.model.eventAt(0).eventType, QStringLiteral("completed"));
    QCOMPARE(window.pager.filter().text(), QStringLiteral("type:completed"));
}

void TestAuditTableModel::cancelledSearchKeepsWhatIsShown()
{
    Window window(300);
    QVERIFY(window.open());
    window.source.hold();
    window.pager.search(filterOf(QStringLiteral("type:failed")), {});
    QVERIFY(window.pager.isSearching());
    window.pager.cancel();
    QVERIFY(!window.pager.isSearching());
    window.source.release();
    QTest::qWait(20);
    QCOMPARE(window.source.cancelled, 1);
    QCOMPARE(window.model.rowCount(), AuditPager::kPageSize);
    QVERIFY(window.pager.filter().isEmpty());

    window.pager.retry({});
    QVERIFY(window.settle());
    QCOMPARE(window.model.rowCount(), 0);
    QCOMPARE(window.pager.filter().text(), QStringLiteral("type:failed"));
}

void TestAuditTableModel::failureKeepsWhatIsShownAndCanBeRetried()
{
    Window window(300);
    QVERIFY(window.open());
    window.source.failWith(QStringLiteral("The database is gone."));
    window.pager.goBottom();
    QVERIFY(window.failed.wait());
    QCOMPARE(window.failed.constFirst().at(0).toString(), QStringLiteral("The database is gone."));
    QCOMPARE(window.failed.constFirst().at(1).toString(), QStringLiteral("cause"));
    QCOMPARE(window.model.first(), EventId(300));
    window.source.failWith({});
    window.pager.retry({});
    QVERIFY(window.settle());
    QCOMPARE(window.model.last(), EventId(1));
}

void TestAuditTableModel::failedEdgeIsNotAskedAgainByItself()
{
    Window window(1000);
    QVERIFY(window.open());
    window.source.failWith(QStringLiteral("No."));
    window.pager.fetchBelow();
    QVERIFY(window.failed.wait());
    const int asked = window.source.pagesAsked;
    window.pager.fetchBelow();
    QCOMPARE(window.source.pagesAsked, asked);
    window.source.failWith({});
    window.pager.retry({});
    window.pager.fetchBelow();
    QVERIFY(window.settle());
    QCOMPARE(window.model.rowCount(), 2 * AuditPager::kPageSize);
}

void TestAuditTableModel::largeDataIsNotKept()
{
    Window window(3);
    window.source.log[1].eventData = QString(10'000'000, u'x');
    QVERIFY(window.open());
    QVERIFY(window.model.isCut(1));
    QCOMPARE(window.model.eventAt(1).eventData.size(), AuditTableModel::kMaxData);
    QVERIFY(window.model.eventAt(1).eventData.capacity() < 2 * AuditTableModel::kMaxData);
    QVERIFY(window.model.index(1, AuditTableModel::What).data().toString().size() <= 201);
    QVERIFY(!window.model.isCut(0));
}

void TestAuditTableModel::tailFollowsAtTheTop()
{
    Window window(500);
    LiveTail tail(&window.source, &window.pager);
    QVERIFY(window.open());
    window.source.append(3);
    window.source.tell();
    QTRY_COMPARE(window.model.first(), EventId(503));
    QVERIFY(window.isWhole());
    QCOMPARE(window.replaced.size(), 1); // added above, not shown anew
}

void TestAuditTableModel::tailCountsWhenTheReaderIsElsewhere()
{
    Window window(500);
    LiveTail tail(&window.source, &window.pager);
    QSignalSpy unseen(&tail, &LiveTail::unseenChanged);
    QVERIFY(window.open());
    tail.setAtTop(false);
    window.source.append(7);
    window.source.tell();
    QVERIFY(unseen.wait());
    QCOMPARE(unseen.constLast().at(0).toLongLong(), 7);
    QCOMPARE(window.model.first(), EventId(500));
    tail.setAtTop(true);
    QTRY_COMPARE(window.model.first(), EventId(507));
    QCOMPARE(unseen.constLast().at(0).toLongLong(), 0);
}

void TestAuditTableModel::tailCountsOnlyWhatMatches()
{
    Window window(500);
    LiveTail tail(&window.source, &window.pager);
    QSignalSpy unseen(&tail, &LiveTail::unseenChanged);
    window.pager.search(filterOf(QStringLiteral("type:failed")), {});
    QVERIFY(window.replaced.wait());
    tail.setLive(false);
    window.source.append(40);
    window.source.append(5, QStringLiteral("failed"));
    window.source.tell();
    QVERIFY(unseen.wait());
    QCOMPARE(unseen.constLast().at(0).toLongLong(), 5);
    QVERIFY(!unseen.constLast().at(1).toBool());
    window.source.append(150, QStringLiteral("failed"));
    window.source.tell();
    QVERIFY(unseen.wait());
    QCOMPARE(unseen.constLast().at(0).toLongLong(), LiveTail::kMaxCounted);
    QVERIFY(unseen.constLast().at(1).toBool());
}

void TestAuditTableModel::tailFarBehindGoesToTheNewest()
{
    Window window(500);
    LiveTail tail(&window.source, &window.pager);
    QVERIFY(window.open());
    window.source.append(5000);
    window.source.tell();
    QTRY_COMPARE(window.model.first(), EventId(5500));
    QVERIFY(window.isWhole());
    QVERIFY(!window.pager.hasAbove());
    QVERIFY(window.source.pagesAsked <= 4);
}

void TestAuditTableModel::tailLooksAtMostTenTimesASecond()
{
    Window window(500);
    LiveTail tail(&window.source, &window.pager);
    QVERIFY(window.open());
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < 550) {
        window.source.append(1);
        window.source.tell();
        QTest::qWait(1);
    }
    QVERIFY2(window.source.extentsAsked <= clock.elapsed() / 100 + 1,
             qPrintable(QString::number(window.source.extentsAsked)));
    QTRY_COMPARE(window.model.first(), *window.source.log.constLast().id);
}

void TestAuditTableModel::placeIsKeptWhileRowsComeAbove()
{
    Window window(6000);
    AuditTable table(&window.model);
    table.setFollowsTop(false);
    table.resize(600, 400);
    table.show();
    QVERIFY(window.open());
    window.pager.goTo(EventId(3000));
    QVERIFY(window.settle());
    table.verticalScrollBar()->setValue(317); // in the middle of a row
    const EventId first = window.model.idAt(table.firstVisibleRow());
    const int offset = table.rowViewportPosition(table.firstVisibleRow());
    for (int i = 0; i < 12; ++i) { // trims below on the way
        window.pager.fetchAbove();
        QVERIFY(window.settle());
        if (window.model.rowOf(first) < 0)
            break;
        QCOMPARE(window.model.idAt(table.firstVisibleRow()), first);
        QCOMPARE(table.rowViewportPosition(table.firstVisibleRow()), offset);
    }
    QCOMPARE(window.model.rowCount(), AuditTableModel::kMaxRows);
}

void TestAuditTableModel::newRowsPushDownAtTheTop()
{
    Window window(300);
    AuditTable table(&window.model);
    table.resize(600, 400);
    table.show();
    QVERIFY(window.open());
    window.source.append(2);
    window.pager.followTail();
    QVERIFY(window.settle());
    QCOMPARE(window.model.idAt(table.firstVisibleRow()), EventId(302));
    QVERIFY(table.isAtTop());
}

void TestAuditTableModel::selectionSurvivesLeavingTheWindow()
{
    Window window(6000);
    AuditTable table(&window.model);
    QSignalSpy current(&table, &AuditTable::currentEventChanged);
    table.resize(600, 400);
    table.show();
    QVERIFY(window.open());
    table.selectOnly(5);
    QCOMPARE(table.currentEvent(), EventId(5995));
    QCOMPARE(current.size(), 1);

    window.pager.goTo(EventId(100));
    QVERIFY(window.settle());
    QVERIFY(table.selectedRows().isEmpty());
    QVERIFY(!table.currentIndex().isValid());
    QCOMPARE(table.currentEvent(), EventId(5995));
    QCOMPARE(current.size(), 1); // nobody chose another

    window.pager.goTop();
    QVERIFY(window.settle());
    QCOMPARE(table.selectedRows(), QList<int>{5});
    QCOMPARE(table.currentIndex().row(), 5);

    while (window.pager.hasBelow()) {
        window.pager.fetchBelow();
        QVERIFY(window.settle());
    }
    QVERIFY(table.selectedRows().isEmpty());
    QCOMPARE(current.size(), 1);
}

QTEST_MAIN(TestAuditTableModel)
#include "tst_audittablemodel.moc"
