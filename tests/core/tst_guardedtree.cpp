// SPDX-License-Identifier: Apache-2.0
// What a guarded command is to its owner, and what keeps it from being run at all.
#include "core/Error.h"
#include "core/gate/GuardSockets.h"
#include "core/gate/Permit.h"
#include "tests/support/GuardedScene.h"
#include "tests/support/Thrown.h"

#include <QDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

using namespace andon;
using namespace andon::test;

using Why = TreeOutcome::Why;

namespace {

QStringList shell(const QString &script)
{
    return {QStringLiteral("sh"), QStringLiteral("-c"), script};
}

} // namespace

class TestGuardedTree : public QObject
{
    Q_OBJECT

private slots:
    void theHelperIsFound();
    void anExitStatusIsPassedOn_data();
    void anExitStatusIsPassedOn();
    void aSignalThatEndsTheCommandIsPassedOn();
    void whatCannotBeRunIsTold_data();
    void whatCannotBeRunIsTold();
    void signalsReachTheCommandAlone();
    void whatMakesNoSenseIsRefusedBeforeAnythingRuns();
    void s4_withoutWatchesNothingRuns();
    void s3_aCommandNeverRunsAfterAStop_data();
    void s3_aCommandNeverRunsAfterAStop();
    void s3_aStopBetweenWatchingAndGoIsNotMissed();
    void aCommandThatWasNeverToldToGoLeavesNothingBehind();
    void ownersThatLeaveAtOnceLeaveNoGuards();
    void aPathLongerThanASocketsNameMayBe();
};

void TestGuardedTree::theHelperIsFound()
{
    QVERIFY2(QFileInfo(GuardedTree::findProgram()).isExecutable(), qPrintable(GuardedTree::findProgram()));
}

void TestGuardedTree::anExitStatusIsPassedOn_data()
{
    QTest::addColumn<int>("status");
    for (const int status : {0, 1, 3, 126, 127, 255})
        QTest::addRow("%d", status) << status;
}

void TestGuardedTree::anExitStatusIsPassedOn()
{
    QFETCH(const int, status);
    const GuardedScene scene;
    GuardedTree tree(scene.options(shell(QStringLiteral("exit %1").arg(status))));
    tree.prepare();
    tree.go();
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().why, Why::Exited);
    QCOMPARE(tree.outcome().exitCode, status);
    QCOMPARE(tree.outcome().signal, 0);
    QCOMPARE(tree.outcome().shellStatus(), status);
    QCOMPARE(tree.outcome().leftBehind, 0);
    QVERIFY(tree.outcome().via.isEmpty());
    QVERIFY(qAbs(tree.outcome().noticedAt.msecsTo(QDateTime::currentDateTimeUtc())) < 10'000);
}

void TestGuardedTree::aSignalThatEndsTheCommandIsPassedOn()
{
    const GuardedScene scene;
    GuardedTree tree(scene.options(shell(QStringLiteral("kill -USR1 $$"))));
    tree.prepare();
    tree.go();
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().why, Why::Exited);
    QCOMPARE(tree.outcome().signal, SIGUSR1);
    QCOMPARE(tree.outcome().exitCode, -1);
    QCOMPARE(tree.outcome().shellStatus(), 128 + SIGUSR1);
}

void TestGuardedTree::whatCannotBeRunIsTold_data()
{
    QTest::addColumn<QString>("program");
    QTest::addColumn<int>("status");
    QTest::newRow("not there") << "/nowhere/at-all" << 127;
    QTest::newRow("not on the path") << "andon-no-such-program" << 127;
    QTest::newRow("a folder") << "/" << 126;
    QTest::newRow("not executable") << "/proc/version" << 126;
}

void TestGuardedTree::whatCannotBeRunIsTold()
{
    QFETCH(const QString, program);
    QFETCH(const int, status);
    const GuardedScene scene;
    GuardedTree tree(scene.options({program}));
    tree.prepare();
    tree.go();
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().why, Why::CouldNotStart);
    QCOMPARE(tree.outcome().exitCode, status);
    QVERIFY(tree.outcome().explanation.contains(program));
}

void TestGuardedTree::signalsReachTheCommandAlone()
{
    const GuardedScene scene;
    GuardedTree tree(scene.options(
        shell(QStringLiteral("trap 'exit 9' USR1; : > '%1/ready'; while :; do sleep 0.01; done").arg(scene.folder()))));
    QVERIFY(startTree(tree, scene));
    tree.signal(SIGUSR1);
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().exitCode, 9);
}

void TestGuardedTree::whatMakesNoSenseIsRefusedBeforeAnythingRuns()
{
    const GuardedScene scene;
    const auto refuses = [](const TreeOptions &options) {
        return thrown<Error>([&options] { GuardedTree(options).prepare(); }).has_value();
    };
    TreeOptions options = scene.options({});
    QVERIFY(refuses(options));
    options = scene.options({QStringLiteral("true")});
    options.databasePath = QStringLiteral("andon.db");
    QVERIFY(refuses(options));
    options = scene.options({QStringLiteral("true")});
    options.epoch = Epoch();
    QVERIFY(refuses(options));
    options = scene.options({QStringLiteral("true")});
    options.guardProgram = QStringLiteral("/nowhere/andon-guard");
    QVERIFY(refuses(options));
    options.guardProgram = QStringLiteral("/bin/true"); // ends without a word
    QVERIFY(refuses(options));
}

