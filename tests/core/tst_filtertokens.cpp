// SPDX-License-Identifier: Apache-2.0
// How a filter is cut into tokens, half typed ones too.

#include "core/audit/filter/FilterTokens.h"

#include <QRandomGenerator>
#include <QtTest>

using namespace andon;
using Kind = FilterToken::Kind;

namespace {

QString describe(const FilterToken &token)
{
    static const QMap<Kind, QString> names = {{Kind::Minus, "minus"}, {Kind::Field, "field"}, {Kind::Operator, "op"},
                                              {Kind::Value, "value"}, {Kind::Comma, "comma"}, {Kind::Range, "range"},
                                              {Kind::Text, "text"}};
    QString text = names.value(token.kind) + ' ' + token.text;
    for (const QString &segment : token.path)
        text += '/' + segment;
    return text + (token.isQuoted ? " quoted" : "") + (token.isClosed ? "" : " open");
}

} // namespace

class TestFilterTokens : public QObject
{
    Q_OBJECT

private slots:
    void cuts_data();
    void cuts();
    void tokensCoverEverythingButSpace();
    void quotesWhatReadsBack();
};

void TestFilterTokens::cuts_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("nothing") << "  " << QStringList{};
    QTest::newRow("word") << "ab,c" << QStringList{"text ab,c"};
    QTest::newRow("field") << "-type:a,\"b c\""
                           << QStringList{"minus -", "field type", "op :", "value a", "comma ,", "value b c quoted"};
    QTest::newRow("two terms") << "x  \"y \\\" z\"" << QStringList{"text x", "text y \" z quoted"};
    QTest::newRow("half a quote") << "type:\"ab c" << QStringList{"field type", "op :", "value ab c quoted open"};
    QTest::newRow("half a list") << "type:a," << QStringList{"field type", "op :", "value a", "comma ,"};
    QTest::newRow("minus alone") << "-" << QStringList{"minus -"};
    QTest::newRow("range") << "id:1..2,..5" << QStringList{"field id", "op :",    "value 1",  "range ..",
                                                           "value 2",  "comma ,", "range ..", "value 5"};
    QTest::newRow("no range") << "type:1..2" << QStringList{"field type", "op :", "value 1..2"};
    QTest::newRow("path") << "data.a.b:1" << QStringList{"field data/a/b", "op :", "value 1"};
    QTest::newRow("path of any case") << "DATA.A>=1" << QStringList{"field data/A", "op >=", "value 1"};
    QTest::newRow("quoted segment") << "data.\"a.b \\\"\".c<5"
                                    << QStringList{"field data/a.b \"/c quoted", "op <", "value 5"};
    QTest::newRow("hole in a path") << "data.a..b:1" << QStringList{"field data/a//b", "op :", "value 1"};
    QTest::newRow("no path but a word") << "data.csv" << QStringList{"text data.csv"};
    QTest::newRow("field without path") << "data:1" << QStringList{"field data", "op :", "value 1"};
    QTest::newRow("path that is not closed") << "data.\"a b" << QStringList{"field data/a b quoted open"};
}

void TestFilterTokens::cuts()
{
    QFETCH(QString, text);
    QStringList tokens;
    for (const FilterTokens &term : tokenizeFilter(text)) {
        QVERIFY(!term.isEmpty());
        for (const FilterToken &token : term)
            tokens << describe(token);
    }
    QTEST(tokens, "expected");
}

void TestFilterTokens::tokensCoverEverythingButSpace()
{
    const QStringList pieces = {"type:", "data.", "id:", "time:", "..", "\"", "\\", "-",
                                ",",     " ",     "a",   ":",     ">=", ".",  "5"};
    QRandomGenerator random(5);
    for (int round = 0; round < 20'000; ++round) {
        QString text;
        for (int i = random.bounded(12); i > 0; --i)
            text += pieces.at(random.bounded(int(pieces.size())));
        qsizetype end = 0;
        for (const FilterTokens &term : tokenizeFilter(text)) {
            for (const FilterToken &token : term) {
                QVERIFY(token.position >= end && (token.length > 0 || token.kind == Kind::Field)
                        && token.end() <= text.size());
                QVERIFY2(text.mid(end, token.position - end).trimmed().isEmpty(), qPrintable(text));
                end = token.end();
            }
        }
        QVERIFY2(text.mid(end).trimmed().isEmpty(), qPrintable(text));
    }
}

void TestFilterTokens::quotesWhatReadsBack()
{
    for (const QString text : {"a", "a b", "\"", "\\", "\\\"", "a\\nb", "\\\\", "x:1"}) {
        const QList<FilterTokens> terms = tokenizeFilter(quotedForFilter(text));
        QCOMPARE(terms.size(), 1);
        QCOMPARE(terms.constFirst().constFirst().text, text);
        const QList<FilterTokens> paths = tokenizeFilter("data" + filterPath({"k", text}) + ":1");
        QCOMPARE(paths.constFirst().constFirst().path, (QStringList{"k", text}));
    }
}

QTEST_GUILESS_MAIN(TestFilterTokens)
#include "tst_filtertokens.moc"
