// SPDX-License-Identifier: Apache-2.0
// A guard without a permit lives by its lease: what renews it, what does not, and what becomes of the tree when nobody
// does. That a lease goes on while the machine sleeps (CLOCK_BOOTTIME) is not tested: a test cannot suspend it.
#include "core/Error.h"
#include "core/guard/GuardProcessLinux.h"
#include "core/guard/GuardProtocol.h"
#include "tests/e2e/support/Program.h"
#include "tests/support/GuardedScene.h"
#include "tests/support/Thrown.h"

#include <QDir>
#include <QTest>

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <csignal>
#include <thread>

using namespace andon;
using namespace andon::test;
using namespace std::chrono_literals;

using Why = TreeOutcome::Why;

namespace {

constexpr auto kLease = 200ms;
/// On an idle machine it is a few milliseconds.
constexpr auto kLate = 1000ms;

TreeOptions leased(const GuardedScene &scene, const QStringList &command, std::chrono::milliseconds lease = kLease)
{
    TreeOptions options = scene.options(command);
    options.hasPermit = false;
    options.lease = lease;
    options.grace = 0ms;
    return options;
}

/// Prepares, has it confirmed, goes, and waits until the tree is complete. `asked`: what was confirmed.
bool startLeased(GuardedTree &tree, const GuardedScene &scene, BootClock::time_point *asked)
{
    tree.prepare();
    do {
        *asked = BootClock::now();
        tree.renew(*asked);
        if (tree.guardPid() != 0 && tree.commandPid() == 0)
            tree.go(); // the second and later ones say nothing new
        if (tree.wait(10ms))
            return false;
    } while (tree.commandPid() == 0 || !QFile::exists(scene.folder() + "/ready"));
    return true;
}

/// The helper without its owner's half: packets as nobody sends them.
class RawGuard
{
public:
    RawGuard(const GuardedScene &scene, const QStringList &more)
    {
        std::array<int, 2> ends = {-1, -1};
        if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
            return;
        m_control = OwnedDescriptor(ends[0]);
        const OwnedDescriptor given(ends[1]);
        const QStringList arguments = QStringList{"--control",  QString::number(given.number()),
                                                  "--database", scene.database().path(),
                                                  "--grace-ms", "0"}
            + more + QStringList{"--"} + scene.tree({"plain"});
        m_isStarted = m_guard.start(GuardedTree::findProgram(), arguments, given.number()) == 0;
    }

