// SPDX-License-Identifier: Apache-2.0
// A filter as SQL, against a real database: nothing typed becomes SQL, negation knows NULL, and a range of time means
// the same for every way in which programs write times.

#include "core/audit/query/AuditQuery.h"
#include "core/audit/read/AuditReader.h"
#include "tests/support/AuditLogFixture.h"
#include "tests/support/TestEngine.h"

#include <QRandomGenerator>
#include <QtTest>

using namespace andon;
using andon::test::AuditLogFixture;
using andon::test::RawEvent;

namespace {

const QDateTime kNow(QDate(2026, 1, 31), QTime(12, 0), Qt::UTC);

AuditQuery compile(const QString &text, TimestampStyle style = TimestampStyle::Utc)
{
    return AuditQuery::compile(AuditFilter::parse(text, kNow), style, test::engine());
}

/// The ids that the compiled condition lets through, by itself, ascending.
QList<qint64> idsOf(Database &database, const QString &text, TimestampStyle style = TimestampStyle::Utc)
{
    const AuditQuery query = compile(text, style);
    const QString where = query.condition.isEmpty() ? QString() : " WHERE " + query.condition;
    QList<qint64> ids;
    Statement rows = database.run("SELECT id FROM action_audit_log" + where + " ORDER BY id", query.values);
    while (rows.next())
        ids << rows.integer(0);
    return ids;
}

QString quoted(QString text)
{
    return '"' + text.replace('\\', "\\\\").replace('"', "\\\"") + '"';
}

} // namespace

class TestAuditQuery : public QObject
{
    Q_OBJECT

private slots:
    void nothingTypedIsPartOfTheSql_data();
    void nothingTypedIsPartOfTheSql();
    void hostileTextsFindThemselvesAndChangeNothing();
    void typesAndActorsMatchExactly();
    void textMatchesAnywhereWithoutCase();
    void negationIncludesRowsWithoutValue();
    void eachTermDividesTheLogInTwo();
    void saysWhichIndexLeads_data();
    void saysWhichIndexLeads();
    void rangesOfTimeAgreeWithTheTimesShown_data();
    void rangesOfTimeAgreeWithTheTimesShown();
    void whatIsNoTimeIsNeitherSinceNorBefore();
    void timesAtTheEdgeOfTheCalendar();
};

void TestAuditQuery::nothingTypedIsPartOfTheSql_data()
{
    QTest::addColumn<QString>("filter");
    QTest::newRow("type") << "type:SECRET";
    QTest::newRow("types") << "type:SECRET,\"SECRET'\"";
    QTest::newRow("actor") << "actor:SECRET";
    QTest::newRow("text") << "SECRET";
    QTest::newRow("not text") << "-\"SECRET'--\"";
    QTest::newRow("proposal") << "proposal:770077";
    QTest::newRow("since") << "since:2077-07-07T07:07:07.707Z";
    QTest::newRow("time") << "-time:2077-07-07T07:07:07.707Z..2077-08-08";
    QTest::newRow("id") << "id:770077,770079..880088";
    QTest::newRow("data") << "data.SECRET.\"SECRET'\":SECRET,770077,770078..770079";
    QTest::newRow("data compared") << "-data.SECRET>=770077";
    QTest::newRow("data exists") << "data.\"SECRET') --\".0:*";
}

void TestAuditQuery::nothingTypedIsPartOfTheSql()
{
    QFETCH(QString, filter);
    for (const SqlEngine engine : {SqlEngine::Sqlite, SqlEngine::PostgreSql}) {
        const AuditQuery query = AuditQuery::compile(AuditFilter::parse(filter, kNow), TimestampStyle::Utc, engine);
        QVERIFY(!query.condition.isEmpty());
        for (const QString secret : {"SECRET", "77007", "2077", "707", "8800"})
            QVERIFY2(!query.condition.contains(secret) && !query.rest.contains(secret), qPrintable(query.condition));
        QCOMPARE(query.condition.count('?'), query.values.size());
        QCOMPARE(query.rest.count('?'), query.restValues.size());
    }
}

