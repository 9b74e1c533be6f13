// SPDX-License-Identifier: Apache-2.0
// What the tests themselves stand on: a place for a database, and a program that knows nothing of Andon, on either
// engine.

#include "tests/support/AgentDatabase.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/TemporaryDatabase.h"
#include "tests/support/TestEngine.h"

#include <QtTest>

using namespace andon;
using namespace andon::test;

namespace {

const QByteArray kTable = "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT, b BLOB, n INTEGER NOT NULL "
                          "DEFAULT 7)";

/// Makes the table refuse a value with this sentence.
QByteArray refusing(const QByteArray &sentence)
{
    return "CREATE TRIGGER refuse BEFORE INSERT ON t WHEN NEW.v = 'bad' BEGIN SELECT RAISE(ROLLBACK, '" + sentence
        + "'); END";
}

} // namespace

class TestForeignClient : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void readsWhatItWrote();
    void eachPlaceIsAnother();
    void saysWhatATriggerSays();
    void aFailureLeavesNoLockBehind();
    void aLockKeepsOthersOut_data();
    void aLockKeepsOthersOut();
    void triggersAreDroppedAndMadeAgain();
    void idsFollowThoseThatWereChosen();
    void speaksOfJson();
    void aCopyIsPutBack();
    void anAgentsDatabase_data();
    void anAgentsDatabase();

private:
    std::unique_ptr<TemporaryDatabase> m_place;
    std::unique_ptr<ForeignClient> m_client;
};

void TestForeignClient::init()
{
    m_client.reset();
    m_place = std::make_unique<TemporaryDatabase>();
    m_client = std::make_unique<ForeignClient>(m_place->path());
    m_client->must(kTable);
}

void TestForeignClient::readsWhatItWrote()
{
    const QByteArray bytes("a\0\xff'", 4);
    m_client->must("INSERT INTO t(v, b) VALUES('gr\u00f6\u00dfe', " + m_client->literal(bytes)
                   + "); INSERT INTO t(v) VALUES(NULL); INSERT INTO t(v, b) VALUES('', x'')");
    QCOMPARE(m_client->rows("SELECT id, v, n, b IS NULL FROM t ORDER BY id"),
             (QStringList{QStringLiteral("1|gr\u00f6\u00dfe|7|0"), "2||7|1", "3||7|0"}));
    QCOMPARE(m_client->bytes("SELECT b FROM t WHERE id = 1"), bytes);
    QCOMPARE(m_client->value("SELECT hex(b) FROM t WHERE id = 1"), "6100FF27");
    QVERIFY(m_client->value("SELECT v FROM t WHERE id = 2").isNull());
    QVERIFY(!m_client->value("SELECT v FROM t WHERE id = 3").isNull());
    QVERIFY(m_client->value("SELECT v FROM t WHERE id = 4").isNull());
    QCOMPARE(m_client->number("SELECT count(*) FROM t WHERE b = x'' OR v = char(65)"), 1);
    QVERIFY_THROWS_EXCEPTION(std::runtime_error, (void)m_client->number("SELECT count(*) FROM nowhere"));
    QVERIFY_THROWS_EXCEPTION(std::runtime_error, m_client->must("SELECT nothing FROM t"));
}

void TestForeignClient::eachPlaceIsAnother()
{
    const TemporaryDatabase other;
    QVERIFY(other.path() != m_place->path());
    QVERIFY(!ForeignClient(other.path()).run("SELECT * FROM t").isEmpty());
    QCOMPARE(other.path().startsWith(u"postgresql://"), isOnPostgres());
}

void TestForeignClient::saysWhatATriggerSays()
{
    m_client->must(refusing("it is not allowed"));
    QCOMPARE(m_client->run("INSERT INTO t(v) VALUES('bad')"), "it is not allowed");
    QCOMPARE(m_client->run("INSERT INTO t(v) VALUES('good')"), QString());
    m_client->must("CREATE TRIGGER never BEFORE UPDATE OF v ON t BEGIN SELECT RAISE(ABORT, '100 % never'); END");
    QCOMPARE(m_client->run("UPDATE t SET v = 'other'"), "100 % never");
    QCOMPARE(m_client->run("UPDATE t SET n = 8"), QString());
}

void TestForeignClient::aFailureLeavesNoLockBehind()
{
    m_client->must(refusing("no"));
    ForeignClient other(m_place->path());
    m_client->must("BEGIN");
    m_client->must("INSERT INTO t(v) VALUES('held')");
    QVERIFY(!m_client->isAutocommit());
    QVERIFY(!m_client->run("INSERT INTO t(v) VALUES('bad')").isEmpty());
    QVERIFY(m_client->isAutocommit());
    QCOMPARE(other.run("BEGIN IMMEDIATE; INSERT INTO t(v) VALUES('other'); COMMIT"), QString());
    m_client->must("INSERT INTO t(v) VALUES('after')");
    QCOMPARE(m_client->rows("SELECT v FROM t ORDER BY v"), (QStringList{"after", "other"}));
}

void TestForeignClient::aLockKeepsOthersOut_data()
{
    QTest::addColumn<QByteArray>("begin");
    QTest::addColumn<bool>("keepsReadersOut");
    QTest::newRow("immediate") << QByteArray("BEGIN IMMEDIATE") << false;
    QTest::newRow("exclusive") << QByteArray("BEGIN EXCLUSIVE") << true;
}

