// SPDX-License-Identifier: Apache-2.0
#include "core/gate/GuardSockets.h"
#include "tests/support/TemporaryDatabase.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTest>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

using namespace andon;
using namespace andon::test;

namespace {

constexpr std::chrono::seconds kAnyAge{0};

/// A socket in the folder, as a guard has one.
class Bell
{
public:
    Bell(const QString &folder, const QString &name, int type = SOCK_DGRAM)
        : m_socket(::socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))
    {
        const int opened = ::open(QFile::encodeName(folder).constData(), O_PATH | O_DIRECTORY | O_CLOEXEC);
        sockaddr_un address = {};
        address.sun_family = AF_UNIX;
        std::snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/%s", opened,
                      QFile::encodeName(name).constData());
        m_isBound = ::bind(m_socket, reinterpret_cast<const sockaddr *>(&address), sizeof(address)) == 0;
        ::close(opened);
    }
    ~Bell() { ::close(m_socket); }
    Bell(const Bell &) = delete;
    Bell &operator=(const Bell &) = delete;

    [[nodiscard]] bool isBound() const { return m_isBound; }
    [[nodiscard]] QByteArray heard() const
    {
        std::array<char, 256> buffer;
        const ssize_t got = ::recv(m_socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
        return got < 0 ? QByteArray() : QByteArray(buffer.data(), static_cast<int>(got));
    }

private:
    int m_socket;
    bool m_isBound = false;
};

struct Scene
{
    Scene() { QDir().mkdir(folder); }

    TemporaryDatabase database;
    QString folder = guardsOf(database.path());

    [[nodiscard]] QStringList names() const
    {
        return QDir(folder).entryList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot);
    }
};

} // namespace

class TestGuardSockets : public QObject
{
    Q_OBJECT

private slots:
    void nobodyIsThereToRing();
    void everyGuardHearsIt();
    void aLongPathIsNoObstacle();
    void whatIsNoBellIsPassedOver();
    void aFolderThatIsALinkIsNotFollowed();
    void aChokedBellHoldsNobodyUp();
    void manyMayRingAtOnce();
    void theDesertedAreRemovedAndTheOthersKept();
    void theYoungAreLeftAlone();
    void theLastTakesTheFolderWithIt();
};

void TestGuardSockets::nobodyIsThereToRing()
{
    const TemporaryDatabase database;
    QCOMPARE(GuardSockets::ring(database.path(), "stop"), 0);
    GuardSockets::removeStale(database.path(), kAnyAge);
    QDir().mkdir(guardsOf(database.path()));
    QCOMPARE(GuardSockets::ring(database.path(), "stop"), 0);
}

void TestGuardSockets::everyGuardHearsIt()
{
    const Scene scene;
    std::vector<std::unique_ptr<Bell>> bells;
    for (int i = 0; i < 50; ++i) {
        bells.push_back(std::make_unique<Bell>(scene.folder, QStringLiteral("%1-a.sock").arg(i)));
        QVERIFY(bells.back()->isBound());
    }
    QCOMPARE(GuardSockets::ring(scene.database.path(), "hold agent-1"), 50);
    for (const auto &bell : bells)
        QCOMPARE(bell->heard(), "hold agent-1");
}

void TestGuardSockets::aLongPathIsNoObstacle()
{
    const TemporaryDatabase database;
    const QString folder = database.folder() + '/' + QString(100, 'l') + '/' + QString(100, 'o');
    QVERIFY(QDir().mkpath(folder + "/andon.db.guards"));
    const Bell bell(folder + "/andon.db.guards", "1-a.sock");
    QVERIFY(bell.isBound());
    QCOMPARE(GuardSockets::ring(folder + "/andon.db", "stop"), 1);
    QCOMPARE(bell.heard(), "stop");
}

