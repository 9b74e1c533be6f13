// SPDX-License-Identifier: Apache-2.0
// Paging by key shows exactly what one plain read of the whole log would, whatever the filter, the direction, the gaps
// in the ids and the order of the times; and it can be watched and ended between short statements.

#include "core/audit/read/AuditReader.h"
#include "tests/support/AuditLogFixture.h"
#include "tests/support/CountMatches.h"
#include "tests/support/TestEngine.h"

#include <QRandomGenerator>
#include <QtTest>

#include <limits>

using namespace andon;
using andon::test::AuditLogFixture;
using andon::test::countMatches;
using andon::test::RawEvent;
using Direction = AuditPageRequest::Direction;
using Field = AuditFilter::Term::Field;

namespace {

constexpr qint64 kMaxId = std::numeric_limits<qint64>::max();
const QDateTime kNow(QDate(2026, 1, 31), QTime(12, 0), Qt::UTC);

AuditFilter filter(const QString &text)
{
    return AuditFilter::parse(text, kNow);
}

bool holds(const AuditFilter::Term &term, const AuditEvent &event)
{
    switch (term.field) {
    case Field::Type:
        return term.values.contains(event.eventType);
    case Field::Actor:
        return term.values.contains(event.actor);
    case Field::Proposal:
        return event.proposalId && term.proposals.contains(*event.proposalId);
    case Field::Since:
        return event.timestamp.isValid() && event.timestamp >= term.moment;
    case Field::Before:
        return event.timestamp.isValid() && event.timestamp < term.moment;
    case Field::Text:
    default: // the others have tests of their own
        break;
    }
    return (event.eventData + '\n' + event.eventType + '\n' + event.actor)
        .contains(term.values.constFirst(), Qt::CaseInsensitive);
}

/// What a filter means, said in another way than SQL. Newest first.
QList<qint64> expectedIds(const QList<AuditEvent> &events, const AuditFilter &wanted)
{
    QList<qint64> ids;
    for (const AuditEvent &event : events) {
        const bool matches = std::all_of(wanted.terms().cbegin(), wanted.terms().cend(),
                                         [&](const auto &term) { return holds(term, event) != term.isNegated; });
        if (matches)
            ids << event.id->value;
    }
    return ids;
}

/// All pages, one after the other, newest first.
QList<qint64> pagedIds(AuditReader &reader, const AuditFilter &wanted, Direction direction, int limit,
                       EventId from = {})
{
    AuditPageRequest request{wanted, direction, from, limit};
    QList<qint64> ids;
    for (int pages = 0; pages < 100'000; ++pages) {
        const AuditPage page = reader.page(request);
        QList<qint64> found;
        for (const AuditEvent &event : page.events)
            found << event.id->value;
        if (!std::is_sorted(found.crbegin(), found.crend()) || found.size() > limit)
            return {-1};
        ids = direction == Direction::Older ? ids + found : found + ids;
        if (page.reachedEnd)
            return ids;
        request.from = page.through;
    }
    return {-2}; // never ended
}

QString randomFilter(QRandomGenerator &random)
{
    static const QStringList terms = {
        "type:failed",
        "type:failed,kill_switch",
        "type:proposed,validated,executing",
        "type:nosuch",
        "actor:agent",
        "actor:user,system",
        "proposal:7",
        "proposal:1,2,3,50",
        "proposal:999999",
        "since:2h",
        "since:1d",
        "since:5d",
        "before:3h",
        "before:2d",
        "before:4d",
        "since:2026-01-30T00:00Z",
        "leader",
        "\"store 7\"",
        "nosuchtext",
        "\"_\"",
        "\"%\"",
    };
    QStringList chosen;
    for (int i = random.bounded(4); i > 0; --i)
        chosen << (random.bounded(3) == 0 ? "-" : "") + terms.at(random.bounded(int(terms.size())));
    return chosen.join(' ');
}

/// Rows with gaps, times out of order and of every style, and data that is none.
void fillUnevenly(AuditLogFixture &log, int count)
{
    static const QStringList types = {"proposed", "validated", "executing", "completed", "failed", "kill_switch"};
    static const QStringList actors = {"agent", "user", "system"};
    QRandomGenerator random(11);
    QList<RawEvent> rows;
    qint64 id = 10;
    for (int i = 0; i < count; ++i) {
        id += random.bounded(50) == 0 ? random.bounded(100'000) : 1;
        RawEvent row;
        row.id = id;
        row.eventType = types.at(std::min(random.bounded(6), random.bounded(7)));
        row.actor = actors.at(random.bounded(3));
        if (random.bounded(4) != 0)
            row.proposalId = random.bounded(60);
        if (random.bounded(5) != 0)
            row.eventData = QString("{\"reason\":\"Leader imbalance on store %1\",\"x\":\"100%_\"}")
                                .arg(random.bounded(20));
        QDateTime moment = kNow.addSecs(-(count - i) * (6 * 86400LL) / count);
        if (random.bounded(100) == 0)
            moment = moment.addDays(random.bounded(20) - 10); // a clock that jumped
        row.timestamp = formatTimestamp(moment, static_cast<TimestampStyle>(random.bounded(3)));
        if (random.bounded(200) == 0)
            row.timestamp = "no time";
        rows << row;
    }
    log.insert(rows);
}

} // namespace

class TestAuditReader : public QObject
{
    Q_OBJECT

private slots:
    void pagesEqualOneFullRead_data();
    void pagesEqualOneFullRead();
    void anEmptyLogHasOneEmptyPage();
    void reachesEndExactlyWhereAPageEndsTheLog();
    void gapsUpToTheGreatestIdAreJumped();
    void growthWhilePagingNeitherSkipsNorRepeats();
    void timesOutOfOrderAreFoundFarFromTheirNeighbours();
    void readsInSlicesThatCanBeWatchedAndEnded();
    void anEndedPageTellsWhereToGoOn();
    void countsInSlices();
    void aWriterIsNotHeldUpByALongRead();
    void readsAnAdoptedLogWithoutIndexes();
    void showsWhateverIsStored();
    void pagesOfLargeEventsEndEarly();
    void followsIndexesAlsoAfterAnalyze_data();
    void followsIndexesAlsoAfterAnalyze();
    void cleanupTestCase() { m_analyzed.reset(); }

private:
    std::unique_ptr<AuditLogFixture> m_analyzed;
};

void TestAuditReader::pagesEqualOneFullRead_data()
{
    QTest::addColumn<TimestampStyle>("style");
    QTest::addColumn<int>("rows");
    QTest::newRow("new log") << TimestampStyle::Utc << 3000;
    QTest::newRow("adopted, local") << TimestampStyle::NaiveLocal << 3000;
    QTest::newRow("adopted, UTC") << TimestampStyle::NaiveUtc << 3000;
    QTest::newRow("longer than patience") << TimestampStyle::Utc << 60'000;
}

void TestAuditReader::pagesEqualOneFullRead()
{
    QFETCH(TimestampStyle, style);
    QFETCH(int, rows);
#ifndef Q_OS_WIN
    const test::ZoneChange zone("America/New_York");
#endif
    AuditLogFixture log(style);
    fillUnevenly(log, rows);
    AuditReader reader(log.database());
    QCOMPARE(reader.timestampStyle(), style);
    const QList<AuditEvent> all = log.everything(style);

    QRandomGenerator random(3);
    for (int round = 0; round < (rows > 10'000 ? 4 : 30); ++round) {
        const QString text = randomFilter(random);
        const AuditFilter wanted = filter(text);
        const QList<qint64> expected = expectedIds(all, wanted);
        const int limit = rows / 200 + random.bounded(rows / 10);
        QVERIFY2(pagedIds(reader, wanted, Direction::Older, limit) == expected, qPrintable(text));
        QVERIFY2(pagedIds(reader, wanted, Direction::Newer, limit) == expected, qPrintable(text));
        QVERIFY2(countMatches(reader, wanted) == expected.size(), qPrintable(text));

        const EventId from(1 + random.bounded(int(reader.extent().newest.value)));
        QList<qint64> older, newer;
        for (const qint64 id : expected) {
            if (id != from.value)
                (id < from.value ? older : newer) << id;
        }
        QVERIFY2(pagedIds(reader, wanted, Direction::Older, limit, from) == older, qPrintable(text));
        QVERIFY2(pagedIds(reader, wanted, Direction::Newer, limit, from) == newer, qPrintable(text));
    }
}

void TestAuditReader::anEmptyLogHasOneEmptyPage()
{
    AuditLogFixture log;
    AuditReader reader(log.database());
    QCOMPARE(reader.extent(), AuditExtent());
    for (const Direction direction : {Direction::Older, Direction::Newer}) {
        for (const QString text : {"", "type:failed", "word", "since:2h", "proposal:1"}) {
            for (const qint64 from : {qint64(0), qint64(1), kMaxId}) {
                const AuditPage page = reader.page({filter(text), direction, EventId(from), 10});
                QVERIFY(page.events.isEmpty() && page.reachedEnd);
                QCOMPARE(page.through, EventId(from));
            }
            QCOMPARE(countMatches(reader, filter(text)), 0);
        }
    }
}

void TestAuditReader::reachesEndExactlyWhereAPageEndsTheLog()
{
    AuditLogFixture log;
    log.fill(10);
    AuditReader reader(log.database());
    for (const Direction direction : {Direction::Older, Direction::Newer}) {
        QVERIFY(!reader.page({{}, direction, {}, 9}).reachedEnd);
        QVERIFY(reader.page({{}, direction, {}, 10}).reachedEnd);
        QVERIFY(reader.page({{}, direction, {}, 11}).reachedEnd);
        QVERIFY(reader.page({{}, direction, {}, std::numeric_limits<int>::max()}).reachedEnd);
        const AuditPage none = reader.page({{}, direction, {}, 0});
        QVERIFY(none.events.isEmpty() && !none.reachedEnd);
    }
    QVERIFY(reader.page({{}, Direction::Older, EventId(1), 5}).reachedEnd);
    QVERIFY(reader.page({{}, Direction::Newer, EventId(10), 5}).reachedEnd);
    QVERIFY(reader.page({{}, Direction::Newer, EventId(99), 5}).reachedEnd);
    QCOMPARE(reader.page({{}, Direction::Older, EventId(99), 5}).events.size(), 5);
}

void TestAuditReader::gapsUpToTheGreatestIdAreJumped()
{
    AuditLogFixture log;
    const QList<qint64> ids = {kMaxId, kMaxId - 1, kMaxId - 4'000'000'000'000, 1'000'000'007, 1'000'000'000, 2, 1};
    QList<RawEvent> rows;
    for (const qint64 id : ids)
        rows.prepend({{}, id % 2 ? "odd" : "even", "{\"text\":\"word\"}", "agent", "2026-01-31T11:59:00Z", id});
    log.insert(rows);
    AuditReader reader(log.database());
    QCOMPARE(reader.extent(), (AuditExtent{EventId(1), EventId(kMaxId)}));

    QElapsedTimer timer;
    timer.start();
    for (const QString text : {"", "word", "since:2h", "type:odd,even", "since:2h word", "-type:x", "actor:agent"}) {
        for (const int limit : {1, 3, 100}) {
            QCOMPARE(pagedIds(reader, filter(text), Direction::Older, limit), ids);
            QCOMPARE(pagedIds(reader, filter(text), Direction::Newer, limit), ids);
        }
        QCOMPARE(countMatches(reader, filter(text)), ids.size());
    }
    QCOMPARE(pagedIds(reader, filter("type:odd"), Direction::Newer, 1),
             expectedIds(log.everything(TimestampStyle::Utc), filter("type:odd")));
    QVERIFY(reader.page({{}, Direction::Newer, EventId(kMaxId), 5}).reachedEnd);
    QCOMPARE(reader.page({{}, Direction::Older, EventId(kMaxId), 1}).events.constFirst().id, EventId(kMaxId - 1));
    QVERIFY2(timer.elapsed() < 20'000, "ids that are not there were walked");
}

void TestAuditReader::growthWhilePagingNeitherSkipsNorRepeats()
{
    AuditLogFixture log;
    log.fill(1000);
    AuditReader reader(log.database());
    const QList<qint64> before = expectedIds(log.everything(TimestampStyle::Utc), filter("actor:system"));

    QList<qint64> older;
    AuditPageRequest request{filter("actor:system"), Direction::Older, {}, 7};
    for (bool isDone = false; !isDone;) {
        const AuditPage page = reader.page(request);
        for (const AuditEvent &event : page.events)
            older << event.id->value;
        request.from = page.through;
        isDone = page.reachedEnd;
        log.insert({{{}, "proposed", {}, "system"}, {{}, "proposed", {}, "agent"}});
    }
    QCOMPARE(older, before);

    // And the tail, page after page, sees each new event once.
    EventId last = reader.extent().newest;
    for (int round = 0; round < 20; ++round) {
        log.insert({{{}, "proposed", {}, "system"}, {{}, "proposed", {}, "system"}, {{}, "proposed", {}, "agent"}});
        const AuditPage page = reader.page({filter("actor:system"), Direction::Newer, last, 200});
        QCOMPARE(page.events.size(), 2);
        QVERIFY(page.reachedEnd && page.events.constLast().id > last);
        last = page.through;
        QCOMPARE(last, reader.extent().newest);
    }
}

void TestAuditReader::timesOutOfOrderAreFoundFarFromTheirNeighbours()
{
    AuditLogFixture log;
    log.insert({{{}, "proposed", {}, "agent", "2030-06-01T00:00:00Z", 1}}); // the clock was wrong that day
    log.insertMany(QString("WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) "
                           "INSERT INTO action_audit_log(id, event_type, actor, timestamp) %1 "
                           "SELECT i, 'proposed', 'agent', %2 || '.000+00:00' FROM n")
                       .arg(AuditLogFixture::withIds(), AuditLogFixture::timeText("1600000000 + i * 60")));
    log.insert({{{}, "proposed", {}, "agent", "2019-06-01T00:00:00Z", 200'001}});
    AuditReader reader(log.database());
    QCOMPARE(pagedIds(reader, filter("since:2030-01-01"), Direction::Older, 10), QList<qint64>{1});
    QCOMPARE(pagedIds(reader, filter("since:2030-01-01"), Direction::Newer, 10), QList<qint64>{1});
    QCOMPARE(pagedIds(reader, filter("before:2020-01-01"), Direction::Older, 10), QList<qint64>{200'001});
    QCOMPARE(pagedIds(reader, filter("before:2020-01-01"), Direction::Newer, 10), QList<qint64>{200'001});
    QCOMPARE(countMatches(reader, filter("since:2030-01-01")), 1);

    // It was the index that led there, not a walk through the log.
    qint64 before = 0;
    qint64 widest = 0;
    const AuditPage page = reader.page({filter("since:2030-01-01"), Direction::Older, {}, 10},
                                       [&](qint64 done, qint64) {
                                           widest = std::max(widest, done - before);
                                           before = done;
                                           return true;
                                       });
    QCOMPARE(page.events.size(), 1);
    QVERIFY2(widest > 100'000, qPrintable(QString::number(widest))); // more than any slice
}

void TestAuditReader::readsInSlicesThatCanBeWatchedAndEnded()
{
    AuditLogFixture log;
    log.fill(200'000);
    AuditReader reader(log.database());
    for (const QString text :
         {"nosuchtext", "actor:agent nosuchtext", "type:proposed nosuchtext", "-actor:agent,system"}) {
        for (const Direction direction : {Direction::Older, Direction::Newer}) {
            qint64 lastDone = 0;
            int slices = 0;
            bool isMonotonous = true;
            const AuditPage page = reader.page({filter(text), direction, {}, 10}, [&](qint64 done, qint64 total) {
                isMonotonous = isMonotonous && done > lastDone && done <= total && total == 200'000;
                lastDone = done;
                ++slices;
                return true;
            });
            QVERIFY(isMonotonous);
            QVERIFY2(lastDone > 199'000, qPrintable(QString::number(lastDone)));
            QVERIFY2(slices >= 4, qPrintable(QString::number(slices)));
            QVERIFY(page.events.isEmpty() && page.reachedEnd);

            int asked = 0;
            const AuditPage ended = reader.page({filter(text), direction, {}, 10},
                                                [&](qint64, qint64) { return ++asked < 2; });
            QCOMPARE(asked, 2);
            QVERIFY(!ended.reachedEnd);
        }
    }
}

void TestAuditReader::anEndedPageTellsWhereToGoOn()
{
    AuditLogFixture log;
    log.fill(50'000);
    log.insert({{{}, "proposed", "{\"needle\":1}", "agent", "x", 60'000}});
    AuditReader reader(log.database());
    const QList<qint64> expected = expectedIds(log.everything(TimestampStyle::Utc), filter("\"store 3\" actor:system"));
    for (const Direction direction : {Direction::Older, Direction::Newer}) {
        AuditPageRequest request{filter("\"store 3\" actor:system"), direction, {}, 100'000};
        QList<qint64> ids;
        for (int pages = 0; pages < 1000; ++pages) {
            const AuditPage page = reader.page(request, [](qint64, qint64) { return false; }); // one slice each
            QList<qint64> found;
            for (const AuditEvent &event : page.events)
                found << event.id->value;
            ids = direction == Direction::Older ? ids + found : found + ids;
            if (page.reachedEnd)
                break;
            QVERIFY(page.through != request.from);
            request.from = page.through;
        }
        QCOMPARE(ids, expected);
    }
}

void TestAuditReader::countsInSlices()
{
    AuditLogFixture log;
    log.fill(200'000);
    AuditReader reader(log.database());
    QCOMPARE(countMatches(reader, {}), 200'000);
    QCOMPARE(countMatches(reader, filter("actor:system")), 40'000);
    QCOMPARE(countMatches(reader, filter("actor:system type:failed,kill_switch")),
             countMatches(reader, filter("actor:system type:failed"))
                 + countMatches(reader, filter("actor:system type:kill_switch")));
}

void TestAuditReader::aWriterIsNotHeldUpByALongRead()
{
    AuditLogFixture log;
    log.fill(60'000);
    Database::Options options;
    options.lockTimeout = std::chrono::milliseconds(0); // any lock is an error
    Database writer(log.database().location(), options);
    AuditReader reader(log.database());
    int written = 0;
    const AuditPage page = reader.page({filter("nosuchtext"), Direction::Older, {}, 10}, [&](qint64, qint64) {
        writer.run("INSERT INTO action_audit_log(event_type, actor, timestamp) VALUES('proposed', 'agent', 'x')");
        ++written;
        return true;
    });
    QVERIFY(page.reachedEnd);
    QVERIFY(written >= 3);
    QCOMPARE(countMatches(reader, {}), 60'000 + written);
}

void TestAuditReader::readsAnAdoptedLogWithoutIndexes()
{
    ANDON_SQLITE_ONLY("no log that an agent made is read at a server: it is moved into Andon's own");
    QTemporaryDir folder;
    Database::Options options;
    options.create = true;
    Database database(DatabaseLocation::parse(folder.filePath("bare.db")), options);
    database.runScript("CREATE TABLE action_audit_log(id INTEGER PRIMARY KEY, proposal_id INTEGER, event_type TEXT, "
                       "event_data TEXT, actor TEXT, timestamp TEXT);");
    for (int i = 1; i <= 30; ++i)
        database.run("INSERT INTO action_audit_log(proposal_id, event_type, actor, timestamp) VALUES(?, ?, 'agent', ?)",
                     {i / 3, i % 2 ? "failed" : "completed", QString("2026-01-31 10:00:%1").arg(i, 2, 10, QChar('0'))});
    AuditReader reader(database);
    QCOMPARE(reader.timestampStyle(), TimestampStyle::NaiveUtc);
    QCOMPARE(countMatches(reader, filter("type:failed")), 15);
    QCOMPARE(pagedIds(reader, filter("proposal:2"), Direction::Older, 2), (QList<qint64>{8, 7, 6}));
    QCOMPARE(pagedIds(reader, filter("since:2026-01-31T10:00:29Z"), Direction::Newer, 2), (QList<qint64>{30, 29}));
}

void TestAuditReader::showsWhateverIsStored()
{
    AuditLogFixture log;
    const QString large = "{\"x\":\"" + QString(10 * 1024 * 1024, 'y') + "needle\"}";
    log.insert({{{}, "proposed", "not JSON", "agent"},
                {{}, "proposed", large, "agent"},
                {{}, "proposed", QByteArray("\xff\xc3 broken needle \xed\xa0\x80", 19), "agent"},
                {{}, "", {}, "", ""},
                {-5, "x", "", "y", "z"}});
    AuditReader reader(log.database());
    const QList<AuditEvent> events = reader.page({}).events;
    QCOMPARE(events.size(), 5);
    QCOMPARE(events.at(4).eventData, QString("not JSON"));
    QCOMPARE(events.at(3).eventData, large);
    QVERIFY(events.at(2).eventData.contains("broken needle"));
    QVERIFY(events.at(1).eventData.isNull());
    QVERIFY(!events.at(0).eventData.isNull());
    QCOMPARE(events.at(0).proposalId, ProposalId(-5));
    QCOMPARE(countMatches(reader, filter("needle")), 2);
}

void TestAuditReader::pagesOfLargeEventsEndEarly()
{
    AuditLogFixture log;
    QList<RawEvent> rows;
    for (int i = 0; i < 12; ++i)
        rows << RawEvent{{}, "proposed", QString(3 * 1024 * 1024, QChar('a' + i)), "agent"};
    log.insert(rows);
    AuditReader reader(log.database());
    for (const Direction direction : {Direction::Older, Direction::Newer}) {
        const AuditPage first = reader.page({{}, direction, {}, 200});
        QVERIFY(first.events.size() < 12 && !first.events.isEmpty() && !first.reachedEnd);
        QCOMPARE(pagedIds(reader, {}, direction, 200).size(), 12);
    }
}

void TestAuditReader::followsIndexesAlsoAfterAnalyze_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"type:kill_switch", "type:kill_switch,failed", "type:nosuch", "proposal:77",
                             "proposal:1,2,3", "type:kill_switch -actor:user", "proposal:77 type:proposed"})
        QTest::newRow(text) << QString(text);
}

void TestAuditReader::followsIndexesAlsoAfterAnalyze()
{
    QFETCH(QString, text);
    if (!m_analyzed) {
        m_analyzed = std::make_unique<AuditLogFixture>();
        m_analyzed->fill(200'000);
        m_analyzed->database().run("ANALYZE");
    }
    AuditReader reader(m_analyzed->database());
    // A search that walked the log would take some ten slices; one along the index takes one or two.
    int slices = 0;
    const AuditPage page = reader.page({filter(text), Direction::Older, {}, 1000},
                                       [&](qint64, qint64) { return ++slices > 0; });
    QVERIFY(page.reachedEnd);
    QVERIFY2(slices <= 2, qPrintable(QString::number(slices)));
}

QTEST_GUILESS_MAIN(TestAuditReader)
#include "tst_auditreader.moc"
