// SPDX-License-Identifier: Apache-2.0
#include "tests/support/AgentDatabase.h"
#include "tests/support/Andonctl.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/TemporaryDatabase.h"
#include "tests/support/TestEngine.h"

#include <QtTest>

#ifdef Q_OS_UNIX
#include <sys/stat.h>
#endif

using namespace andon::test;

/// Databases that are not what they should be, and those that an agent made.
class TestAndonctlDatabases : public QObject
{
    Q_OBJECT

private slots:
    void whatIsNoDatabaseIsRefusedUnchanged_data();
    void whatIsNoDatabaseIsRefusedUnchanged();
    void aFolderOrAPipeIsRefused();
    void aKillOnSuchAPathStillTrips();
    void aDatabaseThatCanOnlyBeReadIsShown();
    void anAgentsTablesAtAServerAreNotAdopted();
    void anAgentsDatabaseIsAdopted_data();
    void anAgentsDatabaseIsAdopted();
    void anAdoptedAgentIsGated();
    void adoptingNothingMakesNothing();
    void theConventionOfTimesCanBeChosenWhereRowsDoNotTell();
    void theConventionOfTimesCannotContradictRows();
};

namespace {

void makeWith(const QString &path, const QByteArray &sql)
{
    ForeignClient(path).must(sql);
}

/// All that is in the database: the bytes of its file, or what a server keeps of it.
QByteArray everythingIn(const TemporaryDatabase &place)
{
    return isOnPostgres()
        ? ForeignClient(place.path()).value("SELECT schema_to_xml(current_schema(), true, false, '')").toUtf8()
        : bytesOf(place.path());
}

/// Each command, as far as it needs nothing that exists.
QList<QStringList> everyCommand()
{
    return {{"status"},
            {"gate"},
            {"mode", "execute", "--reason", "x"},
            {"mode", "observe", "--reason", "x"},
            {"reset", "--reason", "x"},
            {"propose", "--action", "a", "--reason", "x"},
            {"validate", "1"},
            {"claim", "1"},
            {"complete", "1"},
            {"cancel", "1"},
            {"actions"},
            {"log"},
            {"checkpoint"},
            {"key", "show"},
            {"simulate", "--count", "1"}};
}

} // namespace

void TestAndonctlDatabases::whatIsNoDatabaseIsRefusedUnchanged_data()
{
    QTest::addColumn<QString>("kind");
    if (!isOnPostgres())
        QTest::newRow("garbage") << "garbage";
    QTest::newRow("another program's database") << "foreign";
    QTest::newRow("an agent's log without what is needed") << "lacking";
    QTest::newRow("newer schema") << "newer";
    QTest::newRow("schema without a number") << "unnumbered";
}

void TestAndonctlDatabases::whatIsNoDatabaseIsRefusedUnchanged()
{
    QFETCH(QString, kind);
    const TemporaryDatabase place;
    const Andonctl ctl(place.path());
    if (kind == "garbage")
        write(place.path(), QByteArray("This is not a database, but long enough to be taken for one. ").repeated(200));
    else if (kind == "foreign")
        makeWith(place.path(), "CREATE TABLE recipes(id INTEGER PRIMARY KEY, name TEXT)");
    else if (kind == "lacking")
        makeWith(place.path(), "CREATE TABLE action_audit_log(id INTEGER PRIMARY KEY, what TEXT)");
    else {
        QCOMPARE(ctl.run({"status"}).status, 0);
        makeWith(place.path(),
                 kind == "newer" ? "UPDATE andon_meta SET value = '999' WHERE key = 'schema_version'"
                                 : "DELETE FROM andon_meta WHERE key = 'schema_version'");
    }
    const QByteArray before = everythingIn(place);

    QList<QStringList> commands = everyCommand();
    commands << QStringList{"adopt", place.path()};
    for (const QStringList &command : std::as_const(commands)) {
        const Andonctl::Result result = ctl.run(command);
        QVERIFY2(result.status == 5, qPrintable(command.join(u' ') + ": " + result.err));
        QVERIFY2(result.err.startsWith("andonctl: "), result.err.constData());
        QCOMPARE(everythingIn(place), before);
    }
    const QJsonObject unknown = ctl.run({"status", "--json"}).json();
    QCOMPARE(unknown.value("mode").toString(), "unknown");
    QVERIFY(!unknown.value("permit").toBool());
    QVERIFY(unknown.value("tripped").isNull());
    QVERIFY(!unknown.value("reason").toString().isEmpty());
    QCOMPARE(unknown.size(), 17); // the fields of a known state
    QVERIFY(!QFileInfo::exists(place.permitPath()));
}

