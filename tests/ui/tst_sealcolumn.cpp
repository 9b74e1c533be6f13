// SPDX-License-Identifier: Apache-2.0
// The seal column of the audit table: what it says of an event, from what is known alone, and that nothing else of the
// table changes by it.

#include "tests/support/ui/FakeAuditSource.h"
#include "tests/support/ui/SealScenes.h"
#include "ui/audit/EventText.h"
#include "ui/audit/SealCover.h"
#include "ui/audit/list/AuditTable.h"
#include "ui/audit/list/AuditTableModel.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QHeaderView>
#include <QMenu>
#include <QSignalSpy>
#include <QtTest>

using namespace andon;
using namespace andon::test;
using Kind = VerifyFinding::Kind;

namespace {

SealCover coverOf(const SealStatus &status)
{
    SealCover cover;
    cover.setStatus(status);
    return cover;
}

SealCover coverOf(const SealStatus &status, const VerifyReport &report)
{
    SealCover cover = coverOf(status);
    cover.setReport(report);
    return cover;
}

QString marksOf(const SealCover &cover, qint64 first, qint64 last)
{
    static const QMap<SealMark, QChar> letters{
        {SealMark::Unknown, u'-'},  {SealMark::Unsealed, u'o'},   {SealMark::Sealed, u's'},
        {SealMark::Verified, u'v'}, {SealMark::Incomplete, u'?'}, {SealMark::Alarm, u'!'},
    };
    QString marks;
    for (qint64 id = first; id <= last; ++id)
        marks += letters.value(cover.markOf(EventId(id)), u'x');
    return marks;
}

} // namespace

class TestSealColumn : public QObject
{
    Q_OBJECT

private slots:
    void statusAloneSaysWhatIsSealed();
    void aVerificationMarksWhatItCovers();
    void spansThatOverlapAreAllMarked();
    void nothingIsVerifiedThatNobodyVouchesFor();
    void whatHasNoPlaceClearsNothing();
    void gapsOfBookkeepingAreNoTampering();
    void aThousandFindingsCostNothing();
    void modelSaysItInWords();
    void changesOnlyItsColumn();
    void copiesAreTheSame();
    void isNarrowStandsFirstAndCanBeHidden();
};

void TestSealColumn::statusAloneSaysWhatIsSealed()
{
    QCOMPARE(marksOf({}, 1, 3), QString("---"));
    QCOMPARE(marksOf(coverOf(sealedTo(2)), 0, 4), QString("-ssoo"));
}

void TestSealColumn::aVerificationMarksWhatItCovers()
{
    VerifyReport report = wholeReport(8);
    find(report, findingOf(Kind::Edited, 3));
    find(report, findingOf(Kind::Added, 5, 6));
    find(report, findingOf(Kind::Unsealed, 9, 12)); // sealed since
    QCOMPARE(marksOf(coverOf(sealedTo(10), report), 1, 12), QString("vv!v!!vvssoo"));
}

void TestSealColumn::spansThatOverlapAreAllMarked()
{
    VerifyReport report = wholeReport(30);
    find(report, findingOf(Kind::Edited, 2, 20));
    find(report, findingOf(Kind::Reordered, 4));
    find(report, findingOf(Kind::Reordered, 6, 7));
    find(report, findingOf(Kind::Missing, 25));
    QCOMPARE(marksOf(coverOf(sealedTo(30), report), 1, 30), QString("v!!!!!!!!!!!!!!!!!!!vvvv!vvvvv"));
}

void TestSealColumn::nothingIsVerifiedThatNobodyVouchesFor()
{
    const SealCover cover = coverOf(sealedTo(3), unvouchedReport(3));
    QCOMPARE(marksOf(cover, 1, 3), QString("sss"));
    QVERIFY(cover.sentenceFor(EventId(2)).contains("not enough vouches"));
}

void TestSealColumn::whatHasNoPlaceClearsNothing()
{
    VerifyReport report = wholeReport(4);
    find(report, findingOf(Kind::Edited, 2));
    find(report, findingOf(Kind::CheckpointInconsistent));
    QCOMPARE(marksOf(coverOf(sealedTo(4), report), 1, 4), QString("s!ss"));

    report = wholeReport(5000);
    for (qint64 id = 1; id <= VerifyReport::kMostFindings; ++id)
        find(report, findingOf(Kind::Edited, id)); // as many as are listed: there may be more
    QCOMPARE(marksOf(coverOf(sealedTo(5000), report), 999, 1002), QString("!!ss"));
}

void TestSealColumn::gapsOfBookkeepingAreNoTampering()
{
    VerifyReport report = wholeReport(4);
    find(report, findingOf(Kind::EventWithoutProposal, 2));
    find(report, findingOf(Kind::StateWithoutEvent));
    find(report, findingOf(Kind::Unprotected));
    QCOMPARE(marksOf(coverOf(sealedTo(4), report), 1, 4), QString("v?vv"));
}

