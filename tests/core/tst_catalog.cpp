// SPDX-License-Identifier: Apache-2.0
// What a database has, asked of either engine: Catalog, ChangeFeed, and what Schema makes of a server's database.

#include "core/storage/Catalog.h"
#include "core/storage/ChangeFeed.h"
#include "core/storage/Database.h"
#include "core/storage/Schema.h"
#include "tests/support/PostgresServer.h"
#include "tests/support/TemporaryDatabase.h"

#include <QtTest>

#include <future>

using namespace andon;
using namespace andon::test;

class TestCatalog : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void answersAlikeOnBothEngines_data();
    void answersAlikeOnBothEngines();
    void hearsOfForeignCommits_data() { answersAlikeOnBothEngines_data(); }
    void hearsOfForeignCommits();
    void anEmptySchemaIsEmpty();
    void aSchemaOfAnotherProgramIsRefused();
    void anAgentsTablesAreNotAdoptedAtAServer();
    void inspectingInsideATransactionLeavesItOpen();
    void severalProgramsLayOutOneDatabase();

private:
    [[nodiscard]] std::unique_ptr<Database> open(const QString &engine) const;

    std::unique_ptr<PostgresServer> m_server;
    std::unique_ptr<TemporaryDatabase> m_file;
    std::unique_ptr<Database> m_database; ///< at the server, with an empty schema
};

void TestCatalog::initTestCase()
{
    m_server = std::make_unique<PostgresServer>();
    if (m_server->isMissing())
        QSKIP(qPrintable(m_server->problem()));
    QVERIFY2(m_server->isRunning(), qPrintable(m_server->problem()));
    m_database = open("PostgreSQL");
}

void TestCatalog::init()
{
    m_file = std::make_unique<TemporaryDatabase>();
    m_database->runScript("DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public");
}

std::unique_ptr<Database> TestCatalog::open(const QString &engine) const
{
    if (engine == "PostgreSQL")
        return std::make_unique<Database>(DatabaseLocation::parse(m_server->uri("postgres")), Database::Options());
    Database::Options options;
    options.create = true;
    return std::make_unique<Database>(m_file->location(), options);
}

void TestCatalog::answersAlikeOnBothEngines_data()
{
    QTest::addColumn<QString>("engine");
    QTest::newRow("SQLite") << "SQLite";
    QTest::newRow("PostgreSQL") << "PostgreSQL";
}

void TestCatalog::answersAlikeOnBothEngines()
{
    QFETCH(QString, engine);
    const auto database = open(engine);
    Catalog catalog(*database);
    QVERIFY(catalog.isEmpty());
    database->runScript("CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT, kind TEXT, size INTEGER, gone TEXT);"
                        "ALTER TABLE item DROP COLUMN gone;"
                        "CREATE TABLE pair(a INTEGER, b INTEGER, PRIMARY KEY(a, b));"
                        "CREATE TABLE named(id TEXT PRIMARY KEY);"
                        "CREATE TABLE \"Odd name\"(\"A b\" TEXT);"
                        "CREATE INDEX by_name ON item(name, kind);"
                        "CREATE INDEX by_part ON item(size) WHERE size > 3;"
                        "CREATE INDEX by_lower ON item(lower(kind));"
                        "CREATE VIEW seen AS SELECT name FROM item;");
    QVERIFY(!catalog.isEmpty());
    QVERIFY(catalog.hasTable("item"));
    QVERIFY(catalog.hasTable("Odd name"));
    QVERIFY(!catalog.hasTable("odd name"));
    QVERIFY(!catalog.hasTable("seen"));
    QVERIFY(!catalog.hasTable("nothing.such; thing"));
    QCOMPARE(catalog.columnsOf("item"), (QStringList{"id", "name", "kind", "size"}));
    QCOMPARE(catalog.columnsOf("Odd name"), QStringList("A b"));
    QCOMPARE(catalog.columnsOf("nothing"), QStringList());
    QStringList indexed = catalog.indexedColumns("item");
    indexed.removeAll("id"); // the number of the row has no index of its own on SQLite
    QCOMPARE(indexed, QStringList("name"));
    QVERIFY(catalog.isRowNumber("item", "id"));
    QVERIFY(!catalog.isRowNumber("item", "size"));
    QVERIFY(!catalog.isRowNumber("pair", "a"));
    QVERIFY(!catalog.isRowNumber("named", "id"));
}

void TestCatalog::hearsOfForeignCommits()
{
    QFETCH(QString, engine);
    const auto writer = open(engine);
    writer->runScript("CREATE TABLE item(id INTEGER PRIMARY KEY)");
    const auto reader = open(engine);
    ChangeFeed feed(*reader);
    QVERIFY(feed.hasChanged());
    (void)feed.hasChanged(); // a server's own housekeeping is told, too
    for (int i = 0; i < 3; ++i) {
        writer->run("INSERT INTO item(id) VALUES(?)", {i});
        QVERIFY(feed.hasChanged());
    }
}

void TestCatalog::anEmptySchemaIsEmpty()
{
    QCOMPARE(Schema::inspect(*m_database), Schema::Kind::Empty);
    QVERIFY(!m_database->isInTransaction());
}

void TestCatalog::aSchemaOfAnotherProgramIsRefused()
{
    m_database->runScript("CREATE TABLE somebody(id int)");
    try {
        Schema::ensure(*m_database);
        QFAIL("accepted");
    } catch (const StorageError &error) {
        QCOMPARE(error.problem(), StorageProblem::Foreign);
        QVERIFY2(error.message().contains("a schema of its own"), error.what());
    }
    QVERIFY(!m_database->isInTransaction());
    QVERIFY(!Catalog(*m_database).hasTable("andon_meta"));
}

void TestCatalog::anAgentsTablesAreNotAdoptedAtAServer()
{
    m_database->runScript("CREATE TABLE action_audit_log(id bigint PRIMARY KEY, proposal_id bigint, event_type text, "
                          "event_data text, actor text, timestamp text)");
    try {
        Schema::ensure(*m_database);
        QFAIL("accepted");
    } catch (const StorageError &error) {
        QCOMPARE(error.problem(), StorageProblem::Foreign);
        QVERIFY2(error.message().contains("andonctl copy"), error.what());
    }
}

void TestCatalog::inspectingInsideATransactionLeavesItOpen()
{
    Transaction transaction(*m_database);
    QCOMPARE(Schema::inspect(*m_database), Schema::Kind::Empty);
    QVERIFY(m_database->isInTransaction());
    m_database->runScript("CREATE TABLE kept(id int)");
    transaction.commit();
    QVERIFY(Catalog(*m_database).hasTable("kept"));
}

void TestCatalog::severalProgramsLayOutOneDatabase()
{
    if (!QFile::exists(":/andon/migrations/postgresql"))
        QSKIP("This program has no migrations for PostgreSQL.");
    QList<std::shared_future<Schema::Kind>> programs;
    for (int i = 0; i < 4; ++i)
        programs << std::async(std::launch::async, [this] { return Schema::ensure(*open("PostgreSQL")); }).share();
    int empty = 0;
    for (const auto &program : std::as_const(programs))
        empty += program.get() == Schema::Kind::Empty ? 1 : 0;
    QCOMPARE(empty, 1);
    QCOMPARE(Schema::inspect(*m_database), Schema::Kind::Current);
}

QTEST_GUILESS_MAIN(TestCatalog)
#include "tst_catalog.moc"
