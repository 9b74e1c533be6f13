// SPDX-License-Identifier: Apache-2.0
// From the start of the process to a live kill switch: painted, enabled, and able to take the permit away; and to the
// state being known. Against a program with nothing but an empty QMainWindow.
//
// The panel itself says nothing about its own start, so panel_probe does what the panel does and says when it is
// ready, by the steady clock that all processes of a machine share.

#include "core/storage/Database.h"
#include "core/storage/Schema.h"
#include "tests/bench/support/BenchFolder.h"
#include "tests/bench/support/Report.h"
#include "tests/bench/support/Samples.h"

#include <QCoreApplication>
#include <QProcess>

#include <chrono>
#include <stdexcept>

namespace andon::bench {

namespace {

constexpr double kLimit = 2;
constexpr int kTimeoutMs = 60'000;

long long nowNs()
{
    return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// What the program said, in milliseconds since it was started.
QList<double> start(const QString &program, const QStringList &arguments, const QProcessEnvironment &environment)
{
    QProcess process;
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    const long long startedAtNs = nowNs();
    process.start(program, arguments);
    if (!process.waitForFinished(kTimeoutMs) || process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
        throw std::runtime_error(program.toStdString() + " did not start");
    QList<double> times;
    const QList<QByteArray> words = process.readAllStandardOutput().simplified().split(' ');
    for (const QByteArray &word : words)
        times << static_cast<double>(word.toLongLong() - startedAtNs) / 1e6;
    return times;
}

void measureStarts(Report &report)
{
    const BenchFolder folder;
    const DatabaseLocation location = folder.database(QStringLiteral("start.db"));
    {
        Database::Options options;
        options.create = true;
        Database database(location, options);
        Schema::ensure(database);
        fillPending(database, 100);
        fillEvents(database, 10'000);
    }
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("XDG_RUNTIME_DIR"), folder.path()); // as in a session: Qt warns without one
    const QString programs = QCoreApplication::applicationDirPath() + QStringLiteral("/peers/");

    Samples buttonMs;
    Samples stateMs;
    Samples peerMs;
    const int rounds = report.isQuick() ? 7 : 25;
    for (int round = -1; round < rounds; ++round) { // the first fills the disk cache
        const QList<double> panelTimes = start(programs + QStringLiteral("panel_probe"), {location.path, folder.path()},
                                               environment);
        const QList<double> peerTimes = start(programs + QStringLiteral("peer_emptywindow"), {}, environment);
        if (round < 0)
            continue;
        buttonMs.add(panelTimes.value(0));
        stateMs.add(panelTimes.value(1));
        peerMs.add(peerTimes.value(0));
    }
    report.add({QStringLiteral("start/live button, median"), buttonMs.median(), QStringLiteral("ms"), peerMs.median(),
                Limit::ratioAtMost(kLimit)});
    report.add({QStringLiteral("start/state known, median"), stateMs.median(), QStringLiteral("ms"), peerMs.median(),
                std::nullopt});
}

} // namespace

} // namespace andon::bench

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    andon::bench::Report report(QStringLiteral("start: from the process to a live button"),
                                QCoreApplication::arguments());
    return report.run(andon::bench::measureStarts);
}
