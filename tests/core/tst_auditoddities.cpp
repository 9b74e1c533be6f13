// SPDX-License-Identifier: Apache-2.0
// A log as other programs may leave it: gaps in the ids, equal times, clocks that jump, naive times beside aware ones,
// data that is not JSON, an event of 10 MB. It is filtered and exported exactly as a plain SELECT shows it.

#include "core/audit/export/AuditExport.h"
#include "tests/support/AuditLogFixture.h"
#include "tests/support/CountMatches.h"

#include <QBuffer>
#include <QJsonDocument>
#include <QtTest>

#include <algorithm>

using namespace andon;
using andon::test::AuditLogFixture;
using andon::test::RawEvent;
using andon::test::ZoneChange;

namespace {

const QDateTime kNow(QDate(2026, 1, 31), QTime(12, 0), Qt::UTC);
constexpr qint64 kHugeBytes = 10 * 1024 * 1024;

/// Rows in which everything is odd that may be.
QList<RawEvent> oddRows()
{
    const QString same = "2026-01-31T10:00:00.000+00:00";
    QList<RawEvent> rows;
    // Gaps: after 10 comes 1,000, then a billion, then near the end of all ids.
    rows << RawEvent{1, "proposed", "{\"n\":1}", "agent", same, 10}
         << RawEvent{1, "validated", {}, "system", same, 1000} << RawEvent{2, "proposed", "{}", "agent", same, 1001}
         << RawEvent{2, "executing", "{\"n\":2}", "agent", same, 1'000'000'000};
    qint64 id = 2'000'000'000'000;
    const auto add = [&](const QString &time, const QVariant &data = "{\"k\":\"v\"}",
                         const QString &type = "executing") {
        rows << RawEvent{3, type, data, "agent", time, id};
        id += 1 + id % 7;
    };
    // Clock jumps: forward a year, back to before the first, and on.
    for (const char *time :
         {"2026-01-31T10:00:01.000+00:00", "2027-01-31T10:00:00.000+00:00", "2025-06-01T00:00:00.000+00:00",
          "2026-01-31T10:00:02.000+00:00", "1970-01-01T00:00:00.000+00:00", "2026-01-31T10:00:02.500+00:00"})
        add(time);
    // The same moment in several ways, and naive times around it.
    for (const char *time : {"2026-01-31T11:00:00.000+00:00", "2026-01-31T11:00:00Z", "2026-01-31T12:00:00+01:00",
                             "2026-01-31 06:00:00.000-0500", "2026-01-31T11:00:00.000", "2026-01-31 11:00:00",
                             "2026-01-31T12:00:00.123456", "2026-01-31 10:59:59.999", "2026-01-31T16:45:00+0545"})
        add(time);
    // No times at all.
    for (const char *time : {"", "now", "yesterday", "2026-02-30T00:00:00Z", "12:00", "2026-01-31T25:00:00Z"})
        add(time);
    // Data that is not JSON.
    for (const QVariant &data :
         {QVariant("not JSON"), QVariant("{\"open\":"), QVariant("[1,2]"), QVariant("\"text\""), QVariant(""),
          QVariant("a,\"b\"\r\nc"), QVariant("=cmd()"), QVariant(QString("nul%1inside").arg(QChar(0))),
          QVariant("{\"a\":01}"), QVariant(QByteArray("\x00\xff{\"x\":1}\xc3", 10)), QVariant(QByteArray("\xe2\x82")),
          QVariant(QByteArray("plain bytes")), QVariant("\xc3\xa4 \xf0\x9f\x9b\x91"),
          QVariant(QString(QChar(0xfeff)) + "{}"), QVariant("{ \"spaced\" :\t[ 1 , 2 ] }"),
          QVariant("{\"line\":\"a\\nb\"}\n"), QVariant(42), QVariant(1.5)})
        add("2026-01-31T11:30:00.000+00:00", data, "odd");
    return rows;
}

QByteArray exported(AuditLogFixture &log, const QString &filter, ExportFormat format)
{
    AuditReader reader(log.database());
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    AuditExport(reader).write(AuditFilter::parse(filter, kNow), format, buffer);
    return buffer.data();
}

/// The ids of all pages, in the direction of reading.
QList<qint64> idsByPages(AuditLogFixture &log, const QString &filter, AuditPageRequest::Direction direction, int limit)
{
    AuditReader reader(log.database());
    AuditPageRequest request{AuditFilter::parse(filter, kNow), direction, {}, limit};
    QList<qint64> ids;
    for (bool isDone = false; !isDone;) {
        AuditPage page = reader.page(request);
        if (direction == AuditPageRequest::Direction::Newer)
            std::reverse(page.events.begin(), page.events.end());
        for (const AuditEvent &event : std::as_const(page.events))
            ids << event.id->value;
        request.from = page.through;
        isDone = page.reachedEnd;
    }
    return ids;
}

/// One row as the old, slow way wrote it, out of nothing but the engine's own hex().
QByteArray bytesOf(const QVariant &hex)
{
    return QByteArray::fromHex(hex.toString().toLatin1());
}

} // namespace

class TestAuditOddities : public QObject
{
    Q_OBJECT

private slots:
    void pagesShowEveryRowOnceWhateverTheIds_data();
    void pagesShowEveryRowOnceWhateverTheIds();
    void timesAreFilteredByTheMomentTheyStandFor_data();
    void timesAreFilteredByTheMomentTheyStandFor();
    void csvHoldsWhatAPlainSelectShows();
    void jsonLinesHoldWhatAPlainSelectShows();
    void whatIsNotUtf8IsReplacedAndTheRestKept();
    void anEventOfTenMegabytesIsExportedWhole_data();
    void anEventOfTenMegabytesIsExportedWhole();
    void pagesWithHugeEventsStaySmall();
};

void TestAuditOddities::pagesShowEveryRowOnceWhateverTheIds_data()
{
    QTest::addColumn<int>("limit");
    for (const int limit : {1, 7, 1000})
        QTest::addRow("%d", limit) << limit;
}

void TestAuditOddities::pagesShowEveryRowOnceWhateverTheIds()
{
    QFETCH(int, limit);
    AuditLogFixture log;
    const QList<RawEvent> rows = oddRows();
    log.insert(rows);
    QList<qint64> oldestFirst;
    for (const RawEvent &row : rows)
        oldestFirst << row.id;
    QList<qint64> newestFirst = oldestFirst;
    std::reverse(newestFirst.begin(), newestFirst.end());
    QCOMPARE(idsByPages(log, {}, AuditPageRequest::Direction::Newer, limit), oldestFirst);
    QCOMPARE(idsByPages(log, {}, AuditPageRequest::Direction::Older, limit), newestFirst);
    AuditReader reader(log.database());
    QCOMPARE(andon::test::countMatches(reader, {}), rows.size());
    // Equal times: all of them, and nothing else.
    QCOMPARE(idsByPages(log, "since:2026-01-31T10:00:00Z before:2026-01-31T10:00:00.001Z",
                        AuditPageRequest::Direction::Newer, limit),
             (QList<qint64>{10, 1000, 1001, 1'000'000'000}));
}

void TestAuditOddities::timesAreFilteredByTheMomentTheyStandFor_data()
{
    QTest::addColumn<TimestampStyle>("style");
    QTest::addColumn<QByteArray>("zone");
    QTest::newRow("a database in UTC") << TimestampStyle::Utc << QByteArray("UTC");
    QTest::newRow("naive UTC") << TimestampStyle::NaiveUtc << QByteArray("America/New_York");
#ifndef Q_OS_WIN
    QTest::newRow("naive local, east") << TimestampStyle::NaiveLocal << QByteArray("Asia/Kathmandu");
    QTest::newRow("naive local, west") << TimestampStyle::NaiveLocal << QByteArray("America/New_York");
#endif
}

void TestAuditOddities::timesAreFilteredByTheMomentTheyStandFor()
{
    QFETCH(TimestampStyle, style);
    QFETCH(QByteArray, zone);
    const ZoneChange change(zone);
    AuditLogFixture log(style);
    log.insert(oddRows());
    // The oracle: every row, its time read by the one function that shows times.
    const QList<AuditEvent> all = log.everything(style);
    QVERIFY(std::any_of(all.cbegin(), all.cend(), [](const AuditEvent &event) { return event.isNaiveTimestamp; }));
    for (const QString moment : {"2026-01-31T11:00:00Z", "2026-01-31T10:59:59.999Z", "2026-01-31T06:15:00Z",
                                 "2026-01-31T16:00:00Z", "2026-06-01T00:00:00Z", "1970-01-01T00:00:00Z"}) {
        const QDateTime bound = QDateTime::fromString(moment, Qt::ISODateWithMs);
        QVERIFY(bound.isValid());
        for (const QString field : {"since", "before"}) {
            QList<qint64> wanted;
            for (auto event = all.crbegin(); event != all.crend(); ++event) {
                const QDateTime &time = event->timestamp;
                if (time.isValid() && (field == "since" ? time >= bound : time < bound))
                    wanted << event->id->value;
            }
            const QString filter = field + ':' + moment;
            QCOMPARE(idsByPages(log, filter, AuditPageRequest::Direction::Newer, 5), wanted);
            const QList<QByteArray> lines = exported(log, filter, ExportFormat::JsonLines).split('\n');
            QCOMPARE(lines.size() - 1, wanted.size());
            for (int i = 0; i < wanted.size(); ++i)
                QVERIFY(lines.at(i).startsWith("{\"id\":" + QByteArray::number(wanted.at(i)) + ','));
        }
    }
}

void TestAuditOddities::csvHoldsWhatAPlainSelectShows()
{
    AuditLogFixture log;
    log.insert(oddRows());
    // SQL writes the same CSV: what is in quotes has each quote doubled. Bytes that are no UTF-8 have their own test.
    const QString cell = "CASE WHEN %1 IS NULL THEN '' ELSE (CASE WHEN instr(%1, ',') OR instr(%1, '\"') "
                         "OR instr(%1, char(10)) OR instr(%1, char(13)) "
                         "THEN '\"' || iif(%1 GLOB '[=+@-]*', '''', '') || replace(%1, '\"', '\"\"') || '\"' "
                         "ELSE iif(%1 GLOB '[=+@-]*', '''', '') || %1 END) END";
    QByteArray wanted = "id,proposal_id,event_type,actor,timestamp,event_data\r\n";
    const QString where =
        " FROM action_audit_log WHERE typeof(event_data) <> 'blob' AND instr(event_data, char(0)) = 0 "
        "AND event_data NOT LIKE 'nul%' OR event_data IS NULL ORDER BY id";
    {
        Statement rows = log.database().run(
            "SELECT id || ',' || proposal_id || ',' || event_type || ',' || actor || ',' || " + cell.arg("timestamp")
            + " || ',' || " + cell.arg("event_data") + where);
        while (rows.next())
            wanted += rows.text(0).toUtf8() + "\r\n";
    }
    log.database().runScript("DROP TRIGGER andon_log_delete");
    log.database().run("DELETE FROM action_audit_log WHERE typeof(event_data) = 'blob' OR event_data LIKE 'nul%'");
    QCOMPARE(exported(log, {}, ExportFormat::Csv), wanted);
}

void TestAuditOddities::jsonLinesHoldWhatAPlainSelectShows()
{
    AuditLogFixture log;
    log.insert(oddRows());
    const QList<QByteArray> lines = exported(log, {}, ExportFormat::JsonLines).split('\n');
    int at = 0;
    Statement rows = log.database().run(
        "SELECT id, proposal_id, event_type, actor, timestamp, hex(event_data), event_data IS NULL, typeof(event_data) "
        "FROM action_audit_log ORDER BY id");
    for (; rows.next(); ++at) {
        QJsonParseError error;
        const QJsonObject line = QJsonDocument::fromJson(lines.at(at), &error).object();
        QVERIFY2(error.error == QJsonParseError::NoError, lines.at(at));
        QCOMPARE(line.value("id").toInteger(), rows.integer(0));
        QCOMPARE(line.value("proposal_id").toInteger(), rows.integer(1));
        QCOMPARE(line.value("event_type").toString(), rows.text(2));
        QCOMPARE(line.value("actor").toString(), rows.text(3));
        QCOMPARE(line.value("timestamp").toString(), rows.text(4));
        const QJsonValue data = line.value("event_data");
        const QByteArray stored = bytesOf(rows.text(5));
        const QJsonDocument document = QJsonDocument::fromJson(stored);
        if (rows.integer(6) != 0)
            QVERIFY(data.isNull());
        else if (data.isObject())
            QCOMPARE(data.toObject(), document.object());
        else if (rows.text(7) == "text")
            QCOMPARE(data.toString().toUtf8(), stored);
        else
            QVERIFY(data.isString());
        // What is an object is told as one; the engine's own reader says which is (it takes more than RFC 8259 does).
        if (document.isObject() && !stored.contains("01"))
            QVERIFY2(data.isObject(), stored);
    }
    QCOMPARE(at, lines.size() - 1);
    QVERIFY(lines.constLast().isEmpty());
}

void TestAuditOddities::whatIsNotUtf8IsReplacedAndTheRestKept()
{
    AuditLogFixture log;
    // Bytes, and text that another program has stored without care.
    log.insert({{{}, "bytes", QByteArray("a\xff\x00z\xc3\xa4\xc3", 7)}, {{}, "euro cut off", QByteArray("\xe2\x82")}});
    log.database().run("INSERT INTO action_audit_log(event_type, event_data, actor, timestamp) "
                       "VALUES('text', CAST(x'7bff22c3a4f09f9b91eda080f8' AS TEXT), 'agent', 'x')");
    const QByteArray replaced = "\xef\xbf\xbd";
    const QByteArray csv = exported(log, {}, ExportFormat::Csv);
    QVERIFY(csv.contains(QByteArray(",a") + replaced + QByteArray("\0z\xc3\xa4", 4) + replaced + "\r\n"));
    QVERIFY(csv.contains("," + replaced + replaced + "\r\n"));
    const QByteArray text = "{" + replaced + "\"\"\xc3\xa4\xf0\x9f\x9b\x91" + replaced + replaced + replaced + replaced;
    QVERIFY2(csv.contains(",\"" + text + "\"\r\n"), csv.toHex());
    const QList<QByteArray> lines = exported(log, {}, ExportFormat::JsonLines).split('\n');
    for (int i = 0; i < 3; ++i) {
        QVERIFY(QByteArrayView(lines.at(i)).isValidUtf8());
        QVERIFY(QJsonDocument::fromJson(lines.at(i)).object().value("event_data").isString());
    }
    QVERIFY(lines.at(0).contains("\"a" + replaced + "\\u0000z\xc3\xa4" + replaced + '"'));
}

void TestAuditOddities::anEventOfTenMegabytesIsExportedWhole_data()
{
    QTest::addColumn<QString>("huge");
    QTest::addColumn<bool>("isObject");
    QTest::newRow("text") << QString(kHugeBytes, 'x') << false;
    QTest::newRow("an object") << "{\"dump\":\"" + QString(kHugeBytes, 'y') + "\"}" << true;
    QTest::newRow("all quotes") << QString(kHugeBytes, '"') << false;
}

void TestAuditOddities::anEventOfTenMegabytesIsExportedWhole()
{
    QFETCH(QString, huge);
    QFETCH(bool, isObject);
    AuditLogFixture log;
    log.insert({{1, "before", "{}"}, {1, "huge", huge}, {1, "after", "{}"}});
    const QList<QByteArray> lines = exported(log, {}, ExportFormat::JsonLines).split('\n');
    QCOMPARE(lines.size(), 4);
    const QJsonValue data = QJsonDocument::fromJson(lines.at(1)).object().value("event_data");
    QVERIFY(isObject ? data.toObject() == QJsonDocument::fromJson(huge.toUtf8()).object() : data.toString() == huge);
    QVERIFY(lines.at(2).contains("\"after\""));

    const QByteArray csv = exported(log, {}, ExportFormat::Csv);
    QString cell = huge;
    cell.replace('"', "\"\"");
    if (huge.contains('"'))
        cell = '"' + cell + '"';
    QVERIFY(csv.contains((',' + cell + "\r\n").toUtf8()));
    QCOMPARE(exported(log, "type:huge", ExportFormat::Csv).size(),
             csv.size() - QByteArray("1,1,before,agent,2026-01-31T12:00:00.000+00:00,{}\r\n").size()
                 - QByteArray("3,1,after,agent,2026-01-31T12:00:00.000+00:00,{}\r\n").size());
}

void TestAuditOddities::pagesWithHugeEventsStaySmall()
{
    AuditLogFixture log;
    QList<RawEvent> rows;
    for (int i = 0; i < 8; ++i)
        rows << RawEvent{i, "huge", QString(kHugeBytes, QChar('a' + i))} << RawEvent{i, "small", "{}"};
    log.insert(rows);
    AuditReader reader(log.database());
    AuditPageRequest request;
    request.limit = 1000;
    QList<qint64> ids;
    for (bool isDone = false; !isDone;) {
        const AuditPage page = reader.page(request);
        qint64 bytes = 0;
        for (const AuditEvent &event : page.events) {
            bytes += event.eventData.size() * qint64(sizeof(QChar));
            ids << event.id->value;
        }
        // A page ends with the event that makes it large, so it is larger by one event at most.
        QVERIFY2(bytes <= 32 * 1024 * 1024 + 2 * kHugeBytes, qPrintable(QString::number(bytes)));
        QVERIFY(!page.events.isEmpty() || page.reachedEnd);
        request.from = page.through;
        isDone = page.reachedEnd;
    }
    QCOMPARE(ids.size(), rows.size());
    QVERIFY(std::is_sorted(ids.crbegin(), ids.crend()));
}

QTEST_GUILESS_MAIN(TestAuditOddities)
#include "tst_auditoddities.moc"
