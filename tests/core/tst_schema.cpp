// SPDX-License-Identifier: Apache-2.0
#include "core/gate/GateErrors.h"
#include "core/storage/Schema.h"
#include "core/storage/SqliteDialect.h"
#include "tests/support/AgentDatabase.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/ScriptedClock.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Thrown.h"
#include "tests/support/Workbench.h"

#include <QDir>
#include <QTest>

#include <latch>
#include <thread>

using namespace andon;
using namespace andon::test;

namespace {

std::optional<StorageProblem> problemOfOpening(const QString &path)
{
    const auto error = thrown<StorageError>([&path] { Workbench bench(path); });
    return error ? std::optional(error->problem()) : std::nullopt;
}

/// What SQLite's pragma_table_info says, of a table at a server: the same words for the same things.
constexpr char kColumnsAtServer[] =
    "SELECT column_name, CASE data_type WHEN 'text' THEN 'TEXT' WHEN 'bigint' THEN 'INTEGER' WHEN 'integer' THEN "
    "'INTEGER' ELSE data_type END, CASE WHEN column_default LIKE 'to_char(%' THEN 'CURRENT_TIMESTAMP' ELSE "
    "coalesce(split_part(column_default, '::', 1), '-') END, CASE column_name WHEN 'id' THEN 1 ELSE 0 END "
    "FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = '";

/// All that is in the database: the bytes of its file, or what a server keeps of it.
QByteArray everythingIn(const TemporaryDatabase &temporary)
{
    if (!isOnPostgres())
        return bytesOf(temporary.path());
    ForeignClient raw(temporary.path());
    return raw
        .rows("SELECT oid::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace UNION ALL "
              "SELECT oid::text FROM pg_trigger UNION ALL SELECT oid::text || md5(prosrc) FROM pg_proc UNION ALL "
              "SELECT schema_to_xml(current_schema(), true, false, '')::text ORDER BY 1")
        .join(u'\n')
        .toUtf8();
}

} // namespace

class TestSchema : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void s10_aNewDatabaseIsInObserve();
    void aNewDatabaseHasTheTablesThatAgentsKnow();
    void openingAgainChangesNothing();
    void walIsUsedOnlyWhereTheEngineIsSafe_data();
    void walIsUsedOnlyWhereTheEngineIsSafe();
    void aNewDatabaseHasTheJournalThatIsSafe();
    void s10_anAdoptedDatabaseIsInObserve_data();
    void s10_anAdoptedDatabaseIsInObserve();
    void adoptionKeepsEveryByteOfTheAgentsData_data() { s10_anAdoptedDatabaseIsInObserve_data(); }
    void adoptionKeepsEveryByteOfTheAgentsData();
    void adoptionKeepsTheJournalMode_data();
    void adoptionKeepsTheJournalMode();
    void anAdoptedDatabaseKeepsItsWayOfWritingTimes_data() { s10_anAdoptedDatabaseIsInObserve_data(); }
    void anAdoptedDatabaseKeepsItsWayOfWritingTimes();
    void anAdoptedDatabaseWithoutAnEventTakesTheTimesOfItsActions();
    void theAgentsTriggersGoOnWorking();
    void aDatabaseWithoutWhatIsNeededIsNotAdopted_data();
    void aDatabaseWithoutWhatIsNeededIsNotAdopted();
    void whatIsForeignOrNewerIsRefusedUnchanged_data();
    void whatIsForeignOrNewerIsRefusedUnchanged();
    void aReaderMakesAndAdoptsNothing();
    void manyOpenersOfANewFileAtOnceAllSucceed();
    void manyAdoptersAtOnceAllSucceed();
};

void TestSchema::initTestCase()
{
    qputenv("TZ", "Europe/Berlin"); // so that local time and UTC differ
    tzset();
}

void TestSchema::s10_aNewDatabaseIsInObserve()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    QCOMPARE(bench.kind, Schema::Kind::Empty);
    QVERIFY(bench.controller.mode() == SafetyMode::Observe);
    QVERIFY(bench.controller.isObserveOnly());
    QVERIFY(!bench.controller.canExecute());
    QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, bench.controller.checkCanExecute());
    QVERIFY(!bench.state().tripped);
    QVERIFY(!QFile::exists(temporary.permitPath()));
}

