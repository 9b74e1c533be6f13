// SPDX-License-Identifier: Apache-2.0
#include "core/audit/read/ScanFindings.h"

#include <QRandomGenerator>
#include <QtTest>

#include <algorithm>
#include <random>
#include <set>

using namespace andon;

namespace {

/// What a slice finds of a set of matching ids.
SliceFindings sliceOf(const std::set<qint64> &matches, IdRange ids)
{
    SliceFindings slice;
    slice.covered = ids;
    for (auto id = matches.lower_bound(ids.low); id != matches.end() && *id <= ids.high; ++id) {
        const qint64 number = *id / ScanFindings::kBlockSize;
        if (slice.blocks.empty() || slice.blocks.back().number != number)
            slice.blocks.push_back({number, 0});
        ++slice.blocks.back().matches;
        slice.activity.add(*id * 1000, "failed");
    }
    return slice;
}

} // namespace

class TestScanFindings : public QObject
{
    Q_OBJECT

private slots:
    void nothingIsKnownAtFirst();
    void slicesCountInAnyOrder();
    void theFrontierHidesWhatHasAGapAboveIt();
    void goesOnAboveAndBelow();
    void anOlderScanIsNotHeardAnyMore();
    void windowsLeadPastWhatDoesNotMatch();
    void ranksAndPlacesAgree();
    void memoryIsBounded();
    void theHighestIdOfAllIsNoTrouble();
};

void TestScanFindings::nothingIsKnownAtFirst()
{
    const ScanFindings findings;
    QCOMPARE(findings.summary().found, 0);
    QVERIFY(!findings.summary().isWhole);
    QVERIFY(findings.covered().isEmpty());
    QCOMPARE(findings.highestIn({1, 100}), (IdRange{1, 100}));
    QVERIFY(!findings.atRank(0).isValid());
}

