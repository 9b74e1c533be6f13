// SPDX-License-Identifier: Apache-2.0
#include "core/guard/GuardedTree.h"
#include "tests/SourceFolder.h"
#include "tests/e2e/support/Example.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/TemporaryDatabase.h"
#include "tests/support/TestEngine.h"

#include <QJsonArray>
#include <QRegularExpression>
#include <QtTest>

using namespace andon::test;

/// The agents of docs/agents.md, as they are printed there.
class TestAgents : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void thePageShowsWhatIsTried_data();
    void thePageShowsWhatIsTried();
    void aShellAgentThatAsks();
    void aShellAgentThatIsGuarded();
    void aPythonAgentActsAndRuns();
    void aPythonAgentFailsClosed_data();
    void aPythonAgentFailsClosed();
    void aPythonAgentHasTwentyLines();
    void anAgentOfPlainSqlIsRefusedByTheDatabase_data();
    void anAgentOfPlainSqlIsRefusedByTheDatabase();
    void aProgramThatLinksTheLibrary();

private:
    void arm() { QCOMPARE(m_ctl->run({"mode", "execute", "--reason", "test"}).status, 0); }
    [[nodiscard]] Andonctl::Result run(const QString &program, const QStringList &arguments,
                                       const QStringList &folders = foldersWithAndonctl()) const
    {
        return runExample(*prepareExample(m_place->path(), program, arguments, folders));
    }
    /// A Python program that has the example as the module `agent`.
    [[nodiscard]] Andonctl::Result python(const QString &program,
                                          const QStringList &folders = foldersWithAndonctl()) const
    {
        return run(m_python, {"-c", "import sys; sys.path.insert(0, '" + example({}) + "')\nimport agent\n" + program},
                   folders);
    }
    [[nodiscard]] QStringList statuses() const
    {
        return ForeignClient(m_place->path(), 5000).rows("SELECT status FROM action_proposals ORDER BY id");
    }
    void buildCppAgent(const QString &prefix, const QString &folder);

    std::unique_ptr<TemporaryDatabase> m_place;
    std::unique_ptr<Andonctl> m_ctl;
    QString m_python;
};

void TestAgents::initTestCase()
{
    if (andon::GuardedTree::findProgram().isEmpty())
        QSKIP("this system has no andon-guard");
    m_python = QStandardPaths::findExecutable("python3");
}

void TestAgents::init()
{
    m_place = std::make_unique<TemporaryDatabase>();
    m_ctl = std::make_unique<Andonctl>(m_place->path());
}

void TestAgents::thePageShowsWhatIsTried_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name :
         {"agent-gate.sh", "agent-run.sh", "agent.py", "cpp-agent/CMakeLists.txt", "hooks/guarded-shell"})
        QTest::newRow(name) << QString(name);
}

void TestAgents::thePageShowsWhatIsTried()
{
    QFETCH(QString, name);
    QString text = bytesOf(example(name));
    static const QRegularExpression head("^(#!.*\n)?# SPDX.*\n");
    text.remove(head);
    QVERIFY(text.size() > 50);
    QVERIFY(QString(bytesOf(ANDON_SOURCE_DIR "/docs/agents.md")).contains("\n" + text + "```\n"));
}

void TestAgents::aShellAgentThatAsks()
{
    const QString trace = m_place->file("trace");
    QCOMPARE(run(example("agent-gate.sh"), {"touch " + trace}).status, 3);
    QVERIFY(!QFileInfo::exists(trace));
    arm();
    QCOMPARE(run(example("agent-gate.sh"), {"touch " + trace, "exit 6"}).status, 6);
    QVERIFY(QFileInfo::exists(trace));

    // What is in flight is not stopped, and nothing tells of it.
    const QString late = m_place->file("late");
    const QString next = m_place->file("next");
    const auto agent = prepareExample(m_place->path(), example("agent-gate.sh"),
                                      {"echo ready >&2; read x; touch " + late, "touch " + next});
    agent->start();
    QVERIFY(Andonctl::waitUntilItSays(*agent, "ready"));
    QCOMPARE(m_ctl->run({"kill", "--json"}).json().value("running").toInt(-1), 0);
    agent->write("go on\n");
    QCOMPARE(Andonctl::finish(*agent).status, 4);
    QVERIFY(QFileInfo::exists(late));
    QVERIFY(!QFileInfo::exists(next));
    QVERIFY(statuses().isEmpty());
}

