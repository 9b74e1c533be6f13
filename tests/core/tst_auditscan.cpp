// SPDX-License-Identifier: Apache-2.0
// A scan finds what a plain SELECT finds, by however many connections at once, while the log grows and when it is
// cancelled and taken up again.

#include "core/audit/read/AuditReader.h"
#include "core/audit/read/AuditScan.h"
#include "core/station/ScanPool.h"
#include "tests/support/AuditLogFixture.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/TestEngine.h"

#include <QtTest>

#include <thread>

using namespace andon;
using namespace andon::test;

namespace {

AuditFilter filterOf(const char *text)
{
    return AuditFilter::parse(QString::fromUtf8(text), QDateTime::currentDateTimeUtc());
}

/// A connection that only reads, in a thread of its own.
class Scanner
{
public:
    explicit Scanner(const QString &path)
        : m_database(DatabaseLocation::parse(path), readOnly())
        , m_reader(m_database)
    {
    }

    AuditReader &reader() { return m_reader; }

private:
    static Database::Options readOnly()
    {
        Database::Options options;
        options.access = Database::Access::ReadOnly;
        return options;
    }

    Database m_database;
    AuditReader m_reader;
};

void scanBy(int threads, const QString &path, AuditScan &scan)
{
    std::vector<std::thread> workers;
    workers.reserve(static_cast<size_t>(threads));
    for (int i = 0; i < threads; ++i) {
        workers.emplace_back([&] {
            Scanner scanner(path);
            scan.work(scanner.reader(), [] { return true; });
        });
    }
    for (std::thread &worker : workers)
        worker.join();
}

qint64 activeIn(const ScanFindings &findings)
{
    const ActivityHistogram activity = findings.activity();
    qint64 sum = activity.undated();
    for (int bin = 0; bin < activity.binCount(); ++bin)
        sum += activity.total(bin);
    return sum;
}

} // namespace

class TestAuditScan : public QObject
{
    Q_OBJECT

private slots:
    void findsWhatASelectFinds_data();
    void findsWhatASelectFinds();
    void pagesFollowTheScan();
    void goesOnWithWhatWasWrittenSince();
    void isTakenUpWhereItWasLeft();
    void gapsAndHostileIds();
    void holdsNoLongReadTransaction();
    void poolCancelsAtOnce();
};

void TestAuditScan::findsWhatASelectFinds_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<QByteArray>("where");
    QTest::addColumn<int>("threads");
    const QList<std::pair<const char *, const char *>> cases{
        {"", "1 = 1"},
        {"type:failed", "event_type = 'failed'"},
        {"-type:proposed", "event_type <> 'proposed'"},
        {"store", "event_data LIKE '%store%' OR event_type LIKE '%store%' OR actor LIKE '%store%'"},
        {"type:failed store", "event_type = 'failed' AND event_data LIKE '%store%'"},
        {"actor:agent", "actor = 'agent'"},
        {"nothing-has-this", "1 = 0"},
        {"since:2026-01-01T06:00Z before:2026-01-01T06:10Z",
         "timestamp >= '2026-01-01T06:00' AND timestamp < '2026-01-01T06:10'"},
        {"proposal:42", "proposal_id = 42"},
    };
    for (const auto &[filter, where] : cases) {
        for (const int threads : {1, 3})
            QTest::addRow("%s by %d", filter, threads) << QString::fromUtf8(filter) << QByteArray(where) << threads;
    }
}

