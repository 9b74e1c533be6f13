// SPDX-License-Identifier: Apache-2.0
// Promise S9 on a real database: while a large log is searched, sorted and jumped through, the window answers, and a
// stop is carried out as if nothing else went on. The bounds are for busy machines; the bench measures the real ones.

#include "core/safety/SafetyController.h"
#include "core/station/Station.h"
#include "tests/support/AuditLogFixture.h"
#include "tests/support/StationSupport.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Workbench.h"
#include "ui/audit/AuditView.h"
#include "ui/audit/list/AuditList.h"
#include "ui/audit/list/AuditTable.h"
#include "ui/audit/list/AuditTableModel.h"
#include "ui/audit/list/FilterScan.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QTimer>
#include <QtTest>

#include <functional>
#include <memory>

using namespace andon;
using namespace andon::test;

namespace {

constexpr qint64 kEvents = 400'000;
constexpr qint64 kLongestPauseMs = 100;

/// The longest time for which the event loop did not come to a timer of a millisecond.
class Pauses
{
public:
    Pauses()
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.setInterval(1);
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] {
            m_longestMs = std::max(m_longestMs, m_since.restart());
            if (m_isDone && m_isDone())
                m_loop.quit();
        });
    }

    /// Does something, then runs the event loop until a condition holds. The longest pause; -1 where it never holds.
    qint64 during(const std::function<void()> &act, const std::function<bool()> &isDone)
    {
        constexpr int kPatienceMs = 30'000;
        m_longestMs = 0;
        m_isDone = isDone;
        m_since.start();
        m_timer.start();
        act();
        QTimer patience;
        patience.setSingleShot(true);
        QObject::connect(&patience, &QTimer::timeout, &m_loop, &QEventLoop::quit);
        patience.start(kPatienceMs);
        m_loop.exec();
        m_timer.stop();
        m_isDone = {};
        return patience.isActive() ? m_longestMs : -1;
    }

private:
    QTimer m_timer;
    QEventLoop m_loop;
    QElapsedTimer m_since;
    std::function<bool()> m_isDone;
    qint64 m_longestMs = 0;
};

} // namespace

class TestAuditResponse : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void s9_theWindowAnswersWhileTheLogIsSearched_data();
    void s9_theWindowAnswersWhileTheLogIsSearched();
    void s9_theWindowAnswersToJumpsAndOrders();
    void s9_aCancelledScanEndsAtOnce();
    void s9_aStopIsCarriedOutDuringAScan();

private:
    [[nodiscard]] bool isWhole() const
    {
        return !m_list->pager()->isSearching() && !m_list->scan()->isScanning()
            && m_list->scan()->findings()->summary().isWhole;
    }
    [[nodiscard]] qint64 top() const { return m_list->model()->idAt(m_list->table()->firstVisibleRow()).value; }

    std::unique_ptr<AuditLogFixture> m_log;
    std::unique_ptr<Station> m_station;
    std::unique_ptr<AuditView> m_view;
    AuditList *m_list = nullptr;
    Pauses m_pauses;
};

void TestAuditResponse::initTestCase()
{
    m_log = std::make_unique<AuditLogFixture>();
    m_log->fill(kEvents);
    m_station = std::make_unique<Station>(stationOptions(m_log->path()));
    m_station->open();
    waitUntilOpened(*m_station);
    m_view = std::make_unique<AuditView>(m_station.get());
    m_list = m_view->findChild<AuditList *>();
    m_view->resize(1200, 700);
    m_view->show();
    QTRY_VERIFY(m_list->hasEvents());
    QTRY_VERIFY(isWhole());
}

void TestAuditResponse::cleanupTestCase()
{
    m_view.reset();
    m_station.reset();
    m_log.reset();
}

void TestAuditResponse::s9_theWindowAnswersWhileTheLogIsSearched_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<QString>("where");
    QTest::newRow("by an index") << "type:failed"
                                 << "event_type = 'failed'";
    QTest::newRow("half of all") << "-type:proposed"
                                 << "event_type <> 'proposed'";
    QTest::newRow("text") << "\"store 7\""
                          << "event_data LIKE '%store 7%'";
    QTest::newRow("text that is nowhere") << "nothing-has-this"
                                          << "1 = 0";
    QTest::newRow("data") << "data.region:700..800"
                          << (isOnPostgres() ? "(event_data::jsonb ->> 'region')::bigint BETWEEN 700 AND 800"
                                             : "json_extract(event_data, '$.region') BETWEEN 700 AND 800");
    QTest::newRow("time") << "since:2026-01-03T00:00Z before:2026-01-04T00:00Z"
                          << "timestamp >= '2026-01-03' AND timestamp < '2026-01-04'";
}