void TestForeignClient::aLockKeepsOthersOut()
{
    QFETCH(QByteArray, begin);
    QFETCH(bool, keepsReadersOut);
    ForeignClient holder(m_place->path());
    holder.must("PRAGMA journal_mode=DELETE"); // where a writer can keep readers out
    holder.must(begin);
    QCOMPARE(m_client->run("INSERT INTO t(v) VALUES('x')"), "database is locked");
    QCOMPARE(m_client->run("SELECT count(*) FROM t"), keepsReadersOut ? "database is locked" : "");
    holder.must("COMMIT");
    QCOMPARE(m_client->run("INSERT INTO t(v) VALUES('x')"), QString());
}

void TestForeignClient::triggersAreDroppedAndMadeAgain()
{
    m_client->must(refusing("no"));
    QCOMPARE(m_client->triggers(), QStringList("refuse"));
    const QStringList definitions = m_client->triggerDefinitions();
    m_client->dropTriggers();
    QCOMPARE(m_client->triggers(), QStringList());
    m_client->must("INSERT INTO t(v) VALUES('bad')");
    for (const QString &definition : definitions)
        m_client->must(definition.toUtf8());
    QCOMPARE(m_client->run("INSERT INTO t(v) VALUES('bad')"), "no");
    m_client->must("DROP TRIGGER refuse; INSERT INTO t(v) VALUES('bad')");
    QVERIFY(!m_client->run("DROP TRIGGER refuse").isEmpty());
}

void TestForeignClient::idsFollowThoseThatWereChosen()
{
    m_client->letIdsCatchUp();
    m_client->must("INSERT INTO t(v) VALUES('one')");
    m_client->must("INSERT INTO t(id, v) VALUES(41, 'chosen')");
    m_client->letIdsCatchUp();
    m_client->must("INSERT INTO t(v) VALUES('next')");
    QCOMPARE(m_client->rows("SELECT id FROM t ORDER BY id"), (QStringList{"1", "41", "42"}));
    m_client->must("DELETE FROM t WHERE id > 1; UPDATE sqlite_sequence SET seq = 10 WHERE name = 't';"
                   "INSERT INTO t(v) VALUES('after ten')");
    QCOMPARE(m_client->value("SELECT max(id) FROM t"), "11");
    m_client->must("DELETE FROM t; DELETE FROM sqlite_sequence WHERE name = 't'; INSERT INTO t(v) VALUES('first')");
    QCOMPARE(m_client->value("SELECT max(id) FROM t"), "1");
}

void TestForeignClient::speaksOfJson()
{
    m_client->must(R"(INSERT INTO t(v) VALUES('{"count": 3, "by": "alice"}'))");
    QCOMPARE(m_client->rows("SELECT json_extract(v, '$.count'), json_extract(v, '$.by'), json_extract(v, '$.none') "
                            "FROM t WHERE json_extract(v, '$.by') = 'alice'"),
             QStringList("3|alice|"));
    m_client->must("INSERT INTO t(v) VALUES('{}')");
    QCOMPARE(m_client->value("SELECT group_concat(id || v) FROM t WHERE id = 2"), "2{}");
}

void TestForeignClient::aCopyIsPutBack()
{
    m_client->must("INSERT INTO t(v) VALUES('before')");
    m_client.reset();
    const QString copy = m_place->copyTo("older.db");
    ForeignClient(m_place->path()).must("UPDATE t SET v = 'after'");
    QCOMPARE(ForeignClient(copy).value("SELECT v FROM t"), "before");
    m_place->putBack("older.db");
    QCOMPARE(ForeignClient(m_place->path()).value("SELECT v FROM t"), "before");
}

void TestForeignClient::anAgentsDatabase_data()
{
    QTest::addColumn<bool>("isFull");
    QTest::newRow("all columns") << true;
    QTest::newRow("few columns") << false;
}

void TestForeignClient::anAgentsDatabase()
{
    QFETCH(bool, isFull);
    const TemporaryDatabase place;
    const AgentDatabase agent(place.path(), isFull ? AgentDatabase::Columns::Full : AgentDatabase::Columns::Few);
    const QStringList contents = agent.contents();
    const QStringList definitions = agent.definitions();
    QVERIFY(contents.size() >= 10);
    QVERIFY(definitions.join(' ').contains("agent_touch"));
    ForeignClient client(place.path());
    client.must("INSERT INTO action_proposals(action_name) VALUES('drain_store')");
    client.must("UPDATE action_proposals SET status = 'validated' WHERE id = 6");
    QCOMPARE(client.value("SELECT note FROM agent_notes"), "6 is validated");
    QVERIFY(agent.contents() != contents);
    QCOMPARE(agent.definitions(), definitions);
    client.must("CREATE TABLE andon_own(id INTEGER PRIMARY KEY)");
    QCOMPARE(agent.definitions(), definitions);
    client.must("DROP TRIGGER agent_touch");
    QVERIFY(agent.definitions() != definitions);
}

QTEST_GUILESS_MAIN(TestForeignClient)
#include "tst_foreignclient.moc"
