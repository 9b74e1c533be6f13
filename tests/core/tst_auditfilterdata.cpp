// SPDX-License-Identifier: Apache-2.0
// The filter language's terms about values in the data, and terms made from values.

#include "core/audit/filter/AuditFilter.h"

#include <QRandomGenerator>
#include <QtTest>

using namespace andon;
using Field = AuditFilter::Term::Field;
using Kind = DataCondition::Kind;

namespace {

const QDateTime kNow(QDate(2026, 1, 31), QTime(12, 0), Qt::UTC);

QString describe(const DataCondition &condition)
{
    switch (condition.kind) {
    case Kind::Exists:
        return "*";
    case Kind::Equals:
        return condition.isQuoted ? '"' + condition.text + '"' : condition.text;
    case Kind::Between:
        break;
    }
    return (condition.includesLow ? "[" : "(") + condition.low + ".." + condition.high
        + (condition.includesHigh ? "]" : ")");
}

} // namespace

class TestAuditFilterData : public QObject
{
    Q_OBJECT

private slots:
    void reads_data();
    void reads();
    void refuses_data();
    void refuses();
    void termsReadBack();
    void whatCannotBeSaidIsNoTerm();
};

void TestAuditFilterData::reads_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("path");
    QTest::addColumn<QStringList>("conditions");
    const auto is = [](const char *text, const QStringList &path, const QStringList &conditions) {
        QTest::newRow(text) << QString(text) << path << conditions;
    };
    is("data.region:5", {"region"}, {"5"});
    is("DATA.region:5", {"region"}, {"5"});
    is("data.a.b.0:x,\"y z\",x", {"a", "b", "0"}, {"x", "\"y z\""});
    is("data.\"a.b\".c:1", {"a.b", "c"}, {"1"});
    is("data.a:*", {"a"}, {"*"});
    is("data.a:\"*\"", {"a"}, {"\"*\""});
    is("data.a:700..800", {"a"}, {"[700..800]"});
    is("data.a:-1.5..,..1e3", {"a"}, {"[-1.5..]", "[..1e3]"});
    is("data.a>5", {"a"}, {"(5..]"});
    is("data.a>=-5", {"a"}, {"[-5..]"});
    is("data.a<5.5", {"a"}, {"[..5.5)"});
    is("data.a<=0", {"a"}, {"[..0]"});
    is("data.file:../x", {"file"}, {"../x"});
    is("data.version:\"1..2\"", {"version"}, {"\"1..2\""});
    is("data.a:b:c", {"a"}, {"b:c"});
    is("data.a:>5", {"a"}, {">5"});
    is("data.a:..b..c", {"a"}, {"..b..c"});
    is("data.a-b:1", {"a-b"}, {"1"});
}

void TestAuditFilterData::reads()
{
    QFETCH(QString, text);
    for (const QString sign : {"", "-"}) {
        const AuditFilter filter = AuditFilter::parse(sign + text, kNow);
        QCOMPARE(filter.terms().size(), 1);
        const AuditFilter::Term &term = filter.terms().constFirst();
        QCOMPARE(term.field, Field::Data);
        QCOMPARE(term.isNegated, !sign.isEmpty());
        QStringList conditions;
        for (const DataCondition &condition : term.conditions)
            conditions << describe(condition);
        QTEST(conditions, "conditions");
        QTEST(term.path, "path");
    }
}