void TestSchema::aNewDatabaseHasTheTablesThatAgentsKnow()
{
    const TemporaryDatabase made;
    const Workbench bench(made.path());
    const AgentDatabase agent(made.file("agents.db"), AgentDatabase::Columns::Full);
    ForeignClient ours(made.path());
    ForeignClient theirs(agent.path());
    for (const char *table : {"action_audit_log", "action_proposals", "action_records"}) {
        const QByteArray sql = QByteArray("SELECT name, type, coalesce(dflt_value, '-'), pk FROM pragma_table_info('")
            + table + "')";
        QCOMPARE(isOnPostgres() ? ours.rows(QByteArray(kColumnsAtServer) + table + "' ORDER BY ordinal_position")
                                : ours.rows(sql),
                 theirs.rows(sql));
    }
    QCOMPARE(ours.rows(isOnPostgres() ? "SELECT indexname FROM pg_indexes WHERE indexname LIKE 'idx_audit%' ORDER BY 1"
                                      : "SELECT name FROM sqlite_master WHERE name LIKE 'idx_audit%' ORDER BY 1"),
             QStringList({"idx_audit_proposal", "idx_audit_timestamp", "idx_audit_type"}));
}

void TestSchema::openingAgainChangesNothing()
{
    const TemporaryDatabase temporary;
    {
        Workbench bench(temporary.path());
        bench.propose();
    }
    const QByteArray before = everythingIn(temporary);
    {
        const Workbench bench(temporary.path());
        QCOMPARE(bench.kind, Schema::Kind::Current);
    }
    QCOMPARE(everythingIn(temporary), before);
}

void TestSchema::walIsUsedOnlyWhereTheEngineIsSafe_data()
{
    QTest::addColumn<int>("version");
    QTest::addColumn<bool>("isSafe");
    const QList<QPair<int, bool>> versions{
        {3006023, false}, {3007000, false}, {3040001, false}, {3044005, false}, {3044006, true}, {3044007, true},
        {3045000, false}, {3045003, false}, {3049002, false}, {3050006, false}, {3050007, true}, {3051000, false},
        {3051002, false}, {3051003, true},  {3052000, true},  {3053002, true},  {4000000, true}};
    for (const auto &[version, isSafe] : versions)
        QTest::addRow("%d", version) << version << isSafe;
}

void TestSchema::walIsUsedOnlyWhereTheEngineIsSafe()
{
    QFETCH(int, version);
    QFETCH(bool, isSafe);
    QCOMPARE(SqliteDialect::isWalSafe(version), isSafe);
}

void TestSchema::aNewDatabaseHasTheJournalThatIsSafe()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    if (isOnPostgres()) {
        QVERIFY2(bench.database.describeEngine().startsWith("PostgreSQL 1"),
                 qPrintable(bench.database.describeEngine()));
        return;
    }
    const QString journal = SqliteDialect::isWalSafe() ? QStringLiteral("wal") : QStringLiteral("delete");
    QCOMPARE(SqliteDialect::journalMode(bench.database), journal);
    QCOMPARE(bench.database.describeEngine(),
             QStringLiteral("SQLite %1, %2 journal").arg(SqliteDialect::engineVersion(), journal));
}

void TestSchema::s10_anAdoptedDatabaseIsInObserve_data()
{
    QTest::addColumn<AgentDatabase::Columns>("columns");
    QTest::newRow("all columns") << AgentDatabase::Columns::Full;
    QTest::newRow("few columns") << AgentDatabase::Columns::Few;
}

void TestSchema::s10_anAdoptedDatabaseIsInObserve()
{
    ANDON_SQLITE_ONLY("an agent's own tables are adopted in files alone");
    QFETCH(AgentDatabase::Columns, columns);
    const TemporaryDatabase temporary;
    const AgentDatabase agent(temporary.path(), columns);
    Workbench bench(temporary.path());
    QCOMPARE(bench.kind, Schema::Kind::Adoptable);
    QVERIFY(!bench.controller.canExecute());
    const SafetyStatus status = bench.controller.status();
    QVERIFY2(status.isKnown, qPrintable(status.problem));
    QCOMPARE(status.display(), SafetyStatus::Display::Observe);
    QCOMPARE(status.pending, AgentDatabase::kPending);
    QCOMPARE(status.executing, 1);
}

