// SPDX-License-Identifier: Apache-2.0
// Who renews a lease, how, and what they do where nobody can tell any more. On SQLite a file stands for the server: it
// notifies nobody, but it is asked in the same way, and it can vanish.
#include "core/actions/AgentTable.h"
#include "core/guard/AgentWatch.h"
#include "core/guard/GuardLease.h"
#include "core/storage/StoredSettings.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/GuardedScene.h"
#include "tests/support/HeldDatabase.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Thrown.h"
#include "tests/support/Workbench.h"

#include <QDir>
#include <QTest>

using namespace andon;
using namespace andon::test;
using namespace std::chrono_literals;

namespace {

constexpr LeaseTerms kTerms{200ms, 50ms};

/// What a keeper was told to ask, and what it said.
struct Kept
{
    std::mutex mutex;
    QStringList stops;
    std::atomic_int confirmed = 0;
    std::atomic_int asked = 0;
    std::atomic_int beats = 0;
    std::atomic_int connections = 0;
    std::atomic_bool isClosed = false;
    std::atomic_bool isUnclear = false;
    std::atomic_bool isWritingImpossible = false;

    [[nodiscard]] QStringList said()
    {
        const std::scoped_lock lock(mutex);
        return stops;
    }

    class Errand : public LeaseErrand
    {
    public:
        explicit Errand(Kept &kept)
            : m_kept(kept)
        {
            ++m_kept.connections;
        }
        Answer ask() override
        {
            ++m_kept.asked;
            if (m_kept.isUnclear)
                throw StorageError(StorageProblem::Unreachable, QStringLiteral("nobody there"));
            return m_kept.isClosed ? Answer::Closed : Answer::Open;
        }
        void note(bool isBeatDue) override
        {
            if (m_kept.isWritingImpossible)
                throw StorageError(StorageProblem::DiskFull, QStringLiteral("full"));
            m_kept.beats += isBeatDue ? 1 : 0;
        }

    private:
        Kept &m_kept;
    };

    [[nodiscard]] LeaseKeeper::Calls calls()
    {
        return {[this](Database &) { return std::make_unique<Errand>(*this); },
                [this](BootClock::time_point) { ++confirmed; },
                [this](const QString &via) {
                    const std::scoped_lock lock(mutex);
                    stops << via;
                }};
    }
};

/// As a backup that was put back in part.
void removeState(const QString &path)
{
    ForeignClient other(path, 5000);
    other.dropTriggers();
    other.must("DELETE FROM andon_safety_state");
}

/// Nobody gets at it any more.
class Vanished
{
public:
    explicit Vanished(const TemporaryDatabase &place)
    {
        if (isOnPostgres())
            m_held = std::make_unique<HeldDatabase>(place.path());
        else if (!QFile::rename(place.path(), place.file("elsewhere")))
            throw std::runtime_error("it stays");
    }

private:
    std::unique_ptr<HeldDatabase> m_held;
};

/// One running action of a session, as its watch and the database see it.
struct Watched
{
    explicit Watched(const TemporaryDatabase &temporary)
        : bench(temporary.path())
        , agents(bench.database)
    {
        bench.arm();
        session = agents.add(registration(std::nullopt));
        const ProposalId id = bench.proposeValidated();
        action = std::make_shared<WatchedAction>();
        action->identity = {QStringLiteral("agent-7"), QStringLiteral("transfer_leader")};
        action->seen = bench.store.gate().require(action->identity);
        action->registration = agents.add(registration(id));
        bench.store.claim(id);
    }

    [[nodiscard]] AgentRegistration registration(std::optional<ProposalId> id) const
    {
        AgentRegistration one;
        one.kind = AgentRegistration::Kind::Session;
        one.agentId = QStringLiteral("agent-7");
        one.proposal = id;
        one.process = ProcessIdentity::current();
        one.registeredAt = Clock::system().now().addDays(-1);
        return one;
    }

    [[nodiscard]] QDateTime seen(qint64 id)
    {
        for (const AgentRegistration &one : agents.live()) {
            if (one.id == id)
                return one.seenAt;
        }
        return {};
    }

    Workbench bench;
    AgentTable agents;
    qint64 session = 0;
    std::shared_ptr<WatchedAction> action;
};

} // namespace

class TestLeaseKeeper : public QObject
{
    Q_OBJECT

private slots:
    void itConfirmsOnceEachRenewal();
    void itSaysThatTheGateIsClosedAndConfirmsNoMore();
    void writingIsNotWhatALeaseDependsOn();
    void itAsksOnAnotherConnectionUntilTheLeaseIsOver();
    void itRecoversWithinALease();
    void aDatabaseThatVanishesIsNotReplaced();

