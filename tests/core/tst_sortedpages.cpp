// SPDX-License-Identifier: Apache-2.0
// Pages in another order than the log's are what one plain ORDER BY gives: nothing lost, nothing doubled, whatever
// the values are, where a page ends and who writes meanwhile.

#include "core/audit/read/AuditReader.h"
#include "core/audit/read/SortedPages.h"
#include "tests/support/AuditLogFixture.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Thrown.h"

#include <QtTest>

#include <memory>

using namespace andon;
using namespace andon::test;

namespace {

using Direction = AuditPageRequest::Direction;
using By = AuditOrder::By;

AuditFilter filterOf(const char *text)
{
    return AuditFilter::parse(QString::fromUtf8(text), QDateTime::currentDateTimeUtc());
}

/// Every fifth id is missing; most values come many times; in a file some are no text at all.
QByteArray hostileRows(int count)
{
    static const QList<QByteArray> types = isOnPostgres()
        ? QList<QByteArray>{"'failed'",           "'proposed'",  "'proposed'",
                            "'Proposed'",         "''",          "'proposed '",
                            "E'\\x01p'",          "E'a\\n\\tb'", "'fai'",
                            "'\xEF\xBF\xBF'",     "E'\\x7f'",    "'\xC3\xA9t\xC3\xA9'",
                            "'\xF0\x9F\x9B\x91'", "'12'",        "'it''s; DROP TABLE action_audit_log'"}
        : QList<QByteArray>{"'failed'",
                            "'proposed'",
                            "'proposed'",
                            "'Proposed'",
                            "''",
                            "'proposed '",
                            "CAST(x'ff70' AS TEXT)",
                            "CAST(x'6100ff62' AS TEXT)",
                            "x'666169'",
                            "x''",
                            "x'00ff'",
                            "'\xC3\xA9t\xC3\xA9'",
                            "'\xF0\x9F\x9B\x91'",
                            "12",
                            "'it''s; DROP TABLE action_audit_log'"};
    static const QList<QByteArray> actors = isOnPostgres()
        ? QList<QByteArray>{"'agent'", "'agent'", "'system'", "'user'", "'\xC4\xA8'", "'a gent'", "'Agent'", "'agent'"}
        : QList<QByteArray>{"'agent'", "'agent'", "'system'", "'user'", "CAST(x'c328' AS TEXT)",
                            "x'c328'", "'Agent'", "'agent'"};
    static const QList<QByteArray> proposals{"NULL", "3", "3", "2", "NULL", "-4", "9223372036854775807", "40", "0"};
    static const QList<QByteArray> times{"'2026-01-31T12:00:00.000+00:00'",
                                         "'2026-01-31T12:00:00.000+00:00'",
                                         "'2026-01-31T11:00:00.000+00:00'",
                                         "'no time'",
                                         "''",
                                         "'2026-02-01 12:00:00'",
                                         isOnPostgres() ? "'2026'" : "x'32303236'"};
    QByteArray sql = "INSERT INTO action_audit_log(id, proposal_id, event_type, event_data, actor, timestamp) "
        + AuditLogFixture::withIds().toUtf8() + " VALUES";
    for (int i = 0; i < count; ++i) {
        sql += (i == 0 ? "" : ",") + QByteArray("(") + QByteArray::number(i + 1 + i / 4) + ',';
        sql += proposals.at(i * 5 % proposals.size()) + ',' + types.at(i * 7 % types.size()) + ',';
        sql += (i % 3 == 0 ? "NULL" : "'{\"n\":" + QByteArray::number(i) + "}'");
        sql += ',' + actors.at(i * 3 % actors.size()) + ',' + times.at(i * 11 % times.size()) + ')';
    }
    return sql;
}

QString directionOf(bool isAscending)
{
    return isAscending ? QStringLiteral("ASC") : QStringLiteral("DESC");
}

/// The list as one SELECT gives it, from its first row; nothing is less than any value.
QList<qint64> oracle(Database &database, const AuditOrder &order, const QString &where = QStringLiteral("1 = 1"))
{
    const QString nulls = order.isAscending ? QStringLiteral("FIRST") : QStringLiteral("LAST");
    const QString by = order.by == By::Log
        ? QString()
        : QStringLiteral("%1 %2 NULLS %3, ")
              .arg(SortedPages::columnOf(order.by), directionOf(order.isAscending), nulls);
    Statement rows = database.run(
        QStringLiteral("SELECT id FROM action_audit_log WHERE id > 0 AND (%1) ORDER BY %2 id %3")
            .arg(where, by, directionOf(order.isAscending)));
    QList<qint64> ids;
    while (rows.next())
        ids << rows.integer(0);
    return ids;
}

QList<qint64> idsOf(const AuditPage &page)
{
    QList<qint64> ids;
    for (const AuditEvent &event : page.events)
        ids << event.id->value;
    return ids;
}

/// All pages one after the other, each from the last event of the one before; in the order of the list.
QList<qint64> walked(AuditReader &reader, AuditPageRequest request)
{
    const bool isDown = request.direction == Direction::Older;
    QList<qint64> seen;
    for (int pages = 0; pages < 10'000; ++pages) {
        const AuditPage page = reader.page(request);
        const QList<qint64> ids = idsOf(page);
        if (ids.size() > request.limit)
            qFatal("a page is larger than was asked for");
        seen = isDown ? seen + ids : ids + seen;
        if (page.reachedEnd)
            return seen;
        if (ids.isEmpty())
            qFatal("an empty page that is not the end");
        request.from = EventId(isDown ? ids.constLast() : ids.constFirst());
        if (page.through != request.from)
            qFatal("through is not the last event of a full page");
    }
    qFatal("the pages never end");
}

const QList<AuditOrder> &orders()
{
    static const QList<AuditOrder> all = [] {
        QList<AuditOrder> made{{By::Log, true}, {By::Log, false}};
        for (const By by : {By::Time, By::Type, By::Proposal, By::Actor})
            made << AuditOrder{by, true} << AuditOrder{by, false};
        return made;
    }();
    return all;
}

QByteArray nameOf(const AuditOrder &order)
{
    const QString column = order.by == By::Log ? QStringLiteral("log") : SortedPages::columnOf(order.by);
    return (column + u' ' + directionOf(order.isAscending)).toUtf8();
}

/// A log that somebody else made, with what his tables allow, opened for reading only.
struct ForeignLog
{
    explicit ForeignLog(const QByteArray &rows, const QByteArray &indexes = {})
    {
        ForeignClient agent(path());
        agent.must("CREATE TABLE action_audit_log (id INTEGER PRIMARY KEY AUTOINCREMENT, proposal_id INTEGER, "
                   "event_type TEXT NOT NULL, event_data TEXT, actor TEXT NOT NULL, timestamp TEXT NOT NULL)");
        agent.must(indexes);
        agent.must(rows);
        Database::Options options;
        options.access = Database::Access::ReadOnly;
        database = std::make_unique<Database>(DatabaseLocation::parse(path()), options);
    }
    [[nodiscard]] QString path() const { return folder.filePath(QStringLiteral("agent.db")); }

