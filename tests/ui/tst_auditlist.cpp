// SPDX-License-Identifier: Apache-2.0
// The list while a scan is under way, in other orders than the log's, and on the way to a place.

#include "tests/support/ui/FakeAuditSource.h"
#include "ui/audit/list/AuditList.h"
#include "ui/audit/list/AuditScrollBar.h"
#include "ui/audit/list/AuditTable.h"
#include "ui/audit/list/AuditTableModel.h"
#include "ui/audit/list/FilterScan.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QtTest>

using namespace andon;
using namespace andon::test;

namespace {

AuditFilter filterOf(const char *text)
{
    return AuditFilter::parse(QString::fromUtf8(text), QDateTime::currentDateTimeUtc());
}

struct Bench
{
    explicit Bench(int events)
        : list(&source)
        , tester(list.table()->model(), QAbstractItemModelTester::FailureReportingMode::QtTest)
    {
        source.append(events);
        list.resize(900, 500);
        list.show();
    }

    [[nodiscard]] bool open(const AuditFilter &filter = {})
    {
        QSignalSpy replaced(&list, &AuditList::replaced);
        list.search(filter);
        return replaced.wait(5000);
    }
    [[nodiscard]] QList<qint64> ids() const
    {
        QList<qint64> held;
        for (int row = 0; row < list.model()->rowCount(); ++row)
            held << list.model()->idAt(row).value;
        return held;
    }
    [[nodiscard]] qint64 top() const { return list.model()->idAt(list.table()->firstVisibleRow()).value; }
    [[nodiscard]] QString message() const { return list.findChild<QLabel *>(QStringLiteral("auditMessage"))->text(); }

    FakeAuditSource source;
    AuditList list;
    QAbstractItemModelTester tester;
};

} // namespace

class TestAuditList : public QObject
{
    Q_OBJECT

private slots:
    void matchesAppearAsTheScanFindsThem();
    void aScanWithoutMatchesSaysSoInTheEnd();
    void aCancelledScanKeepsWhatItFoundAndGoesOn();
    void aScanThatFailsIsShownAndCanBeRetried();
    void aCancelledSearchCanBeTakenUpAgain();
    void findingsOfTheLastFiltersAreKept();
    void theCountGrowsWithTheLog();
    void headerSortsAndUnsorts();
    void whatHappenedIsNoOrder();
    void anOrderThatFailsIsNotShown();
    void oldestFirst();
    void typingGoesToAnEvent();
    void selectionIsKeptBeyondTheWindow();
    void dragInASortedListGoesByMarks();
};

