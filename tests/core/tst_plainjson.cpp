// SPDX-License-Identifier: Apache-2.0
#include "core/audit/PlainJson.h"

#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTest>

using namespace andon;

namespace {

bool isObject(const QString &text)
{
    return QJsonDocument::fromJson(text.toUtf8()).isObject();
}

} // namespace

class TestPlainJson : public QObject
{
    Q_OBJECT

private slots:
    void recognisesUsualEventData_data();
    void recognisesUsualEventData();
    void neverTakesForAnObjectWhatIsNone_data();
    void neverTakesForAnObjectWhatIsNone();
    void leavesRareThingsToTheDocument();
    void agreesWithTheDocumentOnDamagedText();
};

void TestPlainJson::recognisesUsualEventData_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("empty") << "{}";
    QTest::newRow("spaces") << " \t\r\n{ \n} ";
    QTest::newRow("values") << R"({"a": true, "b": false, "c": null, "d": "e", "f": -1, "g": 0, "h": 10.25})";
    QTest::newRow("nested") << R"({"a": {"b": [1, {}, [], [[2]], "x"]}, "c": {"d": {}}})";
    QTest::newRow("escapes") << R"({"a\n\t\"\\\/\b\f\r": "\"quoted\""})";
    QTest::newRow("other scripts") << QStringLiteral("{\"\u00fc\": \"\u4e2d\u6587\"}");
}

void TestPlainJson::recognisesUsualEventData()
{
    QFETCH(QString, text);
    QVERIFY(isObject(text));
    QVERIFY(isPlainJsonObject(text));
}

void TestPlainJson::neverTakesForAnObjectWhatIsNone_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"",
                             " ",
                             "{",
                             "}",
                             "[]",
                             "[{}]",
                             "1",
                             "\"a\"",
                             "null",
                             "{}{}",
                             "{},",
                             "{a: 1}",
                             "{'a': 1}",
                             "{\"a\"}",
                             "{\"a\":}",
                             "{\"a\": 1,}",
                             "{,}",
                             "{\"a\": [1,]}",
                             "{\"a\": [,]}",
                             "{\"a\": [}",
                             "{\"a\": 1",
                             "{\"a\": \"b}",
                             "{\"a\": tru}",
                             "{\"a\": nul}",
                             "{\"a\": 01}",
                             "{\"a\": -}",
                             "{\"a\": 1.}",
                             "{\"a\": .5}",
                             "{\"a\": +1}",
                             "{\"a\": 0x1}",
                             "{\"a\": \"\\x\"}",
                             "{\"a\": \"\\\"}",
                             "{\"a\": \"line\nbreak\"}",
                             "{\"a\": 1 \"b\": 2}",
                             "{\"a\": NaN}",
                             "{1: 2}"})
        QTest::newRow(text) << QString::fromLatin1(text);
    QTest::newRow("a null character") << QStringLiteral("{}") + QChar(0);
}

void TestPlainJson::neverTakesForAnObjectWhatIsNone()
{
    QFETCH(QString, text);
    QVERIFY(!isPlainJsonObject(text));
}

void TestPlainJson::leavesRareThingsToTheDocument()
{
    QVERIFY(!isPlainJsonObject(uR"({"a": "\u00e4"})"));
    QVERIFY(!isPlainJsonObject(u"{\"a\": 1e5}"));
    QVERIFY(!isPlainJsonObject(QStringLiteral("{\"a\": \"\U0001F6D1\"}")));
    const QString deep = QString(100'000, u'[') + QString(100'000, u']');
    QVERIFY(!isPlainJsonObject(QStringLiteral("{\"a\": ") + deep + u'}'));
}

void TestPlainJson::agreesWithTheDocumentOnDamagedText()
{
    const QString whole = QStringLiteral(R"({"a": [1, -2.5, true, null, {"b": "c\n"}], "d": {"e": ""}, "f": 0})");
    const QString characters = QStringLiteral("{}[]\",:\\ 0123456789.-+eEtrufalsn\n");
    QRandomGenerator random(42);
    for (int i = 0; i < 200'000; ++i) {
        QString damaged = whole;
        for (int changes = random.bounded(1, 4); changes > 0; --changes) {
            const int at = random.bounded(int(damaged.size()));
            if (random.bounded(2) == 0)
                damaged.remove(at, 1);
            else
                damaged[at] = characters.at(random.bounded(int(characters.size())));
        }
        if (isPlainJsonObject(damaged) && !isObject(damaged))
            QFAIL(qPrintable(damaged));
    }
}

QTEST_APPLESS_MAIN(TestPlainJson)
#include "tst_plainjson.moc"
