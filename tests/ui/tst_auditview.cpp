// SPDX-License-Identifier: Apache-2.0
// The audit view on a real database and a real station: keyboard, dragging, filter, tail, export.

#include "core/station/Station.h"
#include "tests/support/AuditLogFixture.h"
#include "tests/support/ui/FakeAuditSource.h"
#include "ui/audit/AuditView.h"
#include "ui/audit/EventText.h"
#include "ui/audit/details/EventDetails.h"
#include "ui/audit/list/AuditScrollBar.h"
#include "ui/audit/list/AuditTable.h"
#include "ui/audit/list/AuditTableModel.h"

#include <QClipboard>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <memory>

using namespace andon;
using andon::test::AuditLogFixture;
using andon::test::FakeAuditSource;
using andon::test::RawEvent;

namespace {

constexpr qint64 kEvents = 20'000;

/// The longest turn of the event loop, in processor time of this thread, so that it does not matter what else the
/// machine does.
class StallMeter : public QObject
{
public:
    StallMeter() { startTimer(0); }
    [[nodiscard]] double worstMs() const { return m_worst; }

protected:
    void timerEvent(QTimerEvent *) override
    {
        const double now = threadMs();
        m_worst = std::max(m_worst, now - m_last);
        m_last = now;
    }

private:
    static double threadMs()
    {
#ifdef Q_OS_UNIX
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return double(time.tv_sec) * 1e3 + double(time.tv_nsec) / 1e6;
#else
        return double(std::chrono::steady_clock::now().time_since_epoch() / std::chrono::microseconds(1)) / 1e3;
#endif
    }

    double m_last = threadMs();
    double m_worst = 0;
};

/// A view, by what a person sees of it.
struct Screen
{
    explicit Screen(AuditView *shown)
        : view(shown)
        , table(view->findChild<AuditTable *>(QStringLiteral("auditTable")))
        , bar(view->findChild<AuditScrollBar *>(QStringLiteral("auditScrollBar")))
        , edit(view->findChild<QLineEdit *>(QStringLiteral("auditFilterEdit")))
        , count(label("auditCountLabel"))
        , error(label("auditFilterError"))
        , message(label("auditMessage"))
        , live(button("liveButton"))
    {
        view->resize(1100, 600);
        view->show();
    }

    [[nodiscard]] QLabel *label(const char *name) const { return view->findChild<QLabel *>(QLatin1String(name)); }
    [[nodiscard]] QPushButton *button(const char *name) const
    {
        return view->findChild<QPushButton *>(QLatin1String(name));
    }
    [[nodiscard]] AuditTableModel *model() const { return table->auditModel(); }
    [[nodiscard]] qint64 first() const { return model()->idAt(table->firstVisibleRow()).value; }
    [[nodiscard]] qint64 last() const { return model()->idAt(table->lastVisibleRow()).value; }

    AuditView *view;
    AuditTable *table;
    AuditScrollBar *bar;
    QLineEdit *edit;
    QLabel *count;
    QLabel *error;
    QLabel *message;
    QPushButton *live;
};

} // namespace

class TestAuditView : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void init();
    void cleanup();

    void opensAtTheNewestWithAnExactCount();
    void homeAndEndGoToTheEndsOfTheLog();
    void pageDownReachesTheOldestAndPageUpTheNewest();
    void wheelGoesOnBeyondTheFirstPage();
    void draggingJumps();
    void smallLogScrollsLikeAnyTable();
    void filterShowsWhatMatches();
    void filterErrorIsMarkedAndResultsStay();
    void escapeClearsTheFilter();
    void escapeCancelsASearch();
    void failureIsShownAndRetried();
    void detailsFollowTheSelectionAndStay();
    void largeDataIsShownInPart();
    void liveTailShowsNewEvents();
    void readerElsewhereKeepsThePlaceAndIsToldOfNewEvents();
    void exportsWhatTheFilterShows_data();
    void exportsWhatTheFilterShows();
    void existingFileIsReplacedOnlyWhenAsked();
    void copiesSelectedRows();
    void everyControlHasAnAccessibleName();
    void windowIsNeverHeldUp();

    void hostileTextIsMadeVisible_data();
    void hostileTextIsMadeVisible();
    void summaries_data();
    void summaries();
    void prettyJsonChangesNoValue();

