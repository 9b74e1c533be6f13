// SPDX-License-Identifier: Apache-2.0
// Hundreds of things that a person may do to the list, one after the other in any order, while the log grows. Whatever
// comes, the window holds events that match, each once, in the order that the list has.

#include "core/station/Station.h"
#include "tests/support/AuditLogFixture.h"
#include "tests/support/ui/FakeAuditSource.h"
#include "ui/audit/list/AuditList.h"
#include "ui/audit/list/AuditTable.h"
#include "ui/audit/list/AuditTableModel.h"
#include "ui/audit/list/FilterScan.h"

#include <QAbstractItemModelTester>
#include <QRandomGenerator>
#include <QtTest>

#include <functional>
#include <memory>
#include <tuple>

using namespace andon;
using namespace andon::test;

namespace {

const QStringList kTypes{QStringLiteral("proposed"), QStringLiteral("validated"), QStringLiteral("failed"),
                         QStringLiteral("cancelled")};

/// A list and the log below it.
struct Walk
{
    Walk(AuditSource *source, std::function<void(int, QString)> writer, quint32 seed)
        : append(std::move(writer))
        , list(source)
        , tester(list.table()->model(), QAbstractItemModelTester::FailureReportingMode::QtTest)
        , random(seed)
    {
        list.resize(900, 400);
        list.show();
        list.search({});
    }

    [[nodiscard]] int below(int bound) { return int(random.bounded(bound)); }
    [[nodiscard]] const QString &type() { return kTypes.at(below(int(kTypes.size()))); }

    /// One thing that somebody does; says what.
    QString step(FakeAuditSource *fake)
    {
        switch (below(fake ? 14 : 12)) {
        case 0:
            list.goTo(EventId(1 + below(6000)));
            return QStringLiteral("go to an event");
        case 1:
        case 2:
            QTest::keyClick(list.table(), Qt::Key_PageDown);
            return QStringLiteral("page down");
        case 3:
            QTest::keyClick(list.table(), Qt::Key_PageUp);
            return QStringLiteral("page up");
        case 4:
            QTest::keyClick(list.table(), Qt::Key_Home);
            return QStringLiteral("home");
        case 5:
            QTest::keyClick(list.table(), Qt::Key_End);
            return QStringLiteral("end");
        case 6:
            emit list.table()->orderRequested({AuditOrder::By(below(5)), below(2) == 0});
            return QStringLiteral("sort");
        case 7:
            emit list.table()->orderRequested({});
            return QStringLiteral("sort no more");
        case 8:
            list.search(
                AuditFilter::parse((below(2) == 0 ? QStringLiteral("-type:") : QStringLiteral("type:")) + type(),
                                   QDateTime::currentDateTimeUtc()));
            return QStringLiteral("filter");
        case 9:
            list.search({});
            return QStringLiteral("no filter");
        case 10:
            append(1 + below(40), type());
            return QStringLiteral("write");
        case 11:
            list.cancel();
            return QStringLiteral("cancel");
        case 12:
            fake->hold();
            return QStringLiteral("answer late");
        default:
            fake->release(below(2) == 0);
            return QStringLiteral("answer");
        }
    }

    /// What is wrong with the window; nothing where all is well.
    [[nodiscard]] QString flaw() const
    {
        const AuditTableModel *model = list.model();
        const AuditOrder &order = list.pager()->order();
        if (model->rowCount() > AuditTableModel::kMaxRows)
            return QStringLiteral("too many rows");
        for (int row = 0; row < model->rowCount(); ++row) {
            const AuditEvent &event = model->eventAt(row);
            for (const AuditFilter::Term &term : list.filter().terms()) {
                if (term.values.contains(event.eventType) == term.isNegated)
                    return QStringLiteral("row %1 does not match").arg(row);
            }
            if (row == 0)
                continue;
            const auto above = placeOf(model->eventAt(row - 1), order);
            const auto here = placeOf(event, order);
            if (order.isAscending ? !(above < here) : !(here < above))
                return QStringLiteral("row %1: #%2 after #%3")
                    .arg(row)
                    .arg(event.id->value)
                    .arg(model->eventAt(row - 1).id->value);
        }
        return {};
    }

    /// Where an event stands in an ascending list; no two stand at the same place.
    [[nodiscard]] static std::tuple<QByteArray, qint64, qint64> placeOf(const AuditEvent &event,
                                                                        const AuditOrder &order)
    {
        const qint64 id = event.id->value;
        switch (order.by) {
        case AuditOrder::By::Time:
            return {event.timestampText.toUtf8(), 0, id};
        case AuditOrder::By::Type:
            return {event.eventType.toUtf8(), 0, id};
        case AuditOrder::By::Actor:
            return {event.actor.toUtf8(), 0, id};
        case AuditOrder::By::Proposal:
            return {{}, event.proposalId ? event.proposalId->value : -1, id};
        case AuditOrder::By::Log:
            break;
        }
        return {{}, 0, id};
    }

    [[nodiscard]] bool isQuiet() const
    {
        return !list.pager()->isFetching() && !list.pager()->isSearching() && !list.scan()->isScanning();
    }

