// SPDX-License-Identifier: Apache-2.0
#include "core/guard/GuardedTree.h"
#include "tests/support/Andonctl.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/TemporaryDatabase.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QtTest>

#include <csignal>
#include <thread>

using namespace andon::test;

/// `andonctl run` as whoever calls it sees it: what goes in and out, what it returns, what is recorded.
class TestAndonctlRun : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void exitStatusIsPassedOn_data();
    void exitStatusIsPassedOn();
    void standardStreamsAreTheCommands();
    void closedStreamsStayClosed();
    void wordsReachTheCommandAsTheyAre();
    void nothingBehindTheMarkIsForAndonctl_data();
    void nothingBehindTheMarkIsForAndonctl();
    void whatCannotBePassedOnIsUsage_data();
    void whatCannotBePassedOnIsUsage();
    void environmentIsTheCallers();
    void blockedTheCommandNeverRuns_data();
    void blockedTheCommandNeverRuns();
    void itEndsWhenItsTimeIsOver();
    void stoppedItIsConfirmedAndRecorded();
    void withoutGraceItEndsByForceAtOnce();
    void signalsArePassedOn_data();
    void signalsArePassedOn();
    void aSignalBeforeTheCommandRunsIsNotLost();
    void recordHoldsStatusAndTail();
    void withoutTheGuardNothingRuns();

private:
    [[nodiscard]] static QStringList words(const QStringList &command, const QStringList &options = {})
    {
        return QStringList{"run", "--action", "a", "--reason", "r", "--agent-id", "agent-1"} + options
            + QStringList{"--"} + command;
    }
    [[nodiscard]] Andonctl::Result run(const QStringList &command, const QStringList &options = {}) const
    {
        return m_ctl->run(words(command, options));
    }
    [[nodiscard]] Andonctl::Result shell(const QString &script, const QStringList &options = {}) const
    {
        return run({"sh", "-c", script}, options);
    }
    /// Started, and its command said `ready`.
    [[nodiscard]] std::unique_ptr<QProcess> ready(const QString &script, const QStringList &options = {}) const
    {
        std::unique_ptr<QProcess> process = m_ctl->start(words({"sh", "-c", script}, options));
        return Andonctl::waitUntilItSays(*process, "ready") ? std::move(process) : nullptr;
    }
    /// The data of the newest event of this type.
    [[nodiscard]] QJsonObject dataOf(const QByteArray &type) const
    {
        const QString text = ForeignClient(m_place->path(), 5000)
                                 .value("SELECT event_data FROM action_audit_log WHERE event_type = '" + type
                                        + "' ORDER BY id DESC LIMIT 1");
        return QJsonDocument::fromJson(text.toUtf8()).object();
    }
    [[nodiscard]] QString status() const
    {
        return ForeignClient(m_place->path(), 5000)
            .value("SELECT status FROM action_proposals ORDER BY id DESC LIMIT 1");
    }

    std::unique_ptr<TemporaryDatabase> m_place;
    std::unique_ptr<Andonctl> m_ctl;
};

void TestAndonctlRun::initTestCase()
{
    if (andon::GuardedTree::findProgram().isEmpty())
        QSKIP("this system has no andon-guard");
}

void TestAndonctlRun::init()
{
    m_place = std::make_unique<TemporaryDatabase>();
    m_ctl = std::make_unique<Andonctl>(m_place->path());
    QCOMPARE(m_ctl->run({"mode", "execute", "--reason", "test"}).status, 0);
}

void TestAndonctlRun::exitStatusIsPassedOn_data()
{
    QTest::addColumn<QStringList>("command");
    QTest::addColumn<int>("expected");
    QTest::addColumn<QString>("becomes");
    QTest::newRow("0") << QStringList{"true"} << 0 << "completed";
    QTest::newRow("7") << QStringList{"sh", "-c", "exit 7"} << 7 << "failed";
    QTest::newRow("255") << QStringList{"sh", "-c", "exit 255"} << 255 << "failed";
    QTest::newRow("a signal") << QStringList{"sh", "-c", "kill -KILL $$"} << 128 + SIGKILL << "failed";
    QTest::newRow("not executable") << QStringList{"/"} << 126 << "failed";
    QTest::newRow("not there") << QStringList{"/no/such/program"} << 127 << "failed";
}