void TestAuditQuery::hostileTextsFindThemselvesAndChangeNothing()
{
    const QStringList hostile = {
        "'; DROP TABLE action_audit_log; --",
        "x' OR '1'='1",
        "\" OR \"\"=\"",
        "%",
        "_",
        "\\",
        "\\%",
        "a\\'b",
        "?",
        "?1",
        ":name",
        "@x",
        "$y",
        "/*",
        "--",
        "') UNION SELECT 1,2,3,4,5,6 --",
        "NULL",
        "\u2019",
        "*",
        "[a-z]",
    };
    AuditLogFixture log;
    QList<RawEvent> rows;
    for (const QString &text : hostile)
        rows << RawEvent{{}, text, "{\"x\":" + text + '}', text};
    log.insert(rows);

    for (int i = 0; i < hostile.size(); ++i) {
        const QString &text = hostile.at(i);
        const QList<qint64> itself{i + 1};
        QCOMPARE(idsOf(log.database(), "type:" + quoted(text)), itself);
        QCOMPARE(idsOf(log.database(), "actor:" + quoted(text)), itself);
        QList<qint64> containing;
        for (int j = 0; j < hostile.size(); ++j) {
            if (hostile.at(j).contains(text, Qt::CaseInsensitive))
                containing << j + 1;
        }
        QCOMPARE(idsOf(log.database(), quoted(text)), containing);
        QCOMPARE(idsOf(log.database(), '-' + quoted(text)).size(), hostile.size() - containing.size());
    }
    QCOMPARE(idsOf(log.database(), "").size(), hostile.size());
}

void TestAuditQuery::typesAndActorsMatchExactly()
{
    AuditLogFixture log;
    log.insert({{{}, "failed", {}, "agent"}, {{}, "Failed", {}, "Agent"}, {{}, "failed2", {}, "agent2"}});
    QCOMPARE(idsOf(log.database(), "type:failed"), QList<qint64>{1});
    QCOMPARE(idsOf(log.database(), "type:Failed,failed2"), (QList<qint64>{2, 3}));
    QCOMPARE(idsOf(log.database(), "actor:agent"), QList<qint64>{1});
    QCOMPARE(idsOf(log.database(), "type:failed type:Failed"), QList<qint64>{});
}

void TestAuditQuery::textMatchesAnywhereWithoutCase()
{
    AuditLogFixture log;
    log.insert({
        {{}, "proposed", "{\"error\":\"Connection TIMEOUT\"}", "agent"},
        {{}, "timeout_seen", {}, "agent"},
        {{}, "proposed", {}, "Timeout-bot"},
        {{}, "proposed", QByteArray("\xff\xfe timeout \xc3"), "agent"},
        {{}, "proposed", "time out", "agent"},
        {{}, "proposed", "ÄRGER", "agent"},
        {7, "proposed", "2026 timeou", "agent"},
    });
    QCOMPARE(idsOf(log.database(), "timeout"), (QList<qint64>{1, 2, 3, 4}));
    QCOMPARE(idsOf(log.database(), "TIMEOUT conn"), (QList<qint64>{1}));
    QCOMPARE(idsOf(log.database(), "\"connection timeout\""), (QList<qint64>{1}));
    QCOMPARE(idsOf(log.database(), "ÄRGER"), (QList<qint64>{6}));
    // The longest phrase that a filter takes is no problem for the engine, whatever its characters.
    QCOMPARE(idsOf(log.database(), QString(16 * 1024, QChar(0x706b))), QList<qint64>{});
    QCOMPARE(idsOf(log.database(), QString(16 * 1024, '%')), QList<qint64>{});
}

void TestAuditQuery::negationIncludesRowsWithoutValue()
{
    AuditLogFixture log;
    log.insert({
        {42, "proposed", "{\"x\":1}", "agent"},
        {43, "proposed", {}, "agent"},
        {{}, "kill_switch", {}, "user"},
        {{}, "mode_change", "{\"x\":2}", "user"},
    });
    QCOMPARE(idsOf(log.database(), "-x"), (QList<qint64>{2, 3}));
    QCOMPARE(idsOf(log.database(), "-\"x\""), (QList<qint64>{2, 3}));
    QCOMPARE(idsOf(log.database(), "-proposal:42"), (QList<qint64>{2, 3, 4}));
    QCOMPARE(idsOf(log.database(), "-proposal:42,43"), (QList<qint64>{3, 4}));
    QCOMPARE(idsOf(log.database(), "-type:proposed"), (QList<qint64>{3, 4}));
    QCOMPARE(idsOf(log.database(), "-actor:user -x"), (QList<qint64>{2}));
}

