// SPDX-License-Identifier: Apache-2.0
// The filter language: what each line means, and where and why a line is refused.

#include "core/audit/filter/AuditFilter.h"
#include "tests/support/AuditLogFixture.h"

#include <QRandomGenerator>
#include <QtTest>

using namespace andon;
using Field = AuditFilter::Term::Field;

namespace {

const QDateTime kNow(QDate(2026, 1, 31), QTime(12, 0, 0, 500), Qt::UTC);

/// A term in one line, so that a table of examples can be read.
QString describe(const AuditFilter::Term &term)
{
    static const QMap<Field, QString> names = {
        {Field::Type, "type"},   {Field::Actor, "actor"},   {Field::Proposal, "proposal"},
        {Field::Since, "since"}, {Field::Before, "before"}, {Field::Text, "text"},
        {Field::Id, "id"},       {Field::Time, "time"}};
    QStringList values = term.values;
    for (const IdRange &range : term.ranges)
        values << QString("%1..%2").arg(range.low).arg(range.high);
    for (const ProposalId id : term.proposals)
        values << id.toString();
    if (term.moment.isValid())
        values << term.moment.toString(Qt::ISODateWithMs);
    if (term.until.isValid())
        values << "until " + term.until.toString(Qt::ISODateWithMs);
    return (term.isNegated ? "not " : "") + names.value(term.field) + " [" + values.join("|") + "]";
}

QStringList describe(const QString &text)
{
    QStringList terms;
    const AuditFilter filter = AuditFilter::parse(text, kNow);
    for (const AuditFilter::Term &term : filter.terms())
        terms << describe(term);
    return terms;
}

} // namespace

class TestAuditFilter : public QObject
{
    Q_OBJECT

private slots:
    void readsTerms_data();
    void readsTerms();
    void refusesWithPlaceAndSentence_data();
    void refusesWithPlaceAndSentence();
    void readsTimes_data();
    void readsTimes();
    void readsLocalTimesInTheZoneOfThePerson();
    void termsKnowWhereTheyStand();
    void limitsTermsAndLength();
    void limitsTimes();
    void hugeInputIsAnsweredAtOnce_data();
    void hugeInputIsAnsweredAtOnce();
    void anyInputIsReadOrRefusedInItsBounds();
    void keepsTheTextAndComparesByValue();
};