void TestSchema::adoptionKeepsEveryByteOfTheAgentsData()
{
    ANDON_SQLITE_ONLY("an agent's own tables are adopted in files alone");
    QFETCH(AgentDatabase::Columns, columns);
    const TemporaryDatabase temporary;
    const AgentDatabase agent(temporary.path(), columns);
    const QStringList contents = agent.contents();
    QStringList definitions = agent.definitions();
    {
        Workbench bench(temporary.path());
        QCOMPARE(bench.auditor.events().size(), AgentDatabase::kEvents);
        const AuditEvent event = bench.auditor.events().at(3);
        QCOMPARE(event.eventData, "plain words, no JSON");
        QCOMPARE(bench.store.list({}, 100).size(), 5);
        QCOMPARE(bench.store.get(ProposalId(5)).statusText, "some status of its own");
        QVERIFY(!bench.store.get(ProposalId(5)).status);
    }
    QCOMPARE(agent.contents(), contents);
    // All that the agent made is there as it was; what was lacking may have come.
    const QStringList after = agent.definitions();
    for (const QString &definition : definitions)
        QVERIFY2(after.contains(definition), qPrintable(definition));
}

void TestSchema::adoptionKeepsTheJournalMode_data()
{
    QTest::addColumn<QByteArray>("mode");
    for (const char *mode : {"delete", "wal", "truncate", "persist"})
        QTest::newRow(mode) << QByteArray(mode);
}

void TestSchema::adoptionKeepsTheJournalMode()
{
    ANDON_SQLITE_ONLY("an agent's own tables are adopted in files alone");
    QFETCH(QByteArray, mode);
    const TemporaryDatabase temporary;
    const AgentDatabase agent(temporary.path(), AgentDatabase::Columns::Full, mode);
    Workbench bench(temporary.path());
    // Only WAL is a property of the file; the other three are one mode to a new connection.
    QCOMPARE(SqliteDialect::journalMode(bench.database), mode == "wal" ? "wal" : "delete");
}

void TestSchema::anAdoptedDatabaseKeepsItsWayOfWritingTimes()
{
    ANDON_SQLITE_ONLY("an agent's own tables are adopted in files alone");
    QFETCH(AgentDatabase::Columns, columns);
    const TemporaryDatabase temporary;
    const AgentDatabase agent(temporary.path(), columns);
    const ScriptedClock clock;
    Workbench bench(temporary.path(), {}, creating(), clock);
    QCOMPARE(bench.auditor.tables().timestamps, TimestampStyle::NaiveLocal);

    const ProposalId id = bench.propose();
    ForeignClient raw(temporary.path());
    QCOMPARE(raw.value("SELECT timestamp FROM action_audit_log ORDER BY id DESC LIMIT 1"), "2026-01-31T13:30:15.123");
    if (columns == AgentDatabase::Columns::Full)
        QCOMPARE(raw.value("SELECT proposed_at FROM action_proposals ORDER BY id DESC LIMIT 1"),
                 "2026-01-31T13:30:15.123");
    QCOMPARE(bench.auditor.events(id).constFirst().timestamp, clock.now());
    QVERIFY(bench.auditor.events(id).constFirst().isNaiveTimestamp);

    // What the agent wrote is read as local time of its day, in Andon's own tables it is always UTC.
    const AuditEvent first = bench.auditor.events(ProposalId(1)).constFirst();
    QCOMPARE(first.timestamp, QDateTime({2026, 1, 31}, {8, 0, 0, 123}, Qt::UTC));
    QCOMPARE(first.timestampText, "2026-01-31T09:00:00.123456");
    bench.arm();
    QCOMPARE(raw.value("SELECT changed_at FROM andon_safety_state"), "2026-01-31T12:30:15.123+00:00");

    // And so does every program that opens it later.
    const Workbench later(temporary.path());
    QCOMPARE(later.auditor.tables().timestamps, TimestampStyle::NaiveLocal);
}