void TestAuditFilterData::refuses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("position");
    QTest::addColumn<int>("length");
    QTest::addColumn<QString>("says");
    const auto is = [](const char *text, int position, int length, const char *says) {
        QTest::newRow(text) << QString(text) << position << length << QString(says);
    };
    is("data:5", 0, 4, "data needs the way to a value");
    is("x data.:5", 2, 5, "data needs the way to a value");
    is("data.a..b:5", 0, 9, "data needs the way to a value");
    is("data.\"\":5", 0, 7, "data needs the way to a value");
    is("data.\"a b\"", 0, 10, "comes : > >= < or <=");
    is("data.\"a\"b:1", 0, 8, "comes : > >= < or <=");
    is("data.\"a b", 0, 9, "not closed");
    is("data.a:", 0, 7, "A value is missing");
    is("data.a>", 0, 7, "A value is missing");
    is("data.a>x", 7, 1, "\"x\" is not a number");
    is("data.a>=", 0, 8, "A value is missing");
    is("data.a>\"5\"", 7, 3, "is not a number");
    is("data.a<007", 7, 3, "is not a number");
    is("data.a<1e999", 7, 5, "is not a number");
    is("data.a<5,6", 9, 1, "one number, not a list");
    is("data.a<5..6", 7, 4, "is not a number");
    is("data.a:5..x", 7, 4, "not a range of numbers");
    is("data.a:1..2..3", 7, 7, "not a range of numbers");
    is("data.a:\"x\"..\"y\"", 7, 8, "not a range of numbers");
    is("data.a:8..7", 7, 4, "ends before it begins");
    is("data.a:..", 0, 9, "A value is missing");
    is("data.1.2.3.4.5.6.7.8.9.a.b.c.d.e.f.g.h:1", 0, 38, "16 keys at most");
}

void TestAuditFilterData::refuses()
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

void TestAuditFilterData::termsReadBack()
{
    QRandomGenerator random(3);
    const QString alphabet = QString("ab-:,\" \\.*<>=%'\t\u00e4\u3000") + QChar(0x706b);
    for (int round = 0; round < 5000; ++round) {
        QString value;
        for (int i = 1 + random.bounded(8); i > 0; --i)
            value += alphabet.at(random.bounded(int(alphabet.size())));
        for (const bool isNegated : {false, true}) {
            for (const Field field : {Field::Type, Field::Actor, Field::Text}) {
                const QString text = AuditFilter::term(field, value, isNegated);
                const QList<AuditFilter::Term> terms = AuditFilter::parse("x " + text + " y", kNow).terms();
                QVERIFY2(terms.size() == 3, qPrintable(text));
                QCOMPARE(terms.at(1).field, field);
                QCOMPARE(terms.at(1).isNegated, isNegated);
                QCOMPARE(terms.at(1).values, QStringList{value});
            }
            const QString text = AuditFilter::dataTerm({value, "k"}, value, isNegated);
            const AuditFilter::Term term = AuditFilter::parse(text, kNow).terms().value(0);
            QCOMPARE(term.path, (QStringList{value, "k"}));
            QCOMPARE(term.conditions.value(0).text, value);
            QVERIFY(term.conditions.value(0).isQuoted);
            QCOMPARE(term.isNegated, isNegated);
        }
    }
    QCOMPARE(AuditFilter::term(Field::Type, "failed"), QString("type:failed"));
    QCOMPARE(AuditFilter::term(Field::Proposal, "42", true), QString("-proposal:42"));
    QCOMPARE(AuditFilter::term(Field::Id, "4..7"), QString("id:4..7"));
    QCOMPARE(AuditFilter::term(Field::Since, "2026-01-31T14:03:22.118Z"), QString("since:2026-01-31T14:03:22.118Z"));
    QCOMPARE(AuditFilter::term(Field::Time, "2h..1h"), QString("time:2h..1h"));
}

void TestAuditFilterData::whatCannotBeSaidIsNoTerm()
{
    QVERIFY(AuditFilter::term(Field::Type, "").isNull());
    QVERIFY(AuditFilter::term(Field::Type, QString("a") + QChar(0)).isNull());
    QVERIFY(AuditFilter::term(Field::Text, QString(20'000, 'x')).isNull());
    QVERIFY(AuditFilter::dataTerm({}, "x").isNull());
    QVERIFY(AuditFilter::dataTerm({"a", ""}, "x").isNull());
    QVERIFY(AuditFilter::dataTerm(QStringList(17, "a"), "x").isNull());
}

QTEST_GUILESS_MAIN(TestAuditFilterData)
#include "tst_auditfilterdata.moc"