    QTemporaryDir folder;
    std::unique_ptr<Database> database;
};

} // namespace

class TestSortedPages : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void pagesAreTheOrderedList_data();
    void pagesAreTheOrderedList();
    void pagesOfAFilterAreTheOrderedList_data();
    void pagesOfAFilterAreTheOrderedList();
    void anEventCanBePartOfItsPage();
    void goesOnFromAnEventThatDoesNotMatch();
    void goesOnFromAnEventThatIsNotThere();
    void anEmptyLogHasOneEmptyPage();
    void marksStandAtEvenDistances();
    void anOrderWithoutAnIndexIsRefused();
    void rowsWrittenBetweenTwoPagesDisturbNothing();
    void eventsThatCannotBeAreLeftOut();
    void readsInShortStatementsAndCanBeEnded();
    void marksCanBeEnded();
    void largeDataEndsAPageEarly();

private:
    std::unique_ptr<AuditLogFixture> m_log;
};

void TestSortedPages::initTestCase()
{
    m_log = std::make_unique<AuditLogFixture>();
    m_log->database().runScript(hostileRows(430));
    if (isOnPostgres())
        return;
    QCOMPARE(m_log->database()
                     .scalar(QStringLiteral("SELECT count(*) FROM action_audit_log WHERE typeof(event_type) = "
                                            "'blob'"))
                     .toInt()
                 > 20,
             true);
}

void TestSortedPages::pagesAreTheOrderedList_data()
{
    QTest::addColumn<AuditOrder>("order");
    QTest::addColumn<bool>("isDown");
    QTest::addColumn<int>("limit");
    for (const AuditOrder &order : orders()) {
        for (const bool isDown : {true, false}) {
            for (const int limit : {1, 7, 200})
                QTest::addRow("%s %s by %d", nameOf(order).constData(), isDown ? "down" : "up", limit)
                    << order << isDown << limit;
        }
    }
}

