// SPDX-License-Identifier: Apache-2.0
// The menu of a row: what it offers for the cell under the mouse, as terms that mean that very value.

#include "core/audit/filter/AuditFilter.h"
#include "tests/support/ui/FakeAuditSource.h"
#include "ui/audit/filter/AuditFilterBar.h"
#include "ui/audit/list/AuditRowMenu.h"
#include "ui/audit/list/AuditTable.h"
#include "ui/audit/list/AuditTableModel.h"

#include <QApplication>
#include <QMenu>
#include <QSignalSpy>
#include <QtTest>

using namespace andon;
using andon::test::FakeAuditSource;
using Field = AuditFilter::Term::Field;

namespace {

AuditEvent happened(qint64 id, const QString &type, const QString &actor)
{
    AuditEvent made;
    made.id = EventId(id);
    made.eventType = type;
    made.actor = actor;
    made.timestamp = QDateTime(QDate(2026, 1, 31), QTime(14, 3, 22, 118), Qt::UTC);
    made.timestampText = made.timestamp.toString(Qt::ISODateWithMs);
    return made;
}

struct Screen
{
    explicit Screen(const QList<AuditEvent> &events)
        : table(&model)
        , menu(&table, &source)
    {
        model.replace(events);
        table.resize(900, 200);
        table.show();
        (void)QTest::qWaitForWindowExposed(&table);
    }

    /// The menu over a cell; the one before is gone.
    QMenu *open(int row, int column)
    {
        for (QMenu *old : table.findChildren<QMenu *>("auditRowMenu"))
            delete old;
        emit table.customContextMenuRequested(table.visualRect(model.index(row, column)).center());
        return table.findChild<QMenu *>("auditRowMenu");
    }

    FakeAuditSource source;
    AuditTableModel model;
    AuditTable table;
    AuditRowMenu menu;
};

} // namespace

class TestRowMenu : public QObject
{
    Q_OBJECT

private slots:
    void offersWhatTheCellIs_data();
    void offersWhatTheCellIs();
    void anyValueComesBackThroughTheLine();
    void whatIsNotThereCannotBeChosen();
    void keepsCopyAndStory();
};

void TestRowMenu::offersWhatTheCellIs_data()
{
    QTest::addColumn<int>("column");
    QTest::addColumn<QString>("action");
    QTest::addColumn<QString>("label");
    QTest::addColumn<QString>("term");
    using Model = AuditTableModel;
    QTest::newRow("type") << int(Model::Type) << "onlyAction"
                          << "Only this type"
                          << "type:failed";
    QTest::newRow("not type") << int(Model::Type) << "notAction"
                              << "Not this type"
                              << "-type:failed";
    QTest::newRow("what") << int(Model::What) << "onlyAction"
                          << "Only this type"
                          << "type:failed";
    QTest::newRow("actor") << int(Model::Actor) << "onlyAction"
                           << "Only this actor"
                           << "actor:\"an agent\"";
    QTest::newRow("not actor") << int(Model::Actor) << "notAction"
                               << "Not this actor"
                               << "-actor:\"an agent\"";
    QTest::newRow("proposal") << int(Model::Proposal) << "onlyAction"
                              << "Only this proposal"
                              << "proposal:42";
    QTest::newRow("not proposal") << int(Model::Proposal) << "notAction"
                                  << "Not this proposal"
                                  << "-proposal:42";
    QTest::newRow("since") << int(Model::Time) << "sinceAction"
                           << "From this time on"
                           << "since:2026-01-31T14:03:22.118Z";
    QTest::newRow("before") << int(Model::Time) << "beforeAction"
                            << "Up to this time"
                            << "before:2026-01-31T14:03:22.119Z";
}

void TestRowMenu::offersWhatTheCellIs()
{
    QFETCH(int, column);
    QFETCH(QString, action);
    QFETCH(QString, label);
    AuditEvent shown = happened(1, "failed", "an agent");
    shown.proposalId = ProposalId(42);
    Screen screen({shown});
    QSignalSpy terms(&screen.menu, &AuditRowMenu::termRequested);
    QMenu *menu = screen.open(0, column);
    QVERIFY(menu);
    auto *chosen = menu->findChild<QAction *>(action);
    QVERIFY(chosen && chosen->isEnabled());
    QCOMPARE(chosen->text(), label);
    chosen->trigger();
    QCOMPARE(terms.size(), 1);
    QTEST(terms.constFirst().constFirst().toString(), "term");
}

void TestRowMenu::anyValueComesBackThroughTheLine()
{
    const QStringList values = {
        "a b", "a,b", "a\"b", "a\\", "-x", "x:y", "gr\u00f6\u00dfe", "  ", "'; DROP TABLE x; --", "a  b", "\u202e"};
    for (const QString &value : values) {
        Screen screen({happened(1, value, value)});
        AuditFilterBar bar;
        connect(&screen.menu, &AuditRowMenu::termRequested, &bar, &AuditFilterBar::toggleTerm);
        screen.open(0, AuditTableModel::Type)->findChild<QAction *>("onlyAction")->trigger();
        screen.open(0, AuditTableModel::Actor)->findChild<QAction *>("notAction")->trigger();
        const QList<AuditFilter::Term> terms = AuditFilter::parse(bar.text(), QDateTime::currentDateTimeUtc()).terms();
        QCOMPARE(terms.size(), 2);
        QCOMPARE(terms.at(0).field, Field::Type);
        QCOMPARE(terms.at(0).values, QStringList{value});
        QCOMPARE(terms.at(1).field, Field::Actor);
        QCOMPARE(terms.at(1).values, QStringList{value});
        QVERIFY(terms.at(1).isNegated);
        // Once more takes them away.
        screen.open(0, AuditTableModel::Type)->findChild<QAction *>("onlyAction")->trigger();
        screen.open(0, AuditTableModel::Actor)->findChild<QAction *>("notAction")->trigger();
        QCOMPARE(bar.text(), QString());
    }
}

void TestRowMenu::whatIsNotThereCannotBeChosen()
{
    AuditEvent odd = happened(1, "", "x\ny");
    odd.timestamp = {};
    Screen screen({odd});
    for (const int column :
         {AuditTableModel::Time, AuditTableModel::Type, AuditTableModel::Proposal, AuditTableModel::Actor}) {
        QMenu *menu = screen.open(0, column);
        for (const char *name : {"onlyAction", "notAction", "sinceAction", "beforeAction"}) {
            if (const auto *action = menu->findChild<QAction *>(name))
                QVERIFY2(!action->isEnabled(), name);
        }
    }
}

void TestRowMenu::keepsCopyAndStory()
{
    AuditEvent shown = happened(1, "failed", "agent");
    shown.proposalId = ProposalId(7);
    Screen screen({shown, happened(2, "kill_switch", "user")});
    QSignalSpy proposals(&screen.menu, &AuditRowMenu::proposalRequested);
    QMenu *menu = screen.open(0, AuditTableModel::Type);
    QStringList labels;
    for (const QAction *action : menu->actions()) {
        if (!action->isSeparator())
            labels << action->text();
    }
    QCOMPARE(labels, (QStringList{"Copy", "Copy as JSON", "Only this type", "Not this type", "Show this proposal"}));
    menu->actions().constLast()->trigger();
    QCOMPARE(proposals.constFirst().constFirst().value<ProposalId>(), ProposalId(7));
    QVERIFY(!screen.open(1, AuditTableModel::Type)->actions().constLast()->isEnabled());
}

QTEST_MAIN(TestRowMenu)
#include "tst_rowmenu.moc"