void TestAuditFilter::readsTerms_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("expected");

    QTest::newRow("nothing") << "" << QStringList{};
    QTest::newRow("spaces alone") << " \t " << QStringList{};
    QTest::newRow("one type") << "type:failed" << QStringList{"type [failed]"};
    QTest::newRow("several types") << "type:failed,cancelled" << QStringList{"type [failed|cancelled]"};
    QTest::newRow("a value twice") << "type:a,a proposal:7,7" << QStringList{"type [a]", "proposal [7]"};
    QTest::newRow("quoted values") << "type:\"my type\",\"a,b\",c" << QStringList{"type [my type|a,b|c]"};
    QTest::newRow("a value with a colon") << "actor:agent:7" << QStringList{"actor [agent:7]"};
    QTest::newRow("a value that begins with a minus") << "type:-x" << QStringList{"type [-x]"};
    QTest::newRow("field names in any case") << "TYPE:x Actor:y" << QStringList{"type [x]", "actor [y]"};
    QTest::newRow("proposals") << "proposal:42,43" << QStringList{"proposal [42|43]"};
    QTest::newRow("greatest proposal") << "proposal:9223372036854775807"
                                       << QStringList{"proposal [9223372036854775807]"};
    QTest::newRow("ids") << "id:5" << QStringList{"id [5..5]"};
    QTest::newRow("ids and ranges, sorted and merged")
        << "id:100..200,5,9,201,150..160" << QStringList{"id [5..5|9..9|100..201]"};
    QTest::newRow("open ranges") << "id:100.. -id:..200"
                                 << QStringList{"id [100..9223372036854775807]", "not id [1..200]"};
    QTest::newRow("ranges of proposals") << "proposal:7,10..20,\"30\"..\"31\""
                                         << QStringList{"proposal [10..20|30..31|7]"};
    QTest::newRow("greatest range") << "id:1..9223372036854775807" << QStringList{"id [1..9223372036854775807]"};
    QTest::newRow("dots are plain in names")
        << "type:a..b actor:.. 1..2" << QStringList{"type [a..b]", "actor [..]", "text [1..2]"};
    QTest::newRow("range of time") << "time:2h..1h"
                                   << QStringList{"time [2026-01-31T10:00:00.500Z|until 2026-01-31T11:00:00.500Z]"};
    QTest::newRow("open ranges of time") << "time:2h.. -TIME:..\"2026-01-31 11:00Z\""
                                         << QStringList{"time [2026-01-31T10:00:00.500Z]",
                                                        "not time [until 2026-01-31T11:00:00.000Z]"};
    QTest::newRow("words") << "connection timeout" << QStringList{"text [connection]", "text [timeout]"};
    QTest::newRow("a phrase") << "\"connection timeout\"" << QStringList{"text [connection timeout]"};
    QTest::newRow("escapes") << R"("say \"no\" to C:\\tmp")" << QStringList{R"(text [say "no" to C:\tmp])"};
    QTest::newRow("other backslashes are plain") << R"("a\nb" c\d)" << QStringList{R"(text [a\nb])", R"(text [c\d])"};
    QTest::newRow("a quoted colon") << "\"https://x.org\"" << QStringList{"text [https://x.org]"};
    QTest::newRow("not") << "-type:proposed -word -\"two words\" -proposal:1"
                         << QStringList{"not type [proposed]", "not text [word]", "not text [two words]",
                                        "not proposal [1]"};
    QTest::newRow("a minus inside a word") << "kill-switch" << QStringList{"text [kill-switch]"};
    QTest::newRow("a quoted minus") << "\"-\"" << QStringList{"text [-]"};
    QTest::newRow("two minuses") << "--x" << QStringList{"not text [-x]"};
    QTest::newRow("commas in words") << "a,b" << QStringList{"text [a,b]"};
    QTest::newRow("wildcards are plain") << "100% a_b *" << QStringList{"text [100%]", "text [a_b]", "text [*]"};
    QTest::newRow("any language") << "type:größe 火" << QStringList{"type [größe]", "text [火]"};
    QTest::newRow("all of it")
        << R"(type:failed,cancelled actor:agent proposal:42 since:2h "connection timeout" -type:x)"
        << QStringList{
               "type [failed|cancelled]",   "actor [agent]", "proposal [42]", "since [2026-01-31T10:00:00.500Z]",
               "text [connection timeout]", "not type [x]"};
}

void TestAuditFilter::readsTerms()
{
    QFETCH(QString, text);
    QTEST(describe(text), "expected");
}