    void s4_aCommandIsStoppedByWhatTheDatabaseSays_data();
    void s4_aCommandIsStoppedByWhatTheDatabaseSays();
    void s4_aCommandWhoseDatabaseVanishesEndsWithItsLease();

    void s4_aSessionIsStoppedWithoutAPermitToWatch();
    void s4_aSessionWhoseDatabaseVanishesIsStoppedByItsLease();
    void aSessionBeatsForAllThatItRuns();

    void aLeaseIsTwoRenewalsAtLeast();
    void termsThatDoNotGoTogetherAreTakenStrictly();
    void whoWasNotSeenForLongHasLostItsLease();
    void aProcessElsewhereIsNotJudgedByItsNumber();
};

void TestLeaseKeeper::itConfirmsOnceEachRenewal()
{
    const TemporaryDatabase temporary;
    const Workbench bench(temporary.path());
    Kept kept;
    LeaseKeeper keeper(temporary.location(), kTerms, kept.calls());
    QVERIFY(keeper.awaitAnswer());
    QVERIFY(awaitThat([&kept] { return kept.confirmed >= 4 && kept.beats >= 3; }));
    QVERIFY(!keeper.isOver());
    QCOMPARE(kept.said(), QStringList());
    QCOMPARE(kept.connections, 1);
    const int before = kept.asked;
    keeper.hurry();
    QVERIFY(awaitThat([&] { return kept.asked > before; }));
}

void TestLeaseKeeper::itSaysThatTheGateIsClosedAndConfirmsNoMore()
{
    const TemporaryDatabase temporary;
    const Workbench bench(temporary.path());
    Kept kept;
    kept.isClosed = true;
    LeaseKeeper keeper(temporary.location(), kTerms, kept.calls());
    QVERIFY(keeper.awaitAnswer());
    QVERIFY(awaitThat([&kept] { return kept.said().size() >= 2; })); // one may be lost on the way
    QCOMPARE(kept.said().constFirst(), "database");
    kept.isClosed = false;
    const int before = kept.beats;
    QVERIFY(awaitThat([&] { return kept.beats > before + 2; })); // it is still there
    QCOMPARE(kept.confirmed, 0);
}

void TestLeaseKeeper::writingIsNotWhatALeaseDependsOn()
{
    const TemporaryDatabase temporary;
    const Workbench bench(temporary.path());
    Kept kept;
    kept.isWritingImpossible = true;
    LeaseKeeper keeper(temporary.location(), kTerms, kept.calls());
    QVERIFY(awaitThat([&kept] { return kept.confirmed >= 6; }));
    QCOMPARE(kept.connections, 1);
    QCOMPARE(kept.beats, 0);
}

void TestLeaseKeeper::itAsksOnAnotherConnectionUntilTheLeaseIsOver()
{
    const TemporaryDatabase temporary;
    const Workbench bench(temporary.path());
    Kept kept;
    LeaseKeeper keeper(temporary.location(), kTerms, kept.calls());
    QVERIFY(awaitThat([&kept] { return kept.confirmed >= 1; }));
    kept.isUnclear = true;
    QVERIFY(awaitThat([&kept] { return !kept.said().isEmpty(); }));
    QCOMPARE(kept.said().constFirst(), "lease");
    QVERIFY(keeper.isOver());
    QVERIFY(kept.connections >= 3);
    const int before = kept.confirmed;
    kept.isUnclear = false;
    QVERIFY(awaitThat([&kept] { return kept.beats >= 3; }));
    QCOMPARE(kept.confirmed, before); // what was stopped stays so
}

void TestLeaseKeeper::itRecoversWithinALease()
{
    const TemporaryDatabase temporary;
    const Workbench bench(temporary.path());
    Kept kept;
    LeaseKeeper keeper(temporary.location(), {20s, 50ms}, kept.calls());
    QVERIFY(awaitThat([&kept] { return kept.confirmed >= 1; }));
    kept.isUnclear = true;
    QVERIFY(awaitThat([&kept] { return kept.connections >= 3; }));
    kept.isUnclear = false;
    const int before = kept.confirmed;
    QVERIFY(awaitThat([&] { return kept.confirmed > before; }));
    QCOMPARE(kept.said(), QStringList());
}

void TestLeaseKeeper::aDatabaseThatVanishesIsNotReplaced()
{
    ANDON_SQLITE_ONLY("on a server it is there, and empty: then its question fails");
    const TemporaryDatabase temporary; // never made
    Kept kept;
    LeaseKeeper keeper(temporary.location(), kTerms, kept.calls());
    QVERIFY(!keeper.awaitAnswer());
    QVERIFY(!QFile::exists(temporary.path()));
    QCOMPARE(kept.connections, 0);
}

