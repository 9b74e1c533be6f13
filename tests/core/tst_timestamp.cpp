// SPDX-License-Identifier: Apache-2.0
#include "core/storage/Timestamp.h"

#include <QTest>

using namespace andon;

namespace {

const QDateTime kMoment({2026, 7, 31}, {12, 30, 15, 123}, Qt::UTC);

} // namespace

class TestTimestamp : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void formatsEachStyle_data();
    void formatsEachStyle();
    void readsWhatItWrote_data() { formatsEachStyle_data(); }
    void readsWhatItWrote();
    void readsWhatOthersWrite_data();
    void readsWhatOthersWrite();
    void refusesWhatIsNoTime_data();
    void refusesWhatIsNoTime();
    void recognisesTheStyle_data();
    void recognisesTheStyle();
    void namesOfStylesAreStable();
    void localTimesAreReadByTheRulesOfTheirDay();
};

void TestTimestamp::initTestCase()
{
    // A zone with an offset and summer time, so that local and UTC differ on every machine.
    qputenv("TZ", "Europe/Berlin");
    tzset();
}

void TestTimestamp::formatsEachStyle_data()
{
    QTest::addColumn<TimestampStyle>("style");
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("isNaive");
    QTest::newRow("utc") << TimestampStyle::Utc << "2026-07-31T12:30:15.123+00:00" << false;
    QTest::newRow("naive local") << TimestampStyle::NaiveLocal << "2026-07-31T14:30:15.123" << true;
    QTest::newRow("naive utc") << TimestampStyle::NaiveUtc << "2026-07-31 12:30:15" << true;
}

void TestTimestamp::formatsEachStyle()
{
    QFETCH(TimestampStyle, style);
    QFETCH(QString, text);
    QCOMPARE(formatTimestamp(kMoment, style), text);
    QCOMPARE(formatTimestamp(kMoment.toLocalTime(), style), text);
    QCOMPARE(formatTimestamp(kMoment.toOffsetFromUtc(-5 * 3600), style), text);
}

void TestTimestamp::readsWhatItWrote()
{
    QFETCH(TimestampStyle, style);
    QFETCH(QString, text);
    QFETCH(bool, isNaive);
    const ParsedTimestamp parsed = parseTimestamp(text, style);
    QCOMPARE(parsed.isNaive, isNaive);
    QCOMPARE(parsed.moment.timeSpec(), Qt::UTC);
    // Only the style of SQLite's own CURRENT_TIMESTAMP loses the milliseconds.
    QCOMPARE(parsed.moment, style == TimestampStyle::NaiveUtc ? kMoment.addMSecs(-123) : kMoment);
}

void TestTimestamp::readsWhatOthersWrite_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<TimestampStyle>("style");
    QTest::addColumn<QDateTime>("moment");
    QTest::addColumn<bool>("isNaive");
    const auto utc = TimestampStyle::Utc;
    const auto local = TimestampStyle::NaiveLocal;
    QTest::newRow("Z") << "2026-07-31T12:30:15.123Z" << utc << kMoment << false;
    QTest::newRow("small z") << "2026-07-31T12:30:15.123z" << utc << kMoment << false;
    QTest::newRow("east") << "2026-07-31T18:00:15.123+05:30" << utc << kMoment << false;
    QTest::newRow("west") << "2026-07-31T04:30:15.123-08:00" << utc << kMoment << false;
    QTest::newRow("offset wins over the style") << "2026-07-31T12:30:15.123+00:00" << local << kMoment << false;
    QTest::newRow("blank for T") << "2026-07-31 12:30:15.123+00:00" << utc << kMoment << false;
    QTest::newRow("no fraction") << "2026-07-31T12:30:15+00:00" << utc << kMoment.addMSecs(-123) << false;
    QTest::newRow("surrounding blanks") << "  2026-07-31T12:30:15.123Z \n" << utc << kMoment << false;
    QTest::newRow("Python, aware") << "2026-07-31T12:30:15.123000+00:00" << utc << kMoment << false;
    QTest::newRow("Python, naive local") << "2026-07-31T14:30:15.123000" << local << kMoment << true;
    QTest::newRow("naive, taken as UTC") << "2026-07-31T12:30:15.123" << utc << kMoment << true;
    QTest::newRow("SQLite") << "2026-07-31 12:30:15" << TimestampStyle::NaiveUtc << kMoment.addMSecs(-123) << true;
}

