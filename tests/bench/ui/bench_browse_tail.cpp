// SPDX-License-Identifier: Apache-2.0
// An audit log that eight processes write 5,000 events a second to: how soon the panel shows what is new, whether the
// place of a reader who looks elsewhere stays, how long the window stands still, and what a stop then takes, against
// the same panel on a log that nobody writes to.

#include "core/safety/SafetyController.h"
#include "core/storage/Database.h"
#include "tests/bench/support/BareQuery.h"
#include "tests/bench/support/BenchFolder.h"
#include "tests/bench/support/LogFiller.h"
#include "tests/bench/support/Report.h"
#include "tests/bench/support/Samples.h"
#include "tests/bench/support/SteadyWriters.h"
#include "tests/bench/support/StopRounds.h"
#include "tests/bench/ui/UseOfViewer.h"

#include <QApplication>
#include <QLocale>

#include <atomic>
#include <thread>

namespace andon::bench {

namespace {

constexpr double kStallLimitMs = 16;
constexpr double kShownLimitMs = 500;
constexpr double kStopLimit = 1.5; ///< of the time in an idle log
constexpr double kLeastRate = 4500;
constexpr int kWriters = 8;
constexpr int kEventsPerSecond = 5000;

/// How long what was appended took until it was painted: marked events, a few a second.
Samples tailDelays(AndonViewer &viewer, const QString &path, int count)
{
    Samples delays;
    Database database(DatabaseLocation::parse(path), {});
    for (int i = 0; i < count; ++i) {
        Transaction transaction(database);
        const EventId probe(database.insert(
            QStringLiteral("INSERT INTO action_audit_log(event_type, event_data, actor, timestamp) "
                           "VALUES('probe', '{}', 'agent', strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'))"),
            {}));
        transaction.commit();
        QElapsedTimer timer;
        timer.start();
        PaintWatch paint(viewer.auditTable().viewport(),
                         [&] { return viewer.auditTable().auditModel()->first() >= probe; });
        paint.wait();
        delays.add(double(timer.nsecsElapsed()) / 1e6);
        spin(50);
    }
    return delays;
}

/// Stops in a thread of their own, as the panel's are, while the event loop goes on.
StopTimes stopsBeside(const QString &path, int rounds)
{
    std::atomic_bool isDone{false};
    StopTimes times;
    std::thread stopper([&] {
        times = measureStops(DatabaseLocation::parse(path), rounds);
        isDone = true;
    });
    waitUntil([&isDone] { return isDone.load(); });
    stopper.join();
    return times;
}

void measureTail(Report &report)
{
    const qint64 events = report.events().value_or(report.isQuick() ? 100'000 : 10'000'000);
    const int rounds = report.isQuick() ? 50 : 200;
    const BenchFolder folder;
    const QString path = folder.database(QStringLiteral("tail.db")).path;
    makeLog(path, events);
    report.note(QStringLiteral("%1 events, then %2 more a second by %3 processes in transactions of %4; peer of a "
                               "stop: the same while nobody writes")
                    .arg(QLocale::c().toString(events))
                    .arg(kEventsPerSecond)
                    .arg(kWriters)
                    .arg(SteadyWriters::kEventsPerCommit));

    AndonViewer viewer(path);
    Figures figures;
    UseOfViewer use(viewer, figures);
    use.phase(
        QStringLiteral("first rows"), [&] { viewer.open(); }, [&viewer] { return viewer.rows() > 0; });
    waitUntil([&viewer] { return viewer.findings().summary().isWhole; });
    AuditTable &table = viewer.auditTable();
    const StopTimes idle = stopsBeside(path, rounds);

    Samples delays;
    StopTimes busy;
    double moved = 0;
    double rate = 0;
    {
        const SteadyWriters writers(kWriters, kEventsPerSecond, path);
        const QString count = QStringLiteral("SELECT max(id) FROM action_audit_log");
        const qint64 before = BareQuery(path).run(count);
        QElapsedTimer timer;
        timer.start();
        use.watch(QStringLiteral("following the tail"), [&] { delays = tailDelays(viewer, path, rounds / 5); });

        viewer.list().goTo(EventId(events / 2));
        const auto topId = [&table] { return table.auditModel()->idAt(table.firstVisibleRow()); };
        waitUntil([&] { return topId() == EventId(events / 2); });
        const int offset = table.rowViewportPosition(table.firstVisibleRow());
        use.watch(QStringLiteral("reading elsewhere"), [&] {
            for (int i = 0; i < 30; ++i) {
                spin(100);
                if (topId() != EventId(events / 2) || table.rowViewportPosition(table.firstVisibleRow()) != offset)
                    ++moved;
            }
        });
        viewer.goToNewest();
        use.watch(QStringLiteral("stopping"), [&] { busy = stopsBeside(path, rounds); });
        rate = double(BareQuery(path).run(count) - before) * 1000 / double(timer.elapsed());
    }

    report.add({QStringLiteral("browse tail/events written"), rate, QStringLiteral("1/s"), double(kEventsPerSecond),
                Limit::ratioAtLeast(kLeastRate / kEventsPerSecond)});
    report.add({QStringLiteral("browse tail/committed until shown, median"), delays.median(), QStringLiteral("ms"),
                std::nullopt, std::nullopt});
    report.add({QStringLiteral("browse tail/committed until shown, longest"), delays.max(), QStringLiteral("ms"),
                std::nullopt, Limit::valueAtMost(kShownLimitMs)});
    report.add({QStringLiteral("browse tail/times that the reader's place has moved"),
                moved,
                {},
                std::nullopt,
                Limit::valueAtMost(0)});
    for (const auto &[name, value] : figures) {
        if (name.startsWith(u"stall ") && name != u"stall first rows")
            report.add({QStringLiteral("browse tail/") + name, value, QStringLiteral("ms"), std::nullopt,
                        Limit::valueAtMost(kStallLimitMs)});
    }
    report.add({QStringLiteral("browse tail/permit median"), busy.permitUs.median(), QStringLiteral("us"),
                idle.permitUs.median(), Limit::ratioAtMost(kStopLimit)});
    report.add({QStringLiteral("browse tail/gate median"), busy.gateMs.median(), QStringLiteral("ms"),
                idle.gateMs.median(), Limit::ratioAtMost(kStopLimit)});
    report.add({QStringLiteral("browse tail/gate p99"), busy.gateMs.percentile(0.99), QStringLiteral("ms"),
                idle.gateMs.percentile(0.99), std::nullopt});
}

} // namespace

} // namespace andon::bench

int main(int argc, char *argv[])
{
    using namespace andon::bench;
    const QApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (SteadyWriters::runAsWriter(arguments))
        return 0;
    Report report(QStringLiteral("browse tail: a log that is written to"), arguments);
    return report.run(measureTail);
}
