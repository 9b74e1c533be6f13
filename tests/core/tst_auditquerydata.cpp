// SPDX-License-Identifier: Apache-2.0
// Values in the data, in SQL on a real database: what matches, whatever the data is, and that no filter that can be
// written meets a limit of the engine.

#include "core/audit/query/AuditQuery.h"
#include "core/audit/read/AuditReader.h"
#include "tests/support/AuditLogFixture.h"
#include "tests/support/CountMatches.h"
#include "tests/support/TestEngine.h"

#include <QtTest>

using namespace andon;
using andon::test::AuditLogFixture;
using andon::test::countMatches;
using andon::test::RawEvent;

namespace {

const QDateTime kNow(QDate(2026, 1, 31), QTime(12, 0), Qt::UTC);

QList<qint64> idsOf(Database &database, const QString &text)
{
    const AuditQuery query = AuditQuery::compile(AuditFilter::parse(text, kNow), TimestampStyle::Utc, test::engine());
    QList<qint64> ids;
    Statement rows = database.run("SELECT id FROM action_audit_log WHERE " + query.condition + " ORDER BY id",
                                  query.values);
    while (rows.next())
        ids << rows.integer(0);
    return ids;
}

} // namespace

class TestAuditQueryData : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void matches_data();
    void matches();
    void whatIsNoJsonNeverMatches();
    void keysAreFoundHoweverTheyAreWritten();
    void idsAndProposalsInRanges();
    void noFilterMeetsALimitOfTheEngine_data();
    void noFilterMeetsALimitOfTheEngine();

private:
    std::unique_ptr<AuditLogFixture> m_log;
};

void TestAuditQueryData::initTestCase()
{
    m_log = std::make_unique<AuditLogFixture>();
    const auto row = [](const QVariant &data) { return RawEvent{{}, "proposed", data}; };
    m_log->insert({
        row(R"({"region":5,"name":"five","ok":true,"none":null})"),     // 1
        row(R"({"region":5.0,"name":"5","ok":"true","none":"null"})"),  // 2
        row(R"({"region":"5","name":"FIVE","ok":false})"),              // 3
        row(R"({"region":[3,5,"x"],"name":["five","six"]})"),           // 4
        row(R"({"region":{"region":5},"name":{"first":"five"}})"),      // 5
        row(R"({"target":{"stores":[{"id":7},{"id":8}]},"0":"zero"})"), // 6
        row(R"(["first",{"region":6}])"),                               // 7
        row(R"({"region":700,"a.b":{"c d":1}})"),                       // 8
        row(R"({"region":800.5,"big":9223372036854775807})"),           // 9
        row(R"({"region":-1e3,"name":"caf\u00e9 \"x\"","big":1e300})"), // 10
        row("5"),                                                       // 11
        row("{\"region\":5"),                                           // 12
        row(QVariant()),                                                // 13
        row(QByteArray("{\"region\":5}")),                              // 14
        row(QByteArray("{\"region\":5,\"x\":\"\xff\"}")),               // 15
        row(R"({"re\u0067ion":5})"),                                    // 16
        row(R"({"nested":[[5]],"empty":[],"text":"region"})"),          // 17
    });
}