    std::function<void(int, QString)> append;
    AuditList list;
    QAbstractItemModelTester tester;
    QRandomGenerator random;
};

/// From the top page by page to the end: everything that matches, in the order of the list.
QList<qint64> readThrough(Walk &walk)
{
    walk.list.goTop();
    if (!QTest::qWaitFor([&] { return walk.isQuiet() && !walk.list.pager()->hasAbove(); }))
        return {};
    QList<qint64> ids;
    QSet<qint64> met;
    for (int pages = 0; pages < 1000; ++pages) {
        const AuditTableModel *model = walk.list.model();
        for (int row = 0; row < model->rowCount(); ++row) {
            const qint64 id = model->idAt(row).value;
            if (!met.contains(id))
                ids << id;
            met.insert(id);
        }
        if (!walk.list.pager()->hasBelow())
            return ids;
        walk.list.table()->showBottom();
        if (!QTest::qWaitFor([&] { return walk.isQuiet(); }))
            return {};
    }
    return {};
}

/// From an event in the middle up to the top: what is met on the way, and whether the top was reached.
bool readUp(Walk &walk, const QList<qint64> &wanted)
{
    const qsizetype middle = wanted.size() / 2;
    walk.list.goTo(EventId(wanted.at(middle)));
    if (!QTest::qWaitFor([&] { return walk.isQuiet() && walk.list.model()->rowOf(EventId(wanted.at(middle))) >= 0; }))
        return false;
    QSet<qint64> met;
    for (int pages = 0; pages < 1000; ++pages) {
        const AuditTableModel *model = walk.list.model();
        for (int row = 0; row < model->rowCount(); ++row)
            met.insert(model->idAt(row).value);
        if (!walk.list.pager()->hasAbove())
            break;
        walk.list.table()->showTop();
        if (!QTest::qWaitFor([&] { return walk.isQuiet(); }))
            return false;
    }
    return std::all_of(wanted.begin(), wanted.begin() + middle + 1, [&met](qint64 id) { return met.contains(id); });
}

} // namespace

class TestAuditWalk : public QObject
{
    Q_OBJECT

private slots:
    void inMemory_data();
    void inMemory();
    void onADatabase_data();
    void onADatabase();

private:
    static constexpr int kSteps = 300;
};

void TestAuditWalk::inMemory_data()
{
    QTest::addColumn<quint32>("seed");
    for (const quint32 seed : {1U, 2U})
        QTest::addRow("seed %u", seed) << seed;
}

void TestAuditWalk::inMemory()
{
    QFETCH(quint32, seed);
    FakeAuditSource source;
    for (int i = 0; i < 250; ++i)
        source.append(10, kTypes.at(i * 7 % kTypes.size()));
    Walk walk(
        &source,
        [&source](int count, const QString &type) {
            source.append(count, type);
            source.tell();
        },
        seed);
    QTRY_VERIFY(walk.list.model()->rowCount() > 0);
    QStringList done;
    for (int i = 0; i < kSteps; ++i) {
        done << walk.step(&source);
        QTest::qWait(walk.below(4) == 0 ? 12 : 0);
        const QString flaw = walk.flaw();
        QVERIFY2(flaw.isEmpty(), qPrintable(flaw + QStringLiteral(" after ") + done.join(QStringLiteral(", "))));
    }
    source.release();
    walk.list.search({});
    emit walk.list.table()->orderRequested({});
    QTRY_VERIFY(walk.isQuiet() && walk.list.filter().isEmpty() && walk.list.pager()->isNewestFirst());
    QTRY_COMPARE(walk.list.scan()->findings()->summary().found, source.log.size());
    QList<qint64> wanted;
    for (auto event = source.log.crbegin(); event != source.log.crend(); ++event)
        wanted << event->id->value;
    QCOMPARE(readThrough(walk), wanted);
    QVERIFY(readUp(walk, wanted));
}

void TestAuditWalk::onADatabase_data()
{
    QTest::addColumn<quint32>("seed");
    for (const quint32 seed : {11U})
        QTest::addRow("seed %u", seed) << seed;
}

void TestAuditWalk::onADatabase()
{
    QFETCH(quint32, seed);
    AuditLogFixture log;
    log.fill(5000);
    Station::Options options;
    options.database = log.path();
    options.readOnly = true;
    options.watchInterval = std::chrono::milliseconds(20);
    Station station(options);
    station.open();
    StationSource source(&station);
    Walk walk(
        &source,
        [&log](int count, const QString &type) {
            RawEvent event;
            event.eventType = type;
            event.timestamp = formatTimestamp(QDateTime::currentDateTimeUtc());
            log.insert(QList<RawEvent>(count, event));
        },
        seed);
    QTRY_VERIFY(walk.list.model()->rowCount() > 0);
    QStringList done;
    for (int i = 0; i < kSteps; ++i) {
        done << walk.step(nullptr);
        QTest::qWait(walk.below(3) == 0 ? 15 : 1);
        const QString flaw = walk.flaw();
        QVERIFY2(flaw.isEmpty(), qPrintable(flaw + QStringLiteral(" after ") + done.join(QStringLiteral(", "))));
    }
    // And in the end every order shows the whole log.
    walk.list.search({});
    QTRY_VERIFY(walk.isQuiet() && walk.list.filter().isEmpty());
    const QList<std::pair<AuditOrder, QString>> orders{
        {{}, QStringLiteral("id DESC")},
        {{AuditOrder::By::Type, true}, QStringLiteral("event_type, id")},
        {{AuditOrder::By::Proposal, false}, QStringLiteral("proposal_id DESC NULLS LAST, id DESC")}};
    for (const auto &[order, sql] : orders) {
        emit walk.list.table()->orderRequested(order);
        QTRY_VERIFY(walk.isQuiet() && walk.list.pager()->order() == order);
        QList<qint64> wanted;
        Statement rows = log.database().run(QStringLiteral("SELECT id FROM action_audit_log ORDER BY ") + sql);
        while (rows.next())
            wanted << rows.integer(0);
        QCOMPARE(readThrough(walk), wanted);
        QVERIFY(readUp(walk, wanted));
    }
}

QTEST_MAIN(TestAuditWalk)
#include "tst_auditwalk.moc"