void TestAgents::aShellAgentThatIsGuarded()
{
    const QString trace = m_place->file("trace");
    QCOMPARE(run(example("agent-run.sh"), {"touch " + trace}).status, 3);
    QVERIFY(!QFileInfo::exists(trace));
    arm();
    QCOMPARE(run(example("agent-run.sh"), {"touch " + trace, "exit 6", "echo never"}).status, 6);
    QVERIFY(QFileInfo::exists(trace));
    QCOMPARE(statuses(), (QStringList{"cancelled", "completed", "failed"}));

    const QString late = m_place->file("late");
    const auto agent = prepareExample(m_place->path(), example("agent-run.sh"),
                                      {"echo ready >&2; read x; touch " + late, "touch " + late});
    agent->start();
    QVERIFY(Andonctl::waitUntilItSays(*agent, "ready"));
    const QJsonObject receipt = m_ctl->run({"kill", "--json"}).json();
    QCOMPARE(receipt.value("running").toInt(), 1);
    QCOMPARE(receipt.value("confirmed").toInt(), 1);
    QCOMPARE(Andonctl::finish(*agent).status, 4);
    QVERIFY(!QFileInfo::exists(late));
    QCOMPARE(statuses().constLast(), "cancelled");
}

void TestAgents::aPythonAgentActsAndRuns()
{
    if (m_python.isEmpty())
        QSKIP("there is no python3 here");
    arm();
    QCOMPARE(python("agent.act('count', 'to know', lambda: {'stores': 3})").status, 0);
    QCOMPARE(ForeignClient(m_place->path()).value("SELECT result_data FROM action_records"), R"({"stores":3})");
    QVERIFY(python("agent.act('break', 'to see', lambda: 1 / 0)").err.contains("ZeroDivisionError"));
    QCOMPARE(ForeignClient(m_place->path()).value("SELECT last_error FROM action_proposals WHERE id = 2"),
             "ZeroDivisionError('division by zero')");
    QCOMPARE(run(example("agent.py"), {"sh", "-c", "exit 8"}).status, 8);
    QCOMPARE(statuses(), (QStringList{"completed", "failed", "failed"}));
    QCOMPARE(ForeignClient(m_place->path()).rows("SELECT DISTINCT agent_id FROM action_proposals"),
             QStringList{"python-1"});
}

void TestAgents::aPythonAgentFailsClosed_data()
{
    QTest::addColumn<QString>("andonctl"); // what stands in for it; empty: nothing
    QTest::newRow("andonctl is missing") << QString();
    QTest::newRow("it fails") << "exit 1";
    QTest::newRow("it cannot tell") << "exit 5";
    QTest::newRow("it crashes") << "kill -SEGV $$";
    QTest::newRow("it says nothing") << "exit 0";
    QTest::newRow("it says garbage") << "echo yes";
    QTest::newRow("the mode is observe") << "exec " + andonctlPath() + " \"$@\"";
}

void TestAgents::aPythonAgentFailsClosed()
{
    if (m_python.isEmpty())
        QSKIP("there is no python3 here");
    QFETCH(QString, andonctl);
    const QString folder = m_place->file("bin");
    QVERIFY(QDir().mkdir(folder));
    if (!andonctl.isEmpty()) {
        write(folder + "/andonctl", "#!/bin/sh\n" + andonctl.toUtf8() + '\n');
        QVERIFY(QFile::setPermissions(folder + "/andonctl", QFile::ReadOwner | QFile::ExeOwner));
    }
    const QString trace = m_place->file("trace");
    const Andonctl::Result result = python("agent.act('a', 'b', lambda: open('" + trace + "', 'w'))",
                                           QStringList{folder} + foldersWithoutAndonctl());
    QCOMPARE(result.status, 1);
    QVERIFY2(result.err.contains("Error"), result.err.constData());
    QVERIFY(!QFileInfo::exists(trace));
}