    [[nodiscard]] bool isStarted() const { return m_isStarted; }
    [[nodiscard]] bool hasEnded() { return m_guard.waitForEnd(10s); }
    void say(const std::string &packet) const
    {
        ::send(m_control.number(), packet.data(), packet.size(), MSG_NOSIGNAL);
    }
    /// The next packet but `watching`; empty where none comes or the helper has ended.
    [[nodiscard]] QByteArray hear() const
    {
        for (;;) {
            pollfd one{m_control.number(), POLLIN, 0};
            if (::poll(&one, 1, 10'000) <= 0)
                return {};
            QByteArray packet(guard::kMaxPacketBytes, '\0');
            packet.truncate(qMax<qsizetype>(0, ::recv(m_control.number(), packet.data(), packet.size(), 0)));
            if (!packet.startsWith("watching"))
                return packet;
        }
    }

private:
    OwnedDescriptor m_control;
    GuardProcess m_guard;
    bool m_isStarted = false;
};

std::string leasePacket(BootClock::time_point asked)
{
    return "lease " + std::to_string(asked.time_since_epoch().count());
}

} // namespace

class TestGuardLease : public QObject
{
    Q_OBJECT

private slots:
    void s4_aTreeEndsWithItsLease_data();
    void s4_aTreeEndsWithItsLease();
    void s4_aTreeEndsWithItsLeaseAlsoWhenItsOwnerStandsStill();
    void renewalsKeepItAlive();
    void anOlderAnswerDoesNotShortenIt();
    void s3_withoutALeaseThatLastsNothingRuns_data();
    void s3_withoutALeaseThatLastsNothingRuns();
    void s3_whatMakesNoSenseConfirmsNothing_data();
    void s3_whatMakesNoSenseConfirmsNothing();
    void argumentsThatNothingHoldsAreRefused_data();
    void argumentsThatNothingHoldsAreRefused();
    void s4_aStopOnThisMachineStillReachesIt_data();
    void s4_aStopOnThisMachineStillReachesIt();
    void aPermitIsNobodysBusiness();
    void anEndIsHeardAlsoWhereARenewalWasNotReadAnyMore();
};

void TestGuardLease::s4_aTreeEndsWithItsLease_data()
{
    QTest::addColumn<QStringList>("kinds");
    QTest::newRow("plain") << QStringList{"plain:3"};
    QTest::newRow("in other sessions and groups") << QStringList{"session:2", "group:2", "orphan"};
    QTest::newRow("that does not want to") << QStringList{"stubborn:2", "stopped"};
}

void TestGuardLease::s4_aTreeEndsWithItsLease()
{
    QFETCH(const QStringList, kinds);
    const GuardedScene scene;
    scene.revokePermit();
    GuardedTree tree(leased(scene, scene.tree(kinds)));
    BootClock::time_point asked;
    QVERIFY(startLeased(tree, scene, &asked));
    QVERIFY(awaitEnd(tree));
    const auto lived = BootClock::now() - asked;
    QCOMPARE(tree.outcome().why, Why::Stopped);
    QCOMPARE(tree.outcome().via, "lease");
    QVERIFY2(tree.outcome().explanation.contains("could not be asked"), qPrintable(tree.outcome().explanation));
    QCOMPARE(tree.outcome().survivors, QList<qint64>());
    QCOMPARE(scene.living(), QList<qint64>());
    QVERIFY(lived >= kLease);
    QVERIFY2(lived < kLease + kLate, qPrintable(QString::number(lived.count())));
}

void TestGuardLease::s4_aTreeEndsWithItsLeaseAlsoWhenItsOwnerStandsStill()
{
    const GuardedScene scene;
    const QString report = scene.database().file("report");
    QProcess owner;
    owner.start(testProgram("lease_owner"),
                QStringList{report, scene.database().path(), QString::number(kLease.count()), "50"}
                    + scene.tree({"plain:2", "session", "orphan", "stubborn"}));
    const auto end = qScopeGuard([&owner] {
        owner.kill();
        owner.waitForFinished(10'000);
    });
    QVERIFY(scene.awaitTree());
    QTest::qWait(static_cast<int>(kLease.count() * 2)); // it renews
    QVERIFY(!scene.living().isEmpty());
    QElapsedTimer elapsed;
    elapsed.start();
    QCOMPARE(::kill(static_cast<pid_t>(owner.processId()), SIGSTOP), 0);
    QVERIFY(awaitThat([&scene] { return scene.living().isEmpty(); }));
    QVERIFY2(elapsed.elapsed() < (kLease + kLate).count(), qPrintable(QString::number(elapsed.elapsed())));
    QCOMPARE(::kill(static_cast<pid_t>(owner.processId()), SIGCONT), 0);
    QVERIFY(owner.waitForFinished(10'000));
    QVERIFY2(bytesOf(report).endsWith("ended lease 0\n"), bytesOf(report).constData());
}

void TestGuardLease::renewalsKeepItAlive()
{
    const GuardedScene scene;
    scene.revokePermit();
    GuardedTree tree(leased(scene, scene.tree({"plain:2"})));
    BootClock::time_point asked;
    QVERIFY(startLeased(tree, scene, &asked));
    const auto begin = BootClock::now();
    while (BootClock::now() - begin < 3 * kLease) {
        tree.renew(BootClock::now());
        QVERIFY(!tree.wait(20ms));
    }
    QVERIFY(!tree.isStopping());
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().via, "lease");
}

void TestGuardLease::anOlderAnswerDoesNotShortenIt()
{
    const GuardedScene scene;
    GuardedTree tree(leased(scene, scene.tree({"plain"})));
    BootClock::time_point asked;
    QVERIFY(startLeased(tree, scene, &asked));
    tree.renew(asked - kLease);
    QVERIFY(awaitEnd(tree));
    QVERIFY(BootClock::now() - asked >= kLease);
}

void TestGuardLease::s3_withoutALeaseThatLastsNothingRuns_data()
{
    QTest::addColumn<int>("ageMs"); // negative: nobody has confirmed anything
    QTest::newRow("none") << -1;
    QTest::newRow("one that is over") << static_cast<int>(kLease.count()) + 1;
    QTest::newRow("one that is long over") << 3'600'000;
}

void TestGuardLease::s3_withoutALeaseThatLastsNothingRuns()
{
    QFETCH(const int, ageMs);
    const GuardedScene scene;
    GuardedTree tree(leased(scene, scene.tree({"plain"})));
    tree.prepare();
    if (ageMs >= 0)
        tree.renew(BootClock::now() - std::chrono::milliseconds(ageMs));
    tree.go();
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().why, Why::Refused);
    QCOMPARE(tree.outcome().via, "lease");
    QCOMPARE(scene.countOf("command"), 0);
}

void TestGuardLease::s3_whatMakesNoSenseConfirmsNothing_data()
{
    QTest::addColumn<QByteArray>("packet");
    QTest::newRow("no moment") << QByteArray("lease");
    QTest::newRow("nothing after the blank") << QByteArray("lease ");
    QTest::newRow("a word") << QByteArray("lease now");
    QTest::newRow("before the start") << QByteArray("lease -5");
    QTest::newRow("after the end of numbers") << QByteArray("lease 99999999999999999999");
    QTest::newRow("the last of numbers") << QByteArray("lease 9223372036854775807");
    QTest::newRow("one that has not come yet")
        << QByteArray::fromStdString(leasePacket(BootClock::now() + std::chrono::hours(1)));
    QTest::newRow("more than a moment") << QByteArray::fromStdString(leasePacket(BootClock::now()) + " x=1");
    QTest::newRow("more than a packet") << "lease " + QByteArray(64 * 1024, '1');
    QTest::newRow("zeros for more than a packet") << "lease "
            + QByteArray(static_cast<qsizetype>(guard::kMaxPacketBytes), '0')
            + QByteArray::number(qint64{BootClock::now().time_since_epoch().count()});
    QTest::newRow("another word") << QByteArray("leases 1");
}

void TestGuardLease::s3_whatMakesNoSenseConfirmsNothing()
{
    QFETCH(const QByteArray, packet);
    const GuardedScene scene;
    RawGuard guard(scene, {"--no-permit", "--lease-ms", "60000"});
    QVERIFY(guard.isStarted());
    guard.say(packet.toStdString());
    guard.say("go");
    const QByteArray said = guard.hear();
    QVERIFY2(said.startsWith("refused lease "), said.constData());
    QCOMPARE(scene.countOf("command"), 0);
}

void TestGuardLease::argumentsThatNothingHoldsAreRefused_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<bool>("isTaken");
    QTest::newRow("neither permit nor lease") << QStringList{"--no-permit"} << false;
    QTest::newRow("not even said") << QStringList{} << false;
    QTest::newRow("a lease, and no word on the permit") << QStringList{"--lease-ms", "100"} << false;
    QTest::newRow("a lease that is no number") << QStringList{"--no-permit", "--lease-ms", "soon"} << false;
    QTest::newRow("a lease backwards") << QStringList{"--no-permit", "--lease-ms", "-1"} << false;
    QTest::newRow("a lease") << QStringList{"--lease-ms", "60000", "--no-permit"} << true;
    QTest::newRow("both") << QStringList{"--lease-ms", "60000", "--epoch", QString::number(GuardedScene::kEpoch)}
                          << true;
}

void TestGuardLease::argumentsThatNothingHoldsAreRefused()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const bool, isTaken);
    const GuardedScene scene;
    RawGuard guard(scene, arguments);
    QVERIFY(guard.isStarted());
    guard.say(leasePacket(BootClock::now()));
    guard.say("go");
    const QByteArray said = guard.hear();
    QVERIFY2(said.startsWith("started ") == isTaken, said.constData());
    if (isTaken)
        guard.say("stop done");
    else
        QVERIFY(guard.hasEnded());
}