void TestAuditList::matchesAppearAsTheScanFindsThem()
{
    Bench bench(10'000);
    bench.source.append(3, QStringLiteral("failed"));
    bench.source.append(3000);
    bench.source.scanStep = 2000; // ends after so many ids each time
    bench.list.search(filterOf("type:failed"));
    QTRY_VERIFY(!bench.list.scan()->isScanning());
    QCOMPARE(bench.list.scan()->findings()->summary().found, 0);
    QVERIFY(bench.list.pager()->isSearching()); // not "no match": nobody knows yet
    QCOMPARE(bench.message(), QStringLiteral("Reading the log\u2026"));

    bench.list.scan()->start(filterOf("type:failed"));
    QTRY_COMPARE(bench.ids(), (QList<qint64>{10'003, 10'002, 10'001}));
    QVERIFY(!bench.list.pager()->isSearching());
    QVERIFY(bench.list.pager()->hasBelow()); // the scan has not come to the end
    bench.source.scanStep = 0;
    bench.list.scan()->start(filterOf("type:failed"));
    QTRY_VERIFY(!bench.list.pager()->hasBelow());
    QCOMPARE(bench.ids().size(), 3);
}

void TestAuditList::aScanWithoutMatchesSaysSoInTheEnd()
{
    Bench bench(5000);
    QVERIFY(bench.open(filterOf("type:failed")));
    QCOMPARE(bench.message(), QStringLiteral("No event matches this filter."));
    Bench empty(0);
    empty.source.scanStep = 10;
    QVERIFY(empty.open(filterOf("type:failed")));
    QCOMPARE(empty.message(), QStringLiteral("No event matches this filter."));
}

void TestAuditList::aCancelledScanKeepsWhatItFoundAndGoesOn()
{
    Bench bench(5000);
    bench.source.append(2, QStringLiteral("failed"));
    bench.source.scanStep = 1000;
    QVERIFY(bench.open(filterOf("type:failed")));
    bench.source.hold();
    bench.list.scan()->start(filterOf("type:failed"));
    QVERIFY(bench.list.scan()->isScanning());
    QSignalSpy noticed(&bench.list, &AuditList::noticed);
    QVERIFY(bench.list.cancel());
    QVERIFY(!bench.list.scan()->isScanning());
    QVERIFY(bench.list.scan()->isInterrupted());
    QVERIFY(!noticed.isEmpty());
    QVERIFY(noticed.constLast().at(0).toString().startsWith(QStringLiteral("Scan cancelled.")));
    QCOMPARE(bench.ids().size(), 2);
    QVERIFY(!bench.list.cancel()); // nothing is under way any more

    bench.source.release();
    bench.source.scanStep = 0;
    bench.list.retry();
    QTRY_VERIFY(bench.list.scan()->findings()->summary().isWhole);
}

void TestAuditList::aScanThatFailsIsShownAndCanBeRetried()
{
    Bench bench(5000);
    bench.source.append(2, QStringLiteral("failed"));
    bench.source.append(1000);
    bench.source.scanStep = 100;
    bench.list.search(filterOf("type:failed"));
    QTRY_VERIFY(!bench.list.scan()->isScanning() && bench.list.pager()->awaitsScan());
    bench.source.failWith(QStringLiteral("The disk is gone."));
    bench.list.scan()->start(filterOf("type:failed"));
    QTRY_COMPARE(bench.message(), QStringLiteral("The disk is gone."));
    QVERIFY(!bench.list.pager()->isSearching());
    auto *retry = bench.list.findChild<QPushButton *>(QStringLiteral("auditRetryButton"));
    QVERIFY(retry->isVisible());
    bench.source.failWith({});
    bench.source.scanStep = 0;
    retry->click();
    QTRY_COMPARE(bench.ids(), (QList<qint64>{5002, 5001}));
}

void TestAuditList::aCancelledSearchCanBeTakenUpAgain()
{
    Bench bench(5000);
    bench.source.append(2, QStringLiteral("failed"));
    bench.source.append(1000);
    QVERIFY(bench.open());
    bench.source.scanStep = 100;
    bench.list.search(filterOf("type:failed"));
    QTRY_VERIFY(bench.list.pager()->awaitsScan());
    QVERIFY(bench.list.cancel());
    QCOMPARE(bench.ids().constFirst(), 6002); // the events of the filter before
    QVERIFY(bench.list.filter().isEmpty());
    bench.source.scanStep = 0;
    bench.list.retry();
    QTRY_COMPARE(bench.ids(), (QList<qint64>{5002, 5001}));
}

void TestAuditList::findingsOfTheLastFiltersAreKept()
{
    Bench bench(3000);
    QVERIFY(bench.open());
    const FilterScan::Findings all = bench.list.scan()->findings();
    QTRY_VERIFY(all->summary().isWhole);
    QVERIFY(bench.open(filterOf("type:failed")));
    QVERIFY(bench.list.scan()->findings() != all);
    QVERIFY(bench.open());
    QVERIFY(bench.list.scan()->findings() == all);
    QVERIFY(bench.list.scan()->findings()->summary().isWhole);
}

void TestAuditList::theCountGrowsWithTheLog()
{
    Bench bench(1234);
    QVERIFY(bench.open());
    const FilterScan *scan = bench.list.scan();
    QTRY_COMPARE(scan->findings()->summary().found, 1234);
    bench.source.append(6);
    bench.source.tell();
    QTRY_COMPARE(scan->findings()->summary().found, 1240);
    QVERIFY(scan->findings()->summary().isWhole);
    QCOMPARE(scan->findings()->summary().done, 6); // and the rest was not counted again
}

void TestAuditList::headerSortsAndUnsorts()
{
    Bench bench(1000);
    bench.source.append(5, QStringLiteral("cancelled"));
    bench.source.append(1000);
    QVERIFY(bench.open());
    QHeaderView *header = bench.list.table()->horizontalHeader();
    const auto click = [&](int column) {
        QSignalSpy replaced(&bench.list, &AuditList::replaced);
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                          QPoint(header->sectionViewportPosition(column) + 12, header->height() / 2));
        QVERIFY(replaced.wait(5000));
    };
    click(AuditTableModel::Type);
    QCOMPARE(bench.list.pager()->order(), (AuditOrder{AuditOrder::By::Type, true}));
    QCOMPARE(bench.ids().mid(0, 6), (QList<qint64>{1001, 1002, 1003, 1004, 1005, 1}));
    QCOMPARE(header->sortIndicatorSection(), int(AuditTableModel::Type));
    click(AuditTableModel::Type);
    QCOMPARE(bench.ids().constFirst(), 2005);
    QCOMPARE(header->sortIndicatorOrder(), Qt::DescendingOrder);
    // Page by page down to the end, nothing lost or doubled.
    while (bench.list.pager()->hasBelow()) {
        bench.list.table()->showBottom();
        QTRY_VERIFY(!bench.list.pager()->isFetching());
    }
    QCOMPARE(bench.ids().constLast(), 1001);
    click(AuditTableModel::Type);
    QVERIFY(bench.list.pager()->isNewestFirst());
    QCOMPARE(header->sortIndicatorSection(), -1);
    QCOMPARE(bench.ids().constFirst(), 2005);
}

void TestAuditList::whatHappenedIsNoOrder()
{
    Bench bench(100);
    QVERIFY(bench.open());
    QHeaderView *header = bench.list.table()->horizontalHeader();
    QSignalSpy replaced(&bench.list, &AuditList::replaced);
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                      QPoint(header->sectionViewportPosition(AuditTableModel::What) + 12, header->height() / 2));
    QTest::qWait(50);
    QVERIFY(replaced.isEmpty());
    QCOMPARE(header->sortIndicatorSection(), -1);
}

void TestAuditList::anOrderThatFailsIsNotShown()
{
    Bench bench(100);
    QVERIFY(bench.open());
    bench.source.failWith(QStringLiteral("There is no index."));
    QSignalSpy noticed(&bench.list, &AuditList::noticed);
    emit bench.list.table()->orderRequested({AuditOrder::By::Actor, true});
    QTRY_VERIFY(!noticed.isEmpty() && noticed.constLast().at(0).toString() == QStringLiteral("There is no index."));
    QCOMPARE(bench.list.table()->horizontalHeader()->sortIndicatorSection(), -1);
    QCOMPARE(bench.ids().constFirst(), 100);
}

void TestAuditList::oldestFirst()
{
    Bench bench(3000);
    QVERIFY(bench.open());
    emit bench.list.table()->orderRequested({AuditOrder::By::Log, true});
    QTRY_COMPARE(bench.ids().constFirst(), 1);
    QVERIFY(!bench.list.pager()->hasAbove());
    bench.list.goTo(EventId(2000));
    QTRY_COMPARE(bench.top(), 2000);
    QCOMPARE(bench.ids().constFirst() < bench.ids().constLast(), true);
    QTest::keyClick(bench.list.table(), Qt::Key_End);
    QTRY_COMPARE(bench.ids().constLast(), 3000);
    // What is new goes to the end; the reader's place does not move.
    QSignalSpy unseen(&bench.list, &AuditList::unseenChanged);
    const qint64 top = bench.top();
    bench.source.append(3);
    bench.source.tell();
    QTRY_COMPARE(unseen.size(), 1);
    QCOMPARE(unseen.constFirst().at(0).toLongLong(), 3);
    QCOMPARE(bench.top(), top);
}

void TestAuditList::typingGoesToAnEvent()
{
    Bench bench(5000);
    QVERIFY(bench.open());
    AuditTable *table = bench.list.table();
    table->setFocus();
    QTest::keyClick(table, Qt::Key_1);
    auto *edit = bench.list.findChild<QLineEdit *>(QStringLiteral("goToEdit"));
    QVERIFY(edit && edit->isVisible());
    QTest::keyClicks(edit, QStringLiteral("23"));
    QTest::keyClick(edit, Qt::Key_Return);
    QTRY_COMPARE(bench.top(), 123);
    QVERIFY(!edit->isVisible());

    QTest::keyClick(table, Qt::Key_1);
    QTest::keyClicks(edit, QStringLiteral("x"));
    QTest::keyClick(edit, Qt::Key_Return);
    auto *error = bench.list.findChild<QLabel *>(QStringLiteral("goToError"));
    QVERIFY(error);
    QTRY_VERIFY(error->isVisible() && !error->text().isEmpty());
    QCOMPARE(bench.top(), 123);
}

void TestAuditList::selectionIsKeptBeyondTheWindow()
{
    Bench bench(10'000);
    QVERIFY(bench.open());
    AuditTable *table = bench.list.table();
    table->selectOnly(3);
    bench.list.goTo(EventId(200));
    QTRY_COMPARE(bench.top(), 200);
    QTest::mouseClick(table->viewport(), Qt::LeftButton, Qt::ControlModifier,
                      table->visualRect(table->model()->index(table->firstVisibleRow() + 1, 0)).center());
    QCOMPARE(table->selectedEvents(), (QList<EventId>{EventId(9997), EventId(199)}));
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {},
                      table->visualRect(table->model()->index(table->firstVisibleRow() + 2, 0)).center());
    QCOMPARE(table->selectedEvents(), QList<EventId>{EventId(198)});
}

void TestAuditList::dragInASortedListGoesByMarks()
{
    Bench bench(4000);
    QVERIFY(bench.open());
    emit bench.list.table()->orderRequested({AuditOrder::By::Proposal, true});
    QTRY_COMPARE(bench.ids().constFirst(), 1);
    auto *bar = bench.list.findChild<AuditScrollBar *>();
    QTRY_VERIFY(bar->maximum() > 1'000'000);
    // Until the marks are there, a drag has nowhere to go.
    const auto drag = [bar] {
        bar->setSliderDown(true);
        bar->setSliderPosition(bar->maximum() / 2);
        bar->triggerAction(QAbstractSlider::SliderMove);
        bar->setSliderDown(false);
    };
    QTRY_VERIFY2((drag(), std::abs(bench.top() - 2000) < 50), qPrintable(QString::number(bench.top())));
}

QTEST_MAIN(TestAuditList)
#include "tst_auditlist.moc"