void TestAgents::aPythonAgentHasTwentyLines()
{
    QString text = bytesOf(example("agent.py"));
    static const QRegularExpression docstring(R"(""".*?""")", QRegularExpression::DotMatchesEverythingOption);
    text.remove(docstring);
    int lines = 0;
    for (const QString &line : text.split(u'\n'))
        lines += line.trimmed().isEmpty() || line.startsWith(u'#') ? 0 : 1;
    QVERIFY2(lines > 10 && lines <= 20, qPrintable(QString::number(lines)));
}

void TestAgents::anAgentOfPlainSqlIsRefusedByTheDatabase_data()
{
    QTest::addColumn<QStringList>("before");
    QTest::addColumn<QString>("refusal");
    const QString observe = "Action execution blocked: observe-only mode is active";
    QTest::newRow("execute") << QStringList{} << QString();
    QTest::newRow("observe") << QStringList{"mode", "observe", "--reason", "x"} << observe;
    QTest::newRow("stopped") << QStringList{"kill"} << observe;
    QTest::newRow("held") << QStringList{"kill", "--action", "drain"}
                          << "Action execution blocked: this agent or this kind of action is held";
    QTest::newRow("not approved") << QStringList{"config", "approval.required", "yes"}
                                  << "Action execution blocked: it needs an approval that is valid now";
}

void TestAgents::anAgentOfPlainSqlIsRefusedByTheDatabase()
{
    if (m_python.isEmpty() && !isOnPostgres())
        QSKIP("there is no python3 here");
    QFETCH(QStringList, before);
    QFETCH(QString, refusal);
    arm();
    if (!before.isEmpty())
        QCOMPARE(m_ctl->run(before).status, 0);
    const Andonctl::Result result = isOnPostgres()
        ? run("/bin/sh", {example("agent_psql.sh"), m_place->path(), "drain"})
        : run(m_python, {example("agent_sqlite.py"), m_place->path(), "drain"});
    QCOMPARE(result.status, refusal.isEmpty() ? 0 : 1);
    QCOMPARE(result.out.isEmpty(), !refusal.isEmpty());
    QVERIFY2(result.err.contains(refusal.toUtf8()), result.err.constData());
    QCOMPARE(statuses(), QStringList{refusal.isEmpty() ? "completed" : "cancelled"});
    QCOMPARE(m_ctl->eventTypes().contains("executing"), refusal.isEmpty());
}

void TestAgents::buildCppAgent(const QString &prefix, const QString &folder)
{
    constexpr int kPatienceMs = 60'000;
    const QString build = QDir::cleanPath(QCoreApplication::applicationDirPath() + "/../..");
    const QString cache = bytesOf(build + "/CMakeCache.txt");
    const auto cached = [&cache](const QString &name) {
        const QRegularExpression line("^" + name + ":[A-Z]+=(.*)$", QRegularExpression::MultilineOption);
        return line.match(cache).captured(1);
    };
    if (!cached("ANDON_SANITIZE").isEmpty())
        QSKIP("what links a library with sanitizers must be built with them too");
    const QString cmake = cached("CMAKE_COMMAND");
    for (const QString &component : {QStringLiteral("Runtime"), QStringLiteral("Development")}) {
        Program install(cmake, {"--install", build, "--prefix", prefix, "--component", component});
        QVERIFY2(install.finish(kPatienceMs) && install.exitCode() == 0, qPrintable(install.output()));
    }
    Program configure(cmake,
                      {"-G", "Ninja", "-S", example("cpp-agent"), "-B", folder, "-DCMAKE_PREFIX_PATH=" + prefix,
                       "-DCMAKE_CXX_COMPILER=" + cached("CMAKE_CXX_COMPILER")});
    QVERIFY2(configure.finish(kPatienceMs) && configure.exitCode() == 0, qPrintable(configure.output()));
    Program compile(cmake, {"--build", folder});
    QVERIFY2(compile.finish(kPatienceMs) && compile.exitCode() == 0, qPrintable(compile.output()));
}

void TestAgents::aProgramThatLinksTheLibrary()
{
    const QString prefix = m_place->file("prefix");
    const QString folder = m_place->file("agent");
    buildCppAgent(prefix, folder);
    if (QTest::currentTestFailed() || !QFileInfo::exists(folder + "/cpp-agent"))
        return;
    const QString agent = folder + "/cpp-agent";
    const QString database = m_place->path();

    Program refused(agent, {database, "3"});
    QVERIFY(refused.waitForEnd());
    QCOMPARE(refused.exitCode(), 3);
    QVERIFY(refused.standardOutput().isEmpty());
    arm();
    Program allowed(agent, {database, "3"});
    QVERIFY(allowed.waitForEnd());
    QVERIFY2(allowed.exitCode() == 0, qPrintable(allowed.standardError()));
    QCOMPARE(allowed.standardOutput(), "step 1\nstep 2\nstep 3\n");
    Program command(agent, {database, "run", "sh", "-c", "exit 9"});
    QVERIFY(command.waitForEnd());
    QCOMPARE(command.exitCode(), 9);
    QCOMPARE(statuses(), (QStringList{"cancelled", "completed", "failed"}));

    Program walking(agent, {database, "100000"});
    Program running(agent, {database, "run", "sh", "-c", "echo ready; exec sleep 60"});
    QVERIFY(walking.says("step 1\n") && running.says("ready"));
    const CtlResult kill = andonctl(database, {"kill", "--json"});
    QVERIFY2(kill.exitCode == 0, qPrintable(kill.err));
    QVERIFY(walking.waitForEnd() && running.waitForEnd());
    QCOMPARE(walking.exitCode(), 4);
    QCOMPARE(running.exitCode(), 4);
    const QJsonObject receipt = QJsonDocument::fromJson(kill.out.toUtf8()).object();
    QCOMPARE(receipt.value("running").toInt(), 2);
    QCOMPARE(receipt.value("stopped").toInt(), 2);
    QCOMPARE(receipt.value("expected").toInt(), 4); // two actions, two programs
    QCOMPARE(receipt.value("confirmed").toInt(), 4);
    QCOMPARE(statuses().mid(3), (QStringList{"cancelled", "cancelled"}));

    Program installed(prefix + "/bin/andonctl", {"--database", database, "status"});
    QVERIFY(installed.waitForEnd());
    QVERIFY2(installed.standardOutput().startsWith("STOPPED\n"), qPrintable(installed.output()));
}

QTEST_GUILESS_MAIN(TestAgents)
#include "tst_agents.moc"