void TestAuditQueryData::matches_data()
{
    QTest::addColumn<QList<qint64>>("ids");
    const auto is = [](const char *filter, const QList<qint64> &ids) { QTest::newRow(filter) << ids; };
    is("data.region:5", {1, 2, 3, 4, 14, 15, 16});
    is("data.region:\"5\"", {3});
    is("data.region:5.0", {1, 2, 4, 14, 15, 16});
    is("data.region:05", {});
    is("data.region:x,700", {4, 8});
    is("data.region:*", {1, 2, 3, 4, 5, 8, 9, 10, 14, 15, 16});
    is("data.none:*", {1, 2});
    is("data.none:null", {1, 2});
    is("data.none:\"null\"", {2});
    is("data.ok:true", {1, 2});
    is("data.ok:\"true\"", {2});
    is("data.ok:false", {3});
    is("data.ok:1", {});
    is("data.name:five", {1, 4});
    is("data.name:Five", {});
    is("data.name.first:five", {5});
    is("data.name.0:five", {4});
    is("data.name.2:five", {});
    is("data.region.region:5", {5});
    is("data.region.1:5", {4});
    is("data.target.stores.1.id:8", {6});
    is("data.target.stores.id:8", {});
    is("data.0:zero,first", {6, 7});
    is("data.00:zero", {});
    is("data.1.region:6", {7});
    is("data.\"a.b\".\"c d\":1", {8});
    is("data.region:700..800", {8});
    is("data.region:700..", {8, 9});
    is("data.region:..0", {10});
    is("data.region:4..6,800..", {1, 2, 4, 9, 14, 15, 16});
    is("data.region>700", {9});
    is("data.region>=700", {8, 9});
    is("data.region<3", {10});
    is("data.region<=3", {4, 10});
    is("data.big:9223372036854775807", {9});
    is("data.big:9223372036854775806", {});
    is("data.big:1e300", {10});
    is("data.name:\"caf\u00e9 \\\"x\\\"\"", {10});
    is("data.nested:5", {});
    is("data.nested.0:5", {17});
    is("data.nested.0.0:5", {17});
    is("data.empty:5", {});
    is("data.empty:*", {17});
    is("data.text:region", {17});
    is("data.region:5 data.ok:true", {1, 2});
}

void TestAuditQueryData::matches()
{
    QFETCH(QList<qint64>, ids);
    const QString filter = QString::fromUtf8(QTest::currentDataTag());
    QCOMPARE(idsOf(m_log->database(), filter), ids);
    QList<qint64> others;
    for (qint64 id = 1; id <= 17; ++id) {
        if (!ids.contains(id))
            others << id;
    }
    if (!filter.contains(' '))
        QCOMPARE(idsOf(m_log->database(), '-' + filter), others);
    else
        QVERIFY(filter.contains('"') || ids == (QList<qint64>{1, 2}));
}

void TestAuditQueryData::whatIsNoJsonNeverMatches()
{
    AuditLogFixture log;
    QList<RawEvent> rows;
    const QList<QByteArray> wrong = {"",
                                     " ",
                                     "{",
                                     "}",
                                     "{\"a\":1",
                                     "{'a':1}",
                                     "{a:1}",
                                     "{\"a\":1,}",
                                     "{\"a\":0x1}",
                                     "{\"a\":+1}",
                                     "{\"a\":NaN}",
                                     "{\"a\":1}{\"a\":1}",
                                     "// c\n{\"a\":1}",
                                     "{\"a\":'1'}",
                                     "\xff\xfe\x00",
                                     "null",
                                     "\"a\"",
                                     "{\"a\":.5}",
                                     QByteArray(5000, '[') + "\"a\"",
                                     QByteArray("\x17\x61\x13\x31", 4)};
    for (const QByteArray &data : wrong) {
        rows << RawEvent{{}, "proposed", QVariant(data)};
        rows << RawEvent{{}, "proposed", QVariant(QString::fromUtf8(data))};
    }
    log.insert(rows);
    for (const QString filter : {"data.a:*", "data.a:1", "data.a>0", "data.a:..9", "data.a.b:1", "data.0:a"}) {
        QCOMPARE(idsOf(log.database(), filter), QList<qint64>{});
        QCOMPARE(idsOf(log.database(), '-' + filter).size(), rows.size());
    }
}

void TestAuditQueryData::keysAreFoundHoweverTheyAreWritten()
{
    AuditLogFixture log;
    const QStringList keys = {"a b", "\"",  "\\", "a\"b", "$",  "$.a", "[0]",    "'", "') OR 1=1 --", "\u00e4", "%",
                              "?",   "#-1", "-1", "a:b",  "\t", ":x",  "\u706b", "*"};
    QList<RawEvent> rows;
    for (const QString &key : keys) {
        const QJsonObject object{{key, QJsonObject{{key, key}}}};
        rows << RawEvent{{}, "proposed", QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact))};
    }
    log.insert(rows);
    for (int i = 0; i < keys.size(); ++i)
        QCOMPARE(idsOf(log.database(), AuditFilter::dataTerm({keys.at(i), keys.at(i)}, keys.at(i))),
                 QList<qint64>{i + 1});
}