void TestAndonctlRun::exitStatusIsPassedOn()
{
    QFETCH(QStringList, command);
    QFETCH(int, expected);
    const Andonctl::Result result = run(command);
    QCOMPARE(result.status, expected);
    QTEST(status(), "becomes");
    QVERIFY(result.out.isEmpty());
    QCOMPARE(result.err.isEmpty(), expected != 126 && expected != 127); // silent, but for what the shell does not say
}

void TestAndonctlRun::standardStreamsAreTheCommands()
{
    QByteArray bytes;
    for (int i = 0; i < 4096; ++i)
        bytes += static_cast<char>(i % 256);
    const std::unique_ptr<QProcess> cat = m_ctl->start(words({"sh", "-c", "tee /dev/stderr"}));
    QVERIFY(cat->waitForStarted());
    cat->write(bytes);
    cat->closeWriteChannel();
    const Andonctl::Result result = Andonctl::finish(*cat);
    QCOMPARE(result.status, 0);
    QVERIFY(result.out == bytes);
    QVERIFY(result.err == bytes);
}

void TestAndonctlRun::closedStreamsStayClosed()
{
    QProcess shell; // 9: what the command finds is written where it is not closed
    shell.setProgram("sh");
    const QString run = QStringLiteral("'%1' --database '%2' run --action a --reason r -- sh -c")
                            .arg(qEnvironmentVariable("ANDONCTL"), m_place->path());
    shell.setArguments({"-c",
                        run + " 'echo x' >&- 2>/dev/null; echo $?; " + run + " 'read x; echo $?' <&- 2>/dev/null; "
                            + run + " 'echo x >&2; echo $?' 2>&-"});
    shell.start();
    const Andonctl::Result result = Andonctl::finish(shell);
    const QStringList lines = result.lines();
    QCOMPARE(lines.size(), 3);
    for (const QString &line : lines)
        QVERIFY2(line.toInt() > 0, result.out.constData());
    const QStringList names = QDir(m_place->folder()).entryList(QDir::Files);
    for (const QString &name : names)
        QVERIFY2(!bytesOf(m_place->file(name)).startsWith("x\n"), qPrintable(name));
}

void TestAndonctlRun::wordsReachTheCommandAsTheyAre()
{
    const QStringList odd{"[a,b]",  "",    " ",  "{}",   "%%",         "--",     "--help", "-type:x",
                          "--json", "log", "-x", "kill", "--database", "a\nb\t", "*",      QString::fromUtf8("ä→")};
    const Andonctl::Result result = run(QStringList{"printf", "%s\\0"} + odd);
    QCOMPARE(result.status, 0);
    QStringList got = QString::fromUtf8(result.out).split(QChar(0));
    got.removeLast();
    QCOMPARE(got, odd);
}

void TestAndonctlRun::nothingBehindTheMarkIsForAndonctl_data()
{
    QTest::addColumn<QStringList>("command");
    QTest::newRow("kill") << QStringList{"kill", "--reason", "x"};
    QTest::newRow("log") << QStringList{"log", "-type:x"};
    QTest::newRow("a second run") << QStringList{"run", "--action", "b", "--reason", "x", "--", "false"};
}

void TestAndonctlRun::nothingBehindTheMarkIsForAndonctl()
{
    QFETCH(QStringList, command);
    const QString folder = m_place->file("bin");
    QVERIFY(QDir().mkdir(folder));
    const QString program = folder + '/' + command.first();
    write(program, "#!/bin/sh\nprintf '%s\\n' \"$0\" \"$@\"\n");
    QVERIFY(QFile::setPermissions(program, QFile::permissions(program) | QFile::ExeOwner));
    const QStringList expected = QStringList{program} + command.mid(1);
    command.first() = program;
    const Andonctl::Result result = run(command);
    QCOMPARE(result.lines(), expected);
    QCOMPARE(result.status, 0);
    QCOMPARE(m_ctl->run({"gate"}).status, 0);
}