void TestAndonctlDatabases::aFolderOrAPipeIsRefused()
{
    ANDON_SQLITE_ONLY("what stands in the place of a file");
    const TemporaryDatabase place;
    QVERIFY(QDir().mkdir(place.path()));
    const Andonctl folder(place.path());
    for (const QStringList &command : everyCommand())
        QVERIFY2(folder.run(command).status == 5, qPrintable(command.join(u' ')));
#ifdef Q_OS_UNIX
    const QString path = place.file("pipe");
    QCOMPARE(::mkfifo(qPrintable(path), 0600), 0);
    QCOMPARE(Andonctl(path).run({"status"}).status, 5);
#endif
    const Andonctl nowhere(place.file("no/such/folder/andon.db"));
    QCOMPARE(nowhere.run({"gate"}).status, 5);
}

void TestAndonctlDatabases::aKillOnSuchAPathStillTrips()
{
    ANDON_SQLITE_ONLY("the bytes of a file");
    const TemporaryDatabase place;
    const QByteArray garbage = QByteArray("not a database at all ").repeated(400);
    write(place.path(), garbage);
    write(place.permitPath(), "1\n");
    const Andonctl ctl(place.path());
    const Andonctl::Result kill = ctl.run({"kill", "--reason", "it burns", "--json"});
    QCOMPARE(kill.status, 1);
    QVERIFY2(kill.err.contains("Stopped: nothing may start any more."), kill.err.constData());
    QVERIFY2(kill.err.contains("stopped, not yet recorded"), kill.err.constData());
    QVERIFY(kill.json().value("stop_id").isNull());
    QVERIFY(kill.json().value("permit_revoked_us").toInteger() > 0);
    QVERIFY(!QFileInfo::exists(place.permitPath()));
    QVERIFY(QFileInfo::exists(place.stopPath()));
    QCOMPARE(bytesOf(place.path()), garbage);
    QCOMPARE(ctl.run({"gate"}).status, 4); // needs no database to say so
    const Andonctl::Result status = ctl.run({"status"});
    QCOMPARE(status.status, 5);
    QVERIFY2(status.out.startsWith("STOPPED, NOT YET RECORDED"), status.out.constData());
}

void TestAndonctlDatabases::aDatabaseThatCanOnlyBeReadIsShown()
{
    const TemporaryDatabase place;
    const Andonctl ctl(place.path());
    QCOMPARE(ctl.run({"propose", "--action", "a", "--reason", "x"}).status, 0);
    if (isOnPostgres()) {
        QCOMPARE(ctl.run({"init-roles"}).status, 0);
        const QByteArray before = everythingIn(place);
        const Andonctl reviewer(place.path() + "?options=-c%20role%3Dandon_reviewer");
        for (const QStringList &command : {QStringList{"status"}, QStringList{"log"}, QStringList{"actions"}}) {
            const Andonctl::Result result = reviewer.run(command);
            QVERIFY2(result.status == 0, result.err.constData());
        }
        QVERIFY(reviewer.run({"log"}).out.contains("proposed"));
        QCOMPARE(reviewer.run({"gate"}).status, 3);
        QCOMPARE(reviewer.run({"propose", "--action", "a", "--reason", "x"}).status, 1);
        QCOMPARE(everythingIn(place), before);
        return;
    }
    ForeignClient(place.path()).must("PRAGMA journal_mode=DELETE");
    const QByteArray before = bytesOf(place.path());
    QVERIFY(QFile::setPermissions(place.folder(),
                                  QFile::permissions(place.folder()) | QFileDevice::ReadOther | QFileDevice::ExeOther));
    QVERIFY(QFile::setPermissions(place.path(), QFileDevice::ReadOwner | QFileDevice::ReadOther));
    if (ctl.runUnprivileged({"--version"}).status != 0)
        QSKIP("the program cannot be run by another account here");
    for (const QStringList &command : {QStringList{"status"}, QStringList{"log"}, QStringList{"actions"}}) {
        const Andonctl::Result result = ctl.runUnprivileged(command);
        QVERIFY2(result.status == 0, result.err.constData());
        QVERIFY2(result.err.contains("can only be read"), result.err.constData());
    }
    QVERIFY(ctl.runUnprivileged({"log"}).out.contains("proposed"));
    QCOMPARE(ctl.runUnprivileged({"gate"}).status, 3);
    QCOMPARE(ctl.runUnprivileged({"propose", "--action", "a", "--reason", "x"}).status, 1);
    QCOMPARE(bytesOf(place.path()), before);
}

