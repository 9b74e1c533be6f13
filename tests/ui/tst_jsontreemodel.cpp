// SPDX-License-Identifier: Apache-2.0
// JSON as a tree: strict, without losing a digit or a name, whatever its size, and with a way back to the filter.

#include "ui/audit/EventText.h"
#include "ui/audit/details/JsonTree.h"
#include "ui/audit/details/JsonTreeModel.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QtTest>

using namespace andon;
using Kind = JsonTree::Kind;
using Node = JsonTree::Node;

namespace {

constexpr qsizetype kAll = 1'000'000'000;

QString displayOf(const JsonTreeModel &model, const QModelIndex &index)
{
    return model.data(index).toString();
}

/// Every line that the model has, with its depth as dots.
QStringList linesOf(const JsonTreeModel &model, const QModelIndex &parent = {}, const QString &indent = {})
{
    QStringList lines;
    for (int row = 0; row < model.rowCount(parent); ++row) {
        const QModelIndex index = model.index(row, 0, parent);
        lines << indent + displayOf(model, index);
        lines << linesOf(model, index, indent + u'.');
    }
    return lines;
}

QString nested(int depth)
{
    return QString(depth, u'[') + QString(depth, u']');
}

QString manyNumbers(int count)
{
    QStringList numbers;
    for (int i = 0; i < count; ++i)
        numbers << QString::number(i);
    return u'[' + numbers.join(u',') + u']';
}

} // namespace

class TestJsonTreeModel : public QObject
{
    Q_OBJECT

private slots:
    void strictness_data();
    void strictness();
    void modelHoldsItsContract_data();
    void modelHoldsItsContract();
    void nothingIsLost();
    void rootThatIsNoContainerIsShown();
    void escapesAreResolvedAndMadeVisible();
    void longListsAreDivided();
    void pathsAndTerms_data();
    void pathsAndTerms();
    void rangesLeaveThePathAsItIs();
    void findsNamesAndValues();
    void tooManyValuesAreCut();
    void unwantedWorkEnds();
    void durationsReadWell();
};

void TestJsonTreeModel::strictness_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("isJson");
    for (const char *text :
         {"{}", "[]", " {\"a\" : [ 1 , -0.5e+10 , true ] }\n", "null", "\"x\"", "0", "-0", "1E5", "{\"a\":1,\"a\":2}",
          "\"\\ud800\"", "\"\\u00e4\\n\\/\"", "[[],{},\"\"]", "123456789012345678901234567890.00000000000000001"})
        QTest::newRow(text) << QString::fromUtf8(text) << true;
    for (const char *text : {"",        " ",     "{",         "}",     "[1,]",  "{\"a\":}", "{\"a\":1,}",  "{a:1}",
                             "{'a':1}", "01",    "+1",        "1.",    ".5",    "1e",       "-",           "tru",
                             "nul",     "True",  "NaN",       "[1] 2", "\"a",   "\"\\x\"",  "\"\\u12g4\"", "\"\\u12\"",
                             "\"\t\"",  "[1 2]", "{\"a\" 1}", "// x",  "[1]//", "\"a\\"})
        QTest::newRow(QByteArray("not ") + text) << QString::fromUtf8(text) << false;
    QTest::newRow("not a byte order mark") << QString(QChar(0xFEFF)) + "{}" << false;
    QTest::newRow("not NUL") << QString(QChar(0)) << false;
    QTest::newRow("not NUL in an array") << QString(u'[') + QChar(0) + u']' << false;
    QTest::newRow("deep") << nested(JsonTree::kMaxDepth) << true;
    QTest::newRow("not too deep") << nested(JsonTree::kMaxDepth + 1) << false;
    QTest::newRow("not bottomless") << QString(5'000'000, u'[') << false;
}

void TestJsonTreeModel::strictness()
{
    QFETCH(QString, text);
    QFETCH(bool, isJson);
    const JsonTree::Parsed parsed = JsonTree::parse(text);
    QCOMPARE(parsed.tree != nullptr, isJson);
    const bool isDeep = QByteArray(QTest::currentDataTag()) == "not too deep"
        || QByteArray(QTest::currentDataTag()) == "not bottomless";
    if (!isJson)
        QCOMPARE(parsed.problem, isDeep ? JsonTree::Problem::TooDeep : JsonTree::Problem::NotJson);
}

void TestJsonTreeModel::modelHoldsItsContract_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("nothing") << QString();
    QTest::newRow("scalar") << "42";
    QTest::newRow("empty") << "{}";
    QTest::newRow("plain") << R"({"a":{"b":[1,2,{"c":null}]},"d":"x","d":"y"})";
    QTest::newRow("deep") << nested(200);
    QTest::newRow("long") << manyNumbers(2500);
}

void TestJsonTreeModel::modelHoldsItsContract()
{
    QFETCH(QString, text);
    JsonTreeModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setTree(JsonTree::parse(text).tree);
    const QStringList lines = linesOf(model);
    QCOMPARE(lines.isEmpty(), text.isEmpty() || text == "{}");
    model.setTree(JsonTree::parse("[1]").tree);
    model.setTree(nullptr);
    QCOMPARE(model.rowCount(), 0);
}