void TestTimestamp::readsWhatOthersWrite()
{
    QFETCH(QString, text);
    QFETCH(TimestampStyle, style);
    QFETCH(QDateTime, moment);
    QFETCH(bool, isNaive);
    const ParsedTimestamp parsed = parseTimestamp(text, style);
    QCOMPARE(parsed.moment, moment);
    QCOMPARE(parsed.isNaive, isNaive);
}

void TestTimestamp::refusesWhatIsNoTime_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"", " ", "yesterday", "2026", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00", "12:30:15",
                             "2026-07-31T25:00:00Z", "1769862615", "2026-07-31Tgarbage", "null"})
        QTest::newRow(*text == '\0' ? "empty" : text) << text;
}

void TestTimestamp::refusesWhatIsNoTime()
{
    QFETCH(QString, text);
    for (const TimestampStyle style : {TimestampStyle::Utc, TimestampStyle::NaiveLocal, TimestampStyle::NaiveUtc})
        QVERIFY2(!parseTimestamp(text, style).moment.isValid(), qPrintable(text));
}

void TestTimestamp::recognisesTheStyle_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<TimestampStyle>("style");
    QTest::newRow("utc") << "2026-07-31T12:30:15.123+00:00" << TimestampStyle::Utc;
    QTest::newRow("Z") << "2026-07-31T12:30:15Z" << TimestampStyle::Utc;
    QTest::newRow("west") << "2026-07-31T04:30:15-08:00" << TimestampStyle::Utc;
    QTest::newRow("Python") << "2026-07-31T14:30:15.123456" << TimestampStyle::NaiveLocal;
    QTest::newRow("Python, on the second") << "2026-07-31T14:30:15" << TimestampStyle::NaiveLocal;
    QTest::newRow("Python's str()") << "2026-07-31 14:30:15.123456" << TimestampStyle::NaiveLocal;
    QTest::newRow("SQLite") << "2026-07-31 12:30:15" << TimestampStyle::NaiveUtc;
    QTest::newRow("a day") << "2026-07-31" << TimestampStyle::Utc;
    QTest::newRow("nothing") << "" << TimestampStyle::Utc;
}

void TestTimestamp::recognisesTheStyle()
{
    QFETCH(QString, text);
    QTEST(styleOf(text), "style");
}

void TestTimestamp::namesOfStylesAreStable()
{
    QCOMPARE(styleName(TimestampStyle::Utc), "utc");
    QCOMPARE(styleName(TimestampStyle::NaiveLocal), "naive-local");
    QCOMPARE(styleName(TimestampStyle::NaiveUtc), "naive-utc");
    for (const TimestampStyle style : {TimestampStyle::Utc, TimestampStyle::NaiveLocal, TimestampStyle::NaiveUtc})
        QCOMPARE(styleFromName(styleName(style)), style);
    QCOMPARE(styleFromName("something else"), TimestampStyle::Utc);
}

void TestTimestamp::localTimesAreReadByTheRulesOfTheirDay()
{
    const QDateTime winter({2026, 1, 31}, {13, 30}, Qt::UTC);
    QCOMPARE(parseTimestamp("2026-01-31T14:30:00.000000", TimestampStyle::NaiveLocal).moment, winter);
    QCOMPARE(formatTimestamp(winter, TimestampStyle::NaiveLocal), "2026-01-31T14:30:00.000");
}

QTEST_GUILESS_MAIN(TestTimestamp)
#include "tst_timestamp.moc"