private:
    void openStation(AuditLogFixture &log);

    std::unique_ptr<AuditLogFixture> m_log;
    std::unique_ptr<Station> m_station;
    std::unique_ptr<AuditView> m_view;
    QTemporaryDir m_folder;
};

void TestAuditView::initTestCase()
{
    m_log = std::make_unique<AuditLogFixture>();
    m_log->fill(kEvents);
    QVERIFY(m_folder.isValid());
}

void TestAuditView::cleanupTestCase()
{
    m_log.reset();
}

void TestAuditView::openStation(AuditLogFixture &log)
{
    Station::Options options;
    options.database = log.path();
    options.readOnly = true;
    options.watchInterval = std::chrono::milliseconds(20);
    m_station = std::make_unique<Station>(options);
    m_station->open();
    m_view = std::make_unique<AuditView>(m_station.get());
}

void TestAuditView::init()
{
    openStation(*m_log);
}

void TestAuditView::cleanup()
{
    m_view.reset();
    m_station.reset();
}

void TestAuditView::opensAtTheNewestWithAnExactCount()
{
    Screen screen(m_view.get());
    QTRY_COMPARE(screen.first(), kEvents);
    QTRY_COMPARE(screen.count->text(), QLocale().toString(kEvents) + " events");
    QCOMPARE(screen.bar->value(), 0);
    QVERIFY(screen.model()->rowCount() <= AuditTableModel::kMaxRows);
}

void TestAuditView::homeAndEndGoToTheEndsOfTheLog()
{
    Screen screen(m_view.get());
    QTRY_COMPARE(screen.first(), kEvents);
    screen.table->setFocus();
    QTest::keyClick(screen.table, Qt::Key_End);
    QTRY_COMPARE(screen.last(), 1);
    QTRY_COMPARE(screen.bar->value(), screen.bar->maximum());
    QTest::keyClick(screen.table, Qt::Key_Home);
    QTRY_COMPARE(screen.first(), kEvents);
    QTRY_COMPARE(screen.bar->value(), 0);
}

void TestAuditView::pageDownReachesTheOldestAndPageUpTheNewest()
{
    AuditLogFixture log;
    log.fill(3000);
    openStation(log);
    Screen screen(m_view.get());
    QTRY_COMPARE(screen.first(), 3000);
    screen.table->setFocus();
    QSet<qint64> met;
    const auto look = [&] {
        for (int row = screen.table->firstVisibleRow(); row <= screen.table->lastVisibleRow(); ++row)
            met.insert(screen.model()->idAt(row).value);
    };
    look();
    for (int i = 0; i < 2000 && screen.table->currentEvent() != EventId(1); ++i) {
        QTest::keyClick(screen.table, Qt::Key_PageDown);
        look();
        QTest::qWait(2);
    }
    QCOMPARE(screen.table->currentEvent(), EventId(1));
    QCOMPARE(screen.last(), 1);
    QCOMPARE(met.size(), 3000); // nothing was passed over
    for (int i = 0; i < 2000 && screen.table->currentEvent() != EventId(3000); ++i) {
        QTest::keyClick(screen.table, Qt::Key_PageUp);
        QTest::qWait(2);
    }
    QCOMPARE(screen.first(), 3000);
    cleanup();
}