void TestAuditQuery::eachTermDividesTheLogInTwo()
{
    AuditLogFixture log;
    log.insert({{42, "proposed", "{}", "agent", "now"},
                {{}, "failed", {}, "agent", ""},
                {{}, "failed", {}, "user", "2026-01-31T12:00:00"},
                {1, "failed", test::isOnPostgres() ? QByteArray("\xffx") : QByteArray("\x00x", 2), "user",
                 "2026-01-31T11:00:00.000Z"}});
    const QList<qint64> all = idsOf(log.database(), "");
    for (const QString term : {"type:failed", "actor:user", "proposal:42", "since:30m", "before:30m", "x", "\"{\"",
                               "id:2..3", "proposal:..50", "time:90m..30m", "data.x:1", "data.x:*", "data.x>0"}) {
        QList<qint64> both = idsOf(log.database(), term) + idsOf(log.database(), '-' + term);
        std::sort(both.begin(), both.end());
        QCOMPARE(both, all);
    }
}

void TestAuditQuery::saysWhichIndexLeads_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<bool>("isIndexed");
    QTest::addColumn<QString>("column");
    QTest::addColumn<QString>("rest");

    QTest::newRow("everything") << "" << true << ""
                                << "";
    QTest::newRow("type") << "type:a" << true << "event_type"
                          << "";
    QTest::newRow("proposal before type") << "type:a proposal:1" << false << "proposal_id"
                                          << "+event_type = ?";
    QTest::newRow("type and actor") << "actor:a type:a,b" << false << "event_type"
                                    << "+actor = ?";
    QTest::newRow("second type") << "type:a type:b" << false << "event_type"
                                 << "+event_type = ?";
    QTest::newRow("actor") << "actor:a" << true << "actor"
                           << "";
    QTest::newRow("small range of proposals") << "proposal:5,7..9" << true << "proposal_id"
                                              << "";
    QTest::newRow("large range of proposals") << "proposal:7..900" << false << ""
                                              << "+proposal_id BETWEEN ? AND ?";
    QTest::newRow("ids") << "id:7,9..11" << true << ""
                         << "(+id BETWEEN ? AND ? OR +id = ?)";
    QTest::newRow("ids and type") << "id:7..11 type:a" << true << "event_type"
                                  << "+id BETWEEN ? AND ?";
    QTest::newRow("text and type") << "word type:a" << false << "event_type"
                                   << "andon_contains(?, event_data, event_type, actor)";
    QTest::newRow("not id") << "-id:7 type:a" << false << "event_type"
                            << "(+id = ?) IS NOT TRUE";
    QTest::newRow("not type") << "-type:a" << false << ""
                              << "(+event_type = ?) IS NOT TRUE";
    QTest::newRow("not proposal") << "-proposal:1,2" << false << ""
                                  << "(+proposal_id IN (?, ?)) IS NOT TRUE";
}