void TestSortedPages::pagesAreTheOrderedList()
{
    QFETCH(AuditOrder, order);
    QFETCH(bool, isDown);
    QFETCH(int, limit);
    AuditReader reader(m_log->database());
    const QList<qint64> wanted = oracle(m_log->database(), order);
    QCOMPARE(wanted.size(), 430);
    QCOMPARE(walked(reader, {{}, isDown ? Direction::Older : Direction::Newer, {}, limit, order}), wanted);
}

void TestSortedPages::pagesOfAFilterAreTheOrderedList_data()
{
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<QString>("where");
    const QList<std::pair<const char *, const char *>> cases{
        {"type:failed", "event_type = 'failed'"},
        {"-type:proposed", "event_type <> 'proposed'"},
        {"proposal:3", "proposal_id = 3"},
        {"actor:agent id:100..300", "actor = 'agent' AND id BETWEEN 100 AND 300"},
        {"data.n:400..", "id > 500 AND event_data IS NOT NULL"},
        {"nothing-has-this", "1 = 0"},
    };
    for (const auto &[filter, where] : cases)
        QTest::newRow(filter) << QByteArray(filter) << QString::fromLatin1(where);
}

void TestSortedPages::pagesOfAFilterAreTheOrderedList()
{
    QFETCH(QByteArray, filter);
    QFETCH(QString, where);
    AuditReader reader(m_log->database());
    for (const AuditOrder &order : orders()) {
        const QList<qint64> wanted = oracle(m_log->database(), order, where);
        QVERIFY(filter == "nothing-has-this" ? wanted.isEmpty() : wanted.size() > 5);
        for (const Direction direction : {Direction::Older, Direction::Newer}) {
            for (const int limit : {1, 7, 200})
                QCOMPARE(walked(reader, {filterOf(filter.constData()), direction, {}, limit, order}), wanted);
        }
    }
}

void TestSortedPages::anEventCanBePartOfItsPage()
{
    AuditReader reader(m_log->database());
    for (const AuditOrder &order : orders()) {
        const QList<qint64> all = oracle(m_log->database(), order);
        for (const qsizetype at : {qsizetype(0), qsizetype(77), qsizetype(214), all.size() - 1}) {
            AuditPageRequest request{{}, Direction::Older, EventId(all.at(at)), 10, order};
            QCOMPARE(idsOf(reader.page(request)), all.mid(at + 1, 10));
            request.includesFrom = true;
            QCOMPARE(idsOf(reader.page(request)), all.mid(at, 10));
            request.direction = Direction::Newer;
            const qsizetype first = std::max<qsizetype>(0, at - 9);
            QCOMPARE(idsOf(reader.page(request)), all.mid(first, at + 1 - first));
        }
    }
}

void TestSortedPages::goesOnFromAnEventThatDoesNotMatch()
{
    AuditReader reader(m_log->database());
    for (const AuditOrder &order : orders()) {
        const QList<qint64> all = oracle(m_log->database(), order);
        const QList<qint64> failed = oracle(m_log->database(), order, QStringLiteral("event_type = 'failed'"));
        for (const qsizetype at : {qsizetype(3), qsizetype(200), qsizetype(420)}) {
            const qint64 from = all.at(at);
            QList<qint64> below;
            QList<qint64> above;
            for (const qint64 id : failed) {
                if (all.indexOf(id) > at)
                    below << id;
                else if (all.indexOf(id) < at)
                    above << id;
            }
            for (const bool includes : {false, true}) {
                if (failed.contains(from))
                    continue;
                AuditPageRequest request{filterOf("type:failed"), Direction::Older, EventId(from), 1000, order};
                request.includesFrom = includes;
                QCOMPARE(idsOf(reader.page(request)), below);
                request.direction = Direction::Newer;
                QCOMPARE(idsOf(reader.page(request)), above);
            }
        }
    }
}

void TestSortedPages::goesOnFromAnEventThatIsNotThere()
{
    AuditReader reader(m_log->database());
    QCOMPARE(m_log->database().scalar(QStringLiteral("SELECT count(*) FROM action_audit_log WHERE id = 105")).toInt(),
             0);
    for (const AuditOrder &order : orders()) {
        const QList<qint64> all = oracle(m_log->database(), order);
        const AuditPageRequest request{{}, Direction::Older, EventId(105), 1000, order};
        if (order.by != By::Log) { // nobody knows where it stood
            QCOMPARE(idsOf(reader.page(request)), all);
            continue;
        }
        QList<qint64> wanted;
        std::copy_if(all.begin(), all.end(), std::back_inserter(wanted),
                     [&order](qint64 id) { return order.isAscending ? id > 105 : id < 105; });
        QCOMPARE(idsOf(reader.page(request)), wanted);
    }
}