void TestAndonctlRun::whatCannotBePassedOnIsUsage_data()
{
    QTest::addColumn<QString>("behind");
    QTest::newRow("no mark") << "true";
    QTest::newRow("no mark, a command of andonctl's") << "kill";
    QTest::newRow("nothing") << "";
    QTest::newRow("nothing behind the mark") << "--";
    QTest::newRow("an empty name") << "-- ''";
    QTest::newRow("words on both sides") << "touch -- touch";
    QTest::newRow("not UTF-8") << "-- touch \"$(printf '\\377')\"";
}

void TestAndonctlRun::whatCannotBePassedOnIsUsage()
{
    QFETCH(QString, behind);
    QProcess shell;
    shell.setProgram("sh");
    shell.setArguments({"-c",
                        QStringLiteral("exec '%1' --database '%2' run --action a --reason r ")
                                .arg(qEnvironmentVariable("ANDONCTL"), m_place->path())
                            + behind});
    shell.start();
    const Andonctl::Result result = Andonctl::finish(shell);
    QCOMPARE(result.status, 2);
    QVERIFY2(result.err.startsWith("andonctl: "), result.err.constData());
    QVERIFY(status().isEmpty()); // nothing was proposed
    QCOMPARE(m_ctl->run({"gate"}).status, 0);
}

void TestAndonctlRun::environmentIsTheCallers()
{
    QProcess shell;
    shell.setProgram("sh");
    const QString run = QStringLiteral(
                            "'%1' --database '%2' run --action a --reason r -- sh -c 'echo \"${LC_ALL-unset}\"'")
                            .arg(qEnvironmentVariable("ANDONCTL"), m_place->path());
    shell.setArguments({"-c", "LC_ALL=C; export LC_ALL; " + run + "; unset LC_ALL; LANG=C; export LANG; " + run});
    shell.start();
    QCOMPARE(Andonctl::finish(shell).lines(), (QStringList{"C", "unset"}));
}

void TestAndonctlRun::blockedTheCommandNeverRuns_data()
{
    QTest::addColumn<QStringList>("before");
    QTest::addColumn<int>("expected");
    QTest::addColumn<QByteArray>("sentence");
    const QByteArray observe = "Action execution blocked: observe-only mode is active";
    const QByteArray held = "Action execution blocked: this agent or this kind of action is held";
    QTest::newRow("observe") << QStringList{"mode", "observe", "--reason", "x"} << 3 << observe;
    QTest::newRow("stopped") << QStringList{"kill"} << 4 << observe;
    QTest::newRow("agent held") << QStringList{"kill", "--agent", "agent-1"} << 4 << held;
    QTest::newRow("action held") << QStringList{"kill", "--action", "a"} << 4 << held;
    QTest::newRow("another agent held") << QStringList{"kill", "--agent", "agent-2"} << 0 << QByteArray();
    QTest::newRow("another action held") << QStringList{"kill", "--action", "b"} << 0 << QByteArray();
}

void TestAndonctlRun::blockedTheCommandNeverRuns()
{
    QFETCH(QStringList, before);
    QFETCH(int, expected);
    QFETCH(QByteArray, sentence);
    QCOMPARE(m_ctl->run(before).status, 0);
    const QString trace = m_place->file("trace");
    const Andonctl::Result result = run({"touch", trace});
    QCOMPARE(result.status, expected);
    QVERIFY2(result.err.contains(sentence), result.err.constData());
    QCOMPARE(QFileInfo::exists(trace), expected == 0);
    QCOMPARE(status(), expected == 0 ? "completed" : "cancelled");
    QVERIFY(!m_ctl->eventTypes().contains("executing") || expected == 0);
}

