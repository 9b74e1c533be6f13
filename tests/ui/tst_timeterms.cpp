// SPDX-License-Identifier: Apache-2.0
// The range of time in a line of filter: read out of it and put into it, with everything else left as it was typed.

#include "core/audit/filter/AuditFilter.h"
#include "tests/support/AuditLogFixture.h"
#include "ui/audit/timeline/TimeTerms.h"

#include <QtTest>

using namespace andon;
using andon::test::ZoneChange;

namespace {

QDateTime utc(const QString &text)
{
    return QDateTime::fromString(text, Qt::ISODateWithMs).toUTC();
}

const QDateTime kNow = utc(QStringLiteral("2026-01-31T18:00:00Z"));
const TimeRange kRange{utc(QStringLiteral("2026-01-31T12:00:00Z")), utc(QStringLiteral("2026-01-31T13:30:00Z"))};

QString inUtc(const QString &filter, const TimeRange &range = kRange)
{
    return TimeTerms::withRange(filter, range, Qt::UTC, kNow);
}

const QString kWritten = QStringLiteral("since:2026-01-31T12:00:00Z before:2026-01-31T13:30:00Z");

} // namespace

class TestTimeTerms : public QObject
{
    Q_OBJECT

private slots:
    void rangesAreRead_data();
    void rangesAreRead();
    void otherTermsStayByteForByte_data();
    void otherTermsStayByteForByte();
    void openSides();
    void unreadableFiltersStayAsTheyAre_data();
    void unreadableFiltersStayAsTheyAre();
    void whatIsWrittenIsReadBack_data();
    void whatIsWrittenIsReadBack();
    void localTimeIsWrittenAsTheClockShowsIt();
    void theHourThatTheClockShowsTwice();
    void theHourThatTheClockLeavesOut();
    void writingTwiceChangesNothing();
};

void TestTimeTerms::rangesAreRead_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<TimeRange>("range");
    const QDateTime one = utc("2026-01-31T01:00:00Z");
    const QDateTime two = utc("2026-01-31T02:00:00Z");
    const QDateTime three = utc("2026-01-31T03:00:00Z");
    QTest::newRow("nothing") << "" << TimeRange{};
    QTest::newRow("other terms") << "type:failed \"since:2h\"" << TimeRange{};
    QTest::newRow("since") << "since:2026-01-31T01:00Z" << TimeRange{one, {}};
    QTest::newRow("before") << "type:failed before:2026-01-31T02:00Z" << TimeRange{{}, two};
    QTest::newRow("both, the other way round")
        << "before:2026-01-31T02:00Z x since:2026-01-31T01:00Z" << TimeRange{one, two};
    QTest::newRow("the narrowest counts")
        << "since:2026-01-31T01:00Z since:2026-01-31T02:00Z before:2026-01-31T03:00Z before:2030-01-01Z"
        << TimeRange{two, three};
    QTest::newRow("ago") << "since:2h" << TimeRange{kNow.addSecs(-7200), {}};
    QTest::newRow("time") << "time:2026-01-31T01:00Z..2026-01-31T03:00Z" << TimeRange{one, three};
    QTest::newRow("time, open below") << "time:..2026-01-31T03:00Z" << TimeRange{{}, three};
    QTest::newRow("time, open above") << "time:2026-01-31T01:00Z.." << TimeRange{one, {}};
    QTest::newRow("time and since") << "time:2026-01-31T01:00Z..2026-01-31T03:00Z since:2026-01-31T02:00Z"
                                    << TimeRange{two, three};
    QTest::newRow("what is taken out is no range")
        << "-since:2026-01-31T01:00Z -before:2026-01-31T02:00Z" << TimeRange{};
    QTest::newRow("what cannot be read") << "since:2026-01-31T01:00Z since:yesteryear" << TimeRange{};
}

void TestTimeTerms::rangesAreRead()
{
    QFETCH(QString, filter);
    QFETCH(TimeRange, range);
    QCOMPARE(TimeTerms::rangeOf(filter, kNow), range);
}

