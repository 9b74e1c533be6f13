// SPDX-License-Identifier: Apache-2.0
// Text search in SQL: finds what LIKE finds, wherever it stands, in bytes and beside NULL too.

#include "core/storage/TextSearch.h"
#include "tests/support/AuditLogFixture.h"

#include <QRandomGenerator>
#include <QtTest>

using namespace andon;
using andon::test::AuditLogFixture;

class TestTextSearch : public QObject
{
    Q_OBJECT

private slots:
    void findsAtEveryPlace();
    void foldsTheLettersAToZAndNothingElse();
    void agreesWithLike();
    void readsValuesOfAnyKind();
    void changesWithItsText();
};

void TestTextSearch::findsAtEveryPlace()
{
    for (const std::string needle : {"x", "xy", "Kill", "\"key\":", "a longer text to look for, 42"}) {
        const TextSearch search(needle);
        QVERIFY(!search.isIn(""));
        QVERIFY(search.isIn(needle));
        QVERIFY(!search.isIn(std::string_view(needle).substr(0, needle.size() - 1)));
        for (size_t before = 0; before < 40; ++before) {
            for (size_t after = 0; after < 20; ++after) {
                const std::string text = std::string(before, '.') + needle + std::string(after, '.');
                QVERIFY(search.isIn(text));
                // A mere byte less, at either end, and it is not there; nothing outside is looked at.
                QVERIFY(!search.isIn(std::string_view(text).substr(before + 1)));
                QVERIFY(!search.isIn(std::string_view(text).substr(0, before + needle.size() - 1)));
            }
        }
    }
    QVERIFY(TextSearch("").isIn(""));
    QVERIFY(TextSearch("").isIn("abc"));
}

void TestTextSearch::foldsTheLettersAToZAndNothingElse()
{
    for (int i = 0; i < 256; ++i) {
        for (int j = 0; j < 256; ++j) {
            const bool isSame = i == j
                || (std::isalpha(i) && i < 128 && std::isalpha(j) && j < 128 && std::tolower(i) == std::tolower(j));
            const std::string needle(1, char(i));
            QCOMPARE(TextSearch(needle).isIn(std::string(12, char(j))), isSame);
        }
    }
}

void TestTextSearch::agreesWithLike()
{
    AuditLogFixture log;
    Database &database = log.database();
    QRandomGenerator random(11);
    const QStringList letters = {"a", "B", "b", "\u00e4", "\u706b", "\"", ":", "%", "_", "\\", " ", "[", "{", "@", "`"};
    const auto make = [&](int longest) {
        QString text = "";
        for (int i = random.bounded(longest + 1); i > 0; --i)
            text += letters.at(random.bounded(int(letters.size())));
        return text;
    };
    int found = 0;
    for (int round = 0; round < 20'000; ++round) {
        const QString needle = make(4);
        const QString text = make(60);
        QString pattern = needle;
        pattern.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        Statement row = database.run(R"(SELECT andon_contains(?, ?), ? LIKE ? ESCAPE '\')",
                                     {needle, text, text, '%' + pattern + '%'});
        QVERIFY(row.next());
        QVERIFY2(row.integer(0) == row.integer(1), qPrintable(needle + " in " + text));
        found += int(row.integer(0));
    }
    QVERIFY(found > 1000 && found < 19'000);
}

void TestTextSearch::readsValuesOfAnyKind()
{
    AuditLogFixture log;
    Database &database = log.database();
    const auto contains = [&](const QVariantList &values) {
        return database.scalar("SELECT andon_contains(?, ?, ?, ?)", values).toInt();
    };
    const QVariant null;
    QCOMPARE(contains({"X", null, null, "ax"}), 1);
    QCOMPARE(contains({"X", null, null, null}), 0);
    QCOMPARE(contains({null, "a", "b", "c"}), 0);
    QCOMPARE(contains({"x", QByteArray("\0\xff X", 4), null, null}), 1);
    QCOMPARE(contains({QByteArray("\xff"), QByteArray("\0\xff", 2), null, null}), 1);
    QCOMPARE(contains({"23", 1234, null, null}), 1);
    QCOMPARE(contains({"2.5", 12.5, null, null}), 1);
    QCOMPARE(contains({"", "", null, null}), 1);
    QCOMPARE(contains({"x", QString(1'000'000, 'y') + 'X', null, null}), 1);
    QCOMPARE(database.scalar("SELECT andon_contains('x')").toInt(), 0);
    QCOMPARE(database.scalar("SELECT andon_contains()").toInt(), 0);
}

void TestTextSearch::changesWithItsText()
{
    AuditLogFixture log;
    // The text is another one in each row: what was prepared for one must not serve the next.
    QCOMPARE(log.database()
                 .scalar("WITH t(a, b) AS (VALUES ('x', 'ax'), ('y', 'ax'), ('z', 'az')) "
                         "SELECT group_concat(andon_contains(a, b), '') FROM t")
                 .toString(),
             QString("101"));
    for (const QString text : {"agent", "user", "agent"})
        QCOMPARE(log.database().scalar("SELECT andon_contains(?, 'the agent')", {text}).toInt(), text == "agent");
}

QTEST_GUILESS_MAIN(TestTextSearch)
#include "tst_textsearch.moc"