void TestGuardedTree::s4_withoutWatchesNothingRuns()
{
    const GuardedScene scene;
    TreeOptions options = scene.options({QStringLiteral("true")});
    options.databasePath = scene.database().file(QStringLiteral("missing/andon.db"));
    GuardedTree tree(options);
    const auto error = thrown<Error>([&tree] { tree.prepare(); });
    QVERIFY(error);
    QVERIFY2(error->message().contains(QStringLiteral("cannot watch")), qPrintable(error->message()));
}

void TestGuardedTree::s3_aCommandNeverRunsAfterAStop_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("via");
    for (const char *what :
         {"no permit", "another epoch", "an empty permit", "a byte too many", "a folder", "a link", "a pipe"})
        QTest::newRow(what) << what << "permit";
    for (const char *what : {"a request", "a file for requests", "a link for requests"})
        QTest::newRow(what) << what << "request";
    for (const char *what : {"its hold", "a strange hold", "a file for holds", "a link for holds"})
        QTest::newRow(what) << what << "hold";
}

void TestGuardedTree::s3_aCommandNeverRunsAfterAStop()
{
    QFETCH(const QString, what);
    QFETCH(const QString, via);
    const GuardedScene scene;
    const QString permit = scene.database().permitPath();
    const QString stop = scene.database().stopPath();
    if (via == "permit")
        QVERIFY(QFile::rename(permit, permit + ".true"));
    if (what == "another epoch")
        write(permit, "andon-permit 1 epoch 8\n");
    if (what == "an empty permit")
        write(permit, "");
    if (what == "a byte too many")
        write(permit, "andon-permit 1 epoch 7\n\n");
    if (what == "a folder")
        QVERIFY(QDir().mkdir(permit));
    if (what == "a link")
        QVERIFY(QFile::link(permit + ".true", permit));
    if (what == "a pipe")
        QCOMPARE(::mkfifo(QFile::encodeName(permit).constData(), 0600), 0);
    if (what == "a request")
        QVERIFY(QDir().mkdir(stop));
    if (what == "a file for requests")
        write(stop, "");
    if (what == "a link for requests")
        QVERIFY(QFile::link("/nowhere", stop));
    if (what == "its hold")
        scene.makeHold("action-1.2");
    if (what == "a strange hold")
        scene.makeHold("readme");
    if (what == "a file for holds")
        write(scene.holdPath(), "");
    if (what == "a link for holds")
        QVERIFY(QFile::link("/tmp", scene.holdPath()));

    TreeOptions options = scene.options(scene.tree({}));
    options.holdKeys << "action-1";
    GuardedTree tree(options);
    tree.prepare();
    tree.go();
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().why, Why::Refused);
    QCOMPARE(tree.outcome().via, via);
    QVERIFY(!tree.outcome().explanation.isEmpty());
    QCOMPARE(tree.commandPid(), 0);
    QCOMPARE(scene.countOf("command"), 0);
}

void TestGuardedTree::s3_aStopBetweenWatchingAndGoIsNotMissed()
{
    const GuardedScene scene;
    GuardedTree tree(scene.options(scene.tree({})));
    tree.prepare();
    scene.revokePermit();
    scene.grantPermit(); // back as if nothing had happened
    tree.go();
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().why, Why::Refused);
    QCOMPARE(scene.countOf("command"), 0);
}

void TestGuardedTree::aCommandThatWasNeverToldToGoLeavesNothingBehind()
{
    const GuardedScene scene;
    qint64 guard = 0;
    {
        GuardedTree tree(scene.options(scene.tree({})));
        tree.prepare();
        guard = tree.guardPid();
    }
    QVERIFY(awaitThat([&scene] { return QDir(scene.guardsPath()).entryList(QDir::System).isEmpty(); }));
    QVERIFY(awaitThat([guard] {
        const GuardedTree another{TreeOptions()}; // reaps
        return ::kill(static_cast<pid_t>(guard), 0) != 0;
    }));
    QCOMPARE(scene.countOf("command"), 0);
}

void TestGuardedTree::ownersThatLeaveAtOnceLeaveNoGuards()
{
    const GuardedScene scene;
    scene.revokePermit();
    std::vector<qint64> guards;
    guards.reserve(20);
    for (int i = 0; i < 20; ++i) {
        GuardedTree tree(scene.options(scene.tree({})));
        tree.prepare();
        guards.push_back(tree.guardPid());
        tree.go();
        if (i % 2 == 0) // in the middle of its last look, or between its last words
            QVERIFY(awaitEnd(tree));
    }
    for (const qint64 guard : guards)
        QVERIFY(awaitThat([guard] {
            const GuardedTree another{TreeOptions()}; // reaps
            return ::kill(static_cast<pid_t>(guard), 0) != 0;
        }));
    QCOMPARE(scene.countOf("command"), 0);
}

void TestGuardedTree::aPathLongerThanASocketsNameMayBe()
{
    const GuardedScene scene;
    QString folder = scene.database().folder();
    for (int i = 0; i < 4; ++i)
        folder += '/' + QString(50, 'x');
    QVERIFY(QDir().mkpath(folder));
    QVERIFY(QFile::copy(scene.database().permitPath(), folder + "/andon.db.permit"));
    TreeOptions options = scene.options(scene.tree({"plain"}));
    options.databasePath = folder + "/andon.db";
    GuardedTree tree(options);
    QVERIFY(startTree(tree, scene));
    QVERIFY2(tree.hasSocket(), qPrintable(tree.socketTrouble()));
    QCOMPARE(GuardSockets::ring(options.databasePath, "stop"), 1);
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().via, "socket");
    QCOMPARE(scene.living(), QList<qint64>());
}

QTEST_GUILESS_MAIN(TestGuardedTree)
#include "tst_guardedtree.moc"
