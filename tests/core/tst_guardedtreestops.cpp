// SPDX-License-Identifier: Apache-2.0
// The ways on which a stop reaches a command that runs.
#include "core/Error.h"
#include "core/gate/GuardSockets.h"
#include "core/gate/Permit.h"
#include "tests/support/GuardedScene.h"
#include "tests/support/Thrown.h"

#include <QDir>
#include <QTest>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

using namespace andon;
using namespace andon::test;

using Why = TreeOutcome::Why;

class TestGuardedTreeStops : public QObject
{
    Q_OBJECT

private slots:
    void s4_takingThePermitAwayEndsTheTree_data();
    void s4_takingThePermitAwayEndsTheTree();
    void s4_aRequestAloneEndsTheTree();
    void s4_theSocketAloneEndsTheTree_data();
    void s4_theSocketAloneEndsTheTree();
    void s4_aHoldEndsWhatItConcerns_data();
    void s4_aHoldEndsWhatItConcerns();
    void s4_movingTheFolderAwayEndsTheTree();
    void s4_theOwnersWishEndsTheTree();
    void s4_withoutASocketTheFilesStillStop();
    void s4_aFloodOfEventsHidesNoStop();
    void whatChangesNothingStopsNothing();
    void aTimeoutEndsTheTree();
};

void TestGuardedTreeStops::s4_takingThePermitAwayEndsTheTree_data()
{
    QTest::addColumn<QString>("how");
    for (const char *how : {"removed", "moved", "emptied", "replaced", "overwritten", "a folder in its place"})
        QTest::newRow(how) << how;
}

void TestGuardedTreeStops::s4_takingThePermitAwayEndsTheTree()
{
    QFETCH(const QString, how);
    const GuardedScene scene;
    GuardedTree tree(scene.options(scene.tree({"plain:3"})));
    QVERIFY(startTree(tree, scene));
    const QString permit = scene.database().permitPath();
    if (how == "removed")
        QVERIFY(QFile::remove(permit));
    if (how == "moved")
        QVERIFY(QFile::rename(permit, permit + ".old"));
    if (how == "emptied")
        QVERIFY(QFile::resize(permit, 0));
    if (how == "replaced")
        Permit(scene.database().path()).grant(Epoch(GuardedScene::kEpoch + 1));
    if (how == "overwritten")
        write(permit, "andon-permit 1 epoch 8\n");
    if (how == "a folder in its place")
        QVERIFY(QDir().mkdir(permit + ".d")
                && ::rename(QFile::encodeName(permit).constData(), QFile::encodeName(permit + ".o").constData()) == 0
                && QDir().rename(permit + ".d", permit));
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().why, Why::Stopped);
    QCOMPARE(tree.outcome().via, "permit");
    QCOMPARE(tree.outcome().processes, 4);
    QCOMPARE(tree.outcome().signal, SIGTERM);
    QCOMPARE(tree.outcome().killed, 0);
    QVERIFY(tree.isStopping());
    QCOMPARE(scene.living(), QList<qint64>());
}

void TestGuardedTreeStops::s4_aRequestAloneEndsTheTree()
{
    const GuardedScene scene;
    GuardedTree tree(scene.options(scene.tree({"plain"})));
    QVERIFY(startTree(tree, scene));
    QVERIFY(QDir().mkdir(scene.database().stopPath()));
    QVERIFY(QDir().rmdir(scene.database().stopPath())); // withdrawn at once: somebody has pressed
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().via, "request");
    QCOMPARE(scene.living(), QList<qint64>());
}

void TestGuardedTreeStops::s4_theSocketAloneEndsTheTree_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<bool>("stops");
    QTest::newRow("stop") << QByteArray("stop") << true;
    QTest::newRow("stop with more") << QByteArray("stop 17\n") << true;
    QTest::newRow("its hold") << QByteArray("hold action-1") << true;
    QTest::newRow("another's hold") << QByteArray("hold action-12") << false;
    QTest::newRow("a hold of nobody") << QByteArray("hold") << true;
    QTest::newRow("a strange hold") << QByteArray("hold everything") << true;
    QTest::newRow("a word of a later version") << QByteArray("halt") << true;
    QTest::newRow("nothing") << QByteArray(" ") << true;
}

