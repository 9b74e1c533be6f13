// SPDX-License-Identifier: Apache-2.0
// The same filters on the same rows, in SQLite and in a real PostgreSQL: both must find the same.

#include "core/audit/query/AuditQuery.h"
#include "core/storage/Database.h"
#include "core/storage/Schema.h"
#include "tests/support/AuditLogFixture.h"
#include "tests/support/PostgresServer.h"

#include <QtTest>

using namespace andon;
using andon::test::AuditLogFixture;
using andon::test::PostgresServer;
using andon::test::RawEvent;

namespace {

const QDateTime kNow(QDate(2026, 1, 31), QTime(12, 0), Qt::UTC);
QList<RawEvent> rows()
{
    QList<RawEvent> all;
    const QStringList types = {"proposed", "failed", "kill_switch", "Failed", "gr\u00f6\u00dfe"};
    const QStringList actors = {"agent", "user", "system", "it's \"me\"\\"};
    const QStringList data = {
        R"({"region":5,"name":"five","ok":true,"none":null})",
        R"({"region":5.0,"name":"5","ok":"true"})",
        R"({"region":[3,"5",{"x":1}],"name":["a b"]})",
        R"({"region":{"region":700.5},"0":"zero","a.b":{"c\"d":-1e3}})",
        R"({"error":"Connection TIMEOUT \u00e9 \u00c4rger","path":"C:\\tmp","big":12345678901234567})",
        R"([{"region":6},"first"])",
        "{\"region\":5",
        "not JSON, 100% a_b '; DROP TABLE x; -- ?",
        "{\"region\":1e9}{}",
        "5",
        "",
    };
    const QStringList times = {
        "2026-01-31T11:00:00.000+00:00", "2026-01-31T11:30:00", "2026-01-31 11:30:00.9996",
        "2026-01-31T13:15:22.118+02:00", "2026-01-31T11:29:59,5Z", "2026-01-30", "now", "", "2026-02-30T00:00:00",
        "2026-01-31T10:00-0330", "2026-01-31T11:60:00Z", "2026-01-31T12:00:00 +02:00", "2026-01-31T07:59+05",
        "2026-01-31T11:30:00+15:00", "2024-02-29T23:59:59.999z", "2026-01-31T23:59:60Z",
        // of the form that nearly all have, and in another order than their moments, or none
        "2026-01-31T24:00:00+00:00", "2026-01-31T24:00:00.5+00:00", "2026-01-31T23:59:59.9996+00:00",
        "2026-01-31T23:59:60+00:00", "2026-02-01T00:00:00.0004+00:00", "2026-02-30T00:00:00.000+00:00",
        "2026-01-31T11:30:00-05:00+00:00", "2026-0x-31T11:3o:00.000+00:00"};
    for (int i = 0; i < 200; ++i) {
        all << RawEvent{i % 5 == 0 ? QVariant() : QVariant(i / 3), types.at(i % 5),
                        i % 13 == 12 ? QVariant() : QVariant(data.at(i % 11)), actors.at(i % 4),
                        times.at(i % times.size())};
    }
    return all;
}

} // namespace

class TestAuditQueryPostgres : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void findsTheSame_data();
    void findsTheSame();
    void noFilterRaisesAnError();

private:
    QList<qint64> onSqlite(const AuditFilter &filter, TimestampStyle style);
    QList<qint64> onPostgres(const AuditFilter &filter, TimestampStyle style);

    std::unique_ptr<AuditLogFixture> m_log;
    std::unique_ptr<PostgresServer> m_server;
    std::unique_ptr<Database> m_database;
};

void TestAuditQueryPostgres::initTestCase()
{
    m_server = std::make_unique<PostgresServer>();
    if (!m_server->isRunning() && m_server->isMissing())
        QSKIP(qPrintable(m_server->problem()));
    QVERIFY2(m_server->isRunning(), qPrintable(m_server->problem()));
    m_log = std::make_unique<AuditLogFixture>();
    m_log->insert(rows());

    const QString uri = m_server->createDatabase(QStringLiteral("andon"));
    m_database = std::make_unique<Database>(DatabaseLocation::parse(uri), Database::Options());
    Schema::ensure(*m_database);
    Transaction transaction(*m_database);
    for (const RawEvent &event : rows()) {
        m_database->run("INSERT INTO action_audit_log(proposal_id, event_type, event_data, actor, timestamp) "
                        "VALUES (?, ?, ?, ?, ?)",
                        {event.proposalId, event.eventType, event.eventData, event.actor, event.timestamp});
    }
    transaction.commit();
}

void TestAuditQueryPostgres::cleanupTestCase()
{
    m_database.reset();
    m_server.reset();
}

QList<qint64> TestAuditQueryPostgres::onSqlite(const AuditFilter &filter, TimestampStyle style)
{
    const AuditQuery query = AuditQuery::compile(filter, style);
    QList<qint64> ids;
    Statement found = m_log->database().run("SELECT id FROM action_audit_log WHERE " + query.condition + " ORDER BY id",
                                            query.values);
    while (found.next())
        ids << found.integer(0);
    return ids;
}

