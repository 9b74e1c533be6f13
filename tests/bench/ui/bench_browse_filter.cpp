// SPDX-License-Identifier: Apache-2.0
// Filtering an audit log of 10 million events: by an index, and by a text that no index knows, which is scanned for.
// How soon the first match is seen, how long the whole scan takes against one bare LIKE, how soon it is cancelled, and
// how long the window stands still meanwhile. Beside it the same filter on a QSqlTableModel.

#include "tests/bench/support/BareQuery.h"
#include "tests/bench/support/BenchFolder.h"
#include "tests/bench/support/LogFiller.h"
#include "tests/bench/support/Report.h"
#include "tests/bench/support/Samples.h"
#include "tests/bench/ui/FilteringUse.h"

#include <QApplication>
#include <QLocale>

namespace andon::bench {

namespace {

constexpr double kScanLimit = 0.7; ///< of one bare LIKE

Figures filterWithPeer(const QStringList &arguments)
{
    Figures figures;
    TableModelViewer viewer(arguments.value(0));
    UseOfViewer use(viewer, figures);
    const auto hasRows = [&viewer] { return viewer.rows() > 0; };
    use.phase(
        QStringLiteral("first rows"), [&] { viewer.open(); }, hasRows);
    use.phase(
        QStringLiteral("indexed filter, first page"), [&] { viewer.filterBy(QStringLiteral("event_type = 'failed'")); },
        [&] { return hasRows() && viewer.typeOfRow(0) == u"failed"; });
    use.phase(
        QStringLiteral("text filter, first match"), [&] { viewer.filter(kFrequentText); },
        [&] { return hasRows() && viewer.dataOfRow(0).contains(kFrequentText); });
    return figures;
}

void measureFilters(Report &report)
{
    const qint64 events = report.events().value_or(report.isQuick() ? 1'000'000 : 10'000'000);
    const BenchFolder folder;
    const QString path = folder.database(QStringLiteral("filter.db")).path;
    makeLog(path, events);
    report.note(QStringLiteral("%1 events; peer: the same filter of a QSqlTableModel, in a process of its own; of the "
                               "scan: one SELECT with LIKE, one thread, on the engine's own interface")
                    .arg(QLocale::c().toString(events)));
    const QString like = QStringLiteral("SELECT count(*) FROM action_audit_log WHERE event_data LIKE '%")
        + kFrequentText + QStringLiteral("%'");
    Samples bareMs;
    qint64 found = BareQuery(path).run(like); // brings the database into the system's cache
    const auto sampleBare = [&] {
        QElapsedTimer timer;
        timer.start();
        found = BareQuery(path).run(like);
        bareMs.add(double(timer.nsecsElapsed()) / 1e6);
    };
    sampleBare();
    sampleBare();
    const QStringList arguments{path, QString::number(events)};
    const Figures andon = OwnProcess::run(QStringLiteral("andon"), arguments);
    sampleBare();
    if (double(found) != andon.at(QStringLiteral("matches")))
        throw std::runtime_error("the scan did not find what a SELECT finds");
    const Figures peer = OwnProcess::run(QStringLiteral("peer"), arguments);

    for (const auto &[name, value] : andon) {
        if (name == u"matches")
            continue;
        std::optional<double> other;
        if (const auto known = peer.find(name); known != peer.end())
            other = known->second;
        std::optional<Limit> limit = filteringLimit(name);
        if (name == kWholeScan) {
            other = bareMs.median();
            limit = Limit::ratioAtMost(kScanLimit);
        }
        report.add({QStringLiteral("browse filter/") + name, value, QStringLiteral("ms"), other, limit});
    }
}

} // namespace

} // namespace andon::bench

int main(int argc, char *argv[])
{
    using namespace andon::bench;
    const QApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const auto task = OwnProcess::runTask(
        arguments, {{QStringLiteral("andon"), &filterWithAndon}, {QStringLiteral("peer"), &filterWithPeer}});
    if (task)
        return *task;
    Report report(QStringLiteral("browse filter: finding events among very many"), arguments);
    return report.run(measureFilters);
}
