// SPDX-License-Identifier: Apache-2.0
// What becomes of a guarded tree when its owner or its guard is killed; and of the terminal and the streams that the
// owner gave it. The owner is a process of its own.
#include "tests/e2e/support/Program.h"
#include "tests/support/GuardedScene.h"

#include <QDir>
#include <QTest>

#include <fcntl.h>
#include <pty.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

using namespace andon;
using namespace andon::test;

namespace {

/// tests/e2e/programs/tree_owner.cpp with its report.
class Owner
{
public:
    explicit Owner(const GuardedScene &scene)
        : m_scene(scene)
        , m_report(scene.database().file("report"))
    {
    }
    ~Owner()
    {
        m_process.kill();
        m_process.waitForFinished(10'000);
    }
    Owner(const Owner &) = delete;
    Owner &operator=(const Owner &) = delete;

    [[nodiscard]] QStringList arguments(const QStringList &command, int graceMs = 2000, bool adopts = false) const
    {
        return QStringList{m_report, m_scene.database().path(), QString::number(GuardedScene::kEpoch),
                           QString::number(graceMs), adopts ? "adopt" : "leave"}
        + command;
    }

    QProcess &process() { return m_process; }
    void start(const QStringList &arguments) { m_process.start(testProgram("tree_owner"), arguments); }

    [[nodiscard]] QString said() const
    {
        return QFile::exists(m_report) ? QString::fromUtf8(bytesOf(m_report)) : QString();
    }
    /// The number after a word of the report; 0 until it is there.
    [[nodiscard]] qint64 number(const QString &word) const
    {
        const QStringList lines = said().split('\n');
        for (const QString &line : lines) {
            if (line.startsWith(word + ' '))
                return line.section(' ', 1, 1).toLongLong();
        }
        return 0;
    }
    [[nodiscard]] QStringList ending() const { return said().section("\nended ", 1).trimmed().split(' '); }
    [[nodiscard]] bool awaitWord(const QString &word) const
    {
        return awaitThat([this, &word] { return said().contains('\n' + word); });
    }

private:
    const GuardedScene &m_scene;
    QString m_report;
    QProcess m_process;
};

/// A pseudo terminal with a program whose terminal it is, in a session of its own.
class Terminal
{
public:
    explicit Terminal(const QStringList &command)
    {
        QList<QByteArray> bytes;
        for (const QString &word : command)
            bytes << QFile::encodeName(word);
        std::vector<char *> values;
        for (QByteArray &word : bytes)
            values.push_back(word.data());
        values.push_back(nullptr);
        // NOLINTNEXTLINE(cppcoreguidelines-prefer-member-initializer): the words come first
        m_pid = ::forkpty(&m_master, nullptr, nullptr, nullptr);
        if (m_pid == 0) {
            ::execv(values.front(), values.data());
            ::_exit(99);
        }
        ::fcntl(m_master, F_SETFL, O_NONBLOCK);
    }
    ~Terminal()
    {
        ::kill(m_pid, SIGKILL);
        if (!m_hasEnded)
            ::waitpid(m_pid, nullptr, 0);
        ::close(m_master);
    }
    Terminal(const Terminal &) = delete;
    Terminal &operator=(const Terminal &) = delete;

