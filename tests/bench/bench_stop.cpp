// SPDX-License-Identifier: Apache-2.0
// How long a stop takes: from the call to the permit revoked, to the gate committed, to everything pending
// cancelled; with little and much pending, on an idle database and among eight processes that write to it.
//
// The first two instants are taken from many stops each. Between two stops the state is put back to execute
// by SQL, with what is pending left as it is, because a million cancelled actions take longer to make again than
// a stop takes; one more stop then goes all the way through killSwitch().

#include "core/safety/SafetyController.h"
#include "core/storage/Database.h"
#include "core/storage/Schema.h"
#include "core/storage/SqliteDialect.h"
#include "tests/bench/support/BenchFolder.h"
#include "tests/bench/support/DiskSync.h"
#include "tests/bench/support/Report.h"
#include "tests/bench/support/Samples.h"
#include "tests/bench/support/StopRounds.h"
#include "tests/bench/support/Writers.h"

#include <QCoreApplication>
#include <QLocale>

#include <optional>

namespace andon::bench {

namespace {

constexpr double kPermitLimitUs = 1000;
constexpr double kGateLimitAmongWritersMs = 50;
constexpr double kGateLimitSyncs = 10;
/// "Must not grow": what noise may do to a median, and a thousandfold of the work never would.
constexpr double kGrowthLimit = 2;

struct Case
{
    qint64 pending;
    int writers;

    [[nodiscard]] QString name() const
    {
        return QStringLiteral("%1 pending, %2 writers").arg(QLocale::c().toString(pending)).arg(writers);
    }
};

struct Times
{
    Samples permitUs;
    Samples gateMs;
    double sweepMs = 0;
    qint64 cancelled = 0;
};

Times measure(const Case &what, const DatabaseLocation &location, int rounds)
{
    Database::Options options = eagerOptions();
    options.create = true;
    Database database(location, options);
    Schema::ensure(database);
    fillPending(database, what.pending);
    ActionAuditor auditor(database, QStringLiteral("bench@bench"));
    SafetyController controller(database, auditor);
    const Permit permit(location.path);
    const Writers writers(what.writers, location.path);

    Times times;
    const StopTimes rounded = measureStops(location, rounds);
    times.permitUs = rounded.permitUs;
    times.gateMs = rounded.gateMs;
    rearm(database, permit);
    const StopReceipt whole = controller.killSwitch(QStringLiteral("bench"));
    times.permitUs.add(static_cast<double>(whole.permitRevokedUs.value()));
    times.gateMs.add(static_cast<double>(whole.committedUs.value()) / 1000);
    times.sweepMs = static_cast<double>(whole.completedUs.value()) / 1000;
    times.cancelled = whole.cancelledCount;
    return times;
}

void tell(Report &report, const Case &what, const Times &times, const Times *atNothingPending, double syncMs)
{
    const auto name = [&what](const char *figure) {
        return QStringLiteral("stop/%1, %2").arg(QLatin1String(figure), what.name());
    };
    const bool isIdle = what.writers == 0;
    const auto peer = [atNothingPending](const Samples &samples) {
        return atNothingPending ? std::optional(samples.median()) : std::nullopt;
    };
    // Among writers chance says more than the pending count; there the p99 has its limit.
    const std::optional<Limit> noGrowth = atNothingPending && isIdle ? std::optional(Limit::ratioAtMost(kGrowthLimit))
                                                                     : std::nullopt;
    const Times &base = atNothingPending ? *atNothingPending : times;

    report.add({name("permit median"), times.permitUs.median(), QStringLiteral("us"), peer(base.permitUs), noGrowth});
    report.add({name("permit p99"), times.permitUs.percentile(0.99), QStringLiteral("us"), std::nullopt,
                Limit::valueAtMost(kPermitLimitUs)});
    report.add({name("gate median"), times.gateMs.median(), QStringLiteral("ms"), syncMs,
                isIdle ? std::optional(Limit::ratioAtMost(kGateLimitSyncs)) : std::nullopt});
    if (atNothingPending)
        report.add({name("gate median against 0 pending"), times.gateMs.median(), QStringLiteral("ms"),
                    peer(base.gateMs), noGrowth});
    report.add({name("gate p99"), times.gateMs.percentile(0.99), QStringLiteral("ms"), std::nullopt,
                isIdle ? std::nullopt : std::optional(Limit::valueAtMost(kGateLimitAmongWritersMs))});
    report.add({name("sweep done"), times.sweepMs, QStringLiteral("ms"), std::nullopt, std::nullopt});
}

void measureSizes(Report &report)
{
    const BenchFolder folder;
    const int rounds = report.isQuick() ? 50 : 300;
    const std::vector<qint64> sizes = report.isQuick() ? std::vector<qint64>{0, 1'000, 100'000}
                                                       : std::vector<qint64>{0, 1'000, 100'000, 1'000'000};
    DiskSync sync(folder.path());
    sync.sample(200);
    report.add({QStringLiteral("stop/one fdatasync of 4 KiB, median"), sync.timesMs().median(), QStringLiteral("ms"),
                std::nullopt, std::nullopt});
    report.note(QStringLiteral("SQLite %1, synchronous=FULL; %2 stops each; peer of a gate: one fdatasync, of a "
                               "comparison: the same at 0 pending")
                    .arg(SqliteDialect::engineVersion())
                    .arg(rounds + 1));
    for (const int writers : {0, 8}) {
        std::optional<Times> atNothingPending;
        for (const qint64 pending : sizes) {
            const Case what{pending, writers};
            const QString file = QStringLiteral("stop-%1-%2.db").arg(pending).arg(writers);
            const Times times = measure(what, folder.database(file), rounds);
            if (writers == 0)
                sync.sample(50); // the disk of this very minute
            tell(report, what, times, atNothingPending ? &*atNothingPending : nullptr, sync.timesMs().median());
            if (!atNothingPending)
                atNothingPending = times;
        }
    }
}

} // namespace

} // namespace andon::bench

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (andon::bench::Writers::runAsWriter(arguments))
        return 0;
    andon::bench::Report report(QStringLiteral("stop: from the call to each instant"), arguments);
    return report.run(andon::bench::measureSizes);
}
