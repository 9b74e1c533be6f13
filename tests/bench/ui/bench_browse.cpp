// SPDX-License-Identifier: Apache-2.0
// Browsing audit logs of 1 and 10 million events, and of 100 million with --large: the first rows, jumps, scrolling,
// and how long the window stands still meanwhile; in how much memory. Nothing of it may grow with the log. Beside it a
// QTableView on a QSqlTableModel, as far as it can bear the size.

#include "tests/bench/support/BenchFolder.h"
#include "tests/bench/support/LogFiller.h"
#include "tests/bench/support/PeakMemory.h"
#include "tests/bench/support/Report.h"
#include "tests/bench/ui/BrowsingUse.h"

#include <QApplication>
#include <QFile>
#include <QLocale>

namespace andon::bench {

namespace {

constexpr double kMemoryLimitMiB = 150;
constexpr double kGrowthLimit = 2; ///< of times of some milliseconds; a tenfold log would be tenfold
constexpr double kMemoryGrowthLimit = 1.25;
constexpr int kGapSeconds = 2;

/// The peer walks to the oldest row only where it has the memory for the way: the last argument says so.
Figures browseWithPeer(const QStringList &arguments)
{
    Figures figures;
    TableModelViewer viewer(arguments.value(0));
    UseOfViewer use(viewer, figures);
    use.phase(
        QStringLiteral("first rows"), [&] { viewer.open(); }, [&viewer] { return viewer.rows() > 0; });
    use.watch(QStringLiteral("scroll"), [&] { scrollThrough(viewer.table()); });
    if (arguments.value(2) == u"all") {
        use.phase(
            QStringLiteral("jump to the end"), [&] { viewer.goToOldest(); },
            [&] { return viewer.rows() > 0 && viewer.idOfRow(viewer.rows() - 1) == 1; });
        use.phase(
            QStringLiteral("jump to the newest"), [&] { viewer.goToNewest(); }, [] { return true; });
    }
    figures[QStringLiteral("memory")] = PeakMemory::peakMiB().value_or(0);
    return figures;
}

std::optional<double> valueOf(const Figures &figures, const QString &name)
{
    const auto found = figures.find(name);
    return found == figures.end() ? std::nullopt : std::optional(found->second);
}

void tell(Report &report, qint64 events, const Figures &andon, const Figures &peer, const Figures &atSmallest)
{
    const QString size = QLocale::c().toString(events);
    for (const auto &[name, value] : andon) {
        const QString title = QStringLiteral("browse/%1, %2").arg(size, name);
        if (name == u"memory") {
            report.add({title, value, QStringLiteral("MiB"), valueOf(peer, name), Limit::valueAtMost(kMemoryLimitMiB)});
            report.add({title + QStringLiteral(" against the smallest log"), value, QStringLiteral("MiB"),
                        valueOf(atSmallest, name), Limit::ratioAtMost(kMemoryGrowthLimit)});
        } else {
            report.add({title, value, QStringLiteral("ms"), valueOf(peer, name), browsingLimit(name)});
        }
    }
    report.add({QStringLiteral("browse/%1, first rows against the smallest log").arg(size),
                andon.at(QStringLiteral("first rows")), QStringLiteral("ms"),
                valueOf(atSmallest, QStringLiteral("first rows")), Limit::ratioAtMost(kGrowthLimit)});
}

void measureBrowsing(Report &report)
{
    std::vector<qint64> sizes{1'000'000, 10'000'000};
    if (report.isQuick())
        sizes = {100'000, 1'000'000};
    if (report.isLarge())
        sizes.push_back(100'000'000);
    if (report.events())
        sizes = {*report.events()};
    report.note(QStringLiteral("peer: QTableView on QSqlTableModel, in a process of its own; a stall is a pause of the "
                               "event loop"));
    report.add({QStringLiteral("browse/longest stall of an idle window"), machineStall(), QStringLiteral("ms"),
                std::nullopt, std::nullopt});
    Figures atSmallest;
    for (const qint64 events : sizes) {
        const BenchFolder folder;
        const QString path = folder.database(QStringLiteral("browse.db")).path;
        OwnProcess::run(QStringLiteral("fill"), {path, QString::number(events)});
        constexpr qint64 kMostForPeer = 2'000'000;
        const QString all = events <= kMostForPeer ? QStringLiteral("all") : QStringLiteral("some");
        const Figures peer = OwnProcess::run(QStringLiteral("peer"), {path, QString::number(events), all});
        const Figures andon = OwnProcess::run(QStringLiteral("andon"),
                                              {path, QString::number(events), QString::number(kGapSeconds)});
        if (atSmallest.empty())
            atSmallest = andon;
        tell(report, events, andon, peer, atSmallest);
    }
}

} // namespace

} // namespace andon::bench

int main(int argc, char *argv[])
{
    using namespace andon::bench;
    const QApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const auto task = OwnProcess::runTask(arguments,
                                          {{QStringLiteral("fill"),
                                            [](const QStringList &what) {
                                                makeLog(what.value(0), what.value(1).toLongLong());
                                                return Figures();
                                            }},
                                           {QStringLiteral("andon"), &browseWithAndon},
                                           {QStringLiteral("peer"), &browseWithPeer}});
    if (task)
        return *task;
    Report report(QStringLiteral("browse: audit logs of growing size"), arguments);
    return report.run(measureBrowsing);
}