void TestAndonctlDatabases::anAgentsTablesAtAServerAreNotAdopted()
{
    ANDON_POSTGRESQL_ONLY("an agent's own tables are adopted in files alone");
    const TemporaryDatabase place;
    const AgentDatabase agent(place.path(), AgentDatabase::Columns::Full);
    const QStringList before = agent.contents();
    const QStringList definitions = agent.definitions();
    const Andonctl ctl(place.path());
    for (const QStringList &command : {QStringList{"adopt", place.path()}, QStringList{"status"}, QStringList{"log"}}) {
        const Andonctl::Result result = ctl.run(command);
        QVERIFY2(result.status == 5, result.err.constData());
        QVERIFY2((result.err + result.out).contains("andonctl copy"), result.err.constData());
    }
    QCOMPARE(agent.contents(), before);
    QCOMPARE(agent.definitions(), definitions);
}

void TestAndonctlDatabases::anAgentsDatabaseIsAdopted_data()
{
    QTest::addColumn<bool>("isFull");
    QTest::newRow("all columns") << true;
    QTest::newRow("few columns") << false;
}

void TestAndonctlDatabases::anAgentsDatabaseIsAdopted()
{
    ANDON_SQLITE_ONLY("an agent's own tables are adopted in files alone");
    QFETCH(bool, isFull);
    const TemporaryDatabase place;
    const AgentDatabase agent(place.path(), isFull ? AgentDatabase::Columns::Full : AgentDatabase::Columns::Few);
    const QStringList before = agent.contents();
    const Andonctl ctl(place.file("another.db"));

    const Andonctl::Result adopted = ctl.run({"adopt", place.path(), "--json"});
    QVERIFY2(adopted.status == 0, adopted.err.constData());
    QCOMPARE(adopted.json().keys(),
             QStringList({"database", "events", "mode", "pending", "proposals", "sealed", "timestamps", "was"}));
    QCOMPARE(adopted.json().value("was").toString(), "agent");
    QCOMPARE(adopted.json().value("timestamps").toString(), "naive-local");
    QCOMPARE(adopted.json().value("events").toInteger(), AgentDatabase::kEvents);
    QCOMPARE(adopted.json().value("pending").toInteger(), AgentDatabase::kPending);
    QCOMPARE(adopted.json().value("sealed").toInteger(), AgentDatabase::kEvents);
    QCOMPARE(adopted.json().value("mode").toString(), "observe");
    QCOMPARE(agent.contents(), before);
    QCOMPARE(ctl.run({"adopt", place.path(), "--json"}).json().value("was").toString(), "current");
    QVERIFY(!QFileInfo::exists(place.file("another.db")));

    const Andonctl::Result log = ctl.run({"log", "--database", place.path(), "--json"});
    QCOMPARE(log.lines().size(), AgentDatabase::kEvents);
    QCOMPARE(ctl.run({"actions", "--database", place.path()}).status, 0);
}