void TestAuditFilter::refusesWithPlaceAndSentence_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("position");
    QTest::addColumn<int>("length");
    QTest::addColumn<QString>("says");

    QTest::newRow("unknown field")
        << "type:a foo:bar" << 7 << 3
        << "There is no field \"foo\". The fields are type, actor, proposal, id, since, before, time and data.";
    QTest::newRow("address") << "https://x.org" << 0 << 5 << "put it in quotes";
    QTest::newRow("negated unknown field") << "-foo:bar" << 1 << 3 << "no field \"foo\"";
    QTest::newRow("no field name") << "a :b" << 2 << 1 << "A colon needs a field before it.";
    QTest::newRow("open quote") << "a \"bc d" << 2 << 5 << "not closed";
    QTest::newRow("open quote that ends in a backslash") << "\"a\\" << 0 << 3 << "not closed";
    QTest::newRow("open quote in a value") << "type:\"bc" << 5 << 3 << "not closed";
    QTest::newRow("empty quotes") << "x \"\"" << 2 << 2 << "nothing between the quotes";
    QTest::newRow("no value") << "type:" << 0 << 5 << "A value is missing";
    QTest::newRow("no value before a space") << "x type: failed" << 2 << 5 << "A value is missing";
    QTest::newRow("empty quoted value") << "actor:\"\"" << 0 << 8 << "A value is missing";
    QTest::newRow("hole in a list") << "type:a,,b" << 0 << 8 << "A value is missing";
    QTest::newRow("list that ends in a comma") << "type:a," << 0 << 7 << "A value is missing";
    QTest::newRow("quote in a word") << "ab\"c\"" << 2 << 1 << "inside a word";
    QTest::newRow("quote in a value") << "type:ab\"c\"" << 7 << 1 << "inside a value";
    QTest::newRow("text after a quote") << "\"ab\"c" << 0 << 5 << "followed by a space";
    QTest::newRow("text after a quoted value") << "type:\"ab\"c" << 5 << 5 << "followed by a space";
    QTest::newRow("minus alone") << "a - b" << 2 << 1 << "minus sign";
    QTest::newRow("minus at the end") << "-" << 0 << 1 << "minus sign";
    QTest::newRow("no number") << "proposal:abc" << 9 << 3 << "not the number of a proposal";
    QTest::newRow("second is no number") << "proposal:1,2x" << 11 << 2 << "not the number of a proposal";
    QTest::newRow("zero") << "proposal:0" << 9 << 1 << "not the number of a proposal";
    QTest::newRow("negative") << "proposal:-1" << 9 << 2 << "not the number of a proposal";
    QTest::newRow("plus") << "proposal:+1" << 9 << 2 << "not the number of a proposal";
    QTest::newRow("too large") << "proposal:9223372036854775808" << 9 << 19 << "not the number of a proposal";
    QTest::newRow("not a time") << "since:yesterday" << 6 << 9 << "is not a time";
    QTest::newRow("list of times") << "since:1h,2h" << 9 << 2 << "one time, not a list";
    QTest::newRow("no event") << "id:abc" << 3 << 3 << "not the number of an event";
    QTest::newRow("event zero") << "id:0..5" << 3 << 1 << "not the number of an event";
    QTest::newRow("end of a range") << "id:1..x" << 6 << 1 << "not the number of an event";
    QTest::newRow("two ranges in one") << "id:1..2..3" << 3 << 7 << "A range has two numbers";
    QTest::newRow("three dots") << "id:1...3" << 6 << 2 << "not the number";
    QTest::newRow("range of nothing") << "id:.." << 0 << 5 << "A value is missing";
    QTest::newRow("range backwards") << "proposal:9..5" << 9 << 4 << "\"9..5\" ends before it begins";
    QTest::newRow("one time") << "time:2h" << 5 << 2 << "time takes a range";
    QTest::newRow("list of ranges of time") << "time:2h..1h,1h.." << 12 << 4 << "one range, not a list";
    QTest::newRow("times backwards") << "time:1h..2h" << 5 << 6 << "Write the earlier time first";
    QTest::newRow("no time in a range") << "time:1h..soon" << 9 << 4 << "\"soon\" is not a time";
    QTest::newRow("text after a quoted end") << "time:\"1h\"x.." << 5 << 5 << "followed by a space";
    QTest::newRow("NUL") << QString("a") + QChar(0) << 1 << 1 << "NUL";
    QTest::newRow("SQL is but a text") << "type:x') OR 1=1 -- foo:bar" << 19 << 3 << "no field \"foo\"";
}

void TestAuditFilter::refusesWithPlaceAndSentence()
{
    QFETCH(QString, text);
    QFETCH(int, position);
    QFETCH(int, length);
    QFETCH(QString, says);
    try {
        AuditFilter::parse(text, kNow);
        QFAIL("was read");
    } catch (const FilterError &error) {
        QVERIFY2(error.message().contains(says), qPrintable(error.message()));
        QVERIFY(error.message().endsWith('.'));
        QCOMPARE(int(error.position()), position);
        QCOMPARE(int(error.length()), length);
    }
}