void TestJsonTreeModel::nothingIsLost()
{
    JsonTreeModel model;
    model.setTree(JsonTree::parse(R"({"z":12345678901234567890.10, "a":1E400,"z":{"":[-0,false]}, "n":null})").tree);
    QCOMPARE(linesOf(model),
             QStringList({"z: 12345678901234567890.10", "a: 1E400", "z: {1}", ".\"\": [2]", "..0: -0", "..1: false",
                          "n: null"}));
    const QModelIndex object = model.index(2, 0);
    QCOMPARE(model.data(object, Qt::AccessibleTextRole).toString(), QString("z: object with 1 value"));
    QCOMPARE(model.tree()->value(model.node(object), kAll), QString(R"({"":[-0,false]})"));
}

void TestJsonTreeModel::rootThatIsNoContainerIsShown()
{
    JsonTreeModel model;
    model.setTree(JsonTree::parse(" \"just text\" ").tree);
    QCOMPARE(linesOf(model), QStringList("\"just text\""));
    QCOMPARE(model.indexOf(0), model.index(0, 0));
    QVERIFY(model.tree()->term(0).isEmpty());
}

void TestJsonTreeModel::escapesAreResolvedAndMadeVisible()
{
    JsonTreeModel model;
    const QString rightToLeft = QChar(0x202E);
    model.setTree(JsonTree::parse(R"({"a\n\u0062":"\"\\\/\u0000\ud83d\ude00\ud800",")" + rightToLeft + R"(k":")"
                                  + rightToLeft + QString(10'000, u'x') + "\"}")
                      .tree);
    const QStringList lines = linesOf(model);
    QCOMPARE(model.tree()->name(1, kAll), QString("a\nb"));
    QCOMPARE(lines[0],
             QString::fromUtf8("a\xE2\x86\xB5"
                               "b: \"\"\\/\xE2\x90\x80\xF0\x9F\x98\x80\xEF\xBF\xBD\""));
    QVERIFY(!lines[1].contains(rightToLeft));
    QVERIFY(lines[1].size() < 300);
    QVERIFY(model.data(model.index(1, 0), Qt::ToolTipRole).toString().size() < 3000);
    QCOMPARE(model.tree()->value(2, kAll).size(), 10'001);
    QVERIFY(!model.data(model.index(1, 0), Qt::ToolTipRole).toString().contains(rightToLeft));
}

void TestJsonTreeModel::longListsAreDivided()
{
    JsonTreeModel model;
    QLocale::setDefault(QLocale::c());
    model.setTree(JsonTree::parse(R"({"list":)" + manyNumbers(2500) + "}").tree);
    const QModelIndex list = model.index(0, 0);
    QCOMPARE(displayOf(model, list), QString("list: [2500]"));
    QCOMPARE(model.rowCount(list), 3);
    const QModelIndex last = model.index(2, 0, list);
    QCOMPARE(displayOf(model, last), QString::fromUtf8("2000 \xE2\x80\xA6 2499"));
    QCOMPARE(model.rowCount(last), 500);
    const QModelIndex value = model.index(7, 0, last);
    QCOMPARE(displayOf(model, value), QString("2007: 2007"));
    QCOMPARE(model.tree()->path(model.node(value)), QString("data.list.2007"));
    QCOMPARE(model.indexOf(model.node(value)), value);
}

void TestJsonTreeModel::pathsAndTerms_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("term");
    QTest::newRow("number") << R"({"region":777})"
                            << "data.region"
                            << "data.region:777";
    QTest::newRow("negative") << R"({"x":-1.50})"
                              << "data.x"
                              << "data.x:-1.50";
    QTest::newRow("word") << R"({"agent_id":"agent-7"})"
                          << "data.agent_id"
                          << "data.agent_id:agent-7";
    QTest::newRow("text") << R"({"error":"no route: \"x\\y\""})"
                          << "data.error"
                          << R"(data.error:"no route: \"x\\y\"")";
    QTest::newRow("empty") << R"({"error":""})"
                           << "data.error"
                           << "";
    QTest::newRow("like a flag") << R"({"error":"-1"})"
                                 << "data.error"
                                 << R"(data.error:"-1")";
    QTest::newRow("looks like a number") << R"({"id":"777"})"
                                         << "data.id"
                                         << R"(data.id:"777")";
    QTest::newRow("looks like true") << R"({"id":"true"})"
                                     << "data.id"
                                     << R"(data.id:"true")";
    QTest::newRow("looks like a range") << R"({"id":"a..b"})"
                                        << "data.id"
                                        << R"(data.id:"a..b")";
    QTest::newRow("looks like anything") << R"({"id":"*"})"
                                         << "data.id"
                                         << R"(data.id:"*")";
    QTest::newRow("no name") << R"({"":1})"
                             << R"(data."")"
                             << "";
    QTest::newRow("beyond a double") << R"({"a":1e999})"
                                     << "data.a"
                                     << "";
    QTest::newRow("far down") << nested(20).insert(20, u'1') << "data" + QString(".0").repeated(20) << "";
    QTest::newRow("true") << R"({"ok":true})"
                          << "data.ok"
                          << "data.ok:true";
    QTest::newRow("null") << R"({"ok":null})"
                          << "data.ok"
                          << "data.ok:null";
    QTest::newRow("deep") << R"({"a":{"b":[{"c":1}]}})"
                          << "data.a.b.0.c"
                          << "data.a.b.0.c:1";
    QTest::newRow("strange name") << R"({"a.b \"c\"":1})"
                                  << R"(data."a.b \"c\"")"
                                  << R"(data."a.b \"c\"":1)";
    QTest::newRow("list at the top") << "[5]"
                                     << "data.0"
                                     << "data.0:5";
    QTest::newRow("NUL") << R"({"a":"x\u0000"})"
                         << "data.a"
                         << "";
    QTest::newRow("megabytes") << R"({"a":")" + QString(2'000'000, u'x') + "\"}"
                               << "data.a"
                               << "";
}

