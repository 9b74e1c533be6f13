// SPDX-License-Identifier: Apache-2.0
// The verification panel: what it says in each state, what it asks for, and the way from the audit view to it and back.

#include "tests/support/ui/FakeAuditSource.h"
#include "tests/support/ui/SealScenes.h"
#include "ui/AlarmStrip.h"
#include "ui/audit/AuditView.h"
#include "ui/audit/list/AuditList.h"
#include "ui/audit/list/AuditTable.h"
#include "ui/audit/list/AuditTableModel.h"
#include "ui/audit/seal/ReportLines.h"
#include "ui/audit/seal/ReportList.h"
#include "ui/audit/seal/SealBadge.h"
#include "ui/audit/seal/VerificationPanel.h"
#include "ui/audit/timeline/ActivityTimeline.h"

#include <QClipboard>
#include <QDataStream>
#include <QFile>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHeaderView>
#include <QJsonDocument>
#include <QLabel>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

using namespace andon;
using namespace andon::test;

namespace {

struct Panel
{
    Panel()
    {
        panel.resize(420, 600);
        panel.show();
    }

    template<typename Widget = QPushButton>
    [[nodiscard]] Widget *find(const char *name) const
    {
        return panel.findChild<Widget *>(QLatin1StringView(name));
    }
    [[nodiscard]] QString text(const char *name) const
    {
        const auto *label = find<QLabel>(name);
        return label->isVisible() ? label->text() : QString();
    }
    [[nodiscard]] ReportList *findings() const { return find<ReportList>("findingsList"); }

    VerificationPanel panel;
};

/// The audit view on a log in memory.
struct Screen
{
    explicit Screen(int events)
    {
        auto made = std::make_unique<FakeAuditSource>();
        source = made.get();
        source->append(events);
        source->seals = sealedTo(events);
        source->report = tamperedReport(events);
        view = std::make_unique<AuditView>(std::move(made));
        view->resize(1200, 700);
        view->show();
        view->activateWindow();
        panel = view->findChild<VerificationPanel *>();
        badge = view->findChild<SealBadge *>();
        side = view->findChild<QTabWidget *>("auditSide");
        table = view->findChild<AuditTable *>();
    }

    [[nodiscard]] bool hasRows() const { return table->auditModel()->rowCount() > 0; }
    [[nodiscard]] bool isOpen() const { return side->currentWidget() == panel; }

    FakeAuditSource *source;
    std::unique_ptr<AuditView> view;
    VerificationPanel *panel;
    SealBadge *badge;
    QTabWidget *side;
    AuditTable *table;
};

} // namespace

class TestVerificationPanel : public QObject
{
    Q_OBJECT

private slots:
    void saysWhatNeverVerifiedMeans();
    void saysWhatToDoWithoutAKey();
    void aReaderWritesNoCheckpoint();
    void tellsHowFarItIs();
    void aFailureAndACancelSayThatNothingIsKnown();
    void saysWhereOldEntriesAre();
    void listsWhatWasFound();
    void theListKeepsItsPlaceWhileTheLogGrows();
    void aFindingIsChosenByKeyAndMouse();
    void manyFindingsAreCounted();
    void checkpointsThatDoNotHoldComeFirst();
    void savesTheReport_data();
    void savesTheReport();
    void asksBeforeItReplaces();
    void aReportThatCannotBeWrittenIsSaid();
    void addsCheckpointFiles();
    void buttonsFindRoom();

    void shortcutVerifies();
    void badgeOpensAndEscapeCloses();
    void escapeCancelsFirst();
    void progressIsTold();
    void cancelledAnswerIsNeverHeard();
    void aDatabaseThatIsGoneIsSaid();
    void filesAreHandedOn();
    void lowWindowMakesRoom();
    void findingLeadsToItsEventPastAFilter();
    void findingOfAMissingEventShowsItsNeighbours();
    void tamperingIsLoudAndMarked();
    void checkpointIsWritten();
    void openInAnEmptyLog();
    void menuOfTheRowsHasIt();
    void aStateFromBeforeTheColumnIsUnderstood();

private:
    QTemporaryDir m_folder;
};

