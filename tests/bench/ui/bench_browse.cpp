// SPDX-License-Identifier: Apache-2.0
// The audit log with a million events: the first rows, a text filter, the jump to the oldest event, and how long the
// window stands still while one does that, scrolls, and watches the tail. Against a QTableView on a QSqlTableModel.

#include "core/storage/Database.h"
#include "core/storage/Schema.h"
#include "tests/bench/support/BareAppender.h"
#include "tests/bench/support/BenchFolder.h"
#include "tests/bench/support/Report.h"
#include "tests/bench/ui/PaintWatch.h"
#include "tests/bench/ui/StallWatch.h"
#include "tests/bench/ui/Viewers.h"

#include <QApplication>
#include <QLocale>

#include <atomic>
#include <map>
#include <thread>

namespace andon::bench {

namespace {

using namespace std::chrono_literals;

constexpr double kStallLimitMs = 16;
constexpr int kSettleMs = 1000;
constexpr int kPageDowns = 200;

const QString kFrequent = QStringLiteral("connection timeout"); // in one event of a thousand
const QString kSingle = QStringLiteral("disk failure");         // in one event, near the oldest

/// What using a viewer cost: times until something was seen, and the longest stall in each phase. Milliseconds.
struct Costs
{
    std::map<QString, double> times;
    std::map<QString, double> stalls;
    std::map<QString, double> work; ///< of the stalls, what the UI thread itself worked at a time
};

class Session
{
public:
    Session(Viewer &viewer, Costs &costs)
        : m_viewer(viewer)
        , m_costs(costs)
    {
    }

    /// Does something, waits until its result was painted and a second longer; watches the event loop all the time.
    void phase(const QString &name, const std::function<void()> &act, const std::function<bool()> &isThere)
    {
        PaintWatch paint(m_viewer.table()->viewport(), isThere);
        QElapsedTimer timer;
        timer.start();
        m_stalls.start();
        act();
        m_viewer.table()->viewport()->update();
        paint.wait();
        m_costs.times[name] = static_cast<double>(timer.nsecsElapsed()) / 1e6;
        QTest::qWait(kSettleMs);
        endWatch(name);
    }

    void scroll()
    {
        m_stalls.start();
        for (int i = 0; i < kPageDowns; ++i) {
            QTest::keyClick(m_viewer.table(), Qt::Key_PageDown);
            QTest::qWait(10);
        }
        endWatch(QStringLiteral("scroll"));
    }

    void tail(const QString &database)
    {
        std::atomic_bool isOver{false};
        std::thread writer([&] {
            BareAppender appender(database);
            while (!isOver) {
                appender.begin();
                for (int i = 0; i < 50; ++i)
                    appender.append(i + 1, "executing", R"({"agent_id": "agent-7"})", "agent");
                appender.commit();
                std::this_thread::sleep_for(20ms);
            }
        });
        m_stalls.start();
        QTest::qWait(3 * kSettleMs);
        endWatch(QStringLiteral("tail"));
        isOver = true;
        writer.join();
    }

private:
    void endWatch(const QString &name)
    {
        m_stalls.stop();
        m_costs.stalls[name] = m_stalls.longestMs();
        m_costs.work[name] = m_stalls.mostWorkMs();
    }

    Viewer &m_viewer;
    Costs &m_costs;
    StallWatch m_stalls;
};

void use(Viewer &viewer, const QString &database, bool hasTail, Costs &costs)
{
    Session session(viewer, costs);
    const auto hasRows = [&viewer] { return viewer.rows() > 0; };
    const auto shows = [&viewer](const QString &word) {
        return [&viewer, word] { return viewer.rows() > 0 && viewer.dataOfRow(0).contains(word); };
    };
    session.phase(
        QStringLiteral("open"), [&] { viewer.open(); }, hasRows);
    session.scroll();
    session.phase(
        QStringLiteral("jump to the oldest"), [&] { viewer.goToOldest(); },
        [&] { return viewer.rows() > 0 && viewer.idOfRow(viewer.rows() - 1) == 1; });
    session.phase(
        QStringLiteral("text filter, 1 in 1,000"), [&] { viewer.filter(kFrequent); }, shows(kFrequent));
    session.phase(
        QStringLiteral("text filter, 1 of all"), [&] { viewer.filter(kSingle); }, shows(kSingle));
    session.phase(
        QStringLiteral("filter cleared"), [&] { viewer.filter({}); }, [&] { return viewer.rows() > 100; });
    viewer.goToNewest();
    if (hasTail)
        session.tail(database);
}

/// The longest pause of an event loop that has nothing to do: what the machine itself causes.
double machineStall()
{
    StallWatch watch;
    watch.start();
    QTest::qWait(2 * kSettleMs);
    watch.stop();
    return watch.longestMs();
}

void measureBrowsing(Report &report)
{
    const BenchFolder folder;
    const DatabaseLocation location = folder.database(QStringLiteral("browse.db"));
    const qint64 events = report.isQuick() ? 100'000 : 1'000'000;
    {
        Database::Options options;
        options.create = true;
        Database database(location, options);
        Schema::ensure(database);
        fillEvents(database, events);
    }
    report.note(QStringLiteral("%1 events; peer: QTableView on QSqlTableModel; a stall is a pause of the event loop")
                    .arg(QLocale::c().toString(events)));
    report.add({QStringLiteral("browse/longest stall of an idle window"), machineStall(), QStringLiteral("ms"),
                std::nullopt, std::nullopt});

    Costs andon;
    {
        AndonViewer viewer(location.path);
        use(viewer, location.path, true, andon);
    }
    Costs peer;
    {
        TableModelViewer viewer(location.path);
        use(viewer, location.path, false, peer);
    }
    const auto peerOf = [](const std::map<QString, double> &values, const QString &name) {
        const auto found = values.find(name);
        return found == values.end() ? std::nullopt : std::optional(found->second);
    };
    for (const auto &[name, ms] : andon.times)
        report.add({QStringLiteral("browse/%1 until painted").arg(name), ms, QStringLiteral("ms"),
                    peerOf(peer.times, name), std::nullopt});
    for (const auto &[name, ms] : andon.stalls)
        report.add({QStringLiteral("browse/longest stall, %1").arg(name), ms, QStringLiteral("ms"),
                    peerOf(peer.stalls, name), Limit::valueAtMost(kStallLimitMs)});
    for (const auto &[name, ms] : andon.work)
        report.add({QStringLiteral("browse/longest work at a time, %1").arg(name), ms, QStringLiteral("ms"),
                    peerOf(peer.work, name), std::nullopt});
}

} // namespace

} // namespace andon::bench

int main(int argc, char *argv[])
{
    const QApplication application(argc, argv);
    andon::bench::Report report(QStringLiteral("browse: the audit log"), QCoreApplication::arguments());
    return report.run(andon::bench::measureBrowsing);
}