void TestAuditView::wheelGoesOnBeyondTheFirstPage()
{
    Screen screen(m_view.get());
    QTRY_COMPARE(screen.first(), kEvents);
    const QPoint middle = screen.table->viewport()->rect().center();
    for (int i = 0; i < 3000 && screen.first() > kEvents - 1500; ++i) {
        QWheelEvent wheel(middle, screen.table->viewport()->mapToGlobal(middle), {}, {0, -120}, Qt::NoButton,
                          Qt::NoModifier, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(screen.table->viewport(), &wheel);
        QTest::qWait(1);
    }
    QVERIFY(screen.first() <= kEvents - 1500);
    QVERIFY(screen.model()->rowCount() <= AuditTableModel::kMaxRows);
}

void TestAuditView::draggingJumps()
{
    Screen screen(m_view.get());
    QTRY_COMPARE(screen.first(), kEvents);
    QTRY_VERIFY(screen.bar->mapsWholeLog());
    screen.bar->setSliderDown(true);
    screen.bar->setSliderPosition(screen.bar->maximum() / 2);
    QTRY_VERIFY(std::abs(screen.first() - kEvents / 2) < 5);
    screen.bar->setSliderPosition(screen.bar->maximum());
    QTRY_COMPARE(screen.last(), 1);
    screen.bar->setSliderPosition(0);
    QTRY_COMPARE(screen.first(), kEvents);
    screen.bar->setSliderDown(false);
}

void TestAuditView::smallLogScrollsLikeAnyTable()
{
    AuditLogFixture log;
    log.fill(60);
    openStation(log);
    Screen screen(m_view.get());
    QTRY_COMPARE(screen.first(), 60);
    QTRY_VERIFY(!screen.bar->mapsWholeLog());
    QCOMPARE(screen.bar->maximum(), screen.table->verticalScrollBar()->maximum());
    screen.bar->setValue(screen.bar->maximum());
    QCOMPARE(screen.last(), 1);
    cleanup();
}

void TestAuditView::filterShowsWhatMatches()
{
    Screen screen(m_view.get());
    QTRY_COMPARE(screen.first(), kEvents);
    const QString type = QStringLiteral("failed");
    QTest::keyClick(m_view.get(), Qt::Key_F, Qt::ControlModifier);
    QTest::keyClicks(screen.edit, "type:" + type);
    QTest::keyClick(screen.edit, Qt::Key_Return);
    QTRY_VERIFY(screen.model()->eventAt(0).eventType == type && screen.model()->eventAt(1).eventType == type);
    for (int row = 0; row < screen.model()->rowCount(); ++row)
        QCOMPARE(screen.model()->eventAt(row).eventType, type);
    const qint64 expected =
        m_log->database().scalar("SELECT count(*) FROM action_audit_log WHERE event_type = ?", {type}).toLongLong();
    QTRY_COMPARE(screen.count->text(), QLocale().toString(expected) + " events");

    m_view->showProposal(ProposalId(2));
    QCOMPARE(m_view->filterText(), QStringLiteral("proposal:2"));
    QTRY_VERIFY(screen.model()->rowCount() > 0 && screen.model()->eventAt(0).proposalId == ProposalId(2));

    m_view->setFilterText("\"there is no such text\"");
    QTRY_COMPARE(screen.message->text(), QStringLiteral("No event matches this filter."));
    QTRY_VERIFY(screen.message->isVisible());
}

void TestAuditView::filterErrorIsMarkedAndResultsStay()
{
    Screen screen(m_view.get());
    QTRY_COMPARE(screen.first(), kEvents);
    screen.edit->setFocus();
    QTest::keyClicks(screen.edit, "type:failed since:yesteryear");
    QTRY_VERIFY(screen.error->isVisible());
    QVERIFY(!screen.error->text().isEmpty());
    QVERIFY(!screen.edit->accessibleDescription().isEmpty());
    QCOMPARE(screen.edit->text(), QStringLiteral("type:failed since:yesteryear"));
    QCOMPARE(screen.edit->cursorPosition(), screen.edit->text().size());
    QVERIFY(screen.model()->rowCount() > 0);
    for (int i = 0; i < 10; ++i)
        QTest::keyClick(screen.edit, Qt::Key_Backspace);
    QTest::keyClicks(screen.edit, "2h");
    QTRY_VERIFY(!screen.error->isVisible());
}

void TestAuditView::escapeClearsTheFilter()
{
    m_view->setFilterText("type:failed");
    Screen screen(m_view.get());
    QTRY_VERIFY(screen.model()->rowCount() > 0);
    QCOMPARE(screen.model()->eventAt(0).eventType, QStringLiteral("failed"));
    QTRY_VERIFY(screen.count->text().endsWith(" events") && !screen.count->text().startsWith(QChar(0x2265)));
    screen.edit->setFocus();
    QTest::keyClick(screen.edit, Qt::Key_Escape);
    QVERIFY(screen.edit->text().isEmpty());
    QTRY_COMPARE(screen.first(), kEvents);
}

void TestAuditView::escapeCancelsASearch()
{
    auto *source = new FakeAuditSource;
    source->append(500);
    AuditView view{std::unique_ptr<AuditSource>(source)};
    Screen screen(&view);
    QTRY_COMPARE(screen.first(), 500);
    QTRY_COMPARE(screen.count->text(), QStringLiteral("500 events"));
    source->hold();
    view.setFilterText("type:failed");
    auto *notice = screen.label("auditNotice");
    QTRY_VERIFY(notice->text().startsWith("Searching"));
    auto *cancel = view.findChild<QToolButton *>("searchCancelButton");
    QVERIFY(cancel->isVisible());
    QTest::keyClick(screen.table, Qt::Key_Escape);
    QVERIFY(!cancel->isVisible());
    QVERIFY(notice->text().startsWith("Search cancelled."));
    source->release();
    QTest::qWait(20);
    QCOMPARE(source->cancelled, 2); // the page and the scan
    QCOMPARE(screen.first(), 500);
    QCOMPARE(view.filterText(), QStringLiteral("type:failed"));
}

void TestAuditView::failureIsShownAndRetried()
{
    auto *source = new FakeAuditSource;
    source->append(5);
    source->failWith("The database cannot be read.");
    AuditView view{std::unique_ptr<AuditSource>(source)};
    QSignalSpy failed(&view, &AuditView::failed);
    Screen screen(&view);
    QTRY_COMPARE(screen.message->text(), QStringLiteral("The database cannot be read."));
    QVERIFY(!failed.isEmpty());
    auto *retry = screen.button("auditRetryButton");
    QVERIFY(retry->isVisible());
    source->failWith({});
    QTest::mouseClick(retry, Qt::LeftButton);
    QTRY_COMPARE(screen.model()->rowCount(), 5);
    QVERIFY(!screen.message->isVisible());

    source->failWith("Gone again.");
    view.setFilterText("type:proposed");
    QTRY_COMPARE(screen.label("auditNotice")->text(), QStringLiteral("Gone again."));
    QCOMPARE(screen.model()->rowCount(), 5);
    source->failWith({});
    source->becomeReadable();
    QTRY_VERIFY(screen.label("auditNotice")->text().isEmpty());
}

void TestAuditView::detailsFollowTheSelectionAndStay()
{
    Screen screen(m_view.get());
    QTRY_COMPARE(screen.first(), kEvents);
    auto *details = m_view->findChild<EventDetails *>("eventDetails");
    const int y = screen.table->rowViewportPosition(4) + 2;
    QTest::mouseClick(screen.table->viewport(), Qt::LeftButton, {}, {20, y});
    QCOMPARE(screen.table->currentEvent(), EventId(kEvents - 4));
    QVERIFY(details->event().has_value());
    QCOMPARE(*details->event()->id, EventId(kEvents - 4));
    QTest::keyClick(screen.table, Qt::Key_Down);
    QCOMPARE(*details->event()->id, EventId(kEvents - 5));

    screen.bar->setSliderDown(true);
    screen.bar->setSliderPosition(screen.bar->maximum() / 2);
    QTRY_VERIFY(screen.first() < kEvents - 5000);
    screen.bar->setSliderDown(false);
    QCOMPARE(*details->event()->id, EventId(kEvents - 5));
    // The keyboard goes on where the eyes are.
    const qint64 first = screen.first();
    QTest::keyClick(screen.table, Qt::Key_Down);
    QVERIFY(std::abs(details->event()->id->value - first) < 3);
}

void TestAuditView::largeDataIsShownInPart()
{
    AuditLogFixture log;
    const QString big = "{\"blob\":\"" + QString(10'000'000, u'x') + "\",\"number\":12345678901234567890}";
    log.insert({RawEvent{{}, "proposed", big}, RawEvent{{}, "proposed", "not {json"}});
    openStation(log);
    Screen screen(m_view.get());
    QTRY_COMPARE(screen.model()->rowCount(), 2);
    auto *data = m_view->findChild<QPlainTextEdit *>("eventData");
    screen.table->selectOnly(0);
    QCOMPARE(data->toPlainText(), QStringLiteral("not {json"));
    screen.table->selectOnly(1);
    QTRY_VERIFY(data->toPlainText().startsWith("{\n  \"blob\": \"xxx"));
    QVERIFY(data->toPlainText().size() <= EventDetails::kMaxShown + 100);
    auto *copy = m_view->findChild<QPushButton *>("copyDataButton");
    QVERIFY(copy->isEnabled());
    QTest::mouseClick(copy, Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text().size(), big.size());
    cleanup();
}

void TestAuditView::liveTailShowsNewEvents()
{
    AuditLogFixture log;
    log.fill(300);
    openStation(log);
    Screen screen(m_view.get());
    QTRY_COMPARE(screen.first(), 300);
    screen.table->selectOnly(2);
    log.insert(QList<RawEvent>(5));
    QTRY_COMPARE(screen.first(), 305);
    QVERIFY(screen.table->isAtTop());
    QCOMPARE(screen.table->selectedRows(), QList<int>{7});
    QCOMPARE(screen.table->currentEvent(), EventId(298));
    QTRY_COMPARE(screen.count->text(), QStringLiteral("305 events"));
    cleanup();
}

void TestAuditView::readerElsewhereKeepsThePlaceAndIsToldOfNewEvents()
{
    AuditLogFixture log;
    log.fill(1000);
    openStation(log);
    Screen screen(m_view.get());
    QTRY_COMPARE(screen.first(), 1000);
    screen.table->verticalScrollBar()->setValue(screen.table->verticalScrollBar()->singleStep() * 40);
    const qint64 first = screen.first();
    log.insert(QList<RawEvent>(3));
    auto *unseen = screen.button("auditNewButton");
    QTRY_VERIFY(unseen->isVisible());
    QCOMPARE(unseen->text(), QStringLiteral("3 new \u2191"));
    QCOMPARE(screen.first(), first);
    QTest::mouseClick(unseen, Qt::LeftButton);
    QTRY_COMPARE(screen.first(), 1003);
    QTRY_VERIFY(!unseen->isVisible());

    screen.live->setChecked(false);
    log.insert(QList<RawEvent>(2));
    QTRY_VERIFY(unseen->isVisible());
    QCOMPARE(screen.first(), 1003);
    screen.live->setChecked(true);
    QTRY_COMPARE(screen.first(), 1005);
    cleanup();
}

void TestAuditView::exportsWhatTheFilterShows_data()
{
    QTest::addColumn<QString>("fileName");
    QTest::addColumn<int>("headerLines");
    QTest::newRow("csv") << "out.csv" << 1;
    QTest::newRow("json lines") << "out.jsonl" << 0;
}

void TestAuditView::exportsWhatTheFilterShows()
{
    QFETCH(QString, fileName);
    QFETCH(int, headerLines);
    m_view->setFilterText("type:validated");
    Screen screen(m_view.get());
    QTRY_VERIFY(screen.model()->rowCount() > 0);
    QTest::mouseClick(screen.button("exportButton"), Qt::LeftButton);
    auto *dialog = m_view->findChild<QFileDialog *>("exportDialog");
    QVERIFY(dialog && dialog->isVisible());
    QVERIFY(!dialog->isModal());
    QVERIFY(m_view->isEnabled());
    const QString path = m_folder.filePath(fileName);
    dialog->selectFile(path);
    QMetaObject::invokeMethod(dialog, "accept");
    auto *text = screen.label("exportText");
    const qint64 expected =
        m_log->database().scalar("SELECT count(*) FROM action_audit_log WHERE event_type = 'validated'").toLongLong();
    QTRY_COMPARE(text->text(),
                 QLocale().toString(expected) + " events written to " + QDir::toNativeSeparators(path) + ".");
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll().count('\n'), expected + headerLines);
    QVERIFY(screen.button("exportButton")->isEnabled());
}