void TestSchema::anAdoptedDatabaseWithoutAnEventTakesTheTimesOfItsActions()
{
    ANDON_SQLITE_ONLY("an agent's own tables are adopted in files alone");
    const TemporaryDatabase temporary;
    const AgentDatabase agent(temporary.path(), AgentDatabase::Columns::Full);
    {
        ForeignClient raw(temporary.path());
        raw.must("DELETE FROM action_audit_log");
        raw.must("UPDATE action_proposals SET proposed_at = '2026-01-31T09:00:00.123456'");
    }
    const Workbench bench(temporary.path());
    QCOMPARE(bench.auditor.tables().timestamps, TimestampStyle::NaiveLocal);
}

void TestSchema::theAgentsTriggersGoOnWorking()
{
    ANDON_SQLITE_ONLY("an agent's own tables are adopted in files alone");
    const TemporaryDatabase temporary;
    const AgentDatabase agent(temporary.path(), AgentDatabase::Columns::Full);
    Workbench bench(temporary.path());
    const StopReceipt receipt = bench.controller.killSwitch("test");
    QCOMPARE(receipt.cancelledCount, AgentDatabase::kPending);
    ForeignClient raw(temporary.path());
    QCOMPARE(raw.rows("SELECT note FROM agent_notes ORDER BY id"), QStringList({"1 is cancelled", "2 is cancelled"}));
}

void TestSchema::aDatabaseWithoutWhatIsNeededIsNotAdopted_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QString>("named");
    QTest::newRow("a log without a time") << QByteArray(
        "CREATE TABLE action_audit_log(id INTEGER PRIMARY KEY, proposal_id, event_type, event_data, actor)")
                                          << "timestamp";
    QTest::newRow("actions without a status")
        << QByteArray("CREATE TABLE action_proposals(id INTEGER PRIMARY KEY, action_name TEXT)") << "status";
    QTest::newRow("records of nothing") << QByteArray(
        "CREATE TABLE action_proposals(id INTEGER PRIMARY KEY, action_name TEXT, status TEXT);"
        "CREATE TABLE action_records(id INTEGER PRIMARY KEY, started_at TEXT)")
                                        << "proposal_id";
}

void TestSchema::aDatabaseWithoutWhatIsNeededIsNotAdopted()
{
    ANDON_SQLITE_ONLY("an agent's own tables are adopted in files alone");
    QFETCH(QByteArray, sql);
    QFETCH(QString, named);
    const TemporaryDatabase temporary;
    ForeignClient(temporary.path()).must(sql);
    const QByteArray before = everythingIn(temporary);
    const auto error = thrown<StorageError>([&temporary] { Workbench bench(temporary.path()); });
    QVERIFY(error);
    QCOMPARE(error->problem(), StorageProblem::Foreign);
    QVERIFY2(error->message().contains(named), error->what());
    QCOMPARE(everythingIn(temporary), before);
}

void TestSchema::whatIsForeignOrNewerIsRefusedUnchanged_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<StorageProblem>("problem");
    QTest::newRow("another program's") << QByteArray("CREATE TABLE accounts(id INTEGER PRIMARY KEY, balance TEXT)")
                                       << StorageProblem::Foreign;
    QTest::newRow("another program's, a view only")
        << QByteArray("CREATE VIEW v AS SELECT 1") << StorageProblem::Foreign;
    if (isOnPostgres())
        QTest::newRow("an agent's") << QByteArray(
            "CREATE TABLE action_audit_log(id INTEGER PRIMARY KEY, proposal_id BIGINT, event_type TEXT, event_data TEXT, "
            "actor TEXT, timestamp TEXT)")
                                    << StorageProblem::Foreign;
    QTest::newRow("a newer schema") << QByteArray(
        "CREATE TABLE andon_meta(key TEXT PRIMARY KEY, value TEXT); INSERT INTO andon_meta "
        "VALUES('schema_version', '"
        + QByteArray::number(Schema::kVersion + 1) + "')")
                                    << StorageProblem::NewerSchema;
    QTest::newRow("a much newer schema") << QByteArray(
        "CREATE TABLE andon_meta(key TEXT PRIMARY KEY, value TEXT); INSERT INTO andon_meta "
        "VALUES('schema_version', '4000')")
                                         << StorageProblem::NewerSchema;
    QTest::newRow("no version") << QByteArray("CREATE TABLE andon_meta(key TEXT PRIMARY KEY, value TEXT)")
                                << StorageProblem::Corrupt;
    QTest::newRow("a version that is none")
        << QByteArray("CREATE TABLE andon_meta(key TEXT PRIMARY KEY, value TEXT); INSERT INTO andon_meta "
                      "VALUES('schema_version', 'banana')")
        << StorageProblem::Corrupt;
}