void TestGuardLease::s4_aStopOnThisMachineStillReachesIt_data()
{
    QTest::addColumn<QString>("via");
    for (const char *via : {"request", "hold", "owner"})
        QTest::newRow(via) << QString::fromLatin1(via);
}

void TestGuardLease::s4_aStopOnThisMachineStillReachesIt()
{
    QFETCH(const QString, via);
    const GuardedScene scene;
    scene.revokePermit();
    TreeOptions options = leased(scene, scene.tree({"plain"}), 60s);
    options.holdKeys = QStringList{"agent-7"};
    GuardedTree tree(options);
    BootClock::time_point asked;
    QVERIFY(startLeased(tree, scene, &asked));
    if (via == "request")
        QVERIFY(QDir().mkdir(scene.database().stopPath()));
    else if (via == "hold")
        scene.makeHold("agent-7.x");
    else
        std::thread([&tree] { tree.stop(QStringLiteral("notify")); }).join();
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().via, via);
    QCOMPARE(scene.living(), QList<qint64>());
}

void TestGuardLease::aPermitIsNobodysBusiness()
{
    const GuardedScene scene;
    GuardedTree tree(leased(scene, scene.tree({"plain"}), 60s));
    BootClock::time_point asked;
    QVERIFY(startLeased(tree, scene, &asked));
    scene.revokePermit();
    QVERIFY(!tree.wait(100ms));
    QVERIFY(!tree.isStopping());
    TreeOptions unheld = leased(scene, {"true"});
    unheld.lease.reset();
    QVERIFY(thrown<Error>([&unheld] { GuardedTree(unheld).prepare(); }).has_value());
}

void TestGuardLease::anEndIsHeardAlsoWhereARenewalWasNotReadAnyMore()
{
    const GuardedScene scene;
    constexpr int kRounds = 60;
    for (int round = 0; round < kRounds; ++round) {
        GuardedTree tree(leased(scene, {"true"}, 60s));
        tree.prepare();
        tree.renew(BootClock::now());
        tree.go();
        std::atomic_bool isOver = false;
        std::thread renewing([&] {
            while (!isOver)
                tree.renew(BootClock::now());
        });
        const bool hasEnded = awaitEnd(tree);
        isOver = true;
        renewing.join();
        QVERIFY(hasEnded);
        QVERIFY2(tree.outcome().why == Why::Exited, qPrintable(tree.outcome().explanation));
        QCOMPARE(tree.outcome().exitCode, 0);
    }
}

QTEST_GUILESS_MAIN(TestGuardLease)
#include "tst_guardlease.moc"
