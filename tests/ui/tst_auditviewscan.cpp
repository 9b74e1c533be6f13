// SPDX-License-Identifier: Apache-2.0
// What the audit view says while a log is scanned for a filter: how far it is, what is known, how it ends early.

#include "tests/support/ui/FakeAuditSource.h"
#include "ui/audit/AuditView.h"
#include "ui/audit/list/AuditList.h"
#include "ui/audit/list/AuditTable.h"
#include "ui/audit/list/AuditTableModel.h"
#include "ui/audit/list/FilterScan.h"

#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QStyleFactory>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

#include <memory>

using namespace andon;
using namespace andon::test;

namespace {

/// Half a million ids, of which every 500th is there: a log that takes its time.
struct Screen
{
    Screen()
    {
        auto made = std::make_unique<FakeAuditSource>();
        source = made.get();
        source->idStep = 500;
        for (int i = 0; i < 100; ++i) {
            source->append(9);
            source->append(1, QStringLiteral("failed"));
        }
        view = std::make_unique<AuditView>(std::move(made));
        table = view->findChild<AuditTable *>();
        list = view->findChild<AuditList *>();
        edit = view->findChild<QLineEdit *>(QStringLiteral("auditFilterEdit"));
        cancel = view->findChild<QToolButton *>(QStringLiteral("searchCancelButton"));
        retry = view->findChild<QToolButton *>(QStringLiteral("searchRetryButton"));
        view->resize(1200, 700);
        view->show();
    }

    [[nodiscard]] QString text(const char *name) const
    {
        return view->findChild<QLabel *>(QLatin1String(name))->text();
    }
    [[nodiscard]] QString notice() const { return text("auditNotice"); }
    [[nodiscard]] QString count() const { return text("auditCountLabel"); }
    [[nodiscard]] int rows() const { return table->auditModel()->rowCount(); }