QList<qint64> TestAuditQueryPostgres::onPostgres(const AuditFilter &filter, TimestampStyle style)
{
    const AuditQuery query = AuditQuery::compile(filter, style, SqlEngine::PostgreSql);
    QList<qint64> ids;
    Statement found = m_database->run("SELECT id FROM action_audit_log WHERE " + query.condition + " ORDER BY id",
                                      query.values);
    while (found.next())
        ids << found.integer(0);
    return ids;
}

void TestAuditQueryPostgres::findsTheSame_data()
{
    QTest::addColumn<bool>("finds");
    const QStringList nothing{"data.big:12345678901234568", "time:2026-02-01T00:00:02Z..2026-03-10Z"};
    for (const char *filter : {"type:failed",
                               "type:failed,Failed",
                               "-type:failed",
                               "type:\"gr\u00f6\u00dfe\"",
                               "actor:user",
                               "-actor:user,agent",
                               "actor:\"it's \\\"me\\\"\\\\\"",
                               "proposal:7",
                               "proposal:7,9..12",
                               "-proposal:7",
                               "proposal:..5",
                               "id:5",
                               "id:5,9..20,190..",
                               "-id:10..",
                               "timeout",
                               "\"connection timeout\"",
                               "gr\u00f6\u00dfe",
                               "-timeout",
                               "100%",
                               "\"NAME\\\":\\\"FIVE\"",
                               "\"IT'S\"",
                               "\"5,\\\"NAME\"",
                               "a_b",
                               "\"'; DROP TABLE x; --\"",
                               "?",
                               "\"C:\\\\\\\\tmp\"",
                               "FAILED",
                               "since:30m",
                               "before:30m",
                               "-since:30m",
                               "-before:30m",
                               "since:2026-01-31T11:30:00.9996Z",
                               "since:2026-01-31T11:30:01Z",
                               "before:2026-01-31T11:15:22.119Z",
                               "time:2h..30m",
                               "-time:2h..30m",
                               "time:..1h",
                               "time:2024-02-29Z..2024-03-01Z",
                               "since:2026-01-31T13:30Z",
                               "since:2026-02-01T00:00:00Z",
                               "before:2026-02-01T00:00:00Z",
                               "time:2026-02-01T00:00:00Z..2026-02-01T00:00:00.001Z",
                               "time:2026-01-31T23:59:58Z..2026-02-01T00:00:00.501Z",
                               "-time:2026-01-31T23:59:59.999Z..2026-02-01T00:00:00.500Z",
                               "time:2026-02-01T00:00:02Z..2026-03-10Z",
                               "since:2026-01-31T02:59Z before:3h",
                               "data.region:5",
                               "data.region:\"5\"",
                               "data.region:5,x",
                               "-data.region:5",
                               "data.region:*",
                               "-data.region:*",
                               "data.region>4",
                               "data.region>=5",
                               "-data.region<=5",
                               "data.region<5.5",
                               "data.region:3..5",
                               "data.region.region:700.5",
                               "data.region.1:5",
                               "data.region.2.x:1",
                               "data.0:zero,first",
                               "data.0.region:6",
                               "data.\"a.b\".\"c\\\"d\":-1000",
                               "data.name:five",
                               "data.name:\"a b\"",
                               "data.ok:true",
                               "data.ok:\"true\"",
                               "data.none:null",
                               "data.none:*",
                               "data.path:\"C:\\\\tmp\"",
                               "data.big:12345678901234567",
                               "data.big:12345678901234568",
                               "type:failed data.region:* -timeout since:3h"})
        QTest::newRow(filter) << !nothing.contains(QString::fromUtf8(filter));
}

void TestAuditQueryPostgres::findsTheSame()
{
    QFETCH(bool, finds);
    const AuditFilter filter = AuditFilter::parse(QString::fromUtf8(QTest::currentDataTag()), kNow);
    for (const TimestampStyle style : {TimestampStyle::Utc, TimestampStyle::NaiveLocal, TimestampStyle::NaiveUtc}) {
        const QList<qint64> ids = onSqlite(filter, style);
        QCOMPARE(onPostgres(filter, style), ids);
        QCOMPARE(!ids.isEmpty(), finds);
    }
}

void TestAuditQueryPostgres::noFilterRaisesAnError()
{
    QString keys = "data";
    for (int i = 0; i < 16; ++i)
        keys += ".9999999999" + QString::number(i);
    for (const QString &text :
         {QString("data.x:1e300"), QString("data.region>-1e308"), keys + ":1", QString("data.0.0:x"),
          QString("data.region:-0"), QString("data.\"{\".\"}\":1"), QString("since:0001-01-02"),
          QString("before:9999-12-31"), QStringList(200, "-data.region:5").join(' ')})
        QCOMPARE(onPostgres(AuditFilter::parse(text, kNow), TimestampStyle::Utc),
                 onSqlite(AuditFilter::parse(text, kNow), TimestampStyle::Utc));
}

QTEST_GUILESS_MAIN(TestAuditQueryPostgres)
#include "tst_auditquerypostgres.moc"