void TestJsonTreeModel::pathsAndTerms()
{
    QFETCH(QString, text);
    QFETCH(QString, path);
    QFETCH(QString, term);
    const auto tree = JsonTree::parse(text).tree;
    QVERIFY(tree);
    Node leaf = 0;
    while (tree->isContainer(leaf))
        leaf = tree->child(leaf, 0);
    QCOMPARE(tree->path(leaf), path);
    QCOMPARE(tree->term(leaf), term);
}

void TestJsonTreeModel::rangesLeaveThePathAsItIs()
{
    QString text = QStringLiteral("{");
    for (int i = 0; i < 1200; ++i)
        text += QStringLiteral("%1\"k%2\":%2").arg(i > 0 ? "," : "").arg(i);
    const auto tree = JsonTree::parse(text + u'}').tree;
    QVERIFY(tree);
    QCOMPARE(tree->childCount(0), 2U);
    QCOMPARE(tree->valueCount(0), 1200U);
    const Node leaf = tree->child(tree->child(0, 1), 5);
    QCOMPARE(tree->term(leaf), QString("data.k1005:1005"));
}

void TestJsonTreeModel::findsNamesAndValues()
{
    const auto tree = JsonTree::parse(R"({"Region":777,"x":["region 7",{"y":"re\u0067ion"}],"z":"\""})").tree;
    QVERIFY(tree);
    const JsonTree::Found found = tree->find("REGION", 100);
    QCOMPARE(found.nodes.size(), 3);
    QVERIFY(!found.isAtLeast);
    QCOMPARE(tree->path(found.nodes[1]), QString("data.x.0"));
    QCOMPARE(tree->path(found.nodes[2]), QString("data.x.1.y"));
    QCOMPARE(tree->find("\"", 100).nodes.size(), 1);
    QVERIFY(tree->find("region", 2).isAtLeast);
    QVERIFY(tree->find({}, 2).nodes.isEmpty());
    QVERIFY(tree->find("store", 2).nodes.isEmpty());
}

void TestJsonTreeModel::tooManyValuesAreCut()
{
    const QString text = QStringLiteral("[") + QStringLiteral("1,").repeated(5'000'000) + QStringLiteral("2]");
    QElapsedTimer timer;
    timer.start();
    const JsonTree::Parsed parsed = JsonTree::parse(text);
    qInfo("a list of 5 million numbers: %lld ms", timer.elapsed());
    QVERIFY(parsed.tree);
    QVERIFY(parsed.tree->isCut());
    QCOMPARE(parsed.tree->valueCount(0), JsonTree::kMaxNodes - 1);
    QVERIFY(parsed.tree->childCount(0) <= JsonTree::kRange);
    QVERIFY(!JsonTree::parse(text.chopped(1)).tree); // all of it is read, though
}

void TestJsonTreeModel::unwantedWorkEnds()
{
    int asked = 0;
    const QString text = manyNumbers(1'000'000);
    QVERIFY(!JsonTree::parse(text, [&asked] { return ++asked < 3; }).tree);
    QCOMPARE(asked, 3);
}

void TestJsonTreeModel::durationsReadWell()
{
    QLocale::setDefault(QLocale::c());
    QCOMPARE(EventText::duration(0), QString("0 ms"));
    QCOMPARE(EventText::duration(999), QString("999 ms"));
    QCOMPARE(EventText::duration(1299), QString("1.2 s"));
    QCOMPARE(EventText::duration(59'999), QString("59.9 s"));
    QCOMPARE(EventText::duration(182'900), QString("3 min 2 s"));
    QCOMPARE(EventText::duration(3'599'999), QString("59 min 59 s"));
    QCOMPARE(EventText::duration(7'500'000), QString("2 h 5 min"));
    QCOMPARE(EventText::duration(90'000'000), QString("1 d 1 h"));
    QCOMPARE(EventText::duration(-38),
             QString::fromUtf8("\xE2\x88\x92"
                               "38 ms"));
    QVERIFY(!EventText::duration(std::numeric_limits<qint64>::min()).isEmpty());
}

QTEST_GUILESS_MAIN(TestJsonTreeModel)
#include "tst_jsontreemodel.moc"