void TestAuditQueryData::idsAndProposalsInRanges()
{
    AuditLogFixture log;
    QList<RawEvent> rows;
    for (qint64 i = 1; i <= 20; ++i)
        rows << RawEvent{i % 5 == 0 ? QVariant() : QVariant(i * 10), "proposed", {}};
    log.insert(rows);
    QCOMPARE(idsOf(log.database(), "id:3,18..,7..8"), (QList<qint64>{3, 7, 8, 18, 19, 20}));
    QCOMPARE(idsOf(log.database(), "id:..2"), (QList<qint64>{1, 2}));
    QCOMPARE(idsOf(log.database(), "-id:2..19"), (QList<qint64>{1, 20}));
    QCOMPARE(idsOf(log.database(), "id:5 id:6"), QList<qint64>{});
    QCOMPARE(idsOf(log.database(), "proposal:10..30,40"), (QList<qint64>{1, 2, 3, 4}));
    QCOMPARE(idsOf(log.database(), "-proposal:10..200"), (QList<qint64>{5, 10, 15, 20}));
}

void TestAuditQueryData::noFilterMeetsALimitOfTheEngine_data()
{
    QTest::addColumn<QString>("text");
    const auto many = [](int count, const QString &term) { return QStringList(count, term).join(' '); };
    const auto list = [](int count, const QString &value) {
        QStringList values;
        for (int i = 0; i < count; ++i)
            values << value.arg(i * 3 + 1).arg(i * 3 + 2);
        return values.join(',');
    };
    QString path;
    for (int i = 0; i < 16; ++i)
        path += QString(".%1").arg(i);
    QTest::newRow("words") << many(200, "-word");
    QTest::newRow("long phrase") << QString(16 * 1024, '%');
    QTest::newRow("values in the data") << many(200, "-data" + path + ":5");
    QTest::newRow("paths in the data") << many(200, "data.a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p:x");
    QTest::newRow("list in the data") << "-data.a" + path.mid(2) + ':' + list(200, "%1..%2");
    QTest::newRow("strings in the data") << "data.x:" + list(200, "\"%1-%2\"");
    QTest::newRow("ranges of ids") << "id:" + list(200, "%1..%2");
    QTest::newRow("ranges of proposals") << "-proposal:" + list(200, "%1..%2");
    QTest::newRow("proposals that lead") << "proposal:1..200";
    QTest::newRow("types") << "type:" + list(200, "t%1%2");
    QTest::newRow("times") << many(20, "-time:2026-01-30..2026-01-31") + ' ' + many(180, "data.a.b.c>5");
}

void TestAuditQueryData::noFilterMeetsALimitOfTheEngine()
{
    QFETCH(QString, text);
    AuditLogFixture log;
    log.insert({{5, "t12", R"({"a":{"b":{"c":6}},"0":[5]})"}, {6, "x", "{}"}});
    (void)idsOf(log.database(), text);
    AuditReader reader(log.database());
    AuditPageRequest request;
    request.filter = AuditFilter::parse(text, kNow);
    (void)reader.page(request);
    (void)countMatches(reader, request.filter);
    const AuditQuery query = AuditQuery::compile(request.filter, TimestampStyle::Utc, test::engine());
    QVERIFY2(query.condition.size() < 700'000, qPrintable(QString::number(query.condition.size())));
    QVERIFY2(query.values.size() < 20'000, qPrintable(QString::number(query.values.size())));
}

QTEST_GUILESS_MAIN(TestAuditQueryData)
#include "tst_auditquerydata.moc"