void TestGuardedTreeStops::s4_theSocketAloneEndsTheTree()
{
    QFETCH(const QByteArray, message);
    QFETCH(const bool, stops);
    const GuardedScene scene;
    TreeOptions options = scene.options(scene.tree({"plain"}));
    options.holdKeys << "action-1";
    GuardedTree tree(options);
    QVERIFY(startTree(tree, scene));
    QVERIFY(tree.hasSocket());
    QCOMPARE(QDir(scene.guardsPath()).entryList(QDir::System), QStringList(tree.socketName()));
    QCOMPARE(GuardSockets::ring(scene.database().path(), message), 1);
    if (!stops) {
        QVERIFY(!tree.wait(std::chrono::milliseconds(100)));
        QVERIFY(!tree.isStopping());
        tree.stop("enough");
    }
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().via, stops ? "socket" : "owner");
    QVERIFY(QFile::exists(scene.database().permitPath()));
    QCOMPARE(scene.living(), QList<qint64>());
    QVERIFY(awaitThat([&scene] { return QDir(scene.guardsPath()).entryList(QDir::System).isEmpty(); }));
}

void TestGuardedTreeStops::s4_aHoldEndsWhatItConcerns_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("isFolderThere");
    QTest::addColumn<bool>("stops");
    QTest::newRow("its action") << "action-1.aa" << true << true;
    QTest::newRow("its agent") << "agent-7.bb" << true << true;
    QTest::newRow("its action, first hold of all") << "action-1.aa" << false << true;
    QTest::newRow("another action") << "action-2.aa" << true << false;
    QTest::newRow("another action, first hold of all") << "action-2.aa" << false << false;
    QTest::newRow("an action whose name only begins so") << "action-12.aa" << true << false;
    QTest::newRow("not understood") << "README" << true << true;
    QTest::newRow("not understood, first of all") << "README" << false << true;
}

void TestGuardedTreeStops::s4_aHoldEndsWhatItConcerns()
{
    QFETCH(const QString, name);
    QFETCH(const bool, isFolderThere);
    QFETCH(const bool, stops);
    const GuardedScene scene;
    if (isFolderThere)
        scene.makeHold("action-99.zz");
    TreeOptions options = scene.options(scene.tree({"plain"}));
    options.holdKeys << "action-1"
                     << "agent-7";
    GuardedTree tree(options);
    QVERIFY(startTree(tree, scene));
    scene.makeHold(name);
    if (!stops) {
        QVERIFY(!tree.wait(std::chrono::milliseconds(100)));
        QVERIFY(!tree.isStopping());
        // The folder comes and goes with its holds; the next one is seen as well.
        QVERIFY(QDir(scene.holdPath()).removeRecursively());
        QVERIFY(!tree.wait(std::chrono::milliseconds(20)));
        scene.makeHold("agent-7.cc");
    }
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().why, Why::Stopped);
    QCOMPARE(tree.outcome().via, "hold");
    QCOMPARE(tree.outcome().detail, stops ? name : "agent-7.cc");
    QCOMPARE(scene.living(), QList<qint64>());
}

void TestGuardedTreeStops::s4_movingTheFolderAwayEndsTheTree()
{
    const GuardedScene scene;
    const QString folder = scene.database().file("deeper");
    QVERIFY(QDir().mkdir(folder));
    QVERIFY(QFile::copy(scene.database().permitPath(), folder + "/andon.db.permit"));
    TreeOptions options = scene.options(scene.tree({"plain"}));
    options.databasePath = folder + "/andon.db";
    GuardedTree tree(options);
    QVERIFY(startTree(tree, scene));
    QVERIFY(QDir().rename(folder, folder + "-elsewhere"));
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().via, "permit");
    QCOMPARE(scene.living(), QList<qint64>());
}