void TestAuditFilter::readsTimes_data()
{
    QTest::addColumn<QString>("time");
    QTest::addColumn<QString>("expected"); // empty: refused

    const auto is = [](const char *time, const char *expected) {
        QTest::newRow(time) << QString(time) << QString(expected);
    };
    is("90s", "2026-01-31T11:58:30.500Z");
    is("15m", "2026-01-31T11:45:00.500Z");
    is("2h", "2026-01-31T10:00:00.500Z");
    is("3d", "2026-01-28T12:00:00.500Z");
    is("1w", "2026-01-24T12:00:00.500Z");
    is("0s", "2026-01-31T12:00:00.500Z");
    is("2026-01-31Z", "2026-01-31T00:00:00.000Z");
    is("2026-01-31T14:03Z", "2026-01-31T14:03:00.000Z");
    is("2026-01-31T14:03:22.118Z", "2026-01-31T14:03:22.118Z");
    is("2026-01-31T14:03:22.1Z", "2026-01-31T14:03:22.100Z");
    is("2026-01-31T14:03:22.118999+00:00", "2026-01-31T14:03:22.118Z");
    is("2026-01-31T14:03:22+02:00", "2026-01-31T12:03:22.000Z");
    is("2026-01-31T14:03:22-0330", "2026-01-31T17:33:22.000Z");
    is("2026-01-31T14:03+02", "2026-01-31T12:03:00.000Z");
    is("\"2026-01-31 14:03Z\"", "2026-01-31T14:03:00.000Z");
    is("2024-02-29Z", "2024-02-29T00:00:00.000Z");

    for (const char *wrong : {"2",
                              "h",
                              "2 h",
                              "2H",
                              "2y",
                              "-2h",
                              "1h30m",
                              "99999999999w",
                              "9999999999w",
                              "2026",
                              "2026-01",
                              "2026-13-01",
                              "2026-02-30",
                              "2025-02-29",
                              "26-01-31",
                              "2026-1-31",
                              "2026-01-31T",
                              "2026-01-31T14",
                              "2026-01-31T25:00",
                              "2026-01-31T14:60",
                              "2026-01-31T14:03:60",
                              "2026-01-31T14:03.5",
                              "2026-01-31T14:03:22+15:00",
                              "2026-01-31T14:03:22+01:99",
                              "now",
                              "2026-01-31T14:03ZZ",
                              "0000-01-01",
                              "\xd9\xa2h"})
        QTest::newRow(qPrintable(QString("no time: ") + wrong)) << QString('"') + wrong + '"' << QString();
}

void TestAuditFilter::readsTimes()
{
    QFETCH(QString, time);
    QFETCH(QString, expected);
    for (const QString field : {"since", "before"}) {
        if (expected.isEmpty()) {
            QVERIFY_THROWS_EXCEPTION(FilterError, AuditFilter::parse(field + ':' + time, kNow));
            continue;
        }
        QCOMPARE(describe(field + ':' + time), QStringList(field + " [" + expected + "]"));
    }
}

void TestAuditFilter::readsLocalTimesInTheZoneOfThePerson()
{
#ifdef Q_OS_WIN
    QSKIP("TZ does not set the zone here.");
#endif
    const test::ZoneChange zone("Europe/Berlin");
    QCOMPARE(describe("since:2026-01-31"), QStringList("since [2026-01-30T23:00:00.000Z]"));
    QCOMPARE(describe("since:2026-07-31T14:03:22.118"), QStringList("since [2026-07-31T12:03:22.118Z]"));
    QCOMPARE(describe("since:2026-07-31T14:03Z"), QStringList("since [2026-07-31T14:03:00.000Z]"));
    // Relative times do not depend on how `now` is written.
    const AuditFilter filter = AuditFilter::parse("since:2h", kNow.toLocalTime());
    QCOMPARE(filter.terms().constFirst().moment, kNow.addSecs(-7200));
    QCOMPARE(filter.terms().constFirst().moment.timeSpec(), Qt::UTC);
}

