// SPDX-License-Identifier: Apache-2.0
// How fast the audit log is exported, and in how much memory, against the CSV output of the `sqlite3` program for the
// same rows of the same database to a file on the same disk.

#include "core/audit/export/AuditExport.h"
#include "core/storage/Database.h"
#include "core/storage/Schema.h"
#include "tests/bench/support/BenchFolder.h"
#include "tests/bench/support/LogFiller.h"
#include "tests/bench/support/PeakMemory.h"
#include "tests/bench/support/Report.h"
#include "tests/bench/support/Samples.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QLocale>
#include <QProcess>
#include <QStandardPaths>

#include <stdexcept>

namespace andon::bench {

namespace {

constexpr int kNoTimeLimit = -1;

double secondsOf(const QElapsedTimer &timer)
{
    return static_cast<double>(timer.nsecsElapsed()) / 1e9;
}

/// How long the `sqlite3` program takes for all rows as CSV; nothing where it is not installed.
std::optional<double> secondsOfPeer(const QString &database, const QString &fileName)
{
    const QString program = QStandardPaths::findExecutable(QStringLiteral("sqlite3"));
    if (program.isEmpty())
        return std::nullopt;
    QFile::remove(fileName);
    QProcess process;
    process.setStandardOutputFile(fileName);
    QElapsedTimer timer;
    timer.start();
    process.start(program,
                  {QStringLiteral("-csv"), database,
                   QStringLiteral("SELECT id, proposal_id, event_type, actor, timestamp, event_data "
                                  "FROM action_audit_log")});
    if (!process.waitForFinished(kNoTimeLimit) || process.exitCode() != 0)
        throw std::runtime_error("sqlite3: " + process.readAllStandardError().toStdString());
    return secondsOf(timer);
}

struct Contestant
{
    QString ending;
    std::optional<Limit> limit;
    Samples rates; ///< thousand events a second
    Samples peaks; ///< MiB
};

void measureExport(Report &report)
{
    const BenchFolder folder;
    const DatabaseLocation location = folder.database(QStringLiteral("export.db"));
    const qint64 events = report.events().value_or(report.isQuick() ? 1'000'000 : 10'000'000);
    Database::Options options;
    options.create = true;
    {
        Database database(location, options);
        Schema::ensure(database);
    }
    QElapsedTimer timer;
    timer.start();
    LogFiller(location.path).fill(events);
    report.note(QStringLiteral("%1 events, filled in %2 s; peer: the sqlite3 program, -csv")
                    .arg(QLocale::c().toString(events))
                    .arg(secondsOf(timer), 0, 'f', 1));

    Database database(location, options);
    AuditReader reader(database);
    const double thousands = static_cast<double>(events) / 1000;
    std::vector<Contestant> contestants{{QStringLiteral(".csv"), Limit::ratioAtLeast(0.5), {}, {}},
                                        {QStringLiteral(".jsonl"), std::nullopt, {}, {}},
                                        {QStringLiteral(".csv.gz"), std::nullopt, {}, {}}};
    Samples peer;
    // In turn, round by round, so that what else happens on the machine happens to all of them. The first round
    // brings the database into the system's cache.
    const int rounds = events > 2'000'000 ? 2 : 4;
    for (int round = 0; round < rounds; ++round) {
        if (const auto seconds = secondsOfPeer(location.path, folder.path() + QStringLiteral("/peer.csv"));
            seconds && round > 0)
            peer.add(thousands / *seconds);
        for (Contestant &contestant : contestants) {
            const QString fileName = folder.path() + QStringLiteral("/andon") + contestant.ending;
            QFile::remove(fileName);
            const PeakMemory memory;
            timer.start();
            const auto written = AuditExport(reader).writeFile({}, *exportFormatFromFileName(fileName), fileName);
            const double seconds = secondsOf(timer);
            if (written != events)
                throw std::runtime_error("not all events were exported");
            if (round > 0)
                contestant.rates.add(thousands / seconds);
            if (const auto growth = memory.growthMiB())
                contestant.peaks.add(*growth);
        }
    }
    for (const Contestant &contestant : contestants) {
        report.add({QStringLiteral("browse export/%1").arg(contestant.ending), contestant.rates.median(),
                    QStringLiteral("kevents/s"), peer.isEmpty() ? std::nullopt : std::optional(peer.median()),
                    peer.isEmpty() ? std::nullopt : contestant.limit});
        report.add({QStringLiteral("browse export/%1, memory on top").arg(contestant.ending), contestant.peaks.max(),
                    QStringLiteral("MiB"), std::nullopt, std::nullopt});
    }
    if (peer.isEmpty())
        report.note(QStringLiteral("the sqlite3 program is not installed, so nothing is compared"));
}

} // namespace

} // namespace andon::bench

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    andon::bench::Report report(QStringLiteral("export: the audit log to a file"), QCoreApplication::arguments());
    return report.run(andon::bench::measureExport);
}