void TestAuditQuery::saysWhichIndexLeads()
{
    QFETCH(QString, filter);
    const AuditQuery query = compile(filter);
    QTEST(query.isIndexed, "isIndexed");
    QTEST(query.lead.column, "column");
    QFETCH(QString, rest);
    QCOMPARE(AuditQuery::compile(AuditFilter::parse(filter, kNow), TimestampStyle::Utc, SqlEngine::Sqlite).rest, rest);
    QCOMPARE(query.rest.isEmpty(), rest.isEmpty());
    QVERIFY(query.times.isOpen());
    QVERIFY(!compile("word").isIndexed);
    QVERIFY(!compile("-since:1h").isIndexed);
    QVERIFY(compile("-since:1h").times.isOpen());

    QCOMPARE(compile("type:a").ids, QList<IdRange>{});
    QCOMPARE(compile("id:7,9..11,10..20").ids, (QList<IdRange>{{7, 7}, {9, 20}}));
    QCOMPARE(compile("id:1..10,20..30 id:5..25").ids, (QList<IdRange>{{5, 10}, {20, 25}}));
    QCOMPARE(compile("id:1 id:2").ids, QList<IdRange>{IdRange()});
    QCOMPARE(compile("id:1 id:2 id:1..9").ids, QList<IdRange>{IdRange()});
    QCOMPARE(compile("-id:1").ids, QList<IdRange>{});
    QCOMPARE(compile("proposal:5,5..6,6").lead.values, (QVariantList{qint64(5), qint64(6)}));

    const AuditQuery range = compile("since:3d since:1d before:2026-02-10Z before:2026-03-10Z");
    QVERIFY(range.isIndexed);
    QCOMPARE(range.times.above, QString("2026-01-29 21:00"));
    QCOMPARE(range.times.below, QString("2026-02-10T15:00"));
    const AuditQuery same = compile("time:1d..2026-02-10Z");
    QVERIFY(same.isIndexed && compile("time:1d.. id:5..9").isIndexed);
    QCOMPARE(same.times.above, range.times.above);
    QCOMPARE(same.times.below, range.times.below);
    QVERIFY(compile("-time:1d..2h").times.isOpen());
}

void TestAuditQuery::rangesOfTimeAgreeWithTheTimesShown_data()
{
    QTest::addColumn<QByteArray>("zone");
    QTest::addColumn<TimestampStyle>("style");
    for (const char *zone : {"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati",
                             "Australia/Lord_Howe", "Pacific/Apia"}) {
        for (const TimestampStyle style : {TimestampStyle::Utc, TimestampStyle::NaiveLocal, TimestampStyle::NaiveUtc})
            QTest::newRow(qPrintable(QString(zone) + ' ' + styleName(style))) << QByteArray(zone) << style;
    }
}

void TestAuditQuery::rangesOfTimeAgreeWithTheTimesShown()
{
#ifdef Q_OS_WIN
    QSKIP("TZ does not set the zone here.");
#endif
    QFETCH(QByteArray, zone);
    QFETCH(TimestampStyle, style);
    const test::ZoneChange change(zone);

    AuditLogFixture log(style);
    QList<RawEvent> rows;
    // Around the hours at which clocks change, and a plain day.
    QRandomGenerator random(42);
    for (const QString day : {"2026-01-31", "2026-03-08", "2026-03-29", "2026-04-05", "2026-10-25", "2026-11-01",
                              "2024-02-29", "1999-12-31", "2027-01-01"}) {
        for (int i = 0; i < 25; ++i) {
            const QString clock = QTime(random.bounded(24), random.bounded(60), random.bounded(60))
                                      .toString("HH:mm:ss");
            const QString separator = random.bounded(3) == 0 ? " " : "T";
            static const QStringList fractions = {"",      ".1",   ".118", ".118999",   ".5",
                                                  ".9999", ".000", ",25",  ".123456789"};
            static const QStringList offsets = {"",       "",      "",       "Z",      "z",      "+00:00", "-00:00",
                                                "+02:00", "-0330", "+05:30", "+14:00", "-12:00", "+01"};
            const QString fraction = fractions.at(random.bounded(int(fractions.size())));
            const QString offset = offsets.at(random.bounded(int(offsets.size())));
            rows << RawEvent{{}, "proposed", {}, "agent", day + separator + clock + fraction + offset};
        }
        rows << RawEvent{{}, "proposed", {}, "agent", day} << RawEvent{{}, "proposed", {}, "agent", day + "T12:34"}
             << RawEvent{{}, "proposed", {}, "agent", day + "T12:34Z"}
             << RawEvent{{}, "proposed", {}, "agent", day + "T12:34+0230"};
    }
    log.insert(rows);

    // A reading of a clock that a jump forward left out has no right answer: such rows are left aside.
    const auto isLeftOut = [style](const AuditEvent &event) {
        if (!event.isNaiveTimestamp || style != TimestampStyle::NaiveLocal)
            return false;
        return !formatTimestamp(event.timestamp, style)
                    .startsWith(QString(event.timestampText).replace(' ', 'T').left(16));
    };
    const QList<AuditEvent> events = log.everything(style);
    for (int round = 0; round < 40; ++round) {
        const AuditEvent &probe = events.at(random.bounded(int(events.size())));
        QVERIFY(probe.timestamp.isValid());
        const QDateTime bound = probe.timestamp.addMSecs(random.bounded(3) - 1);
        const QString text = bound.toString("yyyy-MM-ddTHH:mm:ss.zzz") + 'Z';
        const QList<qint64> since = idsOf(log.database(), "since:" + text, style);
        const QList<qint64> before = idsOf(log.database(), "before:" + text, style);
        QCOMPARE(idsOf(log.database(), "time:" + text + "..", style), since);
        QCOMPARE(idsOf(log.database(), "time:.." + text, style), before);
        const QSet<qint64> sinceIds(since.begin(), since.end());
        const QSet<qint64> beforeIds(before.begin(), before.end());
        for (const AuditEvent &event : events) {
            if (isLeftOut(event))
                continue;
            const bool isSince = event.timestamp >= bound;
            const QByteArray what = (event.timestampText + " against " + text).toUtf8();
            QVERIFY2(sinceIds.contains(event.id->value) == isSince, what);
            QVERIFY2(beforeIds.contains(event.id->value) == !isSince, what);
        }
    }
}