void TestAuditView::existingFileIsReplacedOnlyWhenAsked()
{
    const QString path = m_folder.filePath("kept.csv");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("precious") > 0);
    file.close();
    Screen screen(m_view.get());
    QTRY_COMPARE(screen.first(), kEvents);
    const auto choose = [&] {
        QTest::mouseClick(screen.button("exportButton"), Qt::LeftButton);
        auto *dialog = m_view->findChild<QFileDialog *>("exportDialog");
        dialog->selectFile(path);
        QMetaObject::invokeMethod(dialog, "accept");
    };
    choose();
    QVERIFY(screen.button("exportReplaceButton")->isVisible());
    QTest::mouseClick(screen.button("exportCancelButton"), Qt::LeftButton);
    QCOMPARE(QFileInfo(path).size(), 8);
    QTest::qWait(10); // the closed dialog goes
    choose();
    QTest::mouseClick(screen.button("exportReplaceButton"), Qt::LeftButton);
    QTRY_VERIFY(QFileInfo(path).size() > 1000);
}

void TestAuditView::copiesSelectedRows()
{
    Screen screen(m_view.get());
    QTRY_COMPARE(screen.first(), kEvents);
    QGuiApplication::clipboard()->clear();
    screen.table->selectOnly(0);
    QTest::keyClick(screen.table, Qt::Key_Down, Qt::ShiftModifier);
    QTest::keyClick(screen.table, Qt::Key_C, Qt::ControlModifier);
    QTRY_COMPARE(QGuiApplication::clipboard()->text().count('\n'), 2);
    QCOMPARE(QGuiApplication::clipboard()->text().section('\n', 0, 0).count('\t'), 4);
}