void TestAuditScan::findsWhatASelectFinds()
{
    QFETCH(QString, filter);
    QFETCH(QByteArray, where);
    QFETCH(int, threads);
    static AuditLogFixture *log = [] {
        auto *made = new AuditLogFixture;
        made->fill(300'000);
        return made;
    }();
    const qint64 wanted = log->database()
                              .scalar(QStringLiteral("SELECT count(*) FROM action_audit_log WHERE ")
                                      + QString::fromUtf8(where))
                              .toLongLong();
    auto findings = std::make_shared<ScanFindings>();
    AuditScan scan(filterOf(filter.toUtf8().constData()), findings);
    scanBy(threads, log->path(), scan);
    QVERIFY(findings->summary().isWhole);
    QCOMPARE(findings->summary().found, wanted);
    QCOMPARE(activeIn(*findings), wanted);
    QCOMPARE(findings->summary().newest, EventId(300'000));
}

void TestAuditScan::pagesFollowTheScan()
{
    AuditLogFixture log;
    log.fill(100'000);
    AuditReader reader(log.database());
    auto findings = std::make_shared<ScanFindings>();
    AuditPageRequest request{filterOf("-type:proposed store"), AuditPageRequest::Direction::Older, {}, 200};
    request.findings = findings;

    // Before the scan has come anywhere, nobody can say.
    AuditPage page = reader.page(request);
    QVERIFY(page.events.isEmpty());
    QVERIFY(page.awaitsScan);
    QVERIFY(!page.reachedEnd);

    AuditScan scan(request.filter, findings);
    int slices = 0;
    scan.work(reader, [&slices] { return ++slices < 2; }); // and is interrupted
    QVERIFY(!findings->summary().isWhole);
    QList<EventId> seen;
    const auto readOn = [&] {
        do {
            page = reader.page(request);
            for (const AuditEvent &event : std::as_const(page.events))
                seen << *event.id;
            request.from = page.through;
        } while (!page.awaitsScan && !page.reachedEnd);
    };
    readOn();
    QVERIFY(page.awaitsScan);
    QCOMPARE(qint64(seen.size()), findings->summary().found);

    AuditScan rest(request.filter, findings);
    rest.work(reader, [] { return true; });
    QVERIFY(findings->summary().isWhole);
    readOn();
    QVERIFY(page.reachedEnd);
    QCOMPARE(qint64(seen.size()), findings->summary().found);
    QVERIFY(std::is_sorted(seen.begin(), seen.end(), std::greater<>()));

    // The way back up finds the same.
    QList<EventId> back;
    AuditPageRequest up{request.filter, AuditPageRequest::Direction::Newer, {}, 200};
    up.findings = findings;
    do {
        page = reader.page(up);
        for (auto event = page.events.crbegin(); event != page.events.crend(); ++event)
            back << *event->id;
        up.from = page.through;
    } while (!page.reachedEnd);
    std::reverse(back.begin(), back.end());
    QCOMPARE(back, seen);
}

void TestAuditScan::goesOnWithWhatWasWrittenSince()
{
    AuditLogFixture log;
    log.fill(50'000);
    AuditReader reader(log.database());
    auto findings = std::make_shared<ScanFindings>();
    const AuditFilter filter = filterOf("type:failed");
    AuditScan(filter, findings).work(reader, [] { return true; });
    const qint64 before = findings->summary().found;
    RawEvent failed;
    failed.eventType = QStringLiteral("failed");
    log.insert(QList<RawEvent>(7, failed));
    log.insert(QList<RawEvent>(70'000)); // more than one chunk
    log.insert({failed});
    qint64 slices = 0;
    AuditScan(filter, findings).work(reader, [&slices] { return ++slices > 0; });
    QCOMPARE(findings->summary().found, before + 8);
    QVERIFY(findings->summary().isWhole);
    QCOMPARE(findings->summary().done, 70'008); // the rest was not read again
}

void TestAuditScan::isTakenUpWhereItWasLeft()
{
    AuditLogFixture log;
    log.fill(200'000);
    AuditReader reader(log.database());
    auto findings = std::make_shared<ScanFindings>();
    const AuditFilter filter = filterOf("store");
    int rounds = 0;
    qint64 covered = 0;
    while (!findings->summary().isWhole) {
        AuditScan(filter, findings).work(reader, [] { return false; }); // one slice at a time
        const IdRange range = findings->covered();
        QVERIFY(range.high - range.low + 1 > covered);
        covered = range.high - range.low + 1;
        QVERIFY(++rounds < 1000);
    }
    QVERIFY(rounds > 1);
    QCOMPARE(findings->summary().found,
             log.database()
                 .scalar(QStringLiteral("SELECT count(*) FROM action_audit_log WHERE event_data LIKE '%store%'"))
                 .toLongLong());
}

void TestAuditScan::gapsAndHostileIds()
{
    AuditLogFixture log;
    QList<RawEvent> events;
    for (const qint64 id : {qint64(5), qint64(1'000'000'000), qint64(1) << 40, qint64(1) << 62}) {
        RawEvent event;
        event.id = id;
        event.eventData = QStringLiteral("needle");
        events << event;
    }
    log.insert(events);
    AuditReader reader(log.database());
    for (const char *text : {"", "needle", "type:proposed", "since:2020-01-01"}) {
        auto findings = std::make_shared<ScanFindings>();
        AuditScan(filterOf(text), findings).work(reader, [] { return true; });
        QCOMPARE(findings->summary().found, 4);
        QVERIFY(findings->summary().isWhole);
    }
}

void TestAuditScan::holdsNoLongReadTransaction()
{
    ANDON_SQLITE_ONLY("a reader keeps nothing from a server's checkpoint");
    AuditLogFixture log;
    log.fill(300'000);
    if (log.database().scalar(QStringLiteral("PRAGMA journal_mode")).toString() != u"wal")
        QSKIP("only a write-ahead log tells how old the oldest reader is");
    // Rows keep coming while a scan runs. A reader that stood still would keep each checkpoint from ending.
    auto findings = std::make_shared<ScanFindings>();
    AuditScan scan(filterOf("nothing-has-this"), findings);
    std::atomic_bool isDone{false};
    std::thread worker([&] {
        Scanner scanner(log.path());
        while (!isDone) {
            auto again = std::make_shared<ScanFindings>();
            AuditScan(filterOf("nothing-has-this"), again).work(scanner.reader(), [&] { return !isDone; });
        }
    });
    int complete = 0;
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < 2000) {
        log.insert(QList<RawEvent>(10));
        Statement result = log.database().run(QStringLiteral("PRAGMA wal_checkpoint(PASSIVE)"));
        if (result.next() && result.integer(1) == result.integer(2))
            ++complete;
        QTest::qSleep(3);
    }
    isDone = true;
    worker.join();
    QVERIFY2(complete >= 3, qPrintable(QString::number(complete)));
}

void TestAuditScan::poolCancelsAtOnce()
{
    AuditLogFixture log;
    log.fill(300'000);
    Database::Options options;
    options.access = Database::Access::ReadOnly;
    ScanPool pool(DatabaseLocation::parse(log.path()), options, QStringLiteral("test"),
                  std::make_shared<FirstOpening>(false));
    pool.start();
    auto findings = std::make_shared<ScanFindings>();
    QFuture<qint64> scan = pool.scan(filterOf("since:2020-01-01 nothing-has-this"), findings);
    scan.cancel();
    QElapsedTimer timer;
    timer.start();
    scan.waitForFinished();
    QVERIFY(!findings->summary().isWhole);

    QFuture<qint64> again = pool.scan(filterOf("type:failed"), std::make_shared<ScanFindings>());
    again.waitForFinished();
    QVERIFY(again.resultCount() > 0);
    QVERIFY2(timer.elapsed() < 5000, "the next scan did not wait for the cancelled one to end");
}

QTEST_GUILESS_MAIN(TestAuditScan)
#include "tst_auditscan.moc"
