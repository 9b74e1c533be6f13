// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/list/AuditPosition.h"

#include <QtTest>

#include <limits>

using namespace andon;

namespace {

AuditEvent eventWith(qint64 id, const QString &type = {}, qint64 proposal = 0)
{
    AuditEvent event;
    event.id = EventId(id);
    event.eventType = type;
    if (proposal > 0)
        event.proposalId = ProposalId(proposal);
    return event;
}

} // namespace

/// A scroll bar has an int for a log of any size.
class TestAuditPosition : public QObject
{
    Q_OBJECT

private slots:
    void idsMapBothWays_data();
    void idsMapBothWays();
    void countedMatchesMapByRank();
    void ascendingIsUpsideDown();
    void otherOrdersMapByMarks();
    void nullSortsBelowAll();
};

void TestAuditPosition::idsMapBothWays_data()
{
    QTest::addColumn<qint64>("oldest");
    QTest::addColumn<qint64>("newest");
    QTest::newRow("empty") << qint64(0) << qint64(0);
    QTest::newRow("one event") << qint64(7) << qint64(7);
    QTest::newRow("two events") << qint64(7) << qint64(8);
    QTest::newRow("a million") << qint64(1) << qint64(1'000'000);
    QTest::newRow("a hundred million") << qint64(1) << qint64(100'000'000);
    QTest::newRow("more than an int holds") << qint64(5'000'000'000) << qint64(90'000'000'000);
    QTest::newRow("all there is") << qint64(1) << std::numeric_limits<qint64>::max();
}

void TestAuditPosition::idsMapBothWays()
{
    QFETCH(qint64, oldest);
    QFETCH(qint64, newest);
    AuditPosition map;
    map.setExtent({EventId(oldest), EventId(newest)});
    QCOMPARE(map.ofEvent(eventWith(newest)), 0);
    QCOMPARE(map.eventAt(0), EventId(newest));
    if (newest > oldest) {
        QCOMPARE(map.ofEvent(eventWith(oldest)), AuditPosition::kScale);
        QVERIFY(map.eventAt(AuditPosition::kScale).value - oldest <= (newest - oldest) / 1'000'000'000);
    }
    EventId before = map.eventAt(0);
    for (int i = 1; i <= 1000; ++i) {
        const int position = AuditPosition::kScale / 1000 * i;
        const EventId event = map.eventAt(position);
        QVERIFY(event <= before);
        QVERIFY(event >= EventId(oldest) && event <= EventId(newest));
        if (newest - oldest > AuditPosition::kScale / 1000)
            QVERIFY(std::abs(map.ofEvent(eventWith(event.value)) - position) <= AuditPosition::kScale / 100'000);
        before = event;
    }
}

void TestAuditPosition::countedMatchesMapByRank()
{
    // All but one of the matches are old: the middle of the list is there, and not in the middle of the ids.
    auto findings = std::make_shared<ScanFindings>();
    const auto token = findings->begin({1, 10'000'000}).token;
    SliceFindings slice;
    slice.covered = {1, 10'000'000};
    for (qint64 block = 0; block < 100; ++block)
        slice.blocks.push_back({block, ScanFindings::kBlockSize});
    slice.blocks.push_back({9'999'999 / ScanFindings::kBlockSize, 1});
    findings->add(token, slice);

    AuditPosition map;
    map.setExtent({EventId(1), EventId(10'000'000)});
    map.setFindings(findings);
    const EventId middle = map.eventAt(AuditPosition::kScale / 2);
    QVERIFY2(std::abs(middle.value - 50 * ScanFindings::kBlockSize) <= ScanFindings::kBlockSize,
             qPrintable(middle.toString()));
    QVERIFY(std::abs(map.ofEvent(eventWith(middle.value)) - AuditPosition::kScale / 2) < AuditPosition::kScale / 100);
    // Twenty rows of 25,601 are that share of the bar.
    const int page = map.ofRows(eventWith(9'999'999), eventWith(100), 20);
    QVERIFY(std::abs(page - AuditPosition::kScale / 25'601 * 20) < 100'000);
}

void TestAuditPosition::ascendingIsUpsideDown()
{
    AuditPosition map;
    map.setExtent({EventId(1), EventId(1001)});
    map.setOrder({AuditOrder::By::Log, true}, {});
    QCOMPARE(map.ofEvent(eventWith(1)), 0);
    QCOMPARE(map.ofEvent(eventWith(1001)), AuditPosition::kScale);
    QCOMPARE(map.eventAt(0), EventId(1));
}

void TestAuditPosition::otherOrdersMapByMarks()
{
    QList<AuditAnchor> anchors;
    for (int i = 0; i < 10; ++i)
        anchors << AuditAnchor{QStringLiteral("completed"), EventId(100 + i)};
    for (int i = 0; i < 10; ++i)
        anchors << AuditAnchor{QStringLiteral("failed"), EventId(50 + i)};
    AuditPosition map;
    map.setOrder({AuditOrder::By::Type, true}, anchors);
    QCOMPARE(map.ofEvent(eventWith(1, QStringLiteral("cancelled"))), 0);
    QCOMPARE(map.ofEvent(eventWith(50, QStringLiteral("failed"))), AuditPosition::kScale / 2);
    QCOMPARE(map.ofEvent(eventWith(50, QStringLiteral("validated"))), AuditPosition::kScale);
    QCOMPARE(map.eventAt(AuditPosition::kScale / 2), EventId(50));
    QCOMPARE(map.eventAt(AuditPosition::kScale), EventId(59));
}

void TestAuditPosition::nullSortsBelowAll()
{
    AuditPosition map;
    map.setOrder({AuditOrder::By::Proposal, false},
                 {{qlonglong(12), EventId(4)}, {qlonglong(9), EventId(3)}, {QVariant(), EventId(2)}, {{}, EventId(1)}});
    QCOMPARE(map.ofEvent(eventWith(5, {}, 100)), 0);
    QCOMPARE(map.ofEvent(eventWith(3, {}, 9)), AuditPosition::kScale / 4);
    QCOMPARE(map.ofEvent(eventWith(2)), AuditPosition::kScale / 2);
}

QTEST_APPLESS_MAIN(TestAuditPosition)
#include "tst_auditposition.moc"