void TestGuardedTreeStops::s4_theOwnersWishEndsTheTree()
{
    const GuardedScene scene;
    GuardedTree tree(scene.options(scene.tree({"plain"})));
    QVERIFY(startTree(tree, scene));
    tree.stop("epoch");
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().via, "owner");
    QCOMPARE(tree.outcome().detail, "epoch");
    QCOMPARE(scene.living(), QList<qint64>());
}

void TestGuardedTreeStops::s4_withoutASocketTheFilesStillStop()
{
    const GuardedScene scene;
    write(scene.guardsPath(), "in the way");
    GuardedTree tree(scene.options(scene.tree({"plain"})));
    QVERIFY(startTree(tree, scene));
    QVERIFY(!tree.hasSocket());
    QVERIFY(!tree.socketTrouble().isEmpty());
    scene.revokePermit();
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().via, "permit");
    QCOMPARE(scene.living(), QList<qint64>());
}

void TestGuardedTreeStops::s4_aFloodOfEventsHidesNoStop()
{
    const GuardedScene scene;
    GuardedTree tree(scene.options(scene.tree({"plain"})));
    QVERIFY(startTree(tree, scene));
    const auto guard = static_cast<pid_t>(tree.guardPid());
    const int most = bytesOf("/proc/sys/fs/inotify/max_queued_events").trimmed().toInt();
    const QByteArray name = QFile::encodeName(scene.database().file("noise"));
    const auto flood = [&name, most] {
        for (int i = 0; i <= most / 2; ++i) {
            ::close(::creat(name.constData(), 0600));
            ::unlink(name.constData());
        }
    };
    QCOMPARE(::kill(guard, SIGSTOP), 0);
    flood();
    QCOMPARE(::kill(guard, SIGCONT), 0);
    QVERIFY(!tree.wait(std::chrono::milliseconds(100)));
    QVERIFY(!tree.isStopping()); // it has looked

    QCOMPARE(::kill(guard, SIGSTOP), 0);
    flood();
    scene.revokePermit(); // nobody has room for that event
    QCOMPARE(::kill(guard, SIGCONT), 0);
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().via, "permit");
    QCOMPARE(scene.living(), QList<qint64>());
}

void TestGuardedTreeStops::whatChangesNothingStopsNothing()
{
    const GuardedScene scene;
    GuardedTree tree(scene.options(scene.tree({"plain"})));
    QVERIFY(startTree(tree, scene));
    const QString permit = scene.database().permitPath();
    QCOMPARE(::chmod(QFile::encodeName(permit).constData(), 0640), 0);
    scene.grantPermit(); // the same once more, in a new file
    QVERIFY(!tree.wait(std::chrono::milliseconds(50)));
    scene.grantPermit(); // and again: the new file is watched as well
    for (int i = 0; i < 100; ++i)
        write(scene.database().path() + "-journal", "x");
    QVERIFY(!tree.wait(std::chrono::milliseconds(50)));
    QVERIFY(!tree.isStopping());
    QVERIFY(QFile::resize(permit, 0));
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().via, "permit");
}

void TestGuardedTreeStops::aTimeoutEndsTheTree()
{
    const GuardedScene scene;
    TreeOptions options = scene.options(scene.tree({"plain", "stubborn"}));
    options.timeout = std::chrono::milliseconds(300);
    options.grace = std::chrono::milliseconds(50);
    QElapsedTimer elapsed;
    elapsed.start();
    GuardedTree tree(options);
    QVERIFY(startTree(tree, scene));
    QVERIFY(awaitEnd(tree));
    QVERIFY(elapsed.elapsed() >= 350);
    QCOMPARE(tree.outcome().why, Why::TimedOut);
    QCOMPARE(tree.outcome().via, "timeout");
    QCOMPARE(tree.outcome().killed, 1);
    QCOMPARE(scene.living(), QList<qint64>());
}

QTEST_GUILESS_MAIN(TestGuardedTreeStops)
#include "tst_guardedtreestops.moc"