    /// Begins to scan for a filter, and comes as far as 40 %.
    void scanInPart(const QString &filter = QStringLiteral("type:failed")) const
    {
        QTRY_COMPARE(count(), QStringLiteral("1,000 events"));
        source->scanSlowly();
        view->setFilterText(filter);
        source->scanOn(100'000);
        source->scanOn(100'000);
        QTRY_VERIFY2(notice().contains(QStringLiteral("%")), qPrintable(notice()));
    }

    FakeAuditSource *source = nullptr;
    std::unique_ptr<AuditView> view;
    AuditTable *table = nullptr;
    AuditList *list = nullptr;
    QLineEdit *edit = nullptr;
    QToolButton *cancel = nullptr;
    QToolButton *retry = nullptr;
};

const QString kAtLeast = QStringLiteral("\u2265 ");

} // namespace

class TestAuditViewScan : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void theStatusLineSaysHowFarTheScanIs();
    void aShortScanIsNotAnnounced();
    void theCountIsAtLeastUntilTheScanIsThrough();
    void aScanIsCancelled_data();
    void aScanIsCancelled();
    void aCancelledScanGoesOnWithRetry();
    void anotherFilterEndsTheScan();
    void withoutAMatchAScanCanBeCancelledToo();
    void aCancelledScanStillExportsTheFilter();
    void rowsCanBeReadWhileTheScanGoesOn();
    void whatIsWrittenDuringAScanIsCounted();
    void aScanThatFailsIsSaid_data();
    void aScanThatFailsIsSaid();
};

void TestAuditViewScan::initTestCase()
{
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
}

void TestAuditViewScan::theStatusLineSaysHowFarTheScanIs()
{
    Screen screen;
    screen.scanInPart();
    QTRY_VERIFY2(screen.notice().contains(QStringLiteral("40 %")), qPrintable(screen.notice()));
    QVERIFY(screen.cancel->isVisible());
    QVERIFY(!screen.retry->isVisible());
    QTest::qWait(350); // a rate says nothing before
    screen.source->scanOn(50'000);
    QTRY_VERIFY2(screen.notice().contains(QStringLiteral("50 %")), qPrintable(screen.notice()));
    static const QRegularExpression all(QStringLiteral("50 % \u00B7 ([0-9,]+) events a second \u00B7 [0-9]+ s left"));
    const QRegularExpressionMatch match = all.match(screen.notice());
    QVERIFY2(match.hasMatch(), qPrintable(screen.notice()));
    const qint64 rate = match.captured(1).remove(u',').toLongLong();
    QVERIFY2(rate > 1000 && rate < 250'000 * 1000LL / 350, qPrintable(screen.notice()));
    QVERIFY(screen.notice().contains(QStringLiteral("Esc cancels")));
    screen.source->scanOn(0);
    QTRY_VERIFY(screen.notice().isEmpty());
    QVERIFY(!screen.cancel->isVisible());
}

void TestAuditViewScan::aShortScanIsNotAnnounced()
{
    auto made = std::make_unique<FakeAuditSource>();
    FakeAuditSource *source = made.get();
    source->append(2000);
    AuditView view(std::move(made));
    view.show();
    auto *count = view.findChild<QLabel *>(QStringLiteral("auditCountLabel"));
    QTRY_VERIFY(!count->text().isEmpty() && !count->text().startsWith(kAtLeast));
    source->scanSlowly();
    view.setFilterText(QStringLiteral("type:proposed"));
    source->scanOn(1000);
    QTest::qWait(300);
    QVERIFY(view.findChild<AuditList *>()->scan()->isScanning());
    QVERIFY(view.findChild<QLabel *>(QStringLiteral("auditNotice"))->text().isEmpty());
    QVERIFY(count->text().startsWith(kAtLeast)); // and nothing is claimed that is not known
}

void TestAuditViewScan::theCountIsAtLeastUntilTheScanIsThrough()
{
    Screen screen;
    screen.scanInPart();
    QTRY_COMPARE(screen.count(), kAtLeast + QStringLiteral("40 events"));
    QVERIFY(!screen.view->findChild<QLabel *>(QStringLiteral("auditCountLabel"))->toolTip().isEmpty());
    screen.source->scanOn(200'000);
    QTRY_COMPARE(screen.count(), kAtLeast + QStringLiteral("80 events"));
    screen.source->scanOn(0);
    QTRY_COMPARE(screen.count(), QStringLiteral("100 events"));
    QVERIFY(screen.view->findChild<QLabel *>(QStringLiteral("auditCountLabel"))->toolTip().isEmpty());
}

void TestAuditViewScan::aScanIsCancelled_data()
{
    QTest::addColumn<QString>("how");
    for (const char *how : {"button", "escape in the table", "escape in the filter"})
        QTest::newRow(how) << QString::fromLatin1(how);
}

void TestAuditViewScan::aScanIsCancelled()
{
    QFETCH(QString, how);
    Screen screen;
    screen.scanInPart();
    QTRY_COMPARE(screen.rows(), 40);
    if (how == QStringLiteral("button"))
        QTest::mouseClick(screen.cancel, Qt::LeftButton);
    else if (how == QStringLiteral("escape in the table"))
        QTest::keyClick(screen.table, Qt::Key_Escape);
    else
        QTest::keyClick(screen.edit, Qt::Key_Escape);
    QVERIFY2(screen.notice().startsWith(QStringLiteral("Scan cancelled")), qPrintable(screen.notice()));
    QVERIFY(!screen.cancel->isVisible());
    QVERIFY(screen.retry->isVisible());
    QCOMPARE(screen.edit->text(), QStringLiteral("type:failed")); // the key served to cancel
    screen.source->scanOn(0);
    QTest::qWait(250);
    QCOMPARE(screen.source->cancelled, 1);
    QCOMPARE(screen.rows(), 40);
    QCOMPARE(screen.count(), kAtLeast + QStringLiteral("40 events"));
    QVERIFY(screen.notice().startsWith(QStringLiteral("Scan cancelled")));
    // The next key clears the filter.
    QTest::keyClick(screen.edit, Qt::Key_Escape);
    QVERIFY(screen.edit->text().isEmpty());
    QTRY_COMPARE(screen.count(), QStringLiteral("1,000 events"));
}

void TestAuditViewScan::aCancelledScanGoesOnWithRetry()
{
    Screen screen;
    screen.scanInPart();
    QTest::mouseClick(screen.cancel, Qt::LeftButton);
    QVERIFY(screen.retry->isVisible());
    QTest::mouseClick(screen.retry, Qt::LeftButton);
    QTRY_VERIFY(screen.list->scan()->isScanning());
    screen.source->scanOn(200'000);
    QTRY_VERIFY(screen.list->scan()->findings()->summary().found == 80); // 40 were not looked for again
    QCOMPARE(screen.list->scan()->findings()->summary().total, 300'000 - 499);
    screen.source->scanOn(0);
    QTRY_COMPARE(screen.count(), QStringLiteral("100 events"));
    QVERIFY(!screen.retry->isVisible());
    QVERIFY(screen.notice().isEmpty());
    QTRY_COMPARE(screen.rows(), 100);
}

void TestAuditViewScan::anotherFilterEndsTheScan()
{
    Screen screen;
    screen.scanInPart();
    screen.view->setFilterText(QStringLiteral("type:proposed"));
    screen.source->scanOn(0);
    QTRY_COMPARE(screen.count(), QStringLiteral("900 events"));
    QCOMPARE(screen.source->cancelled, 1);
    QTRY_VERIFY(screen.notice().isEmpty());
    // Back again: what was found is still known, and the rest is found.
    screen.view->setFilterText(QStringLiteral("type:failed"));
    QTRY_COMPARE(screen.count(), QStringLiteral("100 events"));
    QTRY_COMPARE(screen.rows(), 100);
}

void TestAuditViewScan::withoutAMatchAScanCanBeCancelledToo()
{
    Screen screen;
    screen.scanInPart(QStringLiteral("type:reset"));
    QCOMPARE(screen.rows(), 200); // of the filter before, until something is known
    QTest::keyClick(screen.table, Qt::Key_Escape);
    QVERIFY(!screen.cancel->isVisible());
    QVERIFY2(screen.notice().contains(QStringLiteral("cancelled")), qPrintable(screen.notice()));
    QVERIFY(!screen.notice().contains(QStringLiteral("No event")));
    screen.source->scanOn(0);
    QTRY_VERIFY(screen.count().endsWith(QStringLiteral("events")));
    QTest::mouseClick(screen.retry, Qt::LeftButton);
    QTRY_COMPARE(screen.text("auditMessage"), QStringLiteral("No event matches this filter."));
    QTRY_COMPARE(screen.count(), QStringLiteral("0 events"));
}

void TestAuditViewScan::aCancelledScanStillExportsTheFilter()
{
    Screen screen;
    screen.scanInPart();
    QTest::mouseClick(screen.cancel, Qt::LeftButton);
    auto *button = screen.view->findChild<QPushButton *>(QStringLiteral("exportButton"));
    QVERIFY(button->isEnabled());
    QTest::mouseClick(button, Qt::LeftButton);
    auto *dialog = screen.view->findChild<QFileDialog *>(QStringLiteral("exportDialog"));
    QVERIFY(dialog != nullptr);
    const QTemporaryDir folder;
    dialog->selectFile(folder.filePath(QStringLiteral("failed.csv")));
    QMetaObject::invokeMethod(dialog, "accept");
    // All that match, and not only what the scan had come to.
    QTRY_VERIFY2(screen.text("exportText").startsWith(QStringLiteral("100 events written")),
                 qPrintable(screen.text("exportText")));
}

void TestAuditViewScan::rowsCanBeReadWhileTheScanGoesOn()
{
    Screen screen;
    screen.scanInPart(QStringLiteral("type:proposed"));
    QTRY_VERIFY(screen.rows() >= 200);
    QTest::keyClick(screen.table, Qt::Key_End); // beyond where the scan is
    QTRY_COMPARE(screen.table->auditModel()->idAt(screen.table->lastVisibleRow()), EventId(1));
    QTest::keyClick(screen.table, Qt::Key_Home);
    QTRY_COMPARE(screen.table->auditModel()->idAt(screen.table->firstVisibleRow()).value, 998 * 500 + 1);
    QVERIFY(screen.list->scan()->isScanning());
    screen.source->scanOn(0);
    QTRY_COMPARE(screen.count(), QStringLiteral("900 events"));
}

void TestAuditViewScan::whatIsWrittenDuringAScanIsCounted()
{
    Screen screen;
    screen.scanInPart();
    screen.source->append(3, QStringLiteral("failed"));
    screen.source->tell();
    QTest::qWait(150);
    screen.source->scanOn(0);
    QTRY_COMPARE(screen.count(), QStringLiteral("103 events"));
    QTRY_COMPARE(screen.rows(), 103);
}

void TestAuditViewScan::aScanThatFailsIsSaid_data()
{
    QTest::addColumn<bool>("isPressed");
    QTest::newRow("retry is pressed") << true;
    QTest::newRow("the log can be read again") << false;
}

void TestAuditViewScan::aScanThatFailsIsSaid()
{
    QFETCH(bool, isPressed);
    Screen screen;
    QTRY_COMPARE(screen.count(), QStringLiteral("1,000 events"));
    QSignalSpy failed(screen.view.get(), &AuditView::failed);
    screen.source->failWith(QStringLiteral("The database is gone."));
    screen.view->setFilterText(QStringLiteral("type:failed"));
    QTRY_COMPARE(screen.notice(), QStringLiteral("The database is gone."));
    QVERIFY(!failed.isEmpty());
    screen.source->failWith({});
    if (isPressed)
        QTest::mouseClick(screen.retry, Qt::LeftButton);
    else
        screen.source->becomeReadable();
    QTRY_COMPARE(screen.count(), QStringLiteral("100 events"));
    QTRY_COMPARE(screen.rows(), 100);
}

QTEST_MAIN(TestAuditViewScan)
#include "tst_auditviewscan.moc"