void TestTimeTerms::otherTermsStayByteForByte_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<QString>("rest");
    QTest::newRow("nothing") << ""
                             << "";
    QTest::newRow("spaces") << "   "
                            << "";
    QTest::newRow("one") << "type:failed"
                         << "type:failed";
    QTest::newRow("a phrase with two spaces") << "\"a  b\"   c"
                                              << "\"a  b\"   c";
    QTest::newRow("a phrase that looks like a time") << "\"since:2h  before:1h\""
                                                     << "\"since:2h  before:1h\"";
    QTest::newRow("a phrase in quotes that are escaped") << R"("say \"since:2h\"  now" x)"
                                                         << R"("say \"since:2h\"  now" x)";
    QTest::newRow("old times go") << "since:2h type:failed before:1h"
                                  << "type:failed";
    QTest::newRow("and ranges") << "\"two  spaces\" time:2026-01-31..2026-02-01"
                                << "\"two  spaces\"";
    QTest::newRow("quoted times go") << "x since:\"2026-01-31 10:00\""
                                     << "x";
    QTest::newRow("negated times stay") << "-since:2h -time:2026-01-31..2026-02-01 -before:2026-01-01"
                                        << "-since:2h -time:2026-01-31..2026-02-01 -before:2026-01-01";
    QTest::newRow("data of that name stays") << "data.since:2h data.before:\"1  h\""
                                             << "data.since:2h data.before:\"1  h\"";
    QTest::newRow("beyond the basic plane")
        << QStringLiteral("\U0001F6D1 since:2h \u00E9t\u00E9") << QStringLiteral("\U0001F6D1  \u00E9t\u00E9");
    QTest::newRow("capitals") << "SINCE:2h x Before:1h"
                              << "x";
    QTest::newRow("all of them") << "since:2h"
                                 << "";
}

void TestTimeTerms::otherTermsStayByteForByte()
{
    QFETCH(QString, filter);
    QFETCH(QString, rest);
    QCOMPARE(inUtc(filter, {}), rest);
    QCOMPARE(inUtc(filter), rest.isEmpty() ? kWritten : rest + ' ' + kWritten);
    // And they still mean the same.
    const auto others = [](const QString &text) {
        QList<AuditFilter::Term> terms;
        const AuditFilter parsed = AuditFilter::parse(text, kNow);
        for (AuditFilter::Term term : parsed.terms()) {
            using Field = AuditFilter::Term::Field;
            const bool isTime = term.field == Field::Since || term.field == Field::Before || term.field == Field::Time;
            if (isTime && !term.isNegated)
                continue;
            term.position = term.length = 0;
            terms << term;
        }
        return terms;
    };
    QVERIFY(others(inUtc(filter)) == others(filter));
}

void TestTimeTerms::openSides()
{
    QCOMPARE(inUtc("x", {kRange.from, {}}), QStringLiteral("x since:2026-01-31T12:00:00Z"));
    QCOMPARE(inUtc("x", {{}, kRange.to}), QStringLiteral("x before:2026-01-31T13:30:00Z"));
    QCOMPARE(inUtc("x since:1h", {}), QStringLiteral("x"));
    const TimeRange fine{utc("2026-01-31T12:00:00.007Z"), {}};
    QCOMPARE(inUtc("", fine), QStringLiteral("since:2026-01-31T12:00:00.007Z"));
}

void TestTimeTerms::unreadableFiltersStayAsTheyAre_data()
{
    QTest::addColumn<QString>("filter");
    for (const char *text :
         {"since:yesteryear", " type:  x since:2h", "\"no end", "since:2h proposal:abc  ", "time:.."})
        QTest::newRow(text) << QString::fromLatin1(text);
}

void TestTimeTerms::unreadableFiltersStayAsTheyAre()
{
    QFETCH(QString, filter);
    QVERIFY_THROWS_EXCEPTION(FilterError, (void)AuditFilter::parse(filter, kNow));
    QCOMPARE(inUtc(filter), filter);
    QCOMPARE(TimeTerms::rangeOf(filter, kNow), TimeRange());
}