void TestSortedPages::anEmptyLogHasOneEmptyPage()
{
    AuditLogFixture log;
    AuditReader reader(log.database());
    for (const AuditOrder &order : orders()) {
        const AuditPage page = reader.page({{}, Direction::Older, {}, 10, order});
        QVERIFY(page.events.isEmpty());
        QVERIFY(page.reachedEnd);
        if (order.by != By::Log)
            QVERIFY(reader.anchors(order, 5, [] { return true; }).isEmpty());
    }
}

void TestSortedPages::marksStandAtEvenDistances()
{
    AuditReader reader(m_log->database());
    for (const AuditOrder &order : orders()) {
        if (order.by == By::Log)
            continue;
        const QList<qint64> all = oracle(m_log->database(), order);
        for (const qint64 distance : {qint64(1), qint64(7), qint64(100), qint64(10'000)}) {
            const QList<AuditAnchor> anchors = reader.anchors(order, distance, [] { return true; });
            QCOMPARE(anchors.size(), (all.size() - 1) / distance + 1);
            for (qsizetype i = 0; i < anchors.size(); ++i) {
                QCOMPARE(anchors.at(i).id.value, all.at(i * distance));
                const QVariant stored = m_log->database().scalar(
                    QStringLiteral("SELECT %1 FROM action_audit_log WHERE id = ?").arg(SortedPages::columnOf(order.by)),
                    {anchors.at(i).id.value});
                QCOMPARE(anchors.at(i).value.isNull(), stored.isNull());
                if (order.by == By::Proposal)
                    QCOMPARE(anchors.at(i).value.toLongLong(), stored.toLongLong());
            }
        }
    }
}

void TestSortedPages::anOrderWithoutAnIndexIsRefused()
{
    const QByteArray others = "CREATE INDEX b ON action_audit_log(proposal_id, actor);"
                              "CREATE INDEX c ON action_audit_log(timestamp) WHERE proposal_id IS NOT NULL;";
    std::unique_ptr<AuditLogFixture> ours;
    std::unique_ptr<ForeignLog> theirs;
    if (isOnPostgres()) {
        ours = std::make_unique<AuditLogFixture>();
        ours->database().runScript("DROP INDEX idx_audit_proposal; DROP INDEX idx_audit_timestamp; "
                                   "DROP INDEX andon_idx_audit_actor;"
                                   + others + hostileRows(50));
    } else {
        theirs = std::make_unique<ForeignLog>(hostileRows(50),
                                              "CREATE INDEX a ON action_audit_log(event_type);" + others);
    }
    Database &database = ours ? ours->database() : *theirs->database;
    AuditReader reader(database);
    QVERIFY(reader.canSortBy(By::Log));
    QVERIFY(reader.canSortBy(By::Type));
    QVERIFY(reader.canSortBy(By::Proposal));
    QVERIFY(!reader.canSortBy(By::Actor)); // second in its index
    QVERIFY(!reader.canSortBy(By::Time));  // some rows are not in the index
    for (const By by : {By::Actor, By::Time}) {
        const auto error = thrown<InvalidInputError>([&] {
            (void)reader.page({{}, Direction::Older, {}, 10, AuditOrder{by, true}});
        });
        QVERIFY(error);
        QVERIFY(error->message().contains(SortedPages::columnOf(by)));
        QVERIFY(error->message().endsWith(u'.'));
    }
    for (const AuditOrder order : {AuditOrder{By::Type, true}, AuditOrder{By::Proposal, false}})
        QCOMPARE(walked(reader, {{}, Direction::Older, {}, 7, order}), oracle(database, order));
}

void TestSortedPages::rowsWrittenBetweenTwoPagesDisturbNothing()
{
    for (const AuditOrder &order : orders()) {
        AuditLogFixture log;
        log.database().runScript(hostileRows(60));
        AuditReader reader(log.database());
        for (const Direction direction : {Direction::Older, Direction::Newer}) {
            const QList<qint64> before = oracle(log.database(), order);
            AuditPageRequest request{{}, direction, {}, 7, order};
            QSet<qint64> seen;
            bool isEnd = false;
            for (int round = 0; !isEnd; ++round) {
                const AuditPage page = reader.page(request);
                for (const qint64 id : idsOf(page)) {
                    QVERIFY2(!seen.contains(id), nameOf(order).constData());
                    seen.insert(id);
                }
                isEnd = page.reachedEnd;
                request.from = page.through;
                if (round < 5) { // small and large values, above and below the place
                    RawEvent low{{}, QStringLiteral("a"), {}, QStringLiteral("a"), QStringLiteral("1999")};
                    RawEvent high{
                        qint64(1) << 62, QStringLiteral("zz"), {}, QStringLiteral("zz"), QStringLiteral("2999")};
                    log.insert({low, high});
                }
            }
            for (const qint64 id : before)
                QVERIFY2(seen.contains(id), nameOf(order).constData());
        }
    }
}

void TestSortedPages::eventsThatCannotBeAreLeftOut()
{
    ANDON_SQLITE_ONLY("a server's log has no ids below 1");
    // So many that a statement ends among them.
    const ForeignLog log("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) "
                         "INSERT INTO action_audit_log(id, proposal_id, event_type, actor, timestamp) "
                         "SELECT i - 59900, i % 3, 't', 'agent', '2026-01-01T00:00:00Z' FROM n",
                         "CREATE INDEX a ON action_audit_log(event_type);"
                         "CREATE INDEX b ON action_audit_log(proposal_id)");
    AuditReader reader(*log.database);
    for (const AuditOrder &order : orders()) {
        if (!reader.canSortBy(order.by))
            continue;
        int calls = 0;
        AuditPageRequest request{filterOf("t"), Direction::Older, {}, 1000, order};
        for (const Direction direction : {Direction::Older, Direction::Newer}) {
            request.direction = direction;
            const AuditPage page = reader.page(request, [&calls](qint64, qint64) { return ++calls < 2000; });
            QVERIFY2(page.reachedEnd, nameOf(order).constData());
            QCOMPARE(idsOf(page), oracle(*log.database, order));
        }
    }
}

void TestSortedPages::readsInShortStatementsAndCanBeEnded()
{
    AuditLogFixture log;
    log.fill(200'000);
    AuditReader reader(log.database());
    const AuditOrder order{By::Actor, false};
    AuditPageRequest request{filterOf("nothing-has-this"), Direction::Older, {}, 200, order};
    QElapsedTimer since;
    qint64 longest = 0;
    qint64 last = 0;
    int calls = 0;
    since.start();
    AuditPage page = reader.page(request, [&](qint64 done, qint64) {
        longest = std::max(longest, since.restart());
        const bool isSteady = done >= last;
        last = done;
        ++calls;
        return isSteady;
    });
    QVERIFY(page.reachedEnd);
    QCOMPARE(last, 200'000);
    QVERIFY2(calls > 5, qPrintable(QString::number(calls)));
    QVERIFY2(longest < 250, qPrintable(QString::number(longest)));

    // Ended early, it says how far it has come, and goes on from there.
    request.filter = filterOf("type:failed store");
    request.limit = 1'000'000;
    QList<qint64> seen;
    int pages = 0;
    do {
        calls = 0;
        // The index has three stretches: this value, those beyond, and NULL.
        page = reader.page(request, [&calls](qint64, qint64) { return ++calls < 4; });
        QVERIFY(page.reachedEnd || page.through != request.from);
        seen += idsOf(page);
        request.from = page.through;
        QVERIFY(++pages < 10'000);
    } while (!page.reachedEnd);
    QVERIFY2(pages > 2, qPrintable(QString::number(pages)));
    QCOMPARE(seen,
             oracle(log.database(), order, QStringLiteral("event_type = 'failed' AND event_data LIKE '%store%'")));
}

void TestSortedPages::marksCanBeEnded()
{
    AuditLogFixture log;
    log.fill(200'000);
    AuditReader reader(log.database());
    int calls = 0;
    const AuditOrder order{By::Time, false};
    const QList<AuditAnchor> some = reader.anchors(order, 200, [&calls] { return ++calls < 2; });
    QVERIFY(!some.isEmpty() && some.size() < 1000);
    const QList<AuditAnchor> all = reader.anchors(order, 200, [] { return true; });
    QCOMPARE(all.size(), 1000);
    QCOMPARE(all.mid(0, some.size()), some);
    QCOMPARE(all.constFirst().id, EventId(200'000));
}

void TestSortedPages::largeDataEndsAPageEarly()
{
    AuditLogFixture log;
    RawEvent big;
    big.eventData = QString(6'000'000, u'x'); // 12 MB in memory
    log.insert(QList<RawEvent>(7, big));
    AuditReader reader(log.database());
    const AuditOrder order{By::Type, true};
    const AuditPage page = reader.page({{}, Direction::Older, {}, 200, order});
    QVERIFY(!page.reachedEnd);
    QCOMPARE(idsOf(page), (QList<qint64>{1, 2, 3}));
    QCOMPARE(walked(reader, {{}, Direction::Older, {}, 200, order}), oracle(log.database(), order));
}

QTEST_GUILESS_MAIN(TestSortedPages)
#include "tst_sortedpages.moc"
