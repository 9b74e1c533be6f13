// SPDX-License-Identifier: Apache-2.0
// Promises S3 and S4 with real commands: each either never ran, or is dead after the stop and recorded as stopped.

#include "core/ProcessIdentity.h"
#include "tests/e2e/support/Program.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Workbench.h"

#include <QRandomGenerator>
#include <QtTest>

#include <csignal>
#include <memory>
#include <vector>

using namespace andon;
using namespace andon::test;

namespace {

constexpr int kRacers = 8;

/// Whether a racer's command still runs under this number: in ten thousand tries numbers are used again.
bool isCommandAlive(qint64 pid)
{
    QFile file(QStringLiteral("/proc/%1/cmdline").arg(pid));
    const QByteArray words = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    return words.startsWith(QByteArray("sleep\0"
                                       "60",
                                       8))
        || words.contains("exec sleep 60");
}

/// How many commands are tried in all: fewer in a quick run.
int triesInAll()
{
    const int tries = qEnvironmentVariableIntValue("ANDON_TRIES");
    return tries > 0 ? tries : 320;
}

bool isAlive(qint64 pid)
{
    return !ProcessIdentity::of(pid).start.isEmpty();
}

/// The process ids that commands have written as their first act, by the mark of the try.
QHash<QString, qint64> firstActs(const QString &folder)
{
    QHash<QString, qint64> acts;
    const QStringList marks = QDir(folder).entryList(QDir::Files);
    for (const QString &mark : marks)
        acts.insert(mark, bytesOf(folder + u'/' + mark).trimmed().toLongLong());
    return acts;
}

/// Helpers that still stand for this database: each must have ended with what it held.
QStringList helpersOf(const QString &database)
{
    QStringList helpers;
    const QStringList processes = QDir(QStringLiteral("/proc")).entryList(QDir::Dirs);
    for (const QString &process : processes) {
        QFile file(QStringLiteral("/proc/%1/cmdline").arg(process));
        const QByteArray words = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        if (words.contains("andon-guard") && words.contains(database.toUtf8()))
            helpers << process + u' ' + QString::fromUtf8(QByteArray(words).replace('\0', ' '));
    }
    return helpers;
}

} // namespace

class TestGuardRace : public QObject
{
    Q_OBJECT

private slots:
    void s3s4_startsThatRaceWithStops();
    void s4_aKilledRunLeavesNoOrphan();
    void s4_aKilledHelperLeavesNoOrphan();
};

namespace {

void checkNoHelperIsLeft(const QString &database)
{
    QVERIFY2(QTest::qWaitFor([&] { return helpersOf(database).isEmpty(); }, 5000),
             qPrintable(helpersOf(database).join('\n')));
}

} // namespace

void TestGuardRace::s3s4_startsThatRaceWithStops()
{
    const TemporaryDatabase place;
    const QString folder = place.file("acts");
    QVERIFY(QDir().mkdir(folder));
    Database::Options options = creating();
    options.waiting = Database::Waiting::Eager;
    options.lockTimeout = std::chrono::seconds(20);
    Workbench person(place.path(), {}, options);
    std::vector<std::unique_ptr<Program>> racers;
    racers.reserve(kRacers);
    const int triesEach = triesInAll() / kRacers;
    for (int i = 0; i < kRacers; ++i)
        racers.push_back(std::make_unique<Program>(
            testProgram("guard_racer"),
            QStringList{place.path(), folder, QStringLiteral("racer%1").arg(i), QString::number(triesEach)}));
    const auto isAnyRunning = [&racers] {
        return std::any_of(racers.begin(), racers.end(), [](const auto &racer) { return racer->isRunning(); });
    };
    int rounds = 0;
    int survivors = 0;
    while (isAnyRunning()) {
        person.arm();
        QTest::qWait(QRandomGenerator::global()->bounded(1, isOnPostgres() ? 150 : 60));
        const StopReceipt receipt = person.controller.killSwitch("race");
        // Confirmed means dead: whatever has begun until now must not be there any more.
        if (receipt.isAnswered()) {
            const QHash<QString, qint64> acts = firstActs(folder);
            for (const qint64 pid : acts)
                survivors += pid > 0 && isCommandAlive(pid) ? 1 : 0;
        }
        person.controller.reset(receipt.stopId, "next round");
        ++rounds;
        QVERIFY2(rounds < 100'000, "the racers never end");
    }
    QCOMPARE(survivors, 0);

    int stopped = 0;
    int blocked = 0;
    QStringList other;
    for (const auto &racer : racers) {
        QVERIFY(racer->waitForEnd());
        const QStringList lines = racer->standardOutput().split('\n', Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), triesEach);
        for (const QString &line : lines) {
            stopped += line.endsWith("stopped") ? 1 : 0;
            blocked += line.endsWith("blocked") ? 1 : 0;
            if (!line.endsWith("stopped") && !line.endsWith("blocked"))
                other << line;
        }
    }
    QVERIFY2(other.isEmpty(), qPrintable(other.join('\n')));

    ForeignClient look(place.path());
    const QHash<QString, qint64> acts = firstActs(folder);
    QStringList thirdCases;
    for (auto act = acts.begin(); act != acts.end(); ++act) {
        const QString record = look.value(
            "SELECT p.status || ' ' || coalesce(CAST(r.success AS TEXT), 'none') || ' ' || "
            "CASE WHEN r.completed_at IS NULL THEN 0 ELSE 1 END FROM action_proposals p "
            "LEFT JOIN action_records r ON r.proposal_id = p.id WHERE p.reason = '"
            + act.key().toUtf8() + "'");
        if (record != u"cancelled 0 1" || (act.value() > 0 && isCommandAlive(act.value())))
            thirdCases << act.key() + u' ' + record;
    }
    QVERIFY2(thirdCases.isEmpty(), qPrintable(thirdCases.join('\n')));
    QCOMPARE(look.number("SELECT count(*) FROM action_proposals WHERE status NOT IN ('cancelled')"), 0);
    QVERIFY(acts.size() <= stopped);
    QVERIFY2(stopped > 0 && acts.size() > 0, "no command was ever caught in flight: the race proves nothing");
    checkNoHelperIsLeft(place.path());
    qInfo("%d tries over %d processes, %d stops: %d caught in flight (%lld after their first act), %d blocked",
          triesEach * kRacers, kRacers, rounds, stopped, static_cast<long long>(acts.size()), blocked);
}