void TestAuditQuery::whatIsNoTimeIsNeitherSinceNorBefore()
{
    const QStringList noTimes = {"",
                                 "now",
                                 "yesterday",
                                 "2451545",
                                 "1767225600",
                                 "12:34",
                                 "0.5",
                                 "2026-02-30T00:00:00",
                                 "2026-13-01T00:00:00",
                                 "2026-01-01T99:00:00",
                                 "2026-1-1",
                                 "2026-01-01Tnoon",
                                 "2026-01-31T12:00:00 Europe/Berlin",
                                 "2026-01-31T12:00:00 +02:00",
                                 "9999-99-99",
                                 "\u0662\u0660\u0662\u0666-01-01"};
    AuditLogFixture log;
    QList<RawEvent> rows;
    for (const QString &text : noTimes)
        rows << RawEvent{{}, "proposed", {}, "agent", text};
    log.insert(rows);
    for (const QString style : {"utc", "naive-local", "naive-utc"}) {
        QCOMPARE(idsOf(log.database(), "since:0001-01-02", styleFromName(style)), QList<qint64>{});
        QCOMPARE(idsOf(log.database(), "before:9999-12-31", styleFromName(style)), QList<qint64>{});
        QCOMPARE(idsOf(log.database(), "-since:1h", styleFromName(style)).size(), noTimes.size());
    }
}

void TestAuditQuery::timesAtTheEdgeOfTheCalendar()
{
    AuditLogFixture log;
    log.insert({{{}, "a", {}, "agent", "0001-01-01T00:00:00Z"},
                {{}, "b", {}, "agent", "9999-12-31T23:59:59.999Z"},
                {{}, "c", {}, "agent", "1969-12-31T23:59:59.500Z"}});
    QCOMPARE(idsOf(log.database(), "since:0001-01-01Z"), (QList<qint64>{1, 2, 3}));
    QCOMPARE(idsOf(log.database(), "before:9999-12-31Z"), (QList<qint64>{1, 3}));
    QCOMPARE(idsOf(log.database(), "before:1970-01-01Z"), (QList<qint64>{1, 3}));
    QCOMPARE(idsOf(log.database(), "since:1969-12-31T23:59:59.500Z before:1969-12-31T23:59:59.501Z"),
             (QList<qint64>{3}));
    QCOMPARE(idsOf(log.database(), "since:9999-12-31T23:59:59.999Z"), (QList<qint64>{2}));
}

QTEST_GUILESS_MAIN(TestAuditQuery)
#include "tst_auditquery.moc"
