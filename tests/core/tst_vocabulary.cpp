// SPDX-License-Identifier: Apache-2.0
// The words that a log is made of: where they come from, and that a glance stays a glance.

#include "core/audit/filter/AuditFilter.h"
#include "core/audit/read/VocabularyReader.h"
#include "tests/support/AuditLogFixture.h"

#include <QtTest>

using namespace andon;
using andon::test::AuditLogFixture;
using andon::test::RawEvent;

class TestVocabulary : public QObject
{
    Q_OBJECT

private slots:
    void anEmptyLogHasNoWords();
    void typesAndActorsWithAndWithoutIndex();
    void pathsAndValuesAreWrittenAsInAFilter();
    void pathsAndValuesAreBounded();
    void aRareTypeIsFoundAtOnce();
};

void TestVocabulary::anEmptyLogHasNoWords()
{
    AuditLogFixture log;
    QCOMPARE(readVocabulary(log.database()), AuditVocabulary());
}

void TestVocabulary::typesAndActorsWithAndWithoutIndex()
{
    for (const bool isIndexed : {false, true}) {
        AuditLogFixture log;
        if (isIndexed)
            log.database().run("CREATE INDEX test_actor ON action_audit_log(actor)");
        else
            log.database().run("CREATE INDEX test_some ON action_audit_log(actor) WHERE actor = 'user'");
        log.insert({{{}, "failed", {}, "user"},
                    {{}, "a b", {}, "agent"},
                    {{}, "", {}, ""},
                    {{}, "failed", {}, "agent"},
                    {{}, QString(300, 'x'), {}, "zoe"}});
        const AuditVocabulary words = readVocabulary(log.database());
        QCOMPARE(words.types, (QStringList{"a b", "failed"}));
        QCOMPARE(words.actors, (QStringList{"agent", "user", "zoe"}));
    }
}

void TestVocabulary::pathsAndValuesAreWrittenAsInAFilter()
{
    AuditLogFixture log;
    log.insert({
        {{}, "x", R"({"region":5,"name":"a b","deep":{"er":{"and":{"deeper":{"still":1}}}}})"},
        {{}, "x", R"({"region":7,"name":"5","a.b":{"c":true,"":1}})"},
        {{}, "x", R"({"region":7,"list":["x","y","x"],"none":null,"number":1.5})"},
        {{}, "x", "no JSON"},
        {{}, "x", R"(["an array"])"},
        {{}, "x", QVariant()},
        {{}, "x", "{\"large\":\"" + QString(70'000, 'x') + "\"}"},
    });
    const AuditVocabulary words = readVocabulary(log.database());
    QCOMPARE(words.dataPaths,
             (QStringList{"\"a.b\".c", "deep.er.and.deeper", "list", "name", "none", "number", "region"}));
    QCOMPARE(words.dataValues.value("region"), (QStringList{"7", "5"}));
    QCOMPARE(words.dataValues.value("name"), (QStringList{"\"5\"", "\"a b\""}));
    QCOMPARE(words.dataValues.value("list"), (QStringList{"x", "y"}));
    QCOMPARE(words.dataValues.value("\"a.b\".c"), QStringList{"true"});
    QCOMPARE(words.dataValues.value("none"), QStringList{"null"});
    QCOMPARE(words.dataValues.value("number"), QStringList{"1.5"});
    for (const QString &path : words.dataPaths) {
        for (const QString &value : words.dataValues.value(path))
            QCOMPARE(AuditFilter::parse("data." + path + ':' + value, QDateTime::currentDateTimeUtc()).terms().size(),
                     1);
    }
}

void TestVocabulary::pathsAndValuesAreBounded()
{
    AuditLogFixture log;
    QList<RawEvent> rows;
    for (int i = 0; i < 400; ++i)
        rows << RawEvent{{}, "x", QString(R"({"same":"%1","key%1":1,"text":"%2"})").arg(i).arg(QString(60, 'x'))};
    log.insert(rows);
    const AuditVocabulary words = readVocabulary(log.database());
    QCOMPARE(words.dataPaths.size(), 200);
    QCOMPARE(words.dataValues.value("same").size(), 20);
    QVERIFY(!words.dataValues.contains("text"));
}

void TestVocabulary::aRareTypeIsFoundAtOnce()
{
    AuditLogFixture log;
    log.fill(300'000);
    QElapsedTimer timer;
    timer.start();
    const AuditVocabulary words = readVocabulary(log.database());
    QVERIFY2(timer.elapsed() < 500, qPrintable(QString::number(timer.elapsed())));
    QVERIFY(words.types.contains("kill_switch"));
    QVERIFY(words.actors.contains("agent") && words.actors.contains("system"));
    QVERIFY(words.dataPaths.contains("region"));
}

QTEST_GUILESS_MAIN(TestVocabulary)
#include "tst_vocabulary.moc"