void TestVerificationPanel::saysWhatNeverVerifiedMeans()
{
    Panel scene;
    scene.panel.setKnowledge(knowing(sealedTo(12)));
    QCOMPARE(scene.text("verificationHeadline"), QString("Sealed to 12, not verified yet"));
    QVERIFY(scene.text("verificationMeaning").contains("reads the whole log once"));
    QCOMPARE(scene.text("verificationOutcome"), QString());
    QVERIFY(!scene.findings()->isVisible());
    QVERIFY(!scene.find<QProgressBar>("verifyProgress")->isVisible());
    QVERIFY(scene.find("verifyButton")->isEnabled());
    QVERIFY(!scene.find("saveReportButton")->isEnabled());
    QVERIFY(!scene.find("saveReportButton")->toolTip().isEmpty());
    QVERIFY(scene.text("verificationFacts").contains("newest checkpoint: 12 entries, by andon-ops-1 (5b7c1f02)"));
}

void TestVerificationPanel::saysWhatToDoWithoutAKey()
{
    Panel scene;
    scene.panel.setKnowledge(knowing(unsignedTo(12)));
    QCOMPARE(scene.text("verificationHeadline"), QString("Not signed: no key"));
    QVERIFY(scene.text("verificationMeaning").contains("made by itself with the first checkpoint"));
    auto *write = scene.find("writeCheckpointButton");
    QVERIFY(write->isEnabled());
    QVERIFY(write->accessibleDescription().contains("the first checkpoint makes one"));
    QSignalSpy asked(&scene.panel, &VerificationPanel::checkpointRequested);
    write->click();
    QCOMPARE(asked.size(), 1);
}

void TestVerificationPanel::aReaderWritesNoCheckpoint()
{
    Panel scene;
    SealKnowledge known = knowing(unsignedTo(12));
    known.isReadOnly = true;
    scene.panel.setKnowledge(known);
    QVERIFY(!scene.find("writeCheckpointButton")->isEnabled());
    QVERIFY(scene.find("writeCheckpointButton")->toolTip().contains("only reads"));
    QVERIFY(scene.text("verificationMeaning").contains("only reads"));
    QVERIFY(scene.find("verifyButton")->isEnabled());
    known.isReadOnly = false;
    known.isSigning = true;
    scene.panel.setKnowledge(known);
    QVERIFY(!scene.find("writeCheckpointButton")->isEnabled());
}

void TestVerificationPanel::tellsHowFarItIs()
{
    Panel scene;
    SealKnowledge known = knowing(sealedTo(4000));
    known.verifying = SealKnowledge::Progress();
    scene.panel.setKnowledge(known);
    auto *bar = scene.find<QProgressBar>("verifyProgress");
    QVERIFY(bar->isVisible());
    QCOMPARE(bar->maximum(), 0); // nobody knows yet
    QVERIFY(!scene.find("verifyButton")->isEnabled());
    known.verifying = SealKnowledge::Progress{0.4, 1600, 800, 3};
    scene.panel.setKnowledge(known);
    QCOMPARE(bar->value(), 400);
    QCOMPARE(scene.text("verifyProgressText"),
             QString("%1 of %2 entries \u00B7 800 a second \u00B7 3 s left")
                 .arg(QLocale().toString(1600), QLocale().toString(4000)));
    QSignalSpy cancelled(&scene.panel, &VerificationPanel::cancelRequested);
    scene.find("verifyCancelButton")->click();
    QCOMPARE(cancelled.size(), 1);
}