void TestScanFindings::slicesCountInAnyOrder()
{
    std::set<qint64> matches;
    QRandomGenerator random(7);
    while (matches.size() < 2000)
        matches.insert(1 + qint64(random.bounded(100'000)));
    std::vector<IdRange> slices;
    for (qint64 high = 100'000; high > 0;) {
        const qint64 low = std::max<qint64>(1, high - 1 - qint64(random.bounded(3000)));
        slices.push_back({low, high});
        high = low - 1;
    }
    std::shuffle(slices.begin(), slices.end(), std::mt19937(11));

    ScanFindings findings;
    const ScanFindings::Task task = findings.begin({1, 100'000});
    QCOMPARE(task.below, (IdRange{1, 100'000}));
    for (const IdRange slice : slices) {
        QVERIFY(!findings.summary().isWhole);
        QVERIFY(findings.add(task.token, sliceOf(matches, slice)));
    }
    QVERIFY(findings.summary().isWhole);
    QCOMPARE(findings.summary().found, 2000);
    QCOMPARE(findings.covered(), (IdRange{1, 100'000}));
    qint64 active = 0;
    const ActivityHistogram activity = findings.activity();
    for (int bin = 0; bin < activity.binCount(); ++bin)
        active += activity.total(bin);
    QCOMPARE(active, 2000);
}

void TestScanFindings::theFrontierHidesWhatHasAGapAboveIt()
{
    const std::set<qint64> matches{50, 950};
    ScanFindings findings;
    const auto token = findings.begin({1, 1000}).token;
    findings.add(token, sliceOf(matches, {1, 100}));
    QCOMPARE(findings.summary().found, 0);
    findings.add(token, sliceOf(matches, {901, 1000}));
    QCOMPARE(findings.summary().found, 1);
    QCOMPARE(findings.covered(), (IdRange{901, 1000}));
    findings.add(token, sliceOf(matches, {101, 900}));
    QCOMPARE(findings.summary().found, 2);
    QVERIFY(findings.summary().isWhole);
}

void TestScanFindings::goesOnAboveAndBelow()
{
    const std::set<qint64> matches{10, 2000, 2001, 5000};
    ScanFindings findings;
    const ScanFindings::Task first = findings.begin({1, 3000});
    findings.add(first.token, sliceOf(matches, {1500, 3000}));
    const ScanFindings::Task second = findings.begin({1, 6000});
    QCOMPARE(second.above, (IdRange{3001, 6000}));
    QCOMPARE(second.below, (IdRange{1, 1499}));
    QCOMPARE(findings.summary().done, 0);
    QCOMPARE(findings.summary().total, 4499);
    findings.add(second.token, sliceOf(matches, {3001, 6000}));
    findings.add(second.token, sliceOf(matches, {1, 1499}));
    QCOMPARE(findings.summary().found, 4);
    QVERIFY(findings.summary().isWhole);
    QCOMPARE(findings.summary().newest, EventId(6000));
}

void TestScanFindings::anOlderScanIsNotHeardAnyMore()
{
    const std::set<qint64> matches{50, 950};
    ScanFindings findings;
    const auto old = findings.begin({1, 1000}).token;
    QVERIFY(findings.add(old, sliceOf(matches, {1, 100}))); // waits for what is above it
    const auto token = findings.begin({1, 1000}).token;
    QVERIFY(!findings.add(old, sliceOf(matches, {101, 1000})));
    QVERIFY(findings.add(token, sliceOf(matches, {101, 1000})));
    QCOMPARE(findings.summary().found, 1);
    QVERIFY(findings.add(token, sliceOf(matches, {1, 100})));
    QCOMPARE(findings.summary().found, 2);
}

void TestScanFindings::windowsLeadPastWhatDoesNotMatch()
{
    constexpr qint64 kIds = 200'000;
    std::set<qint64> matches;
    QRandomGenerator random(3);
    while (matches.size() < 60)
        matches.insert(1 + qint64(random.bounded(int(kIds))));
    ScanFindings findings;
    const auto token = findings.begin({1, kIds}).token;
    findings.add(token, sliceOf(matches, {1, kIds}));

    // Downwards and upwards, the windows hold every match and little else.
    std::set<qint64> seen;
    qint64 width = 0;
    for (IdRange left{1, kIds}; !left.isEmpty();) {
        const IdRange window = findings.highestIn(left);
        if (window.isEmpty())
            break;
        QVERIFY(window.high <= left.high && window.low >= left.low);
        seen.insert(matches.lower_bound(window.low), matches.upper_bound(window.high));
        width += window.high - window.low + 1;
        left.high = window.low - 1;
    }
    QCOMPARE(seen, matches);
    QVERIFY(width <= 60 * ScanFindings::kBlockSize);
    seen.clear();
    for (IdRange left{1, kIds}; !left.isEmpty();) {
        const IdRange window = findings.lowestIn(left);
        if (window.isEmpty())
            break;
        QVERIFY(window.high <= left.high && window.low >= left.low);
        seen.insert(matches.lower_bound(window.low), matches.upper_bound(window.high));
        left.low = window.high + 1;
    }
    QCOMPARE(seen, matches);

    // What was not looked at has to be.
    QCOMPARE(findings.highestIn({1, kIds + 500}), (IdRange{kIds + 1, kIds + 500}));
}

void TestScanFindings::ranksAndPlacesAgree()
{
    // Matches crowd in one corner: by id alone, a scroll bar would be of no use.
    std::set<qint64> matches;
    for (qint64 id = 1; id <= 10'000; ++id)
        matches.insert(id);
    matches.insert(900'000);
    ScanFindings findings;
    const auto token = findings.begin({1, 1'000'000}).token;
    findings.add(token, sliceOf(matches, {1, 1'000'000}));
    QCOMPARE(findings.newerThan(EventId(1'000'000)), 0);
    QCOMPARE(findings.newerThan(EventId(500'000)), 1);
    for (const qint64 rank : {1, 100, 5000, 9999}) {
        const EventId id = findings.atRank(rank);
        QVERIFY2(std::abs(findings.newerThan(id) - rank) <= ScanFindings::kBlockSize, qPrintable(id.toString()));
        QVERIFY(id.value <= 10'000 + ScanFindings::kBlockSize);
    }
    QVERIFY(std::abs(findings.atRank(0).value - 900'000) < ScanFindings::kBlockSize);
}

void TestScanFindings::memoryIsBounded()
{
    ScanFindings findings;
    constexpr qint64 kBlocks = qint64(ScanFindings::kMaxBlocks) * 3;
    constexpr qint64 kIds = kBlocks * ScanFindings::kBlockSize;
    const auto token = findings.begin({0, kIds - 1}).token;
    SliceFindings slice;
    slice.covered = {0, kIds - 1};
    for (qint64 number = 0; number < kBlocks; ++number)
        slice.blocks.push_back({number, 2});
    findings.add(token, slice);
    QCOMPARE(findings.summary().found, 2 * kBlocks);
    QVERIFY(findings.cost() <= 16LL * 1024 * 1024);
    const EventId middle = findings.atRank(kBlocks);
    QVERIFY(std::abs(middle.value - kIds / 2) < 2000);
}

void TestScanFindings::theHighestIdOfAllIsNoTrouble()
{
    constexpr qint64 kHighest = std::numeric_limits<qint64>::max();
    ScanFindings findings;
    const ScanFindings::Task task = findings.begin({kHighest - 10, kHighest});
    QCOMPARE(task.below, (IdRange{kHighest - 10, kHighest}));
    SliceFindings slice;
    slice.covered = task.below;
    QVERIFY(findings.add(task.token, slice));
    QVERIFY(findings.summary().isWhole);
    QCOMPARE(findings.summary().newest, EventId(kHighest));
    QVERIFY(findings.lowestIn({kHighest - 5, kHighest}).isEmpty());
    QVERIFY(findings.highestIn({kHighest - 5, kHighest}).isEmpty());
}

QTEST_APPLESS_MAIN(TestScanFindings)
#include "tst_scanfindings.moc"
