// SPDX-License-Identifier: Apache-2.0
// Browsing the same 10 million events in the panel on SQLite and on PostgreSQL, whose log is in partitions of a month
// each: the figures of bench_browse and bench_browse_filter, and how soon the panel shows what is new. The peer is
// SQLite, in the same run. Beside them, without a limit, what the reader alone takes, where a way to a server and back
// is most of what is measured. `./dev bench browse --database postgresql`.

#include "core/audit/read/AuditReader.h"
#include "core/audit/read/AuditScan.h"
#include "core/audit/read/VocabularyReader.h"
#include "core/storage/Database.h"
#include "core/storage/Timestamp.h"
#include "tests/bench/support/BenchFolder.h"
#include "tests/bench/support/LogFiller.h"
#include "tests/bench/support/Report.h"
#include "tests/bench/support/Samples.h"
#include "tests/bench/support/ServerLogFiller.h"
#include "tests/bench/ui/BrowsingUse.h"
#include "tests/bench/ui/FilteringUse.h"
#include "tests/support/PostgresServer.h"

#include <QApplication>
#include <QLocale>

#include <thread>
#include <vector>

namespace andon::bench {

namespace {

using Direction = AuditPageRequest::Direction;

constexpr double kRatioLimit = 3;
constexpr int kRounds = 15;
constexpr int kRunsOfPanel = 3;
constexpr int kGapSeconds = 120; ///< between two events of a year of 10 million, at most
constexpr int kScanners = 2;     ///< connections, as the panel has
const QString kBrowsing = QStringLiteral("panel");
const QString kFiltering = QStringLiteral("filter");
const QString kReadAlone = QStringLiteral("reader alone");
const QString kTail = QStringLiteral("tail");
constexpr qint64 kYearMs = 365LL * 24 * 60 * 60 * 1000;

Database::Options readOnly()
{
    Database::Options options;
    options.access = Database::Access::ReadOnly;
    return options;
}

/// Takes the times of what is done several times, in milliseconds.
class Stopwatch
{
public:
    explicit Stopwatch(Figures &figures)
        : m_figures(figures)
    {
    }