void TestVerificationPanel::aFailureAndACancelSayThatNothingIsKnown()
{
    Panel scene;
    SealKnowledge known = knowing(sealedTo(12));
    known.problem = "The database file is gone. Put it back.";
    scene.panel.setKnowledge(known);
    QCOMPARE(scene.text("verificationOutcome"), "The log could not be verified. " + known.problem);
    QVERIFY(scene.find("verifyButton")->isEnabled());
    known = knowing(sealedTo(12), wholeReport(12));
    known.wasCancelled = true;
    scene.panel.setKnowledge(known);
    QVERIFY(scene.text("verificationOutcome").contains("was cancelled"));
    QVERIFY(scene.text("verificationOutcome").contains("from the verification before"));
}

void TestVerificationPanel::saysWhereOldEntriesAre()
{
    Panel scene;
    scene.panel.setKnowledge(knowing(sealedTo(100), wholeReport(100)));
    QCOMPARE(scene.text("verificationArchives"), QString());
    VerifyReport report = wholeReport(100);
    report.archives = {{QStringLiteral("2026-04.archive"), QStringLiteral("ab"), EventId(1), EventId(40), 40, true},
                       {QStringLiteral("2026-05.archive"), QStringLiteral("cd"), EventId(41), EventId(41), 1, false}};
    scene.panel.setKnowledge(knowing(sealedTo(100), report));
    QCOMPARE(scene.text("verificationArchives"),
             QString("Archived in 2026-04.archive, which was read too: 40 events, 1 to 40\n"
                     "Archived in 2026-05.archive, which was not read (andonctl verify --archive FILE reads it): "
                     "1 event, 41 to 41"));
}

void TestVerificationPanel::listsWhatWasFound()
{
    Panel scene;
    scene.panel.setKnowledge(knowing(sealedTo(100), tamperedReport(100)));
    QCOMPARE(scene.text("verificationHeadline"), QString("Tampered: 12 findings"));
    QVERIFY(scene.text("verificationOutcome").contains("NOT whole"));
    const QAbstractItemModel *model = scene.findings()->model();
    QCOMPARE(model->rowCount(), 3);
    QCOMPARE(model->index(0, 0).data().toString(), QString("Edited"));
    QCOMPARE(model->index(0, 0).data(ReportLines::AboutRole).toString(), QString("event 96"));
    QCOMPARE(model->index(0, 0).data(ReportLines::SentenceRole).toString(),
             QString("Entry 96 was edited: event_data and actor are not what was sealed."));
    QCOMPARE(model->index(1, 0).data(ReportLines::AboutRole).toString(), QString("events 70 to 79"));
    QVERIFY(model->index(2, 0).data(Qt::AccessibleTextRole).toString().contains("monday.txt"));
    // Each sentence is shown whole.
    for (int row = 0; row < 3; ++row)
        QVERIFY(scene.findings()->sizeHintForIndex(model->index(row, 0)).height()
                >= 2 * scene.panel.fontMetrics().height());
}

void TestVerificationPanel::theListKeepsItsPlaceWhileTheLogGrows()
{
    Panel scene;
    SealKnowledge known = knowing(sealedTo(100), tamperedReport(100));
    scene.panel.setKnowledge(known);
    scene.findings()->setCurrentIndex(scene.findings()->model()->index(1, 0));
    known.status = sealedTo(101);
    scene.panel.setKnowledge(known);
    QCOMPARE(scene.findings()->currentIndex().row(), 1);
}

void TestVerificationPanel::aFindingIsChosenByKeyAndMouse()
{
    Panel scene;
    scene.panel.setKnowledge(knowing(sealedTo(100), tamperedReport(100)));
    QSignalSpy chosen(&scene.panel, &VerificationPanel::eventChosen);
    ReportList *list = scene.findings();
    list->setFocus();
    QTest::keyClick(list, Qt::Key_Home);
    QTest::keyClick(list, Qt::Key_Return);
    QCOMPARE(chosen.takeFirst().constFirst().value<EventId>(), EventId(96));
    const QPoint second = list->visualRect(list->model()->index(1, 0)).center();
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, second);
    QCOMPARE(chosen.size(), 0);
    QTest::mouseDClick(list->viewport(), Qt::LeftButton, {}, second);
    QCOMPARE(chosen.takeFirst().constFirst().value<EventId>(), EventId(70));
    QTest::keyClick(list, Qt::Key_End); // is about no event
    QTest::keyClick(list, Qt::Key_Return);
    QCOMPARE(chosen.size(), 0);
    QTest::keyClick(list, Qt::Key_C, Qt::ControlModifier);
    QVERIFY(QGuiApplication::clipboard()->text().startsWith("Not what was signed"));
}