void TestAuditView::everyControlHasAnAccessibleName()
{
    Screen screen(m_view.get());
    QTRY_COMPARE(screen.first(), kEvents);
    screen.table->selectOnly(0);
    for (QWidget *widget : m_view->findChildren<QWidget *>()) {
        if (widget->isVisible() && widget->focusPolicy() != Qt::NoFocus && !widget->focusProxy()) {
            const auto *button = qobject_cast<QAbstractButton *>(widget);
            QVERIFY2(!widget->accessibleName().isEmpty() || (button && !button->text().isEmpty()),
                     qPrintable(QString("%1 %2").arg(widget->metaObject()->className(), widget->objectName())));
        }
    }
}

void TestAuditView::windowIsNeverHeldUp()
{
    Screen screen(m_view.get());
    QTRY_COMPARE(screen.first(), kEvents);
    QTest::qWait(300);
    StallMeter meter;
    for (int i = 0; i < 60; ++i) {
        QTest::keyClick(screen.table, i % 20 == 19 ? Qt::Key_End : Qt::Key_PageDown);
        QTest::qWait(5);
        if (i % 20 == 19) {
            QTest::keyClick(screen.table, Qt::Key_Home);
            QTest::qWait(5);
        }
    }
    qInfo("longest turn of the event loop: %.1f ms", meter.worstMs());
    // Generous, for builds with sanitizers. The bench measures the 16 ms.
    QVERIFY2(meter.worstMs() < 50, qPrintable(QString::number(meter.worstMs())));
}

