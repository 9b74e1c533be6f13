// SPDX-License-Identifier: Apache-2.0
// The tree of processes below this test, in all ways in which a kernel lets it be found and signalled.
#include "core/guard/ProcessTreeLinux.h"
#include "core/guard/ProcessWalkLinux.h"
#include "tests/support/GuardedScene.h"

#include <QTest>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <memory>
#include <thread>

using namespace andon;
using namespace andon::test;

namespace {

/// A tree of processes right below this test, which adopts what loses its parent.
class OwnTree
{
public:
    explicit OwnTree(const QStringList &kinds)
    {
        QList<QByteArray> words;
        for (const QString &word : m_scene.tree(kinds))
            words << QFile::encodeName(word);
        std::vector<char *> values;
        for (QByteArray &word : words)
            values.push_back(word.data());
        values.push_back(nullptr);
        // NOLINTNEXTLINE(cppcoreguidelines-prefer-member-initializer): the words come first
        m_pid = ::fork();
        if (m_pid == 0) {
            ::execv(values.front(), values.data());
            ::_exit(99);
        }
    }
    ~OwnTree()
    {
        ProcessTree rest;
        for (int i = 0; i < 1000 && !rest.isEmpty(); ++i) {
            rest.strike();
            reapAll();
        }
    }
    OwnTree(const OwnTree &) = delete;
    OwnTree &operator=(const OwnTree &) = delete;

    [[nodiscard]] const GuardedScene &scene() const { return m_scene; }
    [[nodiscard]] pid_t pid() const { return m_pid; }

    static void reapAll()
    {
        while (::waitpid(-1, nullptr, WNOHANG) > 0) {}
    }

private:
    GuardedScene m_scene;
    pid_t m_pid = -1;
};

/// A child of this test that does nothing.
pid_t makeSleeper()
{
    const pid_t pid = ::fork();
    if (pid == 0) {
        std::signal(SIGTERM, SIG_DFL); // the test's own handler tells where it was when it was ended
        for (;;)
            ::pause();
    }
    return pid;
}

/// Neither ended nor stopped.
bool isUntouched(pid_t pid)
{
    siginfo_t told = {};
    return ::waitid(P_PID, static_cast<id_t>(pid), &told, WEXITED | WSTOPPED | WCONTINUED | WNOHANG) == 0
        && told.si_pid == 0;
}

} // namespace

class TestProcessWalk : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanup();
    void aProcessIsReadWhateverItsName();
    void whatIsNotThereIsNotRead();
    void childrenOfEveryThreadAreFound();
    void bothWaysFindTheSameChildren();
    void aTreeIsFoundAndEnded_data();
    void aTreeIsFoundAndEnded();
    void whatRunsAwayIsCaught_data();
    void whatRunsAwayIsCaught();
    void whatIsLeftOutIsNeverSignalled();
    void aNumberThatPassedOnIsNotAMember();
    void ownMembersAloneAreReaped();
    void whatCannotBeToldIsNotEmpty();
};

namespace {

void addMeans()
{
    QTest::addColumn<bool>("childrenFiles");
    QTest::addColumn<bool>("handles");
    QTest::newRow("as this kernel can") << true << true;
    QTest::newRow("without children files") << false << true;
    QTest::newRow("without handles") << true << false;
    QTest::newRow("without either") << false << false;
}

} // namespace

void TestProcessWalk::initTestCase()
{
    QCOMPARE(::prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
}

void TestProcessWalk::cleanup()
{
    OwnTree::reapAll();
    QVERIFY(ProcessTree().isEmpty());
}

void TestProcessWalk::aProcessIsReadWhateverItsName()
{
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::prctl(PR_SET_NAME, "a) Z 1 (b\n");
        ::raise(SIGSTOP);
        ::_exit(0);
    }
    QVERIFY(awaitThat([pid] {
        const auto stat = ProcessWalk::stat(pid);
        return stat && stat->state == 'T';
    }));
    const auto stat = ProcessWalk::stat(pid);
    QCOMPARE(stat->parent, ::getpid());
    QCOMPARE(stat->threads, 1);
    QVERIFY(stat->isStopped());
    QVERIFY(!stat->isDefunct());
    QVERIFY(stat->startTicks >= ProcessWalk::stat(::getpid())->startTicks);
    ::kill(pid, SIGKILL);
    QVERIFY(awaitThat([pid] { return ProcessWalk::stat(pid)->isDefunct(); }));
    ::waitpid(pid, nullptr, 0);
    QVERIFY(!ProcessWalk::stat(pid));
}

void TestProcessWalk::whatIsNotThereIsNotRead()
{
    QVERIFY(!ProcessWalk::stat(-1));
    QVERIFY(!ProcessWalk::stat(0));
    QVERIFY(!ProcessWalk::stat(0x7fffffff));
    std::vector<pid_t> children;
    QVERIFY(!ProcessWalk::appendChildren(0x7fffffff, 0, &children));
    QVERIFY(children.empty());
}

void TestProcessWalk::childrenOfEveryThreadAreFound()
{
    pid_t fromThread = 0;
    std::atomic<bool> isOver = false;
    std::jthread thread([&] {
        fromThread = makeSleeper();
        while (!isOver)
            QThread::msleep(1);
    });
    QVERIFY(awaitThat([&] { return fromThread > 0; }));
    const pid_t own = makeSleeper();
    std::vector<pid_t> children;
    QVERIFY(ProcessWalk::appendChildren(::getpid(), 0, &children));
    QVERIFY(std::find(children.begin(), children.end(), own) != children.end());
    QVERIFY(std::find(children.begin(), children.end(), fromThread) != children.end());
    for (const pid_t pid : {own, fromThread}) {
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
    }
    isOver = true;
}

