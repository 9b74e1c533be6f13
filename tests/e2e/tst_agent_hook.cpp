// SPDX-License-Identifier: Apache-2.0
#include "core/guard/GuardedTree.h"
#include "tests/e2e/support/Example.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/HeldDatabase.h"
#include "tests/support/TemporaryDatabase.h"
#include "tests/support/TestEngine.h"

#include <QElapsedTimer>
#include <QtTest>

#ifdef Q_OS_UNIX
#include <sys/stat.h>
#include <unistd.h>
#endif

using namespace andon::test;

namespace {

/// JSON, written with single quotes.
QByteArray json(QByteArray text)
{
    return text.replace('\'', '"');
}

const QByteArray kCall = json("{'tool_name': 'Bash', 'tool_input': {'command': 'echo \\'tool_name\\': \\'x\\''}}");

} // namespace

/// The hook that a coding agent runs before each tool call, and the shell that guards what it runs.
class TestAgentHook : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void theGateDecides_data();
    void theGateDecides();
    void withoutAndonctlItBlocks();
    void withoutAnythingItBlocks();
    void anUnreadableDatabaseBlocks();
    void aDatabaseThatIsNoneBlocks();
    void slownessBlocks();
    void inputThatNeverEndsBlocks();
    void whatItCannotUnderstandBlocks_data();
    void whatItCannotUnderstandBlocks();
    void understandsTheNameOfTheTool_data();
    void understandsTheNameOfTheTool();
    void theGuardedShell();

private:
    [[nodiscard]] std::unique_ptr<QProcess> hook(const QStringList &folders = foldersWithAndonctl()) const
    {
        return prepareExample(m_place->path(), "/bin/sh", {example("hooks/pre-tool-use")}, folders);
    }
    [[nodiscard]] Andonctl::Result ask(const QByteArray &call = kCall) const { return runExample(*hook(), call); }
    /// A folder whose andonctl is this script.
    [[nodiscard]] QString folderWith(const QByteArray &script) const
    {
        QString folder = m_place->file("bin");
        QDir().mkdir(folder);
        write(folder + "/andonctl", "#!/bin/sh\n" + script);
        QFile::setPermissions(folder + "/andonctl", QFile::ReadOwner | QFile::ExeOwner);
        return folder;
    }
    static void verifyBlocked(const Andonctl::Result &result, const QByteArray &why)
    {
        QCOMPARE(result.status, 2);
        QVERIFY2(result.err.contains("Blocked by Andon: ") && result.err.contains(why), result.err.constData());
        QVERIFY(result.out.isEmpty());
    }

    std::unique_ptr<TemporaryDatabase> m_place;
    std::unique_ptr<Andonctl> m_ctl;
};

void TestAgentHook::init()
{
    m_place = std::make_unique<TemporaryDatabase>();
    m_ctl = std::make_unique<Andonctl>(m_place->path());
    QCOMPARE(m_ctl->run({"mode", "execute", "--reason", "test"}).status, 0);
}

void TestAgentHook::theGateDecides_data()
{
    QTest::addColumn<QStringList>("before");
    QTest::addColumn<QByteArray>("why"); // empty: it passes
    QTest::newRow("open") << QStringList{} << QByteArray();
    QTest::newRow("observe") << QStringList{"mode", "observe", "--reason", "x"} << QByteArray("observe-only mode");
    QTest::newRow("stopped") << QStringList{"kill"} << QByteArray("Stop 1 was pressed");
    QTest::newRow("its agent is held") << QStringList{"kill", "--agent", "coding-agent"} << QByteArray("is held");
    QTest::newRow("its tool is held") << QStringList{"kill", "--action", "Bash"} << QByteArray("is held");
    QTest::newRow("another tool is held") << QStringList{"kill", "--action", "Edit"} << QByteArray();
}

void TestAgentHook::theGateDecides()
{
    QFETCH(QStringList, before);
    QFETCH(QByteArray, why);
    if (!before.isEmpty())
        QCOMPARE(m_ctl->run(before).status, 0);
    const Andonctl::Result result = ask();
    if (!why.isEmpty()) {
        verifyBlocked(result, why);
        return;
    }
    QCOMPARE(result.status, 0);
    QVERIFY(result.out.isEmpty());
    QVERIFY(result.err.isEmpty());
}

void TestAgentHook::withoutAndonctlItBlocks()
{
    verifyBlocked(runExample(*hook(foldersWithoutAndonctl()), kCall), "the program andonctl was not found");
}

void TestAgentHook::withoutAnythingItBlocks()
{
    verifyBlocked(runExample(*hook({"/nowhere"}), kCall), "was not found");
    const QString only = folderWith("exit 0\n");
    verifyBlocked(runExample(*hook({only}), kCall), "was not found"); // no timeout(1), no cat
}

void TestAgentHook::anUnreadableDatabaseBlocks()
{
    if (isOnPostgres()) {
        const HeldDatabase held(m_place->path());
        verifyBlocked(ask(), "the state is unknown");
        return;
    }
#ifndef Q_OS_UNIX
    QSKIP("rights are of Unix");
#else
    QVERIFY(::chmod(QFile::encodeName(m_place->path()).constData(), 0) == 0);
    QVERIFY(::chmod(QFile::encodeName(m_place->folder()).constData(), 0755) == 0);
    const std::unique_ptr<QProcess> process = hook();
    if (::geteuid() == 0) {
        process->setChildProcessModifier([] {
            constexpr uid_t kNobody = 65534;
            if (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)
                ::_exit(120);
        });
    }
    verifyBlocked(runExample(*process, kCall), "the state is unknown");
#endif
}