void TestSchema::whatIsForeignOrNewerIsRefusedUnchanged()
{
    QFETCH(QByteArray, sql);
    QFETCH(StorageProblem, problem);
    const TemporaryDatabase temporary;
    ForeignClient(temporary.path()).must(sql);
    const QByteArray before = everythingIn(temporary);
    QCOMPARE(problemOfOpening(temporary.path()), problem);
    QCOMPARE(everythingIn(temporary), before);
    QCOMPARE(QDir(temporary.folder()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
             isOnPostgres() ? QStringList() : QStringList("andon.db"));
}

void TestSchema::aReaderMakesAndAdoptsNothing()
{
    const TemporaryDatabase temporary;
    Database::Options readOnly;
    readOnly.access = Database::Access::ReadOnly;
    if (isOnPostgres()) {
        const QByteArray empty = everythingIn(temporary);
        QCOMPARE(Workbench(temporary.path(), {}, readOnly).kind, Schema::Kind::Empty);
        QCOMPARE(everythingIn(temporary), empty);
        return;
    }
    QVERIFY_THROWS_EXCEPTION(StorageError, Workbench(temporary.path(), {}, readOnly));
    QVERIFY(!QFile::exists(temporary.path()));

    const AgentDatabase agent(temporary.path(), AgentDatabase::Columns::Full);
    const QByteArray before = everythingIn(temporary);
    {
        Workbench reader(temporary.path(), {}, readOnly);
        QCOMPARE(reader.kind, Schema::Kind::Adoptable);
        QCOMPARE(reader.auditor.events().size(), AgentDatabase::kEvents);
        QVERIFY(!reader.controller.canExecute());
        QVERIFY(!reader.controller.status().isKnown);
    }
    QCOMPARE(everythingIn(temporary), before);
}

void TestSchema::manyOpenersOfANewFileAtOnceAllSucceed()
{
    constexpr int kOpeners = 6;
    const int rounds = isOnPostgres() ? 3 : 10;
    for (int round = 0; round < rounds; ++round) {
        const TemporaryDatabase temporary;
        std::latch ready(kOpeners);
        std::atomic_int failed{0};
        std::vector<std::thread> openers;
        openers.reserve(kOpeners);
        for (int i = 0; i < kOpeners; ++i) {
            openers.emplace_back([&] {
                ready.arrive_and_wait();
                try {
                    Workbench bench(temporary.path());
                    bench.propose();
                } catch (const std::exception &error) {
                    qWarning("%s", error.what());
                    ++failed;
                }
            });
        }
        for (std::thread &opener : openers)
            opener.join();
        QCOMPARE(failed.load(), 0);
        ForeignClient raw(temporary.path());
        QCOMPARE(raw.number("SELECT count(*) FROM action_proposals"), kOpeners);
        QCOMPARE(raw.number("SELECT count(*) FROM andon_safety_state"), 1);
        if (!isOnPostgres())
            QCOMPARE(raw.value("PRAGMA integrity_check"), "ok");
    }
}

void TestSchema::manyAdoptersAtOnceAllSucceed()
{
    ANDON_SQLITE_ONLY("an agent's own tables are adopted in files alone");
    constexpr int kOpeners = 4;
    const TemporaryDatabase temporary;
    const AgentDatabase agent(temporary.path(), AgentDatabase::Columns::Few);
    const QStringList contents = agent.contents();
    std::atomic_int failed{0};
    std::vector<std::thread> openers;
    openers.reserve(kOpeners);
    for (int i = 0; i < kOpeners; ++i) {
        openers.emplace_back([&] {
            try {
                const Workbench bench(temporary.path());
            } catch (const std::exception &error) {
                qWarning("%s", error.what());
                ++failed;
            }
        });
    }
    for (std::thread &opener : openers)
        opener.join();
    QCOMPARE(failed.load(), 0);
    QCOMPARE(agent.contents().filter("INSERT"), contents.filter("INSERT"));
    QCOMPARE(ForeignClient(temporary.path()).number("SELECT count(*) FROM andon_safety_state"), 1);
}

QTEST_GUILESS_MAIN(TestSchema)
#include "tst_schema.moc"