void TestVerificationPanel::manyFindingsAreCounted()
{
    VerifyReport report = wholeReport(5000);
    for (qint64 id = 1; id <= VerifyReport::kMostFindings; ++id)
        find(report, findingOf(VerifyFinding::Kind::Edited, id));
    report.counts[VerifyFinding::Kind::Edited] = 4321;
    Panel scene;
    scene.panel.setKnowledge(knowing(sealedTo(5000), report));
    QCOMPARE(scene.text("findingsTitle"),
             QString("Found: %1. The first %2 are listed.").arg(QLocale().toString(4321), QLocale().toString(1000)));
    QCOMPARE(scene.findings()->model()->rowCount(), 1000);
}

void TestVerificationPanel::checkpointsThatDoNotHoldComeFirst()
{
    VerifyReport report = tamperedReport(100);
    for (int i = 0; i < 500; ++i)
        report.checkpoints << report.checkpoints.constFirst();
    report.checkpointCount = 100'000;
    Panel scene;
    scene.panel.setKnowledge(knowing(sealedTo(100), report));
    const QAbstractItemModel *model = scene.find<ReportList>("checkpointsList")->model();
    QCOMPARE(model->rowCount(), CheckpointLines::kMostLines);
    QCOMPARE(model->index(0, 0).data().toString(), QString("Does not hold"));
    QVERIFY(model->index(0, 0).data(ReportLines::SentenceRole).toString().contains("from monday.txt"));
    QCOMPARE(model->index(1, 0).data().toString(), QString("Holds"));
    QVERIFY(scene.text("checkpointsTitle").contains(QLocale().toString(100'000)));
}

void TestVerificationPanel::savesTheReport_data()
{
    QTest::addColumn<QString>("chosen");
    QTest::addColumn<QString>("written");
    QTest::addColumn<bool>("isJson");
    QTest::newRow("text") << "a.txt"
                          << "a.txt" << false;
    QTest::newRow("json") << "a.json"
                          << "a.json" << true;
    QTest::newRow("no ending") << "b"
                               << "b.txt" << false;
}

void TestVerificationPanel::savesTheReport()
{
    QFETCH(QString, chosen);
    QFETCH(QString, written);
    QFETCH(bool, isJson);
    Panel scene;
    scene.panel.setKnowledge(knowing(sealedTo(100), tamperedReport(100)));
    scene.find("saveReportButton")->click();
    auto *dialog = scene.find<QFileDialog>("reportDialog");
    QVERIFY(dialog->isVisible() && !dialog->isModal());
    dialog->setDirectory(m_folder.path());
    dialog->selectFile(m_folder.filePath(chosen));
    QMetaObject::invokeMethod(dialog, "accept");
    QTRY_VERIFY(scene.text("reportSaverText").contains("was written to"));
    QFile file(m_folder.filePath(written));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray bytes = file.readAll();
    QVERIFY(bytes.contains("Entry 96 was edited"));
    QCOMPARE(QJsonDocument::fromJson(bytes).isObject(), isJson);
}

void TestVerificationPanel::asksBeforeItReplaces()
{
    const QString name = m_folder.filePath("there.txt");
    QFile before(name);
    QVERIFY(before.open(QIODevice::WriteOnly) && before.write("mine") == 4);
    before.close();
    Panel scene;
    scene.panel.setKnowledge(knowing(sealedTo(100), wholeReport(100)));
    const auto choose = [&] {
        scene.find("saveReportButton")->click();
        auto *dialog = scene.find<QFileDialog>("reportDialog");
        dialog->selectFile(name);
        QMetaObject::invokeMethod(dialog, "accept");
        QVERIFY(scene.text("reportSaverText").contains("Replace it?"));
    };
    choose();
    scene.find("reportKeepButton")->click();
    QCOMPARE(scene.text("reportSaverText"), QString());
    QCOMPARE(QFile(name).size(), 4);
    choose();
    scene.find("reportReplaceButton")->click();
    QTRY_VERIFY(scene.text("reportSaverText").contains("was written to"));
    QVERIFY(QFile(name).size() > 100);
}

void TestVerificationPanel::aReportThatCannotBeWrittenIsSaid()
{
    Panel scene;
    scene.panel.setKnowledge(knowing(sealedTo(100), wholeReport(100)));
    QSignalSpy failed(&scene.panel, &VerificationPanel::failed);
    scene.find("saveReportButton")->click();
    auto *dialog = scene.find<QFileDialog>("reportDialog");
    emit dialog->fileSelected(m_folder.filePath("no/such/folder/a.txt"));
    dialog->close();
    QTRY_VERIFY(scene.text("reportSaverText").contains("could not be written"));
    QCOMPARE(failed.size(), 1);
}

void TestVerificationPanel::addsCheckpointFiles()
{
    for (const QString name : {"monday.txt", "tuesday.txt"}) {
        QFile file(m_folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
    }
    Panel scene;
    scene.find("addCheckpointButton")->click();
    auto *dialog = scene.find<QFileDialog>("checkpointDialog");
    QVERIFY(dialog->isVisible() && !dialog->isModal());
    const QStringList files{m_folder.filePath("monday.txt"), m_folder.filePath("tuesday.txt")};
    emit dialog->filesSelected(files);
    emit dialog->filesSelected(files); // once each
    dialog->close();
    QCOMPARE(scene.panel.checkpointFiles(), files);
    QVERIFY(scene.text("keptCheckpointsText").endsWith("monday.txt, tuesday.txt"));
    QStringList tooMany;
    for (int i = 0; i < 20; ++i)
        tooMany << m_folder.filePath(QString::number(i));
    scene.find("addCheckpointButton")->click();
    emit scene.find<QFileDialog>("checkpointDialog")->filesSelected(tooMany);
    QVERIFY(scene.text("verificationNote").contains("No more than 20"));
    QCOMPARE(scene.panel.checkpointFiles(), files);
    scene.find<QAbstractButton>("keptCheckpointsForgetButton")->click();
    QCOMPARE(scene.panel.checkpointFiles(), QStringList());
    QCOMPARE(scene.text("keptCheckpointsText"), QString());
}

void TestVerificationPanel::buttonsFindRoom()
{
    Panel scene;
    for (const int width : {900, 420, 300, 180}) {
        scene.panel.resize(width, 600);
        QTest::qWait(1);
        for (const char *name : {"verifyButton", "saveReportButton", "addCheckpointButton", "writeCheckpointButton"}) {
            const QPushButton *button = scene.find(name);
            QVERIFY(button->width() >= button->sizeHint().width());
            QTRY_VERIFY2(button->mapTo(&scene.panel, QPoint(button->width(), 0)).x() <= width,
                         qPrintable(QString("%1 %2").arg(width).arg(name)));
        }
    }
}

void TestVerificationPanel::shortcutVerifies()
{
    Screen screen(50);
    QTRY_VERIFY(screen.hasRows());
    screen.table->setFocus();
    QTest::keyClick(screen.table, Qt::Key_V, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE(screen.source->verificationsAsked, 1);
    QVERIFY(screen.isOpen());
    QTRY_VERIFY(screen.badge->accessibleName().contains("Tampered: 12 findings"));
}

void TestVerificationPanel::badgeOpensAndEscapeCloses()
{
    Screen screen(50);
    QTRY_VERIFY(screen.hasRows());
    QVERIFY(screen.badge->accessibleName().contains("Sealed to 50"));
    screen.badge->setFocus();
    QTest::keyClick(screen.badge, Qt::Key_Space);
    QVERIFY(screen.isOpen());
    QCOMPARE(screen.source->verificationsAsked, 0); // it is asked for, not begun
    QCOMPARE(screen.view->focusWidget(), screen.panel->findChild<QWidget *>("verifyButton"));
    QTest::keyClick(screen.view->focusWidget(), Qt::Key_Escape);
    QVERIFY(!screen.isOpen());
    QCOMPARE(screen.view->focusWidget(), screen.table);
}

void TestVerificationPanel::escapeCancelsFirst()
{
    Screen screen(50);
    screen.source->verification = std::make_shared<QPromise<VerifyReport>>();
    screen.source->verification->start();
    screen.badge->click();
    screen.panel->findChild<QPushButton *>("verifyButton")->click();
    QTest::keyClick(screen.panel, Qt::Key_Escape);
    QVERIFY(screen.source->verification->isCanceled());
    QVERIFY(screen.isOpen());
    QVERIFY(screen.panel->findChild<QLabel *>("verificationOutcome")->text().contains("was cancelled"));
    QTest::keyClick(screen.panel, Qt::Key_Escape);
    QVERIFY(!screen.isOpen());
}

void TestVerificationPanel::progressIsTold()
{
    Screen screen(4000);
    auto promise = std::make_shared<QPromise<VerifyReport>>();
    screen.source->verification = promise;
    promise->start();
    promise->setProgressRange(0, 1'000'000);
    screen.badge->click();
    screen.panel->findChild<QPushButton *>("verifyButton")->click();
    QVERIFY(screen.badge->accessibleName().contains("Verifying 0"));
    promise->setProgressValueAndText(437'000, "1748");
    QTRY_VERIFY(screen.badge->accessibleName().contains("Verifying 43"));
    QVERIFY(screen.panel->findChild<QLabel *>("verifyProgressText")
                ->text()
                .startsWith(QString("%1 of %2 entries").arg(QLocale().toString(1748), QLocale().toString(4000))));
    promise->addResult(wholeReport(4000));
    promise->finish();
    QTRY_VERIFY(screen.badge->accessibleName().contains("Verified to"));
    QCOMPARE(screen.source->verificationsAsked, 1);
}

void TestVerificationPanel::cancelledAnswerIsNeverHeard()
{
    Screen screen(50);
    auto promise = std::make_shared<QPromise<VerifyReport>>();
    screen.source->verification = promise;
    promise->start();
    screen.badge->click();
    screen.panel->findChild<QPushButton *>("verifyButton")->click();
    screen.panel->findChild<QPushButton *>("verifyCancelButton")->click();
    promise->addResult(tamperedReport(50));
    promise->finish();
    QTest::qWait(20);
    QVERIFY(screen.badge->accessibleName().contains("not verified yet"));
}

void TestVerificationPanel::aDatabaseThatIsGoneIsSaid()
{
    Screen screen(50);
    QTRY_VERIFY(screen.hasRows());
    QSignalSpy failed(screen.view.get(), &AuditView::failed);
    screen.badge->click();
    screen.source->failWith("The database file is gone. Put it back.");
    screen.panel->findChild<QPushButton *>("verifyButton")->click();
    QTRY_COMPARE(screen.panel->findChild<QLabel *>("verificationOutcome")->text(),
                 QString("The log could not be verified. The database file is gone. Put it back."));
    QCOMPARE(failed.constLast().at(1).toString(), QString("cause"));
    QVERIFY(screen.badge->accessibleName().contains("not verified yet"));
    screen.source->failWith({});
    screen.panel->findChild<QPushButton *>("verifyButton")->click();
    QTRY_VERIFY(screen.panel->findChild<QLabel *>("verificationOutcome")->text().contains("NOT whole"));
}

void TestVerificationPanel::filesAreHandedOn()
{
    Screen screen(50);
    screen.badge->click();
    screen.panel->findChild<QPushButton *>("addCheckpointButton")->click();
    auto *dialog = screen.panel->findChild<QFileDialog *>("checkpointDialog");
    emit dialog->filesSelected({m_folder.filePath("monday.txt")});
    dialog->close();
    screen.panel->findChild<QPushButton *>("verifyButton")->click();
    QTRY_COMPARE(screen.source->heldAgainst, QStringList{m_folder.filePath("monday.txt")});
}

void TestVerificationPanel::lowWindowMakesRoom()
{
    Screen screen(500);
    screen.view->resize(500, 420);
    QTRY_VERIFY(screen.hasRows());
    auto *timeline = screen.view->findChild<ActivityTimeline *>();
    QVERIFY(timeline->isVisible());
    const int before = screen.side->height();
    screen.badge->click();
    QVERIFY(!timeline->isVisible());
    QTRY_VERIFY(screen.side->height() > 2 * before);
    QVERIFY(screen.table->height() >= 3 * screen.table->rowHeight(0));
    QTest::keyClick(screen.panel, Qt::Key_Escape);
    QVERIFY(timeline->isVisible());
    QTRY_COMPARE(screen.side->height(), before);
    screen.badge->click();
    screen.view->resize(500, 900);
    QVERIFY(timeline->isVisible()); // there is room for all
}

void TestVerificationPanel::findingLeadsToItsEventPastAFilter()
{
    Screen screen(3000);
    screen.source->report = wholeReport(3000);
    find(screen.source->report, findingOf(VerifyFinding::Kind::Edited, 700));
    QTRY_VERIFY(screen.hasRows());
    screen.view->setFilterText("type:failed"); // hides all of them
    QTRY_COMPARE(screen.table->auditModel()->rowCount(), 0);
    screen.badge->click();
    screen.panel->findChild<QPushButton *>("verifyButton")->click();
    auto *list = screen.panel->findChild<ReportList *>("findingsList");
    QTRY_COMPARE(list->model()->rowCount(), 1);
    list->setFocus();
    QTest::keyClick(list, Qt::Key_Return);
    QTRY_COMPARE(screen.table->currentEvent(), EventId(700));
    QCOMPARE(screen.view->filterText(), QString());
    QVERIFY(screen.isOpen()); // the next finding is one key away
    const QModelIndex cell = screen.table->auditModel()->index(screen.table->currentIndex().row(),
                                                               AuditTableModel::Seal);
    QCOMPARE(cell.data(Qt::AccessibleTextRole).toString(), QString("Tampered with"));
}

void TestVerificationPanel::findingOfAMissingEventShowsItsNeighbours()
{
    Screen screen(3000);
    screen.source->log.remove(699, 2); // 700 and 701
    screen.source->report = wholeReport(3000);
    find(screen.source->report, findingOf(VerifyFinding::Kind::Missing, 700, 701));
    QTRY_VERIFY(screen.hasRows());
    emit screen.panel->eventChosen(EventId(700));
    QTRY_VERIFY(screen.table->auditModel()->rowOf(EventId(699)) >= 0);
    QVERIFY(!screen.table->currentEvent().isValid());
    // And it is over: what is searched for later is not left for it.
    screen.view->setFilterText("type:proposed");
    QTRY_COMPARE(screen.table->auditModel()->first(), EventId(3000));
}

void TestVerificationPanel::tamperingIsLoudAndMarked()
{
    Screen screen(100);
    auto *alarm = screen.view->findChild<AlarmStrip *>(QStringLiteral("sealAlarm"));
    QVERIFY(alarm->isHidden());
    screen.badge->click();
    screen.panel->findChild<QPushButton *>("verifyButton")->click();
    QTRY_VERIFY(alarm->isVisible());
    QVERIFY(alarm->sentence().contains("tampered with: 12 findings"));
    QTest::keyClick(screen.panel, Qt::Key_Escape);
    alarm->findChild<QPushButton *>("sealAlarmButton")->click();
    QVERIFY(screen.isOpen());
    screen.source->report = wholeReport(100);
    screen.panel->findChild<QPushButton *>("verifyButton")->click();
    QTRY_VERIFY(alarm->isHidden());
    SealStatus refused = sealedTo(100);
    refused.trouble = "Nothing was signed: the log is not the one that was signed before.";
    screen.source->tellSeals(refused);
    QCOMPARE(alarm->sentence(), refused.trouble);
}

void TestVerificationPanel::checkpointIsWritten()
{
    Screen screen(50);
    screen.source->tellSeals(unsignedTo(50));
    screen.source->afterCheckpoint = sealedTo(50);
    screen.badge->click();
    QVERIFY(screen.badge->accessibleName().contains("Not signed: no key"));
    screen.panel->findChild<QPushButton *>("writeCheckpointButton")->click();
    const auto *note = screen.panel->findChild<QLabel *>("verificationNote");
    QTRY_COMPARE(note->text(), QString("A checkpoint of 50 entries was written, signed by andon-ops-1 (5b7c1f02)."));
    QVERIFY(screen.badge->accessibleName().contains("Sealed to 50"));
    screen.source->failWith("The log is not what was signed.");
    screen.panel->findChild<QPushButton *>("writeCheckpointButton")->click();
    QTRY_COMPARE(note->text(), QString("No checkpoint was written. The log is not what was signed."));
}

void TestVerificationPanel::openInAnEmptyLog()
{
    Screen screen(0);
    QTRY_VERIFY(!screen.side->isVisible());
    screen.badge->click();
    QVERIFY(screen.side->isVisible() && screen.isOpen());
    QCOMPARE(screen.panel->findChild<QLabel *>("verificationHeadline")->text(), QString("Nothing sealed yet"));
    QTest::keyClick(screen.panel, Qt::Key_Escape);
    QVERIFY(!screen.side->isVisible());
}

void TestVerificationPanel::menuOfTheRowsHasIt()
{
    Screen screen(50);
    QTRY_VERIFY(screen.hasRows());
    const QPoint cell = screen.table->visualRect(screen.table->model()->index(1, AuditTableModel::Type)).center();
    emit screen.table->customContextMenuRequested(cell);
    auto *menu = screen.view->findChild<QMenu *>("auditRowMenu");
    QVERIFY(menu != nullptr);
    QAction *verify = menu->actions().constLast();
    QCOMPARE(verify->objectName(), QString("verifyAction"));
    QCOMPARE(verify->shortcut(), QKeySequence("Ctrl+Shift+V"));
    verify->trigger();
    QTRY_COMPARE(screen.source->verificationsAsked, 1);
}

void TestVerificationPanel::aStateFromBeforeTheColumnIsUnderstood()
{
    Screen screen(50);
    QStandardItemModel model(1, 5); // the columns of then, the first of them hidden
    QHeaderView header(Qt::Horizontal);
    header.setModel(&model);
    header.hideSection(0);
    QByteArray state;
    QDataStream stream(&state, QIODevice::WriteOnly);
    stream << 1 << header.saveState() << QByteArray() << true;
    screen.view->restoreState(state);
    QVERIFY(screen.view->findChild<QToolButton *>("utcButton")->isChecked());
    QVERIFY(!screen.table->isColumnHidden(AuditTableModel::Time));
    QCOMPARE(screen.table->horizontalHeader()->visualIndex(AuditTableModel::Seal), 0);

    screen.table->setColumnHidden(AuditTableModel::Seal, true);
    const QByteArray now = screen.view->saveState();
    Screen other(50);
    other.view->restoreState(now);
    QVERIFY(other.table->isColumnHidden(AuditTableModel::Seal));
}

QTEST_MAIN(TestVerificationPanel)
#include "tst_verificationpanel.moc"