void TestAgentHook::aDatabaseThatIsNoneBlocks()
{
    if (isOnPostgres()) {
        ForeignClient(m_place->path())
            .must("DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE action_proposals(id text)");
        verifyBlocked(ask(), "the state is unknown");
        verifyBlocked(
            runExample(*prepareExample(m_place->path() + "_none", "/bin/sh", {example("hooks/pre-tool-use")}), kCall),
            "Action execution blocked");
        return;
    }
    write(m_place->path(), "this is no database, though it is as long as the header of one would be: a hundred bytes");
    verifyBlocked(ask(), "the state is unknown");
    QVERIFY(QFile::remove(m_place->path()));
    verifyBlocked(ask(), "Action execution blocked");
}

void TestAgentHook::slownessBlocks()
{
    const std::unique_ptr<QProcess> process = hook(QStringList{folderWith("sleep 30\n")} + foldersWithoutAndonctl());
    QProcessEnvironment environment = process->processEnvironment();
    environment.insert("ANDON_HOOK_SECONDS", "0.3");
    process->setProcessEnvironment(environment);
    QElapsedTimer timer;
    timer.start();
    verifyBlocked(runExample(*process, kCall), "andonctl did not answer within 0.3 s");
    QVERIFY2(timer.elapsed() < 10'000, qPrintable(QString::number(timer.elapsed())));
}

void TestAgentHook::inputThatNeverEndsBlocks()
{
    const std::unique_ptr<QProcess> process = hook();
    QProcessEnvironment environment = process->processEnvironment();
    environment.insert("ANDON_HOOK_SECONDS", "0.3");
    process->setProcessEnvironment(environment);
    process->start();
    QVERIFY(process->waitForStarted());
    process->write(kCall); // and no end
    verifyBlocked(Andonctl::finish(*process), "the call could not be read");
}

void TestAgentHook::whatItCannotUnderstandBlocks_data()
{
    QTest::addColumn<QByteArray>("call");
    QByteArray bytes;
    for (int i = 255; i >= 0; --i)
        bytes += static_cast<char>(i);
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("bytes") << bytes;
    QTest::newRow("words") << QByteArray("garbage \"tool_name\": \"Bash\"");
    QTest::newRow("cut off") << kCall.left(60);
    QTest::newRow("an array") << QByteArray("[" + kCall + "]");
    QTest::newRow("something before it") << QByteArray("x" + kCall);
    QTest::newRow("no tool") << json("{'tool_input': {}}");
    QTest::newRow("a tool without a name") << json("{'tool_name': ''}");
    QTest::newRow("a tool that is a number") << json("{'tool_name': 7, 'x': 'Bash'}");
    QTest::newRow("a name that is not one") << json("{'tool_name': 'Ba sh'}");
    QTest::newRow("an escaped name") << json("{'tool_name': 'B\\u0061sh'}");
    QTest::newRow("two tools") << json("{'tool_input': {'tool_name': 'Harmless'}, 'tool_name': 'Bash'}");
}

void TestAgentHook::whatItCannotUnderstandBlocks()
{
    QFETCH(QByteArray, call);
    // The gate would say yes: the call must not get there.
    const std::unique_ptr<QProcess> process = hook(QStringList{folderWith("exit 0\n")} + foldersWithoutAndonctl());
    verifyBlocked(runExample(*process, call), "the ");
}

void TestAgentHook::understandsTheNameOfTheTool_data()
{
    QTest::addColumn<QByteArray>("call");
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("plain") << kCall << QByteArray("Bash");
    QTest::newRow("without blanks") << json("{'tool_name':'Edit'}") << QByteArray("Edit");
    QTest::newRow("over several lines") << QByteArray(
        "\r\n {\n\t\"a\": 1,\n\t\"tool_name\"\t:\n\t\"mcp__disk__read-1.2\"\n}\n\n")
                                        << QByteArray("mcp__disk__read-1.2");
    QTest::newRow("long") << QByteArray("{\"tool_name\": \"Write\", \"tool_input\": \"" + QByteArray(300'000, 'x')
                                        + "\"}")
                          << QByteArray("Write");
}

void TestAgentHook::understandsTheNameOfTheTool()
{
    QFETCH(QByteArray, call);
    QFETCH(QByteArray, name);
    const QString heard = m_place->file("heard");
    const QString folder = folderWith("printf '%s ' \"$@\" > " + heard.toUtf8() + "\n");
    QCOMPARE(runExample(*hook(QStringList{folder} + foldersWithoutAndonctl()), call).status, 0);
    QCOMPARE(bytesOf(heard), "gate --agent-id coding-agent --action " + name + ' ');
}

void TestAgentHook::theGuardedShell()
{
    if (andon::GuardedTree::findProgram().isEmpty())
        QSKIP("this system has no andon-guard");
    const auto shell = [this](const QString &script) {
        return prepareExample(m_place->path(), example("hooks/guarded-shell"), {"-c", script, "name", "a b"});
    };
    const Andonctl::Result result = runExample(*shell("cat; echo \"$0 $1\"; exit 5"), "typed\n");
    QCOMPARE(result.status, 5);
    QCOMPARE(result.out, QByteArray("typed\nname a b\n"));

    const std::unique_ptr<QProcess> running = shell("echo ready >&2; sleep 30");
    running->start();
    QVERIFY(Andonctl::waitUntilItSays(*running, "ready"));
    QCOMPARE(m_ctl->run({"kill", "--agent", "coding-agent", "--json"}).json().value("confirmed").toInt(), 1);
    QCOMPARE(Andonctl::finish(*running).status, 4);
    const QString trace = m_place->file("trace");
    QCOMPARE(runExample(*shell("touch " + trace)).status, 4);
    QVERIFY(!QFileInfo::exists(trace));
}

QTEST_GUILESS_MAIN(TestAgentHook)
#include "tst_agent_hook.moc"