void TestTimeTerms::whatIsWrittenIsReadBack_data()
{
    QTest::addColumn<QByteArray>("zone");
    for (const char *zone :
         {"UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Kiritimati"})
        QTest::newRow(zone) << QByteArray(zone);
}

void TestTimeTerms::whatIsWrittenIsReadBack()
{
    QFETCH(QByteArray, zone);
#ifdef Q_OS_WIN
    if (zone != "UTC")
        QSKIP("TZ does not set the zone here.");
#else
    const ZoneChange change(zone);
#endif
    // Through a year, the hours of both changes of the clock among them.
    quint32 random = 5;
    const QDateTime year = utc("2026-01-01T00:00:00Z");
    for (int i = 0; i < 2000; ++i) {
        random = random * 1664525 + 1013904223;
        const qint64 second = i < 1000 ? qint64(random >> 3) % (365 * 86'400) : qint64(i - 1000) * 900 * 35;
        const qint64 ms = random % 3 == 0 ? (random >> 7) % 1000 : 0;
        const QDateTime from = year.addSecs(second).addMSecs(ms);
        const TimeRange range{from, i % 5 == 0 ? std::optional<QDateTime>() : from.addMSecs(1 + random % 10'000'000)};
        for (const Qt::TimeSpec spec : {Qt::UTC, Qt::LocalTime}) {
            const QString text = TimeTerms::withRange("\"a  b\" since:2h", range, spec, kNow);
            QVERIFY2(TimeTerms::rangeOf(text, kNow) == range, qPrintable(text));
            QVERIFY(text.startsWith("\"a  b\" "));
        }
    }
}

void TestTimeTerms::localTimeIsWrittenAsTheClockShowsIt()
{
#ifdef Q_OS_WIN
    QSKIP("TZ does not set the zone here.");
#else
    const ZoneChange zone("Europe/Berlin");
    QCOMPARE(TimeTerms::withRange("x", kRange, Qt::LocalTime, kNow),
             QStringLiteral("x since:2026-01-31T13:00:00 before:2026-01-31T14:30:00"));
#endif
}

void TestTimeTerms::theHourThatTheClockShowsTwice()
{
#ifdef Q_OS_WIN
    QSKIP("TZ does not set the zone here.");
#else
    const ZoneChange zone("Europe/Berlin"); // 2026-10-25 01:00 UTC: 03:00 is 02:00 again
    const TimeRange range{utc("2026-10-25T00:30:00Z"), utc("2026-10-25T01:30:00Z")};
    const QString text = TimeTerms::withRange("", range, Qt::LocalTime, kNow);
    QCOMPARE(TimeTerms::rangeOf(text, kNow), range);
    // Both are 02:30 on the clock; at least one has to say which.
    QVERIFY2(text.contains("02:30:00") && (text.contains("+02:00") || text.contains("+01:00")), qPrintable(text));
#endif
}

void TestTimeTerms::theHourThatTheClockLeavesOut()
{
#ifdef Q_OS_WIN
    QSKIP("TZ does not set the zone here.");
#else
    const ZoneChange zone("Europe/Berlin"); // 2026-03-29 01:00 UTC: 02:00 is 03:00
    const TimeRange range{utc("2026-03-29T00:59:59Z"), utc("2026-03-29T01:00:00Z")};
    const QString text = TimeTerms::withRange("", range, Qt::LocalTime, kNow);
    QCOMPARE(text, QStringLiteral("since:2026-03-29T01:59:59 before:2026-03-29T03:00:00"));
    QCOMPARE(TimeTerms::rangeOf(text, kNow), range);
#endif
}

void TestTimeTerms::writingTwiceChangesNothing()
{
    const QString once = inUtc("type:failed  \"a  b\" since:2h -before:2020-01-01");
    QCOMPARE(inUtc(once), once);
    QCOMPARE(inUtc(inUtc(once, {}), kRange), once);
}

QTEST_GUILESS_MAIN(TestTimeTerms)
#include "tst_timeterms.moc"