void TestSealColumn::aThousandFindingsCostNothing()
{
    VerifyReport report = wholeReport(10'000'000);
    for (qint64 i = 0; i < VerifyReport::kMostFindings; ++i)
        find(report, findingOf(Kind::Edited, i * 100 + 1, i * 100 + 50));
    const SealCover cover = coverOf(sealedTo(10'000'000), report);
    QElapsedTimer timer;
    timer.start();
    int found = 0;
    for (qint64 id = 1; id <= 100'000; ++id)
        found += cover.markOf(EventId(id)) == SealMark::Alarm ? 1 : 0;
    QCOMPARE(found, 50'000);
    QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed()))); // 10 us an event
}

void TestSealColumn::modelSaysItInWords()
{
    FakeAuditSource source;
    source.append(5);
    AuditTableModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QList<AuditEvent> events = source.log;
    std::reverse(events.begin(), events.end());
    model.replace(events);
    VerifyReport report = wholeReport(3);
    VerifyFinding edited = findingOf(Kind::Edited, 2);
    edited.columns = QStringList{"<actor>"};
    find(report, edited);
    model.setSeals(coverOf(sealedTo(4), report));

    const auto cell = [&model](int event, int role) {
        return model.index(5 - event, AuditTableModel::Seal).data(role).toString();
    };
    QCOMPARE(model.headerData(AuditTableModel::Seal, Qt::Horizontal).toString(), QString("Seal"));
    QCOMPARE(cell(1, Qt::AccessibleTextRole), QString("Verified"));
    QCOMPARE(cell(2, Qt::AccessibleTextRole), QString("Tampered with"));
    QVERIFY(cell(2, Qt::ToolTipRole).contains("Entry 2 was edited"));
    QVERIFY(!cell(2, Qt::ToolTipRole).contains("<actor>")); // shown letter for letter
    QCOMPARE(cell(4, Qt::AccessibleTextRole), QString("Sealed"));
    QCOMPARE(cell(5, Qt::AccessibleTextRole), QString("Not sealed yet"));
    QVERIFY(!cell(5, Qt::ToolTipRole).isEmpty());
}

void TestSealColumn::changesOnlyItsColumn()
{
    FakeAuditSource source;
    source.append(5);
    AuditTableModel model;
    model.setSeals({}); // without rows nothing is said
    model.replace(source.log, {AuditOrder::By::Log, true});
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    QSignalSpy window(&model, &AuditTableModel::windowChanged);
    model.setSeals(coverOf(sealedTo(4)));
    QCOMPARE(changed.size(), 1);
    QCOMPARE(changed.constFirst().at(0).toModelIndex(), model.index(0, AuditTableModel::Seal));
    QCOMPARE(changed.constFirst().at(1).toModelIndex(), model.index(4, AuditTableModel::Seal));
    QCOMPARE(window.size(), 0);
    QCOMPARE(source.pagesAsked + source.extentsAsked + source.scansAsked, 0);
}

void TestSealColumn::copiesAreTheSame()
{
    FakeAuditSource source;
    source.append(1);
    const QString line = EventText::tabSeparated(source.log);
    QCOMPARE(line.count(u'\t'), 4); // time, type, proposal, actor, what
    QVERIFY(!line.contains("eal"));
}

void TestSealColumn::isNarrowStandsFirstAndCanBeHidden()
{
    FakeAuditSource source;
    source.append(50);
    AuditTableModel model;
    AuditTable table(&model);
    table.resize(400, 300);
    table.show();
    model.replace(source.log, {AuditOrder::By::Log, true});
    const QHeaderView *header = table.horizontalHeader();
    QCOMPARE(header->visualIndex(AuditTableModel::Seal), 0);
    QCOMPARE(header->visualIndex(AuditTableModel::What), AuditTableModel::ColumnCount - 1);
    QVERIFY(table.columnWidth(AuditTableModel::Seal) < table.columnWidth(AuditTableModel::Actor) + 8);
    QVERIFY(table.columnWidth(AuditTableModel::Seal) > table.fontMetrics().height());

    QSignalSpy ordered(&table, &AuditTable::orderRequested);
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, {5, header->height() / 2});
    QCOMPARE(ordered.size(), 0); // seals have no order
    QCOMPARE(header->sortIndicatorSection(), -1);

    emit table.horizontalHeader()->customContextMenuRequested({5, 5});
    auto *menu = table.findChild<QMenu *>("auditHeaderMenu");
    QVERIFY(menu != nullptr);
    const QList<QAction *> actions = menu->actions();
    for (QAction *action : actions) {
        if (action->text() == "Seal")
            action->trigger();
    }
    QVERIFY(table.isColumnHidden(AuditTableModel::Seal));
    const QByteArray state = header->saveState();
    AuditTable other(&model);
    other.restoreColumns(state);
    QVERIFY(other.isColumnHidden(AuditTableModel::Seal));
}

QTEST_MAIN(TestSealColumn)
#include "tst_sealcolumn.moc"
