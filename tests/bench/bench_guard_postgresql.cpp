// SPDX-License-Identifier: Apache-2.0
// From the press of the button to the death of the last process, where the guard is on another machine: its owner
// shares nothing with the presser but the server, which this starts. The two keep the gate's files in folders of their
// own, so no file and no socket tells the guard; what does is the server's notification, or at worst the next renewal.

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
#include "tests/support/PostgresServer.h"

#include <QDir>
#include <QFile>

#include <chrono>
#include <memory>

namespace andon::bench {

namespace {

constexpr double kLimitMs = 100;

qint64 nowUs()
{
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

Database::Options creating()
{
    Database::Options options;
    options.create = true;
    options.lockTimeout = std::chrono::seconds(20);
    return options;
}

/// A server that keeps what it has acknowledged, on a disk.
test::PostgresServer::Options durable()
{
    test::PostgresServer::Options options;
    options.settings = {QStringLiteral("fsync=on"), QStringLiteral("synchronous_commit=on"),
                        QStringLiteral("full_page_writes=on"), QStringLiteral("autovacuum=on")};
    const QString named = qEnvironmentVariable("ANDON_BENCH_FOLDER");
    options.parent = named.isEmpty() ? QStringLiteral("/var/tmp") : named; // /tmp may be memory
    return options;
}

/// A panel here, and an agent elsewhere.
class Scene
{
public:
    Scene(const QString &folder, const QString &uri)
        : m_folder(folder)
        , m_database(DatabaseLocation::parse(uri), creating())
        , m_kind(Schema::ensure(m_database))
        , m_auditor(m_database, QStringLiteral("operator@bench"))
        , m_safety(m_database, m_auditor)
        , m_bystander(folder + QStringLiteral("/bystander"))
    {
        Station::Options options;
        options.database = uri;
        m_station = std::make_unique<Station>(options);
        m_station->open();
        await([this] { return m_station->hasLooked(); }, QStringLiteral("the panel"));
        m_owner = std::make_unique<GuardedOwner>(uri, folder + QStringLiteral("/elsewhere"));
    }

    void playRound(int round)
    {
        m_safety.recover();
        if (m_safety.status().state.tripped)
            m_safety.reset(m_safety.status().state.stopId, QStringLiteral("next round"));
        m_safety.setMode(SafetyMode::Execute, {QStringLiteral("bench"), true, std::nullopt});
        const QString tree = m_folder + QStringLiteral("/tree%1").arg(round);
        m_owner->startTree(tree);
        QThread::msleep(20);

        const qint64 pressed = nowUs();
        QFuture<StopReceipt> stop = m_station->stop(QStringLiteral("bench"));
        await([&tree] { return GuardedOwner::livingOf(tree) == 0; }, QStringLiteral("the death of the tree"));
        const GuardedOwner::End end = m_owner->awaitEnd();
        await([&stop] { return stop.isFinished(); }, QStringLiteral("the stop"));
        if (end.via != u"owner")
            giveUp(QStringLiteral("told by %1: the two were to share nothing").arg(end.via));
        signalledMs.add(static_cast<double>(end.signalledUs - pressed) / 1000);
        deadMs.add(static_cast<double>(end.deadUs - pressed) / 1000);
        leastProcesses = qMin(leastProcesses, end.processes);
        survivors += end.survivors + GuardedOwner::livingOf(tree);
        byNotification += end.detail == u"notify" ? 1 : 0;
        QDir(tree).removeRecursively();
    }

    [[nodiscard]] bool isBystanderUnharmed() const { return m_bystander.isUnharmed(); }

    Samples signalledMs;
    Samples deadMs;
    int leastProcesses = 1'000'000;
    int survivors = 0;
    int byNotification = 0;

private:
    QString m_folder;
    Database m_database;
    Schema::Kind m_kind;
    ActionAuditor m_auditor;
    SafetyController m_safety;
    Bystander m_bystander;
    std::unique_ptr<Station> m_station;
    std::unique_ptr<GuardedOwner> m_owner;
};

void measure(Report &report)
{
    const test::PostgresServer server(durable());
    if (!server.isRunning())
        giveUp(server.problem());
    const BenchFolder folder;
    const QString here = folder.path() + QStringLiteral("/here");
    qputenv("XDG_DATA_HOME", QFile::encodeName(here)); // never the user's own
    const int rounds = report.isQuick() ? 40 : 200;
    Scene scene(folder.path(), server.createDatabase(QStringLiteral("guard")));
    for (int round = 0; round < rounds; ++round)
        scene.playRound(round);

    const auto add = [&report](const char *what, double value, std::optional<Limit> limit, const char *unit = "ms") {
        report.add({QStringLiteral("guard/%1, by notification").arg(QLatin1String(what)), value,
                    QString::fromLatin1(unit), std::nullopt, limit});
    };
    add("press to SIGTERM delivered, median", scene.signalledMs.median(), std::nullopt);
    add("press to SIGTERM delivered, p99", scene.signalledMs.percentile(0.99), Limit::valueAtMost(kLimitMs));
    add("press to last process dead, median", scene.deadMs.median(), std::nullopt);
    add("press to last process dead, p99", scene.deadMs.percentile(0.99), Limit::valueAtMost(kLimitMs));
    add("processes that survived", scene.survivors, Limit::valueAtMost(0), "");
    add("others that were signalled", scene.isBystanderUnharmed() ? 0 : 1, Limit::valueAtMost(0), "");
    report.note(QStringLiteral("%1 rounds, at least %2 processes each; told by a notification in %3 of them, by a "
                               "renewal that came first in the others; the server is on this machine, fsync on")
                    .arg(rounds)
                    .arg(scene.leastProcesses)
                    .arg(scene.byNotification));
}

} // namespace

} // namespace andon::bench

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (andon::bench::GuardedOwner::runAsOwner(arguments))
        return 0;
    andon::bench::Report report(QStringLiteral("guard on a server: from the press to the last process dead"),
                                arguments);
    return report.run(andon::bench::measure);
}
