// SPDX-License-Identifier: Apache-2.0
// How fast `andonctl simulate --count` fills a database, against the same inserts and updates of the same rows in the
// same transactions in bare SQLite C code: in observe mode, where many proposals share a transaction, and in execute
// mode, where each claim has one of its own.

#include "core/storage/Database.h"
#include "core/storage/Schema.h"
#include "tests/bench/support/BenchFolder.h"
#include "tests/bench/support/Report.h"
#include "tests/bench/support/Samples.h"
#include "tests/bench/support/SimulationReplay.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>

#include <stdexcept>

namespace andon::bench {

namespace {

constexpr int kNoTimeLimit = -1;

QString andonctl()
{
    const QString named = qEnvironmentVariable("ANDONCTL");
    return named.isEmpty() ? QDir(QCoreApplication::applicationDirPath()).filePath(QStringLiteral("../andonctl"))
                           : named;
}

/// What it says as JSON.
QJsonObject run(const QString &database, const QStringList &arguments)
{
    QProcess process;
    process.start(andonctl(),
                  QStringList{QStringLiteral("--json"), QStringLiteral("--database"), database} + arguments);
    if (!process.waitForFinished(kNoTimeLimit) || process.exitCode() != 0)
        throw std::runtime_error("andonctl: " + process.errorString().toStdString()
                                 + process.readAllStandardError().toStdString());
    return QJsonDocument::fromJson(process.readAllStandardOutput()).object();
}

void makeFresh(const DatabaseLocation &location, const QString &mode)
{
    for (const QString &ending : {QString(), QStringLiteral("-wal"), QStringLiteral("-shm"), QStringLiteral(".permit")})
        QFile::remove(location.path + ending);
    {
        Database::Options options;
        options.create = true;
        Database database(location, options);
        Schema::ensure(database);
    }
    run(location.path, {QStringLiteral("mode"), mode, QStringLiteral("--reason"), QStringLiteral("bench")});
}

void measureMode(Report &report, const BenchFolder &folder, const QString &mode, qint64 count, int rounds)
{
    const DatabaseLocation simulated = folder.database(QStringLiteral("simulated.db"));
    const DatabaseLocation replayed = folder.database(QStringLiteral("replayed.db"));
    Samples andon;
    Samples peer;
    Samples inserts;
    for (int round = 0; round < rounds; ++round) {
        makeFresh(simulated, mode);
        makeFresh(replayed, mode);
        const QJsonObject tally = run(simulated.path,
                                      {QStringLiteral("simulate"), QStringLiteral("--count"), QString::number(count)});
        const SimulationReplay replay(simulated.path);
        const double seconds = replay.writeTo(replayed.path);
        if (replay.events() != tally.value(u"events").toInteger()
            || SimulationReplay::differences(simulated.path, replayed.path) != 0)
            throw std::runtime_error("the replay wrote other rows than the simulation");
        makeFresh(replayed, mode);
        const double insertSeconds = replay.writeTo(replayed.path, SimulationReplay::Writing::Inserts);
        const auto events = static_cast<double>(replay.events());
        andon.add(events / tally.value(u"seconds").toDouble());
        peer.add(events / seconds);
        inserts.add(events / insertSeconds);
        if (round == 0)
            report.note(QStringLiteral("%1: %2 events in %3 transactions")
                            .arg(mode)
                            .arg(replay.events())
                            .arg(replay.transactions()));
    }
    report.add({QStringLiteral("simulate/") + mode, andon.median(), QStringLiteral("events/s"), peer.median(),
                Limit::ratioAtLeast(0.5)});
    report.add({QStringLiteral("simulate/%1, peer without the updates").arg(mode), andon.median(),
                QStringLiteral("events/s"), inserts.median(), std::nullopt});
}

void measureSimulation(Report &report)
{
    const BenchFolder folder;
    const qint64 count = report.events().value_or(report.isQuick() ? 50'000 : 300'000);
    measureMode(report, folder, QStringLiteral("observe"), count, report.isQuick() ? 3 : 5);
    // A claim is durable: the disk sets the pace.
    measureMode(report, folder, QStringLiteral("execute"), count / 10, report.isQuick() ? 3 : 5);
}

} // namespace

} // namespace andon::bench

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    andon::bench::Report report(QStringLiteral("simulate: audit events a second"), QCoreApplication::arguments());
    return report.run(andon::bench::measureSimulation);
}