void TestGuardSockets::whatIsNoBellIsPassedOver()
{
    const Scene scene;
    const TemporaryDatabase elsewhere;
    const Bell foreign(elsewhere.folder(), "foreign.sock");
    const Bell stream(scene.folder, "stream.sock", SOCK_STREAM);
    QVERIFY(QFile::link(elsewhere.file("foreign.sock"), scene.folder + "/link.sock"));
    write(scene.folder + "/file.sock", "");
    QVERIFY(QDir(scene.folder).mkdir("folder.sock"));
    QCOMPARE(::mkfifo(QFile::encodeName(scene.folder + "/pipe.sock").constData(), 0600), 0);
    const Bell own(scene.folder, "1-a.sock");
    QCOMPARE(GuardSockets::ring(scene.database.path(), "stop"), 1);
    QCOMPARE(own.heard(), "stop");
    QCOMPARE(foreign.heard(), QByteArray());
    GuardSockets::removeStale(scene.database.path(), kAnyAge);
    QCOMPARE(scene.names().size(), 6);
}

void TestGuardSockets::aFolderThatIsALinkIsNotFollowed()
{
    const TemporaryDatabase database;
    const TemporaryDatabase elsewhere;
    const Bell foreign(elsewhere.folder(), "1-a.sock");
    QVERIFY(QFile::link(elsewhere.folder(), guardsOf(database.path())));
    QCOMPARE(GuardSockets::ring(database.path(), "stop"), 0);
    QCOMPARE(foreign.heard(), QByteArray());
}

void TestGuardSockets::aChokedBellHoldsNobodyUp()
{
    const Scene scene;
    const Bell choked(scene.folder, "1-a.sock");
    int taken = 0;
    for (int i = 0; i < 10'000 && GuardSockets::ring(scene.database.path(), "stop") == 1; ++i)
        ++taken;
    QVERIFY(taken > 0 && taken < 10'000);
    const Bell other(scene.folder, "2-a.sock");
    QElapsedTimer elapsed;
    elapsed.start();
    QCOMPARE(GuardSockets::ring(scene.database.path(), "stop"), 1);
    QVERIFY(elapsed.elapsed() < 1000);
    QCOMPARE(other.heard(), "stop");
}

void TestGuardSockets::manyMayRingAtOnce()
{
    const Scene scene;
    const Bell bell(scene.folder, "1-a.sock");
    std::atomic<int> taken = 0;
    {
        std::vector<std::jthread> ringers;
        ringers.reserve(4);
        for (int i = 0; i < 4; ++i)
            ringers.emplace_back([&] { taken += GuardSockets::ring(scene.database.path(), "stop"); });
    }
    QCOMPARE(taken.load(), 4);
    for (int i = 0; i < 4; ++i)
        QCOMPARE(bell.heard(), "stop");
}

void TestGuardSockets::theDesertedAreRemovedAndTheOthersKept()
{
    const Scene scene;
    const Bell kept(scene.folder, "1-a.sock");
    {
        const Bell deserted(scene.folder, "2-a.sock");
    }
    QCOMPARE(scene.names().size(), 2);
    QCOMPARE(GuardSockets::ring(scene.database.path(), "stop"), 1);
    GuardSockets::removeStale(scene.database.path(), kAnyAge);
    QCOMPARE(scene.names(), QStringList("1-a.sock"));
    QCOMPARE(kept.heard(), "stop"); // and nothing was said to it
    QCOMPARE(kept.heard(), QByteArray());
}

void TestGuardSockets::theYoungAreLeftAlone()
{
    const Scene scene;
    {
        const Bell deserted(scene.folder, "2-a.sock");
    }
    GuardSockets::removeStale(scene.database.path());
    QCOMPARE(scene.names().size(), 1);
}

void TestGuardSockets::theLastTakesTheFolderWithIt()
{
    const Scene scene;
    {
        const Bell deserted(scene.folder, "2-a.sock");
    }
    GuardSockets::removeStale(scene.database.path(), kAnyAge);
    QVERIFY(!QDir(scene.folder).exists());
}

QTEST_GUILESS_MAIN(TestGuardSockets)
#include "tst_guardsockets.moc"