    void measure(const QString &name, int rounds, const std::function<void(int round)> &act)
    {
        Samples samples;
        for (int round = 0; round < rounds; ++round) {
            QElapsedTimer timer;
            timer.start();
            act(round);
            samples.add(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        }
        m_figures[name] = samples.median();
    }

private:
    Figures &m_figures;
};

void require(bool holds, const char *what)
{
    if (!holds)
        throw std::runtime_error(what);
}

AuditPageRequest request(const QString &filter, EventId from = {}, int limit = 200)
{
    AuditPageRequest wanted;
    wanted.filter = AuditFilter::parse(filter, QDateTime::currentDateTimeUtc());
    wanted.from = from;
    wanted.limit = limit;
    return wanted;
}

void measurePages(Stopwatch &watch, const QString &path, qint64 events)
{
    watch.measure(QStringLiteral("connect and first page"), kRounds, [&](int) {
        Database database(DatabaseLocation::parse(path), readOnly());
        require(AuditReader(database).page(request({})).events.size() == 200, "no first page");
    });
    Database database(DatabaseLocation::parse(path), readOnly());
    AuditReader reader(database);
    const auto full = [&](const AuditPageRequest &wanted) {
        require(reader.page(wanted).events.size() == wanted.limit, "a page is not full");
    };
    watch.measure(QStringLiteral("first page"), kRounds, [&](int) { full(request({})); });
    watch.measure(QStringLiteral("next page"), kRounds,
                  [&](int round) { full(request({}, EventId(events - 200LL * (round + 1)))); });
    watch.measure(QStringLiteral("jump"), kRounds,
                  [&](int round) { full(request({}, EventId(events / (kRounds + 1) * (round + 1)))); });
    watch.measure(QStringLiteral("jump to a time"), kRounds, [&](int round) {
        const QDateTime now = QDateTime::currentDateTimeUtc();
        require(reader.locate(QStringLiteral("%1h").arg(round + 1), now).isValid(), "no event at a time");
    });
    watch.measure(QStringLiteral("first page by type"), kRounds, [&](int) { full(request("type:failed")); });
    watch.measure(QStringLiteral("first page by two types"), kRounds,
                  [&](int) { full(request("type:failed,cancelled")); });
    watch.measure(QStringLiteral("first page by actor"), kRounds, [&](int) { full(request("actor:user")); });
    watch.measure(QStringLiteral("events of a proposal"), kRounds, [&](int round) {
        const qint64 proposal = events / 5 / (kRounds + 1) * (round + 1);
        require(!reader.page(request(QStringLiteral("proposal:%1").arg(proposal))).events.isEmpty(), "no proposal");
    });
    const QDateTime middle = reader.page(request({}, EventId(events / 2), 1)).events.constFirst().timestamp;
    const QDateTime later = reader.page(request({}, EventId(events / 2 + 1000), 1)).events.constFirst().timestamp;
    watch.measure(QStringLiteral("first page by time"), kRounds, [&](int) {
        full(request(
            QStringLiteral("time:%1..%2").arg(middle.toString(Qt::ISODateWithMs), later.toString(Qt::ISODateWithMs))));
    });
    watch.measure(QStringLiteral("first match of a text"), kRounds,
                  [&](int) { full(request(QStringLiteral("\"region\\\":777\""), {}, 1)); });
    watch.measure(QStringLiteral("first page by data"), kRounds,
                  [&](int) { full(request("data.parameters.to_store:7")); });
    AuditPageRequest sorted = request({});
    sorted.order = {AuditOrder::By::Type, true};
    watch.measure(QStringLiteral("first page sorted by type"), kRounds, [&](int) { full(sorted); });
    watch.measure(QStringLiteral("words of the completion"), 3,
                  [&](int) { require(!readVocabulary(database).types.isEmpty(), "no words"); });
}

/// All events that match are counted and drawn by time, by as many connections as the panel has.
qint64 scan(const QString &path, const QString &filter)
{
    auto findings = std::make_shared<ScanFindings>();
    AuditScan all(AuditFilter::parse(filter, QDateTime::currentDateTimeUtc()), findings);
    std::vector<std::thread> threads;
    threads.reserve(kScanners);
    for (int i = 0; i < kScanners; ++i) {
        threads.emplace_back([&all, &path] {
            Database database(DatabaseLocation::parse(path), readOnly());
            AuditReader reader(database);
            all.work(reader, [] { return true; });
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    require(findings->summary().isWhole, "a scan did not come to its end");
    return findings->summary().found;
}

void measureScans(Stopwatch &watch, Figures &figures, const QString &path, qint64 events)
{
    watch.measure(QStringLiteral("count and timeline of all"), 1,
                  [&](int) { require(scan(path, {}) == events, "not all events were counted"); });
    watch.measure(QStringLiteral("count and timeline of a type"), 1, [&](int) {
        figures[QStringLiteral("found by type")] = static_cast<double>(scan(path, QStringLiteral("type:failed")));
    });
    watch.measure(QStringLiteral("count and timeline of a text"), 1, [&](int) {
        figures[QStringLiteral("found by text")] = static_cast<double>(
            scan(path, QStringLiteral("\"region\\\":777\"")));
    });
}

void measureTail(Figures &figures, const QString &path)
{
    AndonViewer viewer(path);
    viewer.open();
    waitUntil([&viewer] { return viewer.rows() > 0; });
    Database database(DatabaseLocation::parse(path), {});
    Samples delays;
    for (int i = 0; i < kRounds; ++i) {
        Transaction transaction(database);
        const EventId probe(
            database.insert(QStringLiteral("INSERT INTO action_audit_log(event_type, event_data, actor, timestamp) "
                                           "VALUES('probe', '{}', 'agent', ?)"),
                            {formatTimestamp(QDateTime::currentDateTimeUtc())}));
        transaction.commit();
        QElapsedTimer timer;
        timer.start();
        PaintWatch paint(viewer.auditTable().viewport(),
                         [&] { return viewer.auditTable().auditModel()->first() >= probe; });
        paint.wait();
        delays.add(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        spin(50);
    }
    figures[QStringLiteral("committed until shown")] = delays.median();
}

Figures readAlone(const QStringList &arguments)
{
    const QString path = arguments.value(0);
    const qint64 events = arguments.value(1).toLongLong();
    Figures figures;
    Stopwatch watch(figures);
    measurePages(watch, path, events);
    measureScans(watch, figures, path, events);
    return figures;
}

/// The last of all: it appends.
Figures tail(const QStringList &arguments)
{
    Figures figures;
    measureTail(figures, arguments.value(0));
    return figures;
}

/// The medians of some runs of a task, each in a process of its own.
Figures mediansOf(const QString &task, const QStringList &arguments)
{
    std::map<QString, Samples> samples;
    for (int run = 0; run < kRunsOfPanel; ++run) {
        for (const auto &[name, value] : OwnProcess::run(task, arguments))
            samples[name].add(value);
    }
    Figures medians;
    for (const auto &[name, values] : samples)
        medians[name] = values.median();
    return medians;
}

/// The limits that hold on SQLite hold here. What has none takes as long as the log is: not over three times as long.
std::optional<Limit> limitOf(const QString &task, const QString &name)
{
    if (task == kReadAlone || name.startsWith(u"work "))
        return std::nullopt;
    std::optional<Limit> limit;
    if (task == kBrowsing || name == u"first rows")
        limit = browsingLimit(name);
    else if (task == kFiltering)
        limit = filteringLimit(name);
    return limit.value_or(Limit::ratioAtMost(kRatioLimit));
}

/// Does a task on both engines, and tells what it took beside each other.
void compare(Report &report, const QString &task, const QStringList &sqliteArguments,
             const QStringList &postgresArguments)
{
    const auto run = task == kBrowsing || task == kFiltering ? &mediansOf : &OwnProcess::run;
    const Figures sqlite = run(task, sqliteArguments);
    const Figures postgres = run(task, postgresArguments);
    for (const auto &[name, value] : postgres) {
        const double peer = sqlite.at(name);
        if (name.startsWith(u"found ") || name == u"matches")
            require(value == peer, "the engines did not find the same");
        else if (name == u"memory")
            report.add({QStringLiteral("browse postgresql/memory"), value, QStringLiteral("MiB"), peer,
                        Limit::ratioAtMost(kRatioLimit)});
        else
            report.add({QStringLiteral("browse postgresql/%1, %2").arg(task, name), value, QStringLiteral("ms"), peer,
                        limitOf(task, name)});
    }
}

void measureEngines(Report &report)
{
    const qint64 events = report.events().value_or(report.isQuick() ? 1'000'000 : 10'000'000);
    const qint64 meanMs = kYearMs / events; // so that there are a dozen partitions
    test::PostgresServer::Options options;
    options.settings = {QStringLiteral("fsync=on"),
                        QStringLiteral("synchronous_commit=on"),
                        QStringLiteral("full_page_writes=on"),
                        QStringLiteral("shared_buffers=128MB"),
                        QStringLiteral("min_wal_size=80MB"),
                        QStringLiteral("max_wal_size=1GB"),
                        QStringLiteral("autovacuum=on")};
    const QString named = qEnvironmentVariable("ANDON_BENCH_FOLDER");
    options.parent = named.isEmpty() ? QStringLiteral("/var/tmp") : named; // /tmp may be memory
    const test::PostgresServer server(options);
    require(server.isRunning(), qPrintable(server.problem()));
    const QString uri = server.createDatabase(QStringLiteral("browse"));
    QElapsedTimer timer;
    timer.start();
    const int partitions = makeServerLog(uri, events, meanMs);
    report.note(QStringLiteral("%1 events in %2 partitions, filled in %3 s; the server is on this machine, with the "
                               "settings that it comes with (fsync on, shared_buffers 128 MB); peer: SQLite")
                    .arg(QLocale::c().toString(events))
                    .arg(partitions)
                    .arg(static_cast<double>(timer.elapsed()) / 1000, 0, 'f', 1));
    const BenchFolder folder;
    const QString path = folder.database(QStringLiteral("browse.db")).path;
    makeLog(path, events, meanMs);

    const QString number = QString::number(events);
    for (const QString &task : {kBrowsing, kFiltering, kReadAlone, kTail}) {
        const QStringList rest{number, QString::number(kGapSeconds)};
        compare(report, task, QStringList(path) + rest, QStringList(uri) + rest);
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
        arguments,
        {{kBrowsing, &browseWithAndon}, {kFiltering, &filterWithAndon}, {kReadAlone, &readAlone}, {kTail, &tail}});
    if (task)
        return *task;
    Report report(QStringLiteral("browse postgresql: the same log on both engines"), arguments);
    return report.run(measureEngines);
}