void TestAndonctlRun::itEndsWhenItsTimeIsOver()
{
    QElapsedTimer timer;
    timer.start();
    const Andonctl::Result result = shell("sleep 30 & sleep 30 & wait", {"--timeout", "200ms"});
    QCOMPARE(result.status, 124);
    QVERIFY2(timer.elapsed() >= 200 && timer.elapsed() < 10'000, qPrintable(QString::number(timer.elapsed())));
    QVERIFY2(result.err.contains("its time was over after 0.2 s"), result.err.constData());
    QCOMPARE(status(), "failed");
    const QJsonObject details = dataOf("failed").value("result").toObject();
    QCOMPARE(details.value("via").toString(), "timeout");
    QCOMPARE(details.value("processes").toInt(), 3);
}

void TestAndonctlRun::stoppedItIsConfirmedAndRecorded()
{
    const std::unique_ptr<QProcess> command = ready("sleep 30 & sleep 30 & echo ready >&2; wait");
    QVERIFY(command);
    const Andonctl::Result kill = m_ctl->run({"kill", "--reason", "enough", "--json"});
    QCOMPARE(kill.status, 0);
    const Andonctl::Result result = Andonctl::finish(*command);
    QCOMPARE(result.status, 4);
    QVERIFY2(result.err.contains("andonctl: Stopped: "), result.err.constData());

    QCOMPARE(kill.json().value("expected").toInt(), 1);
    QCOMPARE(kill.json().value("confirmed").toInt(), 1);
    QCOMPARE(kill.json().value("running").toInt(), 1);
    QCOMPARE(kill.json().value("stopped").toInt(), 1);
    const QJsonObject target = kill.json().value("actions").toArray().first().toObject();
    QCOMPARE(target.value("outcome").toString(), "stopped");
    QCOMPARE(target.value("agent_id").toString(), "agent-1");
    QVERIFY(target.value("guarded").toBool());

    QCOMPARE(status(), "cancelled");
    const QJsonObject details = dataOf("cancelled").value("details").toObject();
    const QStringList ways{"permit", "request", "socket"};
    QVERIFY2(ways.contains(details.value("via").toString()), qPrintable(details.value("via").toString()));
    QCOMPARE(details.value("processes").toInt(), 3);
    QCOMPARE(details.value("killed").toInt(-1), 0);
    QCOMPARE(details.value("signal").toInt(), SIGTERM);
    QCOMPARE(details.value("stderr_tail").toString(), "ready\n");
    QVERIFY(details.value("dead_after_us").toInteger() >= details.value("signalled_after_us").toInteger(-1));
}

void TestAndonctlRun::withoutGraceItEndsByForceAtOnce()
{
    const std::unique_ptr<QProcess> command = ready("trap '' TERM; sleep 30 & echo ready >&2; wait", {"--grace", "0"});
    QVERIFY(command);
    const QJsonObject kill = m_ctl->run({"kill", "--json"}).json();
    QCOMPARE(Andonctl::finish(*command).status, 4);
    const QJsonObject target = kill.value("actions").toArray().first().toObject();
    QCOMPARE(target.value("outcome").toString(), "stopped");
    QVERIFY2(target.value("after_ms").toInt(-1) < 1500,
             qPrintable(QString::number(target.value("after_ms").toInt(-1))));
    QCOMPARE(dataOf("cancelled").value("details").toObject().value("killed").toInt(), 2);
}

void TestAndonctlRun::signalsArePassedOn_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<QString>("name");
    QTest::newRow("TERM") << SIGTERM << "TERM";
    QTest::newRow("INT") << SIGINT << "INT";
    QTest::newRow("HUP") << SIGHUP << "HUP";
    QTest::newRow("USR1") << SIGUSR1 << "USR1";
}