void TestLeaseKeeper::s4_aCommandIsStoppedByWhatTheDatabaseSays_data()
{
    QTest::addColumn<QString>("what");
    for (const char *what : {"epoch", "mode", "hold that was released", "taken for gone", "no state"})
        QTest::newRow(what) << QString::fromLatin1(what);
}

void TestLeaseKeeper::s4_aCommandIsStoppedByWhatTheDatabaseSays()
{
    QFETCH(const QString, what);
    const GuardedScene scene;
    Watched watched(scene.database());
    TreeOptions options = scene.options(scene.tree({"plain", "session"}));
    options.databasePath = scene.database().file("gate"); // nothing on this machine says anything
    options.hasPermit = false;
    options.lease = 20s;
    options.grace = 0ms;
    GuardedTree tree(options);
    tree.prepare();
    GuardLease lease(scene.database().location(), {20s, 50ms}, tree,
                     {{}, watched.action->identity, watched.action->seen, watched.action->registration});
    lease.awaitAnswer();
    tree.go();
    while (tree.commandPid() == 0)
        QVERIFY(!tree.wait(1s));
    QVERIFY(scene.awaitTree());
    lease.setRunning(tree.commandPid(), ProcessIdentity::current());
    QVERIFY(awaitThat([&] {
        const QList<AgentRegistration> live = watched.agents.live();
        return live.last().pid == tree.commandPid() && live.last().seenAt > live.last().registeredAt;
    }));
    QVERIFY(!tree.wait(100ms));
    // As other programs would leave it, without a request or a permit that anybody could see. A server tells of it.
    const bool isTold = isOnPostgres() && what != u"taken for gone" && what != u"no state";
    Database &database = watched.bench.database;
    const QString held = QStringLiteral("INSERT INTO andon_hold(stop_id, scope, target, reason, held_by, held_at, "
                                        "released_at) VALUES(99, 'agent', 'agent-7', '', 'x', '', 'then')");
    if (what == u"epoch")
        database.run(QStringLiteral("UPDATE andon_safety_state SET epoch = epoch + 1"));
    else if (what == u"mode")
        database.run(QStringLiteral("UPDATE andon_safety_state SET mode = 'observe', epoch = epoch + 1"));
    else if (what == u"hold that was released")
        database.run(held);
    else if (what == u"taken for gone")
        QVERIFY(watched.agents.end(watched.action->registration, QStringLiteral("gone"), Clock::system().now()));
    else
        removeState(scene.database().path());
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().via, "owner");
    // Between the change and its notification a renewal may come.
    QVERIFY2(tree.outcome().detail == u"database" || (isTold && tree.outcome().detail == u"notify"),
             qPrintable(tree.outcome().detail));
    QCOMPARE(scene.living(), QList<qint64>());
}

void TestLeaseKeeper::s4_aCommandWhoseDatabaseVanishesEndsWithItsLease()
{
    const GuardedScene scene;
    Watched watched(scene.database());
    TreeOptions options = scene.options(scene.tree({"plain"}));
    options.databasePath = scene.database().file("gate");
    options.hasPermit = false;
    options.lease = 300ms;
    options.grace = 0ms;
    GuardedTree tree(options);
    tree.prepare();
    GuardLease lease(scene.database().location(), {300ms, 50ms}, tree,
                     {{}, watched.action->identity, watched.action->seen, watched.action->registration});
    lease.awaitAnswer();
    tree.go();
    QVERIFY(scene.awaitTree());
    QVERIFY(!tree.wait(400ms) || !tree.hasEnded()); // it is renewed
    const Vanished vanished(scene.database());
    QVERIFY(awaitEnd(tree));
    QCOMPARE(tree.outcome().via, "lease");
    QCOMPARE(scene.living(), QList<qint64>());
}

void TestLeaseKeeper::s4_aSessionIsStoppedWithoutAPermitToWatch()
{
    const TemporaryDatabase temporary;
    Watched watched(temporary);
    std::atomic_int stops = 0;
    AgentWatch watch(temporary.location(), watched.session, LeaseTerms{20s, 50ms},
                     [&stops](const QString &via) { stops += via == u"database" ? 1 : 100; });
    watch.add(watched.action);
    QTest::qWait(150);
    QVERIFY(!watched.action->isStopped);
    watched.bench.database.run(QStringLiteral("UPDATE andon_safety_state SET epoch = epoch + 1"));
    QVERIFY(awaitThat([&watched] { return watched.action->isStopped.load(); }));
    QVERIFY(awaitThat([&stops] { return stops == 1; }));
    QVERIFY(!watched.action->isLeaseOver);
}

