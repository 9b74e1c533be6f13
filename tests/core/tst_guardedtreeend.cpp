// SPDX-License-Identifier: Apache-2.0
// How a guarded tree is ended: all of it, nobody else, and no longer than it takes.
#include "tests/e2e/support/Program.h"
#include "tests/support/GuardedScene.h"

#include <QDir>
#include <QTest>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

using namespace andon;
using namespace andon::test;

using Why = TreeOutcome::Why;

namespace {

/// A child of the test itself, in its own process group: a neighbour of the command's.
class Neighbour
{
public:
    Neighbour()
        : m_pid(::fork())
    {
        if (m_pid == 0) {
            for (;;)
                ::pause();
        }
    }
    ~Neighbour()
    {
        ::kill(m_pid, SIGKILL);
        ::waitpid(m_pid, nullptr, 0);
    }
    Neighbour(const Neighbour &) = delete;
    Neighbour &operator=(const Neighbour &) = delete;

    /// Neither ended nor even stopped since this was last asked.
    [[nodiscard]] bool isUntouched() const
    {
        siginfo_t told = {};
        return ::waitid(P_PID, static_cast<id_t>(m_pid), &told, WEXITED | WSTOPPED | WCONTINUED | WNOHANG) == 0
            && told.si_pid == 0;
    }
    [[nodiscard]] pid_t group() const { return ::getpgid(m_pid); }

private:
    pid_t m_pid;
};

QStringList everyKind()
{
    return {"plain:4", "stubborn:3", "clean:2", "session:2", "orphan:3", "group:2", "stopped:2", "threaded", "zombie"};
}

} // namespace

class TestGuardedTreeEnd : public QObject
{
    Q_OBJECT

private slots:
    void s4_nothingOfATreeOfAllKindsSurvives_data();
    void s4_nothingOfATreeOfAllKindsSurvives();
    void s4_whoCleansUpWithinTheGraceIsNotKilled();
    void s4_theGraceIsKept();
    void s4_whatIsStoppedHearsTheStop();
    void s4_whatRunsAwayIsCaught();
    void s4_whatMultipliesIsEnded();
    void s4_manyProcessesAreEnded();
    void s4_whatACommandLeavesBehindIsEnded();
    void s4_aNeighbourIsNeverSignalled();
    void s4_whatThisAccountMayNotSignalIsNamed();
    void s4_aGuardWithinAGuardIsEnded();
    void s4_anOwnerThatLetsGoEndsTheTree();
};

void TestGuardedTreeEnd::s4_nothingOfATreeOfAllKindsSurvives_data()
{
    QTest::addColumn<int>("graceMs");
    QTest::newRow("at once") << 0;
    QTest::newRow("after a grace") << 300;
}

void TestGuardedTreeEnd::s4_nothingOfATreeOfAllKindsSurvives()
{
    QFETCH(const int, graceMs);
    const GuardedScene scene;
    TreeOptions options = scene.options(scene.tree(everyKind()));
    options.grace = std::chrono::milliseconds(graceMs);
    GuardedTree tree(options);
    QVERIFY(startTree(tree, scene));
    QVERIFY(awaitThat([&scene] { return scene.living().size() == 20; })); // the zombie has ended
    scene.revokePermit();
    QVERIFY(awaitEnd(tree));
    const TreeOutcome &outcome = tree.outcome();
    qInfo("%d processes: all signalled after %lld us, all ended after %lld us, %d by force", outcome.processes,
          static_cast<long long>(outcome.signalledAfter.count()), static_cast<long long>(outcome.deadAfter.count()),
          outcome.killed);
    QCOMPARE(scene.living(), QList<qint64>());
    QCOMPARE(outcome.why, Why::Stopped);
    QCOMPARE(outcome.processes, 20);
    QCOMPARE(outcome.survivors, QList<qint64>());
    QVERIFY(outcome.killed >= 3);
    QVERIFY(outcome.signalledAfter <= outcome.deadAfter);
    if (graceMs > 0) {
        QCOMPARE(outcome.killed, 3); // the stubborn ones
        QCOMPARE(scene.countOf("cleaned"), 2);
    }
}