void TestAndonctlRun::signalsArePassedOn()
{
    QFETCH(int, number);
    QFETCH(QString, name);
    const std::unique_ptr<QProcess> command = ready(
        QStringLiteral("trap 'echo heard; exit 5' %1; echo ready >&2; while :; do sleep 0.02; done").arg(name));
    QVERIFY(command);
    ::kill(static_cast<pid_t>(command->processId()), number);
    const Andonctl::Result result = Andonctl::finish(*command);
    QCOMPARE(result.status, 5);
    QCOMPARE(result.out, QByteArray("heard\n"));
    QCOMPARE(status(), "failed");
    QCOMPARE(dataOf("failed").value("error").toString(), "exit status 5");

    const std::unique_ptr<QProcess> deaf = ready("echo ready >&2; exec sleep 30");
    QVERIFY(deaf);
    ::kill(static_cast<pid_t>(deaf->processId()), number);
    QCOMPARE(Andonctl::finish(*deaf).status, 128 + number);
    QCOMPARE(dataOf("failed").value("error").toString(), QStringLiteral("ended by signal %1").arg(number));
}

void TestAndonctlRun::aSignalBeforeTheCommandRunsIsNotLost()
{
    // Whenever it comes, the command is ended by it or never runs: it does not sleep on.
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(run({"true"}).status, 0);
    const qint64 wholeUs = timer.nsecsElapsed() / 1000;
    constexpr int kMoments = 24;
    for (int moment = 0; moment < kMoments; ++moment) {
        const std::unique_ptr<QProcess> command = m_ctl->start(words({"sleep", "30"}));
        QVERIFY(command->waitForStarted());
        std::this_thread::sleep_for(std::chrono::microseconds(wholeUs * moment / kMoments));
        ::kill(static_cast<pid_t>(command->processId()), SIGTERM);
        QVERIFY2(command->waitForFinished(10'000), qPrintable(QString::number(moment)));
        const bool isOwnEnd = command->exitStatus() == QProcess::CrashExit; // before it listened for signals
        QVERIFY(isOwnEnd || command->exitCode() == 128 + SIGTERM);
    }
    QCOMPARE(m_ctl->run({"status", "--json"}).json().value("executing").toInt(-1), 0);
    QCOMPARE(m_ctl->run({"status", "--json"}).json().value("pending").toInt(-1), 0);
}

void TestAndonctlRun::recordHoldsStatusAndTail()
{
    QCOMPARE(shell("echo out; echo first >&2; head -c 5000 /dev/zero | tr '\\0' x >&2; echo last >&2; exit 9").status,
             9);
    const QString stored = ForeignClient(m_place->path(), 5000)
                               .value("SELECT result_data FROM action_records WHERE success = 0");
    const QJsonObject record = QJsonDocument::fromJson(stored.toUtf8()).object();
    QCOMPARE(record.value("exit_status").toInt(), 9);
    const QString tail = record.value("stderr_tail").toString();
    QCOMPARE(tail.size(), 4096);
    QVERIFY(tail.endsWith("xlast\n"));
    QCOMPARE(dataOf("failed").value("result").toObject(), record);
    QCOMPARE(dataOf("failed").value("error").toString(), "exit status 9");

    QCOMPARE(shell("echo fine >&2").status, 0);
    const QJsonObject completed = dataOf("completed").value("result").toObject();
    QCOMPARE(completed.value("exit_status").toInt(-1), 0);
    QCOMPARE(completed.value("stderr_tail").toString(), "fine\n");
}

void TestAndonctlRun::withoutTheGuardNothingRuns()
{
    const QString lonely = m_place->file("andonctl");
    QVERIFY(QFile::copy(qEnvironmentVariable("ANDONCTL"), lonely));
    if (QFileInfo::exists("/usr/local/libexec/andon/andon-guard")
        || QFileInfo::exists("/usr/libexec/andon/andon-guard"))
        QSKIP("andon-guard is installed here");
    QProcess process;
    const QString trace = m_place->file("trace");
    process.start(lonely, QStringList{"--database", m_place->path()} + words({"touch", trace}));
    const Andonctl::Result result = Andonctl::finish(process);
    QCOMPARE(result.status, 1);
    QVERIFY2(result.err.contains("andon-guard, which holds guarded commands, is not installed"),
             result.err.constData());
    QVERIFY(!QFileInfo::exists(trace));
    QCOMPARE(status(), "cancelled");
    QVERIFY(!m_ctl->eventTypes().contains("executing"));
}

QTEST_GUILESS_MAIN(TestAndonctlRun)
#include "tst_andonctl_run.moc"