void TestGuardRace::s4_aKilledRunLeavesNoOrphan()
{
    constexpr int kRounds = 15;
    const TemporaryDatabase place;
    Workbench person(place.path());
    person.arm();
    int caught = 0;
    for (int round = 0; round < kRounds; ++round) {
        const QString folder = place.file(QStringLiteral("tree%1").arg(round));
        QVERIFY(QDir().mkdir(folder));
        {
            Program run(andonctlPath(),
                        {"--database", place.path(), "run", "--action", "tree", "--reason", folder, "--",
                         testProgram("process_tree"), folder, "plain:3", "stubborn:3", "session:3", "orphan:3",
                         "group:2"});
            QTest::qWait(QRandomGenerator::global()->bounded(0, isOnPostgres() ? 300 : 120)); // it connects first
            QCOMPARE(::kill(static_cast<pid_t>(run.processId()), SIGKILL), 0);
        }
        const auto living = [&folder] {
            int count = 0;
            const QStringList names = QDir(folder).entryList({"*.*"}, QDir::Files);
            for (const QString &name : names)
                count += isAlive(name.section('.', -1).toLongLong()) ? 1 : 0;
            return count;
        };
        QVERIFY2(QTest::qWaitFor([&] { return living() == 0; }, 5000), qPrintable(QString::number(living())));
        caught += QDir(folder).entryList({"*.*"}, QDir::Files).isEmpty() ? 0 : 1;
        // The next opener records it; the helper may still be at it when the first one looks.
        QVERIFY(QTest::qWaitFor(
            [&] {
                person.controller.recover();
                return person.store.countExecuting() == 0 && AgentTable(person.database).live().isEmpty();
            },
            5000));
    }
    QVERIFY2(caught > 0, "no tree had begun when its owner was killed: nothing was proven");
    QCOMPARE(ForeignClient(place.path()).number("SELECT count(*) FROM andon_agent WHERE ended_at IS NULL"), 0);
    QVERIFY(person.countEvents("failed") >= caught);
    checkNoHelperIsLeft(place.path());
}

void TestGuardRace::s4_aKilledHelperLeavesNoOrphan()
{
    const TemporaryDatabase place;
    Workbench person(place.path());
    person.arm();
    const QString folder = place.file("tree");
    QVERIFY(QDir().mkdir(folder));
    Program run(andonctlPath(),
                {"--database", place.path(), "run", "--action", "tree", "--reason", "x", "--",
                 testProgram("process_tree"), folder, "plain:2", "stubborn:2", "session:2", "orphan:2"});
    QVERIFY(QTest::qWaitFor([&] { return QFile::exists(folder + "/ready"); }, 10'000));
    ForeignClient look(place.path(), 5000);
    QVERIFY(QTest::qWaitFor([&] { return look.number("SELECT pid FROM andon_agent") > 0; }, 5000));
    const QString helper = look.value("SELECT guard_process FROM andon_agent");
    QCOMPARE(::kill(static_cast<pid_t>(ProcessIdentity::fromString(helper).pid), SIGKILL), 0);
    QVERIFY(run.waitForEnd());
    const QStringList names = QDir(folder).entryList({"*.*"}, QDir::Files);
    QVERIFY(names.size() >= 9);
    for (const QString &name : names)
        QVERIFY2(!isAlive(name.section('.', -1).toLongLong()), qPrintable(name));
    QCOMPARE(look.value("SELECT status FROM action_proposals"), "failed");
    checkNoHelperIsLeft(place.path());
}

QTEST_GUILESS_MAIN(TestGuardRace)
#include "tst_guardrace.moc"