void TestGuardedTreeEnd::s4_whoCleansUpWithinTheGraceIsNotKilled()
{
    const GuardedScene scene;
    TreeOptions options = scene.options(scene.tree({"clean:3"}));
    options.grace = std::chrono::seconds(20);
    GuardedTree tree(options);
    QVERIFY(startTree(tree, scene));
    scene.revokePermit();
    QVERIFY(awaitEnd(tree));
    QCOMPARE(scene.countOf("cleaned"), 3);
    QCOMPARE(tree.outcome().killed, 0);
    QVERIFY(tree.outcome().deadAfter < std::chrono::seconds(10)); // it does not wait longer than it must
}

void TestGuardedTreeEnd::s4_theGraceIsKept()
{
    const GuardedScene scene;
    TreeOptions options = scene.options(scene.tree({"stubborn"}));
    options.grace = std::chrono::milliseconds(250);
    GuardedTree tree(options);
    QVERIFY(startTree(tree, scene));
    scene.revokePermit();
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().killed, 1);
    QVERIFY(tree.outcome().deadAfter >= options.grace);
    QCOMPARE(scene.living(), QList<qint64>());
}

void TestGuardedTreeEnd::s4_whatIsStoppedHearsTheStop()
{
    const GuardedScene scene;
    TreeOptions options = scene.options(scene.tree({"stopped:3"}));
    options.grace = std::chrono::seconds(20);
    GuardedTree tree(options);
    QVERIFY(startTree(tree, scene));
    scene.revokePermit();
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().killed, 0);
    QCOMPARE(scene.living(), QList<qint64>());
}

void TestGuardedTreeEnd::s4_whatRunsAwayIsCaught()
{
    const GuardedScene scene;
    TreeOptions options = scene.options(scene.tree({"hopper:3"}));
    options.grace = std::chrono::milliseconds(50);
    GuardedTree tree(options);
    QVERIFY(startTree(tree, scene));
    scene.revokePermit();
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().survivors, QList<qint64>());
    QCOMPARE(scene.living(), QList<qint64>());
}

void TestGuardedTreeEnd::s4_whatMultipliesIsEnded()
{
    const GuardedScene scene;
    TreeOptions options = scene.options(scene.tree({"breeder"}));
    options.grace = std::chrono::milliseconds(0);
    GuardedTree tree(options);
    QVERIFY(startTree(tree, scene));
    QVERIFY(awaitThat([&scene] { return scene.living().size() > 100; })); // and growing
    scene.revokePermit();
    QVERIFY(awaitEnd(tree));
    qInfo("%d processes at the stop, %d by force, all ended after %lld us", tree.outcome().processes,
          tree.outcome().killed, static_cast<long long>(tree.outcome().deadAfter.count()));
    QVERIFY(awaitThat([&scene] { return scene.living().isEmpty(); }));
}

void TestGuardedTreeEnd::s4_manyProcessesAreEnded()
{
    const GuardedScene scene;
    TreeOptions options = scene.options(scene.tree({"stubborn:200", "orphan:50"}));
    options.grace = std::chrono::milliseconds(100);
    GuardedTree tree(options);
    QVERIFY(startTree(tree, scene));
    scene.revokePermit();
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().processes, 251);
    QCOMPARE(tree.outcome().killed, 200);
    QCOMPARE(scene.living(), QList<qint64>());
}

void TestGuardedTreeEnd::s4_whatACommandLeavesBehindIsEnded()
{
    const GuardedScene scene;
    TreeOptions options = scene.options(scene.tree({"plain", "orphan", "session", "stubborn", "exit:5"}));
    options.grace = std::chrono::milliseconds(100);
    GuardedTree tree(options);
    QVERIFY(startTree(tree, scene));
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().why, Why::Exited);
    QCOMPARE(tree.outcome().exitCode, 5);
    QCOMPARE(tree.outcome().leftBehind, 4);
    QCOMPARE(tree.outcome().killed, 1);
    QVERIFY(tree.outcome().via.isEmpty());
    QCOMPARE(scene.living(), QList<qint64>());
}