void TestAuditView::hostileTextIsMadeVisible_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("plain") << "transfer_leader"
                           << "transfer_leader";
    QTest::newRow("line breaks") << "a\nb\r\tc" << QStringLiteral("a\u21B5b\u240D\u2409c");
    QTest::newRow("nul and delete") << QString(QChar(0)) + QChar(0x7F) << QStringLiteral("\u2400\u2421");
    QTest::newRow("direction") << QStringLiteral("a\u202Eb") << QStringLiteral("a\u27E8U+202E\u27E9b");
    QTest::newRow("zero width") << QStringLiteral("a\u200Bb") << QStringLiteral("a\u27E8U+200B\u27E9b");
    QTest::newRow("half a character") << QString(QChar(0xD800)) << QString(QChar(0xFFFD));
    QTest::newRow("beyond the basic plane") << QStringLiteral("\U0001F6D1") << QStringLiteral("\U0001F6D1");
    QTest::newRow("long") << QString(1000, u'x') << QString(EventText::kMaxCell, u'x') + u'\u2026';
    QTest::newRow("mark-up") << "<b>x</b>"
                             << "<b>x</b>";
}

void TestAuditView::hostileTextIsMadeVisible()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    QCOMPARE(EventText::visible(text), expected);
}

void TestAuditView::summaries_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("data");
    QTest::addColumn<QString>("expected");
    QTest::newRow("proposed") << "proposed"
                              << R"({"action_name":"drain_store","parameters":{"id":4},"reason":"disk full"})"
                              << QStringLiteral("drain_store \u00B7 disk full");
    QTest::newRow("no data") << "validated"
                             << ""
                             << "";
    QTest::newRow("empty object") << "validated"
                                  << "{}"
                                  << "";
    QTest::newRow("executing") << "executing"
                               << R"({"requester_id":"r","agent_id":"agent-7"})"
                               << "agent-7";
    QTest::newRow("completed") << "completed"
                               << R"({"duration_ms":12,"result":{"ok":true}})"
                               << QStringLiteral("12 ms \u00B7 {\"ok\":true}");
    QTest::newRow("failed") << "failed"
                            << R"({"duration_ms":12,"error":"connection timeout"})"
                            << QStringLiteral("connection timeout \u00B7 12 ms");
    QTest::newRow("kill switch") << "kill_switch"
                                 << R"({"cancelled_count":3,"stop_id":7,"by":"a@b","reason":"smoke"})"
                                 << QStringLiteral("stop 7 \u00B7 3 cancelled \u00B7 smoke \u00B7 by a@b");
    QTest::newRow("hold of an agent")
        << "kill_switch"
        << R"({"cancelled_count":2,"stop_id":8,"scope":"agent","target":"agent-7","by":"a@b","reason":"odd"})"
        << QStringLiteral("stop 8 \u00B7 agent agent-7 held \u00B7 2 cancelled \u00B7 odd \u00B7 by a@b");
    QTest::newRow("hold of a kind of action")
        << "kill_switch"
        << R"({"cancelled_count":0,"stop_id":9,"scope":"action","target":"drain_store"})"
        << QStringLiteral("stop 9 \u00B7 every drain_store held \u00B7 0 cancelled");
    QTest::newRow("reset") << "reset"
                           << R"({"stop_id":7,"by":"a@b","reason":"found it"})"
                           << QStringLiteral("stop 7 \u00B7 found it \u00B7 by a@b");
    QTest::newRow("reset of a hold") << "reset"
                                     << R"({"stop_id":8,"scope":"agent","target":"agent-7","reason":"found it"})"
                                     << QStringLiteral("stop 8 \u00B7 agent agent-7 released \u00B7 found it");
    QTest::newRow("approval asked") << "approval_asked"
                                    << R"({"expires_at":"2026-01-31T12:01:00.000+00:00"})"
                                    << "waits for a person's word for 1 min 0 s";
    QTest::newRow("approved")
        << "approved"
        << R"({"by":"a@b","reason":"fine","epoch":4,"expires_at":"2026-01-31T12:00:30.000+00:00"})"
        << QStringLiteral("may start within 30.0 s \u00B7 fine \u00B7 by a@b");
    QTest::newRow("rejected") << "rejected"
                              << R"({"by":"a@b","reason":"too late"})" << QStringLiteral("too late \u00B7 by a@b");
    QTest::newRow("approval refused") << "approval_refused"
                                      << R"({"reason":"The action needs an approval: nobody has answered yet."})"
                                      << "The action needs an approval: nobody has answered yet.";
    QTest::newRow("setting") << "setting_change"
                             << R"({"setting":"approval.required","old_value":"no","new_value":"yes","by":"a@b"})"
                             << QStringLiteral("approval.required: no \u2192 yes \u00B7 by a@b");
    QTest::newRow("archived")
        << "archived"
        << R"({"months":"2026-04 2026-05","first_event":1,"last_event":150,"events":148,"leaves":"0-147","tree_size":200,)"
           R"("root":"qqo=","file":"2026-05.archive","sha256":"ab12","by":"a@b"})"
        << QStringLiteral("148 events, 1 to 150, of 2026-04, 2026-05 moved to the file 2026-05.archive \u00B7 by a@b");
    QTest::newRow("one event archived") << "archived"
                                        << R"({"first_event":7,"last_event":7,"events":1,"file":"old.archive"})"
                                        << "1 event, 7 to 7, moved to the file old.archive";
    QTest::newRow("archived, of which nothing is known") << "archived"
                                                         << R"({"reason":"odd"})"
                                                         << "odd";
    QTest::newRow("stopped by a guard")
        << "cancelled"
        << R"({"reason":"stopped","details":{"processes":20,"killed":3,"via":"permit","dead_after_us":38400,"exit_status":9}})"
        << QStringLiteral("stopped \u00B7 20 processes, 3 killed, dead after 38 ms, told by permit, exit status 9");
    QTest::newRow("not all stopped") << "cancelled"
                                     << R"({"reason":"stopped","details":{"processes":2,"survivors":[4711]}})"
                                     << QStringLiteral("stopped \u00B7 2 processes, still there: [4711]");
    QTest::newRow("one process") << "cancelled"
                                 << R"({"reason":"stopped","details":{"processes":1}})"
                                 << QStringLiteral("stopped \u00B7 1 process");
    QTest::newRow("mode") << "mode_change"
                          << R"({"old_mode":"execute","new_mode":"observe"})"
                          << QStringLiteral("execute \u2192 observe");
    QTest::newRow("unknown type") << "agent_note"
                                  << R"({"x":1})"
                                  << R"({"x":1})";
    QTest::newRow("known words in an unknown type") << "agent_note"
                                                    << R"({"message":"hello"})"
                                                    << "hello";
    QTest::newRow("not JSON") << "failed"
                              << "Traceback:\nboom" << QStringLiteral("Traceback:\u21B5boom");
    QTest::newRow("an array") << "failed"
                              << "[1,2]"
                              << "[1,2]";
}

void TestAuditView::summaries()
{
    QFETCH(QString, type);
    QFETCH(QString, data);
    QFETCH(QString, expected);
    AuditEvent event;
    event.eventType = type;
    event.eventData = data;
    event.timestamp = QDateTime({2026, 1, 31}, {12, 0}, Qt::UTC);
    QCOMPARE(EventText::summary(event), expected);
}

void TestAuditView::prettyJsonChangesNoValue()
{
    const EventText::Pretty pretty = EventText::pretty(
        R"({"z":12345678901234567890,"a":[],"m":{"s":"a,b:{\"}"},"z":1.50})", 1000);
    QVERIFY(pretty.isJson && !pretty.isCut);
    QCOMPARE(pretty.text,
             QStringLiteral("{\n  \"z\": 12345678901234567890,\n  \"a\": [],\n  \"m\": {\n"
                            "    \"s\": \"a,b:{\\\"}\"\n  },\n  \"z\": 1.50\n}"));
    QVERIFY(EventText::pretty(R"({"a":"0123456789"})", 8).isCut);
    QVERIFY(!EventText::pretty("{broken", 100).isJson);
}

QTEST_MAIN(TestAuditView)
#include "tst_auditview.moc"