void TestProcessWalk::bothWaysFindTheSameChildren()
{
    QVERIFY(ProcessWalk::hasChildrenFiles());
    std::vector<pid_t> made;
    made.reserve(1000);
    for (int i = 0; i < 1000; ++i) // more than one page of numbers
        made.push_back(makeSleeper());
    std::vector<pid_t> children;
    QVERIFY(ProcessWalk::appendChildren(::getpid(), 1, &children));
    std::vector<pid_t> others = ProcessWalk::childrenOfAll()->at(::getpid());
    for (std::vector<pid_t> *list : {&made, &children, &others})
        std::sort(list->begin(), list->end());
    QVERIFY(children == made);
    QVERIFY(others == made);
    for (const pid_t pid : made)
        ::kill(pid, SIGKILL);
    for (const pid_t pid : made)
        ::waitpid(pid, nullptr, 0);
}

void TestProcessWalk::aTreeIsFoundAndEnded_data()
{
    addMeans();
}

void TestProcessWalk::aTreeIsFoundAndEnded()
{
    QFETCH(const bool, childrenFiles);
    QFETCH(const bool, handles);
    const OwnTree own({"plain:3", "stubborn:2", "session", "orphan:2", "group", "stopped", "threaded", "zombie"});
    QVERIFY(own.scene().awaitTree());
    QVERIFY(awaitThat([&own] { return own.scene().living().size() == 12; }));
    ProcessTree tree(ProcessTree::Means{childrenFiles, handles});
    QVERIFY(!tree.isEmpty());
    QCOMPARE(tree.look().alive, 12);
    QCOMPARE(tree.look().fresh, 0);
    QCOMPARE(tree.alive().size(), size_t{12});

    QCOMPARE(tree.terminate().alive, 12);
    QVERIFY(awaitThat([&own] {
        OwnTree::reapAll();
        return own.scene().living().size() == 2; // the stubborn ones
    }));
    QCOMPARE(tree.look().alive, 2);
    QCOMPARE(tree.killed(), 0);
    tree.strike();
    QVERIFY(awaitThat([&tree] {
        OwnTree::reapAll();
        return tree.isEmpty();
    }));
    QCOMPARE(tree.killed(), 2);
    QCOMPARE(own.scene().living(), QList<qint64>());
}

void TestProcessWalk::whatRunsAwayIsCaught_data()
{
    addMeans();
}

void TestProcessWalk::whatRunsAwayIsCaught()
{
    QFETCH(const bool, childrenFiles);
    QFETCH(const bool, handles);
    const OwnTree own({"hopper:2"});
    QVERIFY(own.scene().awaitTree());
    ProcessTree tree(ProcessTree::Means{childrenFiles, handles});
    QVERIFY(awaitThat([&tree] {
        tree.strike();
        OwnTree::reapAll();
        return tree.isEmpty();
    }));
    QCOMPARE(own.scene().living(), QList<qint64>());
}

void TestProcessWalk::whatIsLeftOutIsNeverSignalled()
{
    const pid_t kept = makeSleeper();
    const pid_t ended = makeSleeper();
    ProcessTree tree;
    tree.leaveOut(kept);
    QCOMPARE(tree.look().alive, 1);
    tree.terminate();
    tree.strike();
    QCOMPARE(::waitpid(ended, nullptr, 0), ended);
    QVERIFY(tree.isEmpty());
    QVERIFY(isUntouched(kept));

    tree.forget(kept); // as if it had been reaped and its number had passed on
    QVERIFY(!tree.isEmpty());
    tree.strike();
    QCOMPARE(::waitpid(kept, nullptr, 0), kept);
}

void TestProcessWalk::aNumberThatPassedOnIsNotAMember()
{
    // The test's own parent and its other relatives are what a number may have passed on to.
    ProcessTree tree;
    QCOMPARE(tree.look().alive, 0);
    const pid_t sleeper = makeSleeper();
    QCOMPARE(tree.look().alive, 1);
    ::kill(sleeper, SIGKILL);
    ::waitpid(sleeper, nullptr, 0);
    QCOMPARE(tree.look().alive, 0);
    QVERIFY(tree.alive().empty());
    tree.strike();
    QCOMPARE(tree.killed(), 0);
}

void TestProcessWalk::ownMembersAloneAreReaped()
{
    const pid_t other = makeSleeper();
    ProcessTree tree;
    tree.leaveOut(other);
    const pid_t member = makeSleeper();
    QCOMPARE(tree.look().alive, 1);
    for (const pid_t pid : {other, member})
        ::kill(pid, SIGKILL);
    QVERIFY(awaitThat([&] {
        tree.reapMembers();
        return tree.isEmpty();
    }));
    QCOMPARE(::waitpid(member, nullptr, WNOHANG), -1);
    QCOMPARE(::waitpid(other, nullptr, 0), other);
}

void TestProcessWalk::whatCannotBeToldIsNotEmpty()
{
    ProcessTree tree;
    QVERIFY(tree.isEmpty());
    std::vector<OwnedDescriptor> taken;
    for (;;) {
        OwnedDescriptor next(::dup(0));
        if (!next.isOpen())
            break;
        taken.push_back(std::move(next));
    }
    const bool isEmpty = tree.isEmpty(); // no descriptor is left to look with
    taken.clear();
    QVERIFY(!isEmpty);
    QVERIFY(tree.isEmpty());
}

QTEST_GUILESS_MAIN(TestProcessWalk)
#include "tst_processwalk.moc"