    [[nodiscard]] QByteArray shown()
    {
        std::array<char, 4096> buffer;
        for (;;) {
            const ssize_t got = ::read(m_master, buffer.data(), buffer.size());
            if (got <= 0)
                return m_shown;
            m_shown.append(buffer.data(), got);
        }
    }
    [[nodiscard]] bool press(char key) const { return ::write(m_master, &key, 1) == 1; }
    [[nodiscard]] bool hasEnded(int *status)
    {
        m_hasEnded = m_hasEnded || ::waitpid(m_pid, status, WNOHANG) == m_pid;
        return m_hasEnded;
    }
    [[nodiscard]] pid_t pid() const { return m_pid; }

private:
    int m_master = -1;
    pid_t m_pid = -1;
    bool m_hasEnded = false;
    QByteArray m_shown;
};

QStringList shell(const QString &script)
{
    return {"sh", "-c", script};
}

char stateOf(pid_t pid)
{
    QFile file(QStringLiteral("/proc/%1/stat").arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return '-';
    const QByteArray stat = file.readAll();
    return stat.at(stat.lastIndexOf(')') + 2);
}

/// Ended; whoever has inherited it need not have asked about it yet.
bool hasEnded(pid_t pid)
{
    return stateOf(pid) == '-' || stateOf(pid) == 'Z';
}

} // namespace

class TestGuardedTreeOwner : public QObject
{
    Q_OBJECT

private slots:
    void s4_aKilledOwnerTakesTheTreeWithIt();
    void s4_aSignalToTheOwnersWholeGroupDoesNotReachTheGuard();
    void s4_aKilledGuardTakesTheTreeWithIt_data();
    void s4_aKilledGuardTakesTheTreeWithIt();
    void s4_aGuardThatDoesNotAnswerIsReplacedByTheOwner();
    void theTailOfStandardErrorIsKept();
    void aFloodOfErrorsPassesThroughWhole();
    void s4_aReaderThatDoesNotReadHoldsUpNoStop();
    void outputAndErrorsInOneStreamKeepTheirOrder();
    void streamsThatAreClosedStayClosed();
    void signalsThatTheOwnerIgnoresStayIgnored();
    void theCommandKeepsItsTerminal();
    void ctrlCReachesTheCommand();
    void ctrlZStopsTheJobAndAStopStillEndsIt();
};

void TestGuardedTreeOwner::s4_aKilledOwnerTakesTheTreeWithIt()
{
    const GuardedScene scene;
    Owner owner(scene);
    owner.start(owner.arguments(scene.tree({"plain:2", "stubborn:2", "session", "orphan", "stopped"}), 20'000));
    QVERIFY(scene.awaitTree());
    QElapsedTimer elapsed;
    elapsed.start();
    owner.process().kill();
    QVERIFY(awaitThat([&scene] { return scene.living().isEmpty(); }));
    QVERIFY2(elapsed.elapsed() < 5000, "it waited for a grace that nobody wants");
    const qint64 guard = owner.number("watching");
    QVERIFY(guard > 0);
    QVERIFY(awaitThat([guard] { return hasEnded(static_cast<pid_t>(guard)); }));
    QVERIFY(QDir(scene.guardsPath()).entryList(QDir::System).isEmpty());
}

void TestGuardedTreeOwner::s4_aSignalToTheOwnersWholeGroupDoesNotReachTheGuard()
{
    const GuardedScene scene;
    Owner owner(scene);
    owner.process().setChildProcessModifier([] { ::setpgid(0, 0); });
    owner.start(owner.arguments(scene.tree({"plain:2", "session:2", "group:2"}), 20'000));
    QVERIFY(scene.awaitTree());
    QVERIFY(awaitThat([&owner] { return owner.number("watching") > 0; }));
    const auto guard = static_cast<pid_t>(owner.number("watching"));
    // In a session of its own, which has its own share of the processors.
    QVERIFY(awaitThat([guard] { return ::getsid(guard) == guard && ::getpgid(guard) == guard; }));
    QCOMPARE(::kill(-static_cast<pid_t>(owner.process().processId()), SIGKILL), 0);
    QVERIFY(awaitThat([&scene] { return scene.living().isEmpty(); }));
    QVERIFY(awaitThat([guard] { return hasEnded(guard); }));
}

void TestGuardedTreeOwner::s4_aKilledGuardTakesTheTreeWithIt_data()
{
    QTest::addColumn<QStringList>("kinds");
    QTest::newRow("a tree of all kinds") << QStringList{"plain:2", "stubborn:2", "session",
                                                        "orphan",  "stopped",    "group"};
    QTest::newRow("one that runs away") << QStringList{"hopper:2"};
}

void TestGuardedTreeOwner::s4_aKilledGuardTakesTheTreeWithIt()
{
    QFETCH(const QStringList, kinds);
    const GuardedScene scene;
    Owner owner(scene);
    owner.start(owner.arguments(scene.tree(kinds), 20'000, true));
    QVERIFY(scene.awaitTree());
    QVERIFY(owner.awaitWord("started"));
    QCOMPARE(::kill(static_cast<pid_t>(owner.number("watching")), SIGKILL), 0);
    QVERIFY(owner.process().waitForFinished(20'000));
    QCOMPARE(scene.living(), QList<qint64>());
    QCOMPARE(owner.ending().value(0), "guard-lost");
    QCOMPARE(owner.ending().value(7), "0"); // survivors
}

void TestGuardedTreeOwner::s4_aGuardThatDoesNotAnswerIsReplacedByTheOwner()
{
    const GuardedScene scene;
    TreeOptions options = scene.options(scene.tree({"plain", "orphan"}));
    GuardedTree::adoptOrphans();
    GuardedTree tree(options);
    QVERIFY(startTree(tree, scene));
    QCOMPARE(::kill(static_cast<pid_t>(tree.guardPid()), SIGSTOP), 0);
    tree.stop("press");
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().why, TreeOutcome::Why::GuardLost);
    QCOMPARE(tree.outcome().survivors, QList<qint64>());
    QCOMPARE(scene.living(), QList<qint64>());
}

void TestGuardedTreeOwner::theTailOfStandardErrorIsKept()
{
    const GuardedScene scene;
    Owner owner(scene);
    owner.start(owner.arguments(shell("echo out; echo 'it broke' >&2; (sleep 0.05; echo late >&2) & wait; exit 4")));
    QVERIFY(owner.process().waitForFinished(20'000));
    QCOMPARE(owner.process().exitCode(), 4);
    QCOMPARE(owner.process().readAllStandardOutput(), "out\n");
    QCOMPARE(owner.process().readAllStandardError(), "it broke\nlate\n");
    QVERIFY2(owner.said().contains("\ntail it broke\nlate\n"), qPrintable(owner.said()));
}

void TestGuardedTreeOwner::aFloodOfErrorsPassesThroughWhole()
{
    constexpr int kBytes = 10'000'000;
    const GuardedScene scene;
    Owner owner(scene);
    owner.start(
        owner.arguments(shell(QStringLiteral("yes 0123456789abcde | head -c %1 >&2; echo the end >&2").arg(kBytes))));
    QVERIFY(owner.process().waitForFinished(30'000));
    const QByteArray errors = owner.process().readAllStandardError();
    QCOMPARE(errors.size(), kBytes + 8);
    QVERIFY(errors.endsWith("\nthe end\n"));
    QVERIFY(owner.said().contains("0123456789abcde\nthe end\n"));
}

void TestGuardedTreeOwner::s4_aReaderThatDoesNotReadHoldsUpNoStop()
{
    std::array<int, 2> unread = {-1, -1};
    QCOMPARE(::pipe2(unread.data(), O_CLOEXEC), 0);
    const GuardedScene scene;
    Owner owner(scene);
    owner.process().setChildProcessModifier([&unread] { ::dup2(unread[1], STDERR_FILENO); });
    owner.start(owner.arguments(
        shell(QStringLiteral("'%1' '%2' plain & yes >&2").arg(testProgram("process_tree"), scene.folder())), 100));
    QVERIFY(scene.awaitTree());
    QTest::qWait(100); // until everything on the way is full
    QElapsedTimer elapsed;
    elapsed.start();
    scene.revokePermit();
    QVERIFY(owner.awaitWord("stopping"));
    QVERIFY(awaitThat([&scene] { return scene.living().isEmpty(); }));
    QVERIFY2(elapsed.elapsed() < 1000, qPrintable(QString::number(elapsed.elapsed())));
    QVERIFY(owner.process().waitForFinished(10'000));
    QCOMPARE(owner.ending().value(0), "stopped");
    QVERIFY(owner.said().contains("\ntail y\n"));
    ::close(unread[0]);
    ::close(unread[1]);
}

void TestGuardedTreeOwner::outputAndErrorsInOneStreamKeepTheirOrder()
{
    const GuardedScene scene;
    Owner owner(scene);
    owner.process().setProcessChannelMode(QProcess::MergedChannels);
    owner.start(owner.arguments(shell("for i in 1 2 3 4 5 6 7 8 9; do echo o$i; echo e$i >&2; done")));
    QVERIFY(owner.process().waitForFinished(20'000));
    QByteArray expected;
    for (int i = 1; i <= 9; ++i)
        expected += "o" + QByteArray::number(i) + "\ne" + QByteArray::number(i) + '\n';
    QCOMPARE(owner.process().readAllStandardOutput(), expected);
    QVERIFY(owner.said().contains("\ntail \n"));
}

void TestGuardedTreeOwner::streamsThatAreClosedStayClosed()
{
    const GuardedScene scene;
    Owner owner(scene);
    owner.process().setChildProcessModifier([] {
        ::close(STDIN_FILENO);
        ::close(STDERR_FILENO);
    });
    owner.start(owner.arguments(shell("ls /proc/$$/fd")));
    QVERIFY(owner.process().waitForFinished(20'000));
    QCOMPARE(owner.ending().value(0), "exited");
    const QByteArray open = owner.process().readAllStandardOutput();
    QVERIFY2(!open.contains("0\n") && open.contains("1\n") && !open.contains("2\n"), open.constData());
}

void TestGuardedTreeOwner::signalsThatTheOwnerIgnoresStayIgnored()
{
    const GuardedScene scene;
    Owner owner(scene);
    owner.process().setChildProcessModifier([] {
        std::signal(SIGHUP, SIG_IGN);
        std::signal(SIGPIPE, SIG_IGN);
        sigset_t none;
        ::sigemptyset(&none);
        ::sigprocmask(SIG_SETMASK, &none, nullptr);
    });
    owner.start(owner.arguments({"grep", "-E", "^Sig(Ign|Blk)", "/proc/self/status"}));
    QVERIFY(owner.process().waitForFinished(20'000));
    const QByteArray status = owner.process().readAllStandardOutput();
    // Those that a program can name: SIGHUP alone, as under nohup. (posix_spawn(3) ignores two of the C library's own.)
    const qint64 ignored = status.mid(status.indexOf("SigIgn:") + 8, 16).toLongLong(nullptr, 16);
    QVERIFY2((ignored & 0x7fffffff) == 1, status.constData());
    QVERIFY2(status.contains("SigBlk:\t0000000000000000\n"), status.constData());
}

void TestGuardedTreeOwner::theCommandKeepsItsTerminal()
{
    const GuardedScene scene;
    const Owner owner(scene);
    Terminal terminal(QStringList{testProgram("tree_owner")}
                      + owner.arguments(shell("test -t 0 && test -t 1 && test -t 2 && echo 'all its own'; read line; "
                                              "echo \"got $line\"; exit 6")));
    QVERIFY(awaitThat([&terminal] { return terminal.shown().contains("all its own"); }));
    QVERIFY(terminal.press('x') && terminal.press('\n')); // it is in the foreground: it may read
    int status = 0;
    QVERIFY(awaitThat([&] { return terminal.shown().contains("got x") && terminal.hasEnded(&status); }));
    QCOMPARE(WEXITSTATUS(status), 6);
}

void TestGuardedTreeOwner::ctrlCReachesTheCommand()
{
    const GuardedScene scene;
    const Owner owner(scene);
    Terminal terminal(QStringList{testProgram("tree_owner")} + owner.arguments(scene.tree({"plain:2"})));
    QVERIFY(scene.awaitTree());
    QVERIFY(terminal.press('\x03'));
    int status = 0;
    QVERIFY(awaitThat([&] { return terminal.hasEnded(&status); }));
    QCOMPARE(owner.ending().value(0), "exited");
    QCOMPARE(owner.ending().value(3), QString::number(SIGINT));
    QCOMPARE(scene.living(), QList<qint64>());
}

void TestGuardedTreeOwner::ctrlZStopsTheJobAndAStopStillEndsIt()
{
    const GuardedScene scene;
    const Owner owner(scene);
    // A job of an interactive shell: stopping an orphaned group would be in vain.
    Terminal terminal({"/bin/sh", "-i"});
    const QStringList words = QStringList{testProgram("tree_owner")} + owner.arguments(scene.tree({"plain:2"}));
    for (const char key : ("'" + words.join("' '") + "'\n").toUtf8())
        QVERIFY(terminal.press(key));
    QVERIFY(scene.awaitTree());
    QVERIFY(owner.awaitWord("started"));
    const auto command = static_cast<pid_t>(owner.number("started"));
    QVERIFY(terminal.press('\x1a'));
    QVERIFY(awaitThat([command] { return stateOf(command) == 'T'; }));
    scene.revokePermit(); // while the owner and the tree stand still
    QVERIFY(awaitThat([&scene] { return scene.living().isEmpty(); }));
    for (const char key : QByteArray("fg\n"))
        QVERIFY(terminal.press(key));
    QVERIFY(owner.awaitWord("ended"));
    QCOMPARE(owner.ending().value(0), "stopped");
}

QTEST_GUILESS_MAIN(TestGuardedTreeOwner)
#include "tst_guardedtreeowner.moc"
