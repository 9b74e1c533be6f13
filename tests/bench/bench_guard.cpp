// SPDX-License-Identifier: Apache-2.0
// From the press of the button to the death of the last process: a guarded tree of twenty processes a round, some of
// which ignore SIGTERM, some in sessions and process groups of their own, some orphaned; on a database that is free,
// that another process has locked, and whose disk is full. The button is the panel's own way (Station), the guard
// another process (as `andonctl run` is one). Nothing of a tree may survive, and nobody else may be signalled.

#include "core/audit/ActionAuditor.h"
#include "core/safety/SafetyController.h"
#include "core/station/Station.h"
#include "core/storage/Database.h"
#include "core/storage/Schema.h"
#include "tests/bench/support/BenchFolder.h"
#include "tests/bench/support/GuardedOwner.h"
#include "tests/bench/support/Patience.h"
#include "tests/bench/support/Report.h"
#include "tests/bench/support/Samples.h"
#include "tests/support/SmallDisk.h"

#include <QCoreApplication>
#include <QDir>
#include <QThread>

#include <chrono>
#include <memory>

namespace andon::bench {

namespace {

constexpr double kSignalLimitMs = 10;
constexpr double kDeathLimitMs = 50;

qint64 nowUs()
{
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

enum class Trouble { None, Locked, FullDisk };

/// One database with its panel, its agent and its operator.
class Scene
{
public:
    Scene(const QString &folder, Trouble trouble)
        : m_folder(folder)
        , m_trouble(trouble)
        , m_disk(trouble == Trouble::FullDisk ? test::SmallDisk::make(folder + QStringLiteral("/disk"), 64'000'000)
                                              : nullptr)
        , m_path((m_disk ? m_disk->path() : folder) + QStringLiteral("/andon.db"))
        , m_database(DatabaseLocation::parse(m_path), creating())
        , m_kind(Schema::ensure(m_database))
        , m_auditor(m_database, QStringLiteral("operator@bench"))
        , m_safety(m_database, m_auditor)
        , m_bystander(folder + QStringLiteral("/bystander"))
    {
        Station::Options options;
        options.database = m_path;
        m_station = std::make_unique<Station>(options);
        m_station->open();
        await([this] { return m_station->hasLooked(); }, QStringLiteral("the panel"));
        m_owner = std::make_unique<GuardedOwner>(m_path);
    }

    [[nodiscard]] bool isPossible() const { return m_trouble != Trouble::FullDisk || m_disk; }

    void playRound(int round);

    Samples signalledMs;
    Samples deadMs;
    int leastProcesses = 1'000'000;
    int survivors = 0;
    int bySocket = 0;
    [[nodiscard]] bool isBystanderUnharmed() const { return m_bystander.isUnharmed(); }

private:
    static Database::Options creating()
    {
        Database::Options options;
        options.create = true;
        options.lockTimeout = std::chrono::seconds(20);
        return options;
    }

    QString m_folder;
    Trouble m_trouble;
    std::unique_ptr<test::SmallDisk> m_disk;
    QString m_path;
    Database m_database;
    Schema::Kind m_kind;
    ActionAuditor m_auditor;
    SafetyController m_safety;
    Bystander m_bystander;
    std::unique_ptr<Station> m_station;
    std::unique_ptr<GuardedOwner> m_owner;
};

void Scene::playRound(int round)
{
    m_safety.recover();
    if (m_safety.status().state.tripped)
        m_safety.reset(m_safety.status().state.stopId, QStringLiteral("next round"));
    m_safety.setMode(SafetyMode::Execute, {QStringLiteral("bench"), true, std::nullopt});
    const QString tree = m_folder + QStringLiteral("/tree%1").arg(round);
    m_owner->startTree(tree);
    QThread::msleep(20);

    std::unique_ptr<Transaction> lock;
    if (m_trouble == Trouble::Locked)
        lock = std::make_unique<Transaction>(m_database);
    if (m_disk)
        m_disk->fill();
    const qint64 pressed = nowUs();
    QFuture<StopReceipt> stop = m_station->stop(QStringLiteral("bench"));
    await([&tree] { return GuardedOwner::livingOf(tree) == 0; }, QStringLiteral("the death of the tree"));
    lock.reset();
    if (m_disk)
        m_disk->empty();
    const GuardedOwner::End end = m_owner->awaitEnd();
    await([&stop] { return stop.isFinished(); }, QStringLiteral("the stop"));
    signalledMs.add(static_cast<double>(end.signalledUs - pressed) / 1000);
    deadMs.add(static_cast<double>(end.deadUs - pressed) / 1000);
    leastProcesses = qMin(leastProcesses, end.processes);
    survivors += end.survivors + GuardedOwner::livingOf(tree);
    bySocket += end.via == u"socket" ? 1 : 0;
    QDir(tree).removeRecursively();
}

void measure(Report &report, Trouble trouble, const QString &name, int rounds)
{
    const BenchFolder folder;
    Scene scene(folder.path(), trouble);
    if (!scene.isPossible()) {
        report.note(name + QStringLiteral(": not measured, since this account may not mount a small disk"));
        return;
    }
    for (int round = 0; round < rounds; ++round)
        scene.playRound(round);
    const auto add = [&](const char *what, double value, std::optional<Limit> limit) {
        report.add({QStringLiteral("guard/%1, %2").arg(QLatin1String(what), name), value, QStringLiteral("ms"),
                    std::nullopt, limit});
    };
    add("press to SIGTERM delivered, median", scene.signalledMs.median(), std::nullopt);
    add("press to SIGTERM delivered, p99", scene.signalledMs.percentile(0.99), Limit::valueAtMost(kSignalLimitMs));
    add("press to last process dead, median", scene.deadMs.median(), std::nullopt);
    add("press to last process dead, p99", scene.deadMs.percentile(0.99), Limit::valueAtMost(kDeathLimitMs));
    report.add({QStringLiteral("guard/processes that survived, ") + name,
                static_cast<double>(scene.survivors),
                {},
                std::nullopt,
                Limit::valueAtMost(0)});
    report.add({QStringLiteral("guard/others that were signalled, ") + name,
                scene.isBystanderUnharmed() ? 0.0 : 1.0,
                {},
                std::nullopt,
                Limit::valueAtMost(0)});
    report.note(QStringLiteral("%1: %2 rounds, at least %3 processes each; told by the socket in %4 of them, by a file "
                               "in the others")
                    .arg(name)
                    .arg(rounds)
                    .arg(scene.leastProcesses)
                    .arg(scene.bySocket));
}

void measureAll(Report &report)
{
    const int rounds = report.isQuick() ? 40 : 200;
    measure(report, Trouble::None, QStringLiteral("database free"), rounds);
    measure(report, Trouble::Locked, QStringLiteral("database locked"), rounds);
    measure(report, Trouble::FullDisk, QStringLiteral("disk full"), rounds);
}

} // namespace

} // namespace andon::bench

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (andon::bench::GuardedOwner::runAsOwner(arguments))
        return 0;
    andon::bench::Report report(QStringLiteral("guard: from the press to the last process dead"), arguments);
    return report.run(andon::bench::measureAll);
}
