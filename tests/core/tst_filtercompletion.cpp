// SPDX-License-Identifier: Apache-2.0
// What is proposed while a filter is typed; and what is proposed can be read.

#include "core/audit/filter/AuditFilter.h"
#include "core/audit/filter/FilterCompletion.h"

#include <QRandomGenerator>
#include <QtTest>

using namespace andon;

namespace {

AuditVocabulary vocabulary()
{
    AuditVocabulary words;
    words.types = {"cancelled", "completed", "failed", "kill_switch", "my type", "a\"b"};
    words.actors = {"agent", "user"};
    words.dataPaths = {"region", "target.store", "\"a.b\".c"};
    words.dataValues = {{"region", {"5", "7"}}, {"\"a.b\".c", {"one", "\"two words\"", "\"5\""}}};
    return words;
}

} // namespace

class TestFilterCompletion : public QObject
{
    Q_OBJECT

private slots:
    void proposes_data();
    void proposes();
    void replacesWhatIsTyped_data();
    void replacesWhatIsTyped();
    void describesFieldsAndTimes();
    void whatIsProposedCanBeRead();
    void anyTextAndCursorAreFine();
};

void TestFilterCompletion::proposes_data()
{
    QTest::addColumn<QString>("typed"); // | is the cursor
    QTest::addColumn<QStringList>("entries");
    const QStringList fields = {"type:", "actor:", "proposal:", "id:", "since:", "before:", "time:", "data."};
    const QStringList types = {"cancelled", "completed", "failed", "kill_switch", "\"my type\"", "\"a\\\"b\""};
    const QStringList times = {"15m", "1h", "24h", "7d", "4w"};
    const auto is = [](const char *typed, const QStringList &entries) {
        QTest::newRow(typed) << QString(typed) << entries;
    };
    is("|", fields);
    is("word |", fields);
    is("-|", fields);
    is("t|", {"type:", "time:"});
    is("-T|", {"type:", "time:"});
    is("xyz|", {});
    is("\"t|", {});
    is("\"t\"|", {});
    is("type:|", types);
    is("TYPE:|", types);
    is("type:c|", {"cancelled", "completed"});
    is("type:switch|", {"kill_switch"});
    is("type:failed|", {});
    is("type:failed,c|", {"cancelled", "completed"});
    is("type:failed,|", types);
    is("type:my|", {"\"my type\""});
    is("type:\"my t|", {"\"my type\""});
    is("type:\"my type\"|", {});
    is("type:\"my type\",k|", {"kill_switch"});
    is("-actor:u|", {"user"});
    is("since:|", times);
    is("time:2|", {"24h"});
    is("time:24h..|", times);
    is("time:24h..1|", {"15m", "1h"});
    is("proposal:|", {});
    is("id:1|", {});
    is("data|", {"data.", "data.region:", "data.target.store:", "data.\"a.b\".c:"});
    is("data.re|", {"data.region:"});
    is("-data.store|", {});
    is("data.target.|", {"data.target.store:"});
    is("data.region:|", {"5", "7"});
    is("data.region>|", {"5", "7"});
    is("data.\"a.b\".c:|", {"one", "\"two words\"", "\"5\""});
    is("data.\"a.b\".c:\"tw|", {"\"two words\""});
    is("data.\"a.b\".\"c\":o|", {"one"});
    is("data.unknown:|", {});
    is("type:x,|\"a b\"", {});
    is("x|type:a", {});
    is("|type:a", {});
    is("| type:a", fields);
}

void TestFilterCompletion::proposes()
{
    QFETCH(QString, typed);
    const qsizetype cursor = typed.indexOf('|');
    const FilterCompletion completion = FilterCompletion::at(QString(typed).remove('|'), cursor, vocabulary());
    QTEST(completion.entries, "entries");
    QCOMPARE(completion.descriptions.size(), completion.entries.size());
}

void TestFilterCompletion::replacesWhatIsTyped_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("expected");
    const auto is = [](const char *typed, const char *expected) {
        QTest::newRow(typed) << QString(typed) << QString(expected);
    };
    is("t|", "type:");
    is("-ac| word", "-actor: word");
    is("type:fa|", "type:failed");
    is("type:fa|x word", "type:failed word");
    is("type:fa|,user", "type:failed,user");
    is("type:\"my t| word", "type:\"my type\" word");
    is("type:a,us|", "type:a,us");
    is("time:2|..1h", "time:24h..1h");
    is("ty|pe:failed", "type:failed");
    is("data.re|gi:5", "data.region:5");
}

void TestFilterCompletion::replacesWhatIsTyped()
{
    QFETCH(QString, typed);
    const qsizetype cursor = typed.indexOf('|');
    const QString text = QString(typed).remove('|');
    const FilterCompletion completion = FilterCompletion::at(text, cursor, vocabulary());
    const QString result = completion.isEmpty() ? text : completion.applied(text, 0);
    if (typed.startsWith("type:\"my t|"))
        QVERIFY(result.startsWith("type:\"my type\"")); // the open quote took the rest of the line with it
    else
        QTEST(result, "expected");
}

void TestFilterCompletion::describesFieldsAndTimes()
{
    for (const QString text : {"", "since:"}) {
        const FilterCompletion completion = FilterCompletion::at(text, text.size(), vocabulary());
        QVERIFY(!completion.isEmpty());
        for (const QString &description : completion.descriptions)
            QVERIFY(!description.isEmpty());
    }
}

void TestFilterCompletion::whatIsProposedCanBeRead()
{
    const QDateTime now(QDate(2026, 1, 31), QTime(12, 0), Qt::UTC);
    for (const QString text :
         {"type:", "-actor:", "since:", "data.region:", "-data.\"a.b\".c:", "data.re", "data.\"a"}) {
        const FilterCompletion completion = FilterCompletion::at(text, text.size(), vocabulary());
        QVERIFY2(!completion.isEmpty(), qPrintable(text));
        for (qsizetype i = 0; i < completion.entries.size(); ++i) {
            QString result = completion.applied(text, i);
            if (result.endsWith(':'))
                result += '1';
            QCOMPARE(AuditFilter::parse(result, now).terms().size(), 1);
        }
    }
}

void TestFilterCompletion::anyTextAndCursorAreFine()
{
    const QStringList pieces = {"type:", "data.", "..", "\"", "\\", "-", ",", " ", "a", ":", ">", ".", "re", "5"};
    QRandomGenerator random(9);
    for (int round = 0; round < 20'000; ++round) {
        QString text;
        for (int i = random.bounded(10); i > 0; --i)
            text += pieces.at(random.bounded(int(pieces.size())));
        const qsizetype cursor = random.bounded(int(text.size()) + 3) - 1;
        const FilterCompletion completion = FilterCompletion::at(text, cursor, vocabulary());
        QVERIFY(completion.position >= 0 && completion.length >= 0);
        QVERIFY(completion.position + completion.length <= text.size());
        QCOMPARE(completion.descriptions.size(), completion.entries.size());
    }
    QVERIFY(FilterCompletion::at(QString(1'000'000, 'x'), 500, vocabulary()).isEmpty());
}

QTEST_GUILESS_MAIN(TestFilterCompletion)
#include "tst_filtercompletion.moc"