void TestLeaseKeeper::s4_aSessionWhoseDatabaseVanishesIsStoppedByItsLease()
{
    const TemporaryDatabase temporary;
    Watched watched(temporary);
    std::atomic_int stops = 0;
    AgentWatch watch(temporary.location(), watched.session, kTerms,
                     [&stops](const QString &via) { stops += via == u"lease" ? 1 : 100; });
    watch.add(watched.action);
    QTest::qWait(2 * 200);
    QVERIFY(!watched.action->isStopped);
    QElapsedTimer elapsed;
    elapsed.start();
    const Vanished vanished(temporary);
    QVERIFY(awaitThat([&watched] { return watched.action->isStopped.load(); }));
    QVERIFY2(elapsed.elapsed() < 2000, qPrintable(QString::number(elapsed.elapsed())));
    QVERIFY(watched.action->isLeaseOver);
    QVERIFY(awaitThat([&stops] { return stops == 1; }));
}

void TestLeaseKeeper::aSessionBeatsForAllThatItRuns()
{
    const TemporaryDatabase temporary;
    Watched watched(temporary);
    const AgentRegistration before = watched.registration(std::nullopt);
    AgentWatch watch(temporary.location(), watched.session, kTerms, {});
    watch.add(watched.action);
    QVERIFY(awaitThat([&] {
        return watched.seen(watched.session) > before.registeredAt.addSecs(3600)
            && watched.seen(watched.action->registration) > before.registeredAt.addSecs(3600);
    }));
}

void TestLeaseKeeper::aLeaseIsTwoRenewalsAtLeast()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    StoredSettings settings(bench.database);
    QCOMPARE(LeaseTerms::of(bench.database), LeaseTerms());
    const auto refused = [&settings](const QString &name, const QString &value) {
        return thrown<InvalidInputError>([&] { settings.setValue(name, value); }).has_value();
    };
    QVERIFY(refused(StoredSettings::kLease, "999"));
    QVERIFY(!refused(StoredSettings::kLease, "1000"));
    QVERIFY(refused(StoredSettings::kLeaseRenewal, "501"));
    QVERIFY(!refused(StoredSettings::kLeaseRenewal, "50"));
    QVERIFY(!refused(StoredSettings::kLease, "200"));
    for (const char *value : {"199", "600001", "", "soon"})
        QVERIFY(refused(StoredSettings::kLease, QString::fromLatin1(value)));
    for (const char *value : {"49", "60001", "-1"})
        QVERIFY(refused(StoredSettings::kLeaseRenewal, QString::fromLatin1(value)));
    QCOMPARE(LeaseTerms::of(bench.database), (LeaseTerms{200ms, 50ms}));
}

void TestLeaseKeeper::termsThatDoNotGoTogetherAreTakenStrictly()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.database.run(QStringLiteral("INSERT INTO andon_meta(key, value) VALUES('lease.ms', '800'), "
                                      "('lease.renew_ms', '60000')"));
    QCOMPARE(LeaseTerms::of(bench.database), (LeaseTerms{800ms, 400ms}));
    bench.database.run(QStringLiteral("UPDATE andon_meta SET value = 'never' WHERE key = 'lease.ms'"));
    QCOMPARE(LeaseTerms::of(bench.database), (LeaseTerms{3000ms, 1500ms}));
}

void TestLeaseKeeper::whoWasNotSeenForLongHasLostItsLease()
{
    const LeaseTerms terms;
    const QDateTime now = QDateTime::currentDateTimeUtc();
    QVERIFY(!terms.isLongOver(now.addMSecs(100), now));
    QVERIFY(!terms.isLongOver(now.addMSecs(-5000), now));
    QVERIFY(terms.isLongOver(now.addMSecs(-5001), now));
    QVERIFY(terms.isLongOver({}, now));
}

void TestLeaseKeeper::aProcessElsewhereIsNotJudgedByItsNumber()
{
    const ProcessIdentity placed = ProcessIdentity::current().placed();
    QVERIFY(!placed.place.isEmpty());
    QVERIFY(placed.presence() == ProcessIdentity::Presence::Alive);
    QCOMPARE(ProcessIdentity::fromString(placed.toString()), placed);
    ProcessIdentity namesake = placed; // another machine, or a container, of the same name
    namesake.place = QStringLiteral("0123456789abcdef");
    namesake.start = QStringLiteral("another-boot/1");
    QVERIFY(namesake.presence() == ProcessIdentity::Presence::Elsewhere);
    ProcessIdentity gone = placed;
    gone.start = QStringLiteral("another-boot/1");
    QVERIFY(gone.presence() == ProcessIdentity::Presence::Gone);
}

QTEST_GUILESS_MAIN(TestLeaseKeeper)
#include "tst_leasekeeper.moc"