void TestAuditResponse::s9_theWindowAnswersWhileTheLogIsSearched()
{
    QFETCH(QString, filter);
    QFETCH(QString, where);
    const qint64 longest = m_pauses.during([&] { m_view->setFilterText(filter); }, [this] { return isWhole(); });
    qInfo("longest pause: %lld ms", longest);
    QVERIFY2(longest >= 0 && longest < kLongestPauseMs, qPrintable(QString::number(longest)));
    QCOMPARE(
        m_list->scan()->findings()->summary().found,
        m_log->database().scalar(QStringLiteral("SELECT count(*) FROM action_audit_log WHERE ") + where).toLongLong());
}

void TestAuditResponse::s9_theWindowAnswersToJumpsAndOrders()
{
    qint64 longest = m_pauses.during([this] { m_view->setFilterText({}); },
                                     [this] { return isWhole() && top() == kEvents; });
    const auto measure = [&](const char *what, const std::function<void()> &act, const std::function<bool()> &isDone) {
        const qint64 pause = m_pauses.during(act, isDone);
        qInfo("%s: %lld ms", what, pause);
        longest = pause < 0 || longest < 0 ? -1 : std::max(longest, pause);
    };
    AuditTable *table = m_list->table();
    const AuditTableModel *model = m_list->model();
    measure(
        "end", [&] { QTest::keyClick(table, Qt::Key_End); },
        [&] { return model->idAt(table->lastVisibleRow()) == EventId(1); });
    measure(
        "home", [&] { QTest::keyClick(table, Qt::Key_Home); }, [&] { return top() == kEvents; });
    measure(
        "middle", [&] { m_list->goTo(EventId(kEvents / 2)); }, [&] { return top() == kEvents / 2; });
    for (const AuditOrder order : {AuditOrder{AuditOrder::By::Type, true}, AuditOrder{AuditOrder::By::Actor, false},
                                   AuditOrder{AuditOrder::By::Time, true}, AuditOrder{}}) {
        measure(
            "order", [&] { emit table->orderRequested(order); },
            [&] { return m_list->pager()->order() == order && !m_list->pager()->isFetching(); });
    }
    for (int i = 0; i < 20; ++i) {
        measure(
            "page", [&] { QTest::keyClick(table, i % 2 == 0 ? Qt::Key_PageDown : Qt::Key_End); },
            [&] { return !m_list->pager()->isFetching(); });
    }
    QVERIFY2(longest >= 0 && longest < kLongestPauseMs, qPrintable(QString::number(longest)));
}

void TestAuditResponse::s9_aCancelledScanEndsAtOnce()
{
    m_view->setFilterText(QStringLiteral("\"store 5\" -\"no such text\""));
    QVERIFY(m_list->scan()->isScanning());
    const qint64 longest = m_pauses.during(
        [this] { QTest::keyClick(m_list->table(), Qt::Key_Escape); },
        [this] { return !m_list->scan()->isScanning() && !m_list->pager()->isSearching(); });
    QVERIFY2(longest >= 0 && longest < kLongestPauseMs, qPrintable(QString::number(longest)));
}

void TestAuditResponse::s9_aStopIsCarriedOutDuringAScan()
{
    {
        Workbench bench(m_log->path());
        bench.arm();
        bench.fill(200);
    }
    QTRY_COMPARE(m_station->status().display(), SafetyStatus::Display::Execute);
    // A scan of everything, by all connections, begun anew until the stop is done.
    int scans = 0;
    const auto scanAgain = [&] { m_view->setFilterText(QStringLiteral("\"nowhere %1\"").arg(++scans)); };
    QFuture<StopReceipt> stop;
    bool wasScanning = false;
    const qint64 longest = m_pauses.during(
        [&] {
            scanAgain();
            QTimer::singleShot(30, this, [&] {
                wasScanning = m_list->scan()->isScanning();
                stop = m_station->stop(QStringLiteral("a test"));
            });
        },
        [&] {
            if (!m_list->scan()->isScanning())
                scanAgain();
            return stop.isValid() && stop.isFinished();
        });
    const StopReceipt receipt = stop.result();
    qInfo("permit revoked after %lld us, committed after %lld us, completed after %lld us, longest pause %lld ms",
          receipt.permitRevokedUs.value_or(-1), receipt.committedUs.value_or(-1), receipt.completedUs.value_or(-1),
          longest);
    QCOMPARE(receipt.stage, StopReceipt::Stage::Completed);
    QCOMPARE(receipt.cancelledCount, 200);
    QVERIFY(receipt.permitRevokedUs && *receipt.permitRevokedUs < 50'000);
    QVERIFY(receipt.committedUs && *receipt.committedUs < 1'000'000);
    QVERIFY2(longest >= 0 && longest < kLongestPauseMs, qPrintable(QString::number(longest)));
    QVERIFY(wasScanning);
}

QTEST_MAIN(TestAuditResponse)
#include "tst_auditresponse.moc"