void TestAndonctlDatabases::anAdoptedAgentIsGated()
{
    ANDON_SQLITE_ONLY("an agent's own tables are adopted in files alone");
    const TemporaryDatabase place;
    const AgentDatabase agent(place.path(), AgentDatabase::Columns::Full);
    const Andonctl ctl(place.path());
    const QByteArray claim = "UPDATE action_proposals SET status = 'executing' WHERE id = "
        + QByteArray::number(AgentDatabase::kValidatedId);
    QCOMPARE(ctl.run({"adopt", place.path()}).status, 0);
    ForeignClient plain(place.path());
    QVERIFY(plain.run(claim).contains("Action execution blocked: observe-only mode is active"));
    QCOMPARE(ctl.run({"mode", "execute", "--keep-pending", "--reason", "test"}).status, 0);
    QCOMPARE(plain.run(claim), QString());
    QCOMPARE(ctl.run({"kill"}).status, 0);
    const QString newest = plain.value("SELECT timestamp FROM action_audit_log ORDER BY id DESC LIMIT 1");
    QVERIFY2(!newest.contains('+'), qPrintable(newest)); // the agent's own convention goes on
}

void TestAndonctlDatabases::adoptingNothingMakesNothing()
{
    ANDON_SQLITE_ONLY("an agent's own tables are adopted in files alone");
    const TemporaryDatabase place;
    const Andonctl ctl(place.path());
    QCOMPARE(ctl.run({"adopt", place.path()}).status, 5);
    QVERIFY(!QFileInfo::exists(place.path()));
    QCOMPARE(ctl.run({"adopt"}).status, 2);
    QCOMPARE(ctl.run({"adopt", place.path(), "--database", place.path()}).status, 2);
    QCOMPARE(ctl.run({"adopt", place.path(), "--timestamps", "julian"}).status, 2);
}

void TestAndonctlDatabases::theConventionOfTimesCanBeChosenWhereRowsDoNotTell()
{
    ANDON_SQLITE_ONLY("an agent's own tables are adopted in files alone");
    const TemporaryDatabase empty;
    const Andonctl ctl(empty.path());
    makeWith(empty.path(),
             "CREATE TABLE action_audit_log(id INTEGER PRIMARY KEY AUTOINCREMENT, proposal_id INTEGER, "
             "event_type TEXT NOT NULL, event_data TEXT, actor TEXT NOT NULL, timestamp TEXT NOT NULL)");
    QCOMPARE(
        ctl.run({"adopt", empty.path(), "--timestamps", "naive-local", "--json"}).json().value("timestamps").toString(),
        "naive-local");
    QCOMPARE(ctl.run({"propose", "--action", "a", "--reason", "x"}).status, 0);
    const QString written = ForeignClient(empty.path()).value("SELECT timestamp FROM action_audit_log");
    QVERIFY2(!written.contains('+') && written.contains('T'), qPrintable(written));

    // Naive rows do not say which kind of naive they are.
    const TemporaryDatabase place;
    const AgentDatabase agent(place.path(), AgentDatabase::Columns::Full);
    QCOMPARE(
        ctl.run({"adopt", place.path(), "--timestamps", "naive-utc", "--json"}).json().value("timestamps").toString(),
        "naive-utc");
}

void TestAndonctlDatabases::theConventionOfTimesCannotContradictRows()
{
    ANDON_SQLITE_ONLY("an agent's own tables are adopted in files alone");
    const TemporaryDatabase place;
    const AgentDatabase agent(place.path(), AgentDatabase::Columns::Full);
    const Andonctl ctl(place.path());
    const QByteArray before = bytesOf(place.path());
    const Andonctl::Result refused = ctl.run({"adopt", place.path(), "--timestamps", "utc"});
    QCOMPARE(refused.status, 1);
    QVERIFY2(refused.err.contains("naive-local"), refused.err.constData());
    QCOMPARE(bytesOf(place.path()), before);
    QCOMPARE(ctl.run({"adopt", place.path()}).status, 0);
    QCOMPARE(ctl.run({"adopt", place.path(), "--timestamps", "naive-utc"}).status, 1);
    QCOMPARE(ctl.run({"adopt", place.path(), "--timestamps", "naive-local"}).status, 0);
}

QTEST_GUILESS_MAIN(TestAndonctlDatabases)
#include "tst_andonctl_databases.moc"