void TestAuditFilter::termsKnowWhereTheyStand()
{
    const QString text = R"(  type:a,"b c"  -"x \" y" word)";
    const QList<AuditFilter::Term> terms = AuditFilter::parse(text, kNow).terms();
    QCOMPARE(terms.size(), 3);
    QStringList places;
    for (const AuditFilter::Term &term : terms)
        places << text.mid(term.position, term.length);
    QCOMPARE(places, (QStringList{R"(type:a,"b c")", R"(-"x \" y")", "word"}));
}

void TestAuditFilter::limitsTermsAndLength()
{
    QCOMPARE(AuditFilter::parse(QStringList(200, "x").join(' '), kNow).terms().size(), 200);
    QVERIFY_THROWS_EXCEPTION(FilterError, AuditFilter::parse(QStringList(201, "x").join(' '), kNow));

    QStringList numbers;
    for (int i = 1; i <= 200; ++i)
        numbers << QString::number(i);
    QCOMPARE(AuditFilter::parse("proposal:" + numbers.join(','), kNow).terms().constFirst().proposals.size(), 200);
    QVERIFY_THROWS_EXCEPTION(FilterError, AuditFilter::parse("x proposal:" + numbers.join(','), kNow));
    QVERIFY_THROWS_EXCEPTION(FilterError, AuditFilter::parse("type:" + QStringList(30'000, "a").join(','), kNow));

    QCOMPARE(AuditFilter::parse(QString(16 * 1024, 'x'), kNow).terms().size(), 1);
    QVERIFY_THROWS_EXCEPTION(FilterError, AuditFilter::parse(QString(16 * 1024 + 1, 'x'), kNow));
    QVERIFY(AuditFilter::parse(QString(64 * 1024, ' '), kNow).isEmpty());
    try {
        AuditFilter::parse(QString(64 * 1024 + 5, ' '), kNow);
        QFAIL("was read");
    } catch (const FilterError &error) {
        QCOMPARE(int(error.position()), 64 * 1024);
        QCOMPARE(int(error.length()), 5);
    }
}

void TestAuditFilter::limitsTimes()
{
    QCOMPARE(AuditFilter::parse(QStringList(20, "-since:1h").join(' '), kNow).terms().size(), 20);
    QVERIFY_THROWS_EXCEPTION(FilterError, AuditFilter::parse(QStringList(21, "time:2h..1h").join(' '), kNow));
}

void TestAuditFilter::hugeInputIsAnsweredAtOnce_data()
{
    QTest::addColumn<QString>("text");
    constexpr int kMega = 1024 * 1024;
    QTest::newRow("a megabyte of a word") << QString(kMega, 'x');
    QTest::newRow("a megabyte of quotes") << QString(kMega, '"');
    QTest::newRow("a megabyte of terms") << QString("type:a ").repeated(kMega / 7);
    QTest::newRow("10,000 terms") << QString("x ").repeated(10'000);
    QTest::newRow("10,000 values") << "id:" + QStringList(10'000, "7").join(',');
    QTest::newRow("10,000 keys") << "data." + QStringList(10'000, "k").join('.') + ":1";
    QTest::newRow("10,000 dots") << "id:" + QString(20'000, '.');
    QTest::newRow("digits") << "data.x>" + QString(60'000, '9');
    QTest::newRow("backslashes") << '"' + QString(60'000, '\\');
}

void TestAuditFilter::hugeInputIsAnsweredAtOnce()
{
    QFETCH(QString, text);
    QElapsedTimer timer;
    timer.start();
    QVERIFY_THROWS_EXCEPTION(FilterError, AuditFilter::parse(text, kNow));
    QVERIFY2(timer.elapsed() < 100, qPrintable(QString::number(timer.elapsed())));
}

void TestAuditFilter::anyInputIsReadOrRefusedInItsBounds()
{
    const QString alphabet = QString("ab1:,-\" \\%'_;T+.<>=*\u00e4") + QChar(0xd83d); // the last is half a character
    const QStringList pieces = {"type:", "actor:", "proposal:",  "since:", "before:", "id:", "time:",
                                "data.", "..",     "2026-01-31", "2h",     "\"",      "-",   ","};
    QRandomGenerator random(7);
    for (int round = 0; round < 20'000; ++round) {
        QString text;
        for (int i = random.bounded(12); i > 0; --i)
            text += random.bounded(3) == 0 ? pieces.at(random.bounded(int(pieces.size())))
                                           : QString(alphabet.at(random.bounded(int(alphabet.size()))));
        try {
            const AuditFilter filter = AuditFilter::parse(text, kNow);
            for (const AuditFilter::Term &term : filter.terms()) {
                QVERIFY(term.position >= 0 && term.length > 0 && term.position + term.length <= text.size());
                QVERIFY(!term.values.isEmpty() || !term.proposals.isEmpty() || !term.ranges.isEmpty()
                        || term.moment.isValid() || term.until.isValid() || !term.conditions.isEmpty());
            }
        } catch (const FilterError &error) {
            QVERIFY2(error.position() >= 0 && error.length() > 0 && error.position() + error.length() <= text.size(),
                     qPrintable(text));
        }
    }
}

void TestAuditFilter::keepsTheTextAndComparesByValue()
{
    const AuditFilter filter = AuditFilter::parse("  type:a ", kNow);
    QCOMPARE(filter.text(), QString("  type:a "));
    QCOMPARE(filter, AuditFilter::parse("  type:a ", kNow.addDays(1)));
    QVERIFY(filter != AuditFilter::parse("  type:b ", kNow));
    QVERIFY(AuditFilter().isEmpty());
}

QTEST_GUILESS_MAIN(TestAuditFilter)
#include "tst_auditfilter.moc"