void TestGuardedTreeEnd::s4_aNeighbourIsNeverSignalled()
{
    const Neighbour earlier;
    const GuardedScene scene;
    TreeOptions options = scene.options(scene.tree(everyKind()));
    options.grace = std::chrono::milliseconds(50);
    GuardedTree tree(options);
    QVERIFY(startTree(tree, scene));
    const Neighbour later;
    QCOMPARE(::getpgid(static_cast<pid_t>(tree.commandPid())), later.group()); // one group, and still not its own
    scene.revokePermit();
    QVERIFY(awaitEnd(tree));
    QCOMPARE(scene.living(), QList<qint64>());
    QVERIFY(earlier.isUntouched());
    QVERIFY(later.isUntouched());
}

void TestGuardedTreeEnd::s4_whatThisAccountMayNotSignalIsNamed()
{
    if (::geteuid() != 0)
        QSKIP("takes root, to make a program that becomes root");
    const GuardedScene scene;
    const QString own = scene.database().file("process_tree");
    QVERIFY(QFile::copy(testProgram("process_tree"), own));
    QCOMPARE(::chmod(QFile::encodeName(own).constData(), 04755), 0);
    for (const QString &folder : {scene.database().folder(), scene.folder()})
        QCOMPARE(::chmod(QFile::encodeName(folder).constData(), 0777), 0);
    const QString report = scene.database().file("report");
    QProcess owner;
    owner.setChildProcessModifier([] {
        constexpr uid_t kNobody = 65534;
        if (::setresgid(kNobody, kNobody, kNobody) != 0 || ::setresuid(kNobody, kNobody, kNobody) != 0)
            ::_exit(99);
    });
    owner.start(testProgram("tree_owner"),
                {report, scene.database().path(), QString::number(GuardedScene::kEpoch), "50", "leave", "sh", "-c",
                 "'" + own + "' '" + scene.folder() + "' root stubborn & wait"});
    if (!scene.awaitTree())
        QSKIP("this account's folders keep others out, or their files from becoming root");
    scene.revokePermit();
    QVERIFY(awaitThat([&report] { return bytesOf(report).contains("\nended"); }));
    QVERIFY2(bytesOf(report).endsWith(" 1\n"), bytesOf(report).constData()); // one survivor
    QCOMPARE(scene.living().size(), 1);
    QCOMPARE(::kill(static_cast<pid_t>(scene.living().constFirst()), SIGKILL), 0);
    QVERIFY(owner.waitForFinished(20'000));
    QVERIFY2(bytesOf(report).endsWith("\ngone\n"), bytesOf(report).constData());
}

void TestGuardedTreeEnd::s4_aGuardWithinAGuardIsEnded()
{
    const GuardedScene scene;
    const GuardedScene inner;
    TreeOptions options = scene.options(QStringList{testProgram("tree_owner"), scene.database().file("report"),
                                                    inner.database().path(), QString::number(GuardedScene::kEpoch),
                                                    "20000", "leave"}
                                        + inner.tree({"plain", "stubborn", "orphan"}));
    options.grace = std::chrono::milliseconds(500);
    GuardedTree tree(options);
    tree.prepare();
    tree.go();
    QVERIFY(inner.awaitTree());
    scene.revokePermit(); // the outer one's alone
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().survivors, QList<qint64>());
    QCOMPARE(inner.living(), QList<qint64>());
    QVERIFY(tree.outcome().processes >= 2); // the inner owner and its guard; the rest ends by their doing or by ours
}

void TestGuardedTreeEnd::s4_anOwnerThatLetsGoEndsTheTree()
{
    const GuardedScene scene;
    TreeOptions options = scene.options(scene.tree({"plain", "stubborn", "orphan"}));
    options.grace = std::chrono::seconds(20); // an owner that lets go does not wait for it
    QElapsedTimer elapsed;
    {
        GuardedTree tree(options);
        QVERIFY(startTree(tree, scene));
        elapsed.start();
    }
    QVERIFY(elapsed.elapsed() < 5000);
    QCOMPARE(scene.living(), QList<qint64>());
}

QTEST_GUILESS_MAIN(TestGuardedTreeEnd)
#include "tst_guardedtreeend.moc"
