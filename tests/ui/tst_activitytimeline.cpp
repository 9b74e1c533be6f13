// SPDX-License-Identifier: Apache-2.0
// Events over time: bars, axis, choosing a range with mouse and keyboard, and what is said about it in words.

#include "core/audit/AuditEvent.h"
#include "tests/support/AuditLogFixture.h"
#include "tests/support/ui/PanelWindow.h"
#include "ui/Theme.h"
#include "ui/audit/timeline/ActivityTimeline.h"
#include "ui/audit/timeline/RangeHistory.h"
#include "ui/audit/timeline/TimeAxis.h"
#include "ui/audit/timeline/TimelineBars.h"
#include "ui/audit/timeline/TimelineStyle.h"

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QSignalSpy>
#include <QStyleFactory>
#include <QToolTip>
#include <QtTest>

#include <memory>

using namespace andon;
using namespace andon::test;

namespace {

constexpr qint64 kMinute = 60'000;
constexpr qint64 kHour = 60 * kMinute;
constexpr qint64 kDay = 24 * kHour;

qint64 moment(const QString &text)
{
    return QDateTime::fromString(text, Qt::ISODate).toMSecsSinceEpoch();
}

const qint64 kNoon = moment("2026-01-31T12:00:00Z");

/// A plausible afternoon: much that is normal, some of the rest.
ActivityHistogram plausible(qint64 spanMs = 6 * kHour, int events = 20'000)
{
    ActivityHistogram histogram;
    quint32 random = 7;
    const auto next = [&random](quint32 below) {
        random = random * 1664525 + 1013904223;
        return (random >> 8) % below;
    };
    for (int i = 0; i < events; ++i) {
        const qint64 at = kNoon + spanMs * i / events;
        const bool isRush = (i / (events / 9)) % 3 == 1;
        histogram.add(at, "proposed");
        histogram.add(at, "validated");
        if (isRush || next(3) == 0) {
            histogram.add(at, "executing");
            histogram.add(at, next(40) == 0 ? "failed" : "completed");
        }
        if (next(60) == 0)
            histogram.add(at, "cancelled");
        if (i == events / 3 || i == events * 4 / 5)
            histogram.add(at, "kill_switch");
        if (i == events / 2)
            histogram.add(at, "mode_change");
    }
    return histogram;
}

ActivityHistogram full()
{
    ActivityHistogram histogram;
    for (int bin = 0; bin < ActivityHistogram::kMaxBins; ++bin) {
        for (int type = 0; type < ActivityHistogram::kMaxTypes; ++type)
            histogram.add(kNoon + bin * kMinute, type == 3 ? "failed" : "type" + std::to_string(type),
                          1 + (bin * type) % 90);
    }
    return histogram;
}

std::unique_ptr<ActivityTimeline> shown(const ActivityHistogram &histogram, int width = 800)
{
    auto timeline = std::make_unique<ActivityTimeline>();
    timeline->setZone(Qt::UTC);
    timeline->setHistogram(histogram);
    timeline->resize(width, timeline->sizeHint().height());
    timeline->show();
    return timeline;
}

void drag(ActivityTimeline &timeline, int from, int to)
{
    const int y = timeline.height() / 2;
    QTest::mousePress(&timeline, Qt::LeftButton, {}, {from, y});
    QTest::mouseMove(&timeline, {(from + to) / 2, y});
    QTest::mouseMove(&timeline, {to, y});
}

bool hasColor(const QImage &image, const QColor &color)
{
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (image.pixelColor(x, y) == color)
                return true;
        }
    }
    return false;
}

} // namespace

class TestActivityTimeline : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();

    void barsJoinBinsWithoutLoss_data();
    void barsJoinBinsWithoutLoss();
    void whatIsNotNormalLiesOnTop();
    void ticksHaveRoomAndStandAtRoundTimes_data();
    void ticksHaveRoomAndStandAtRoundTimes();
    void ticksStayRoundWhenTheClockIsChanged();
    void rangesReadWell();

    void dragChoosesWholeBars();
    void escapeEndsADrag();
    void clickGoesBack();
    void keyboardChoosesARange();
    void cursorStaysWhereItIsWhileMoreIsCounted();
    void cursorIsToldInWords();
    void nothingToShowIsSaid();
    void oneFailureAmongAMillionIsSeen();
    void chosenRangeIsAllShown();
    void toolTipCountsAndShowsHostileNamesLetterForLetter();
    void coloursStandOutFromTheGround();
    void paintingIsQuick();
    void historyGoesBack();

    void pictures_data();
    void pictures();
};

void TestActivityTimeline::initTestCase()
{
    QApplication::setStyle(QStyleFactory::create("Fusion"));
    QApplication::setPalette(lightPalette());
    QLocale::setDefault(QLocale::c());
}

void TestActivityTimeline::barsJoinBinsWithoutLoss_data()
{
    QTest::addColumn<qint64>("span");
    QTest::addColumn<int>("room");
    for (const qint64 span : {qint64(1), 90 * qint64(1000), 6 * kHour, 40 * kDay, 9000 * kDay, 400'000 * kDay}) {
        for (const int room : {1, 30, 100, 266, 2000})
            QTest::addRow("%lld ms in %d bars", span, room) << span << room;
    }
}

void TestActivityTimeline::barsJoinBinsWithoutLoss()
{
    QFETCH(qint64, span);
    QFETCH(int, room);
    ActivityHistogram histogram;
    for (int i = 0; i < 1000; ++i)
        histogram.add(kNoon + span * i / 1000, i % 7 == 0 ? "failed" : "proposed");
    const TimelineBars bars(histogram, kNoon, kNoon + span, room);
    QVERIFY(bars.size() >= 1);
    QVERIFY(bars.size() <= std::max(room, 2)); // two where the time lies on both sides of a boundary
    QCOMPARE(bars.widthMs() % histogram.binMs(), 0);
    QCOMPARE(bars.startMs(0) % bars.widthMs(), 0);
    qint64 total = 0;
    qint64 failed = 0;
    for (int bar = 0; bar < bars.size(); ++bar) {
        total += bars.at(bar).total;
        failed += bars.at(bar).counts[1];
        QVERIFY(bars.at(bar).total <= bars.largest());
    }
    QCOMPARE(bars.types(), QStringList({"proposed", "failed"}));
    QCOMPARE(total, 1000);
    QCOMPARE(failed, 143);
    QCOMPARE(bars.barAt(bars.endMs() + 5), bars.size() - 1);
    QCOMPARE(bars.barAt(bars.startMs(0) - 5), 0);
}

void TestActivityTimeline::whatIsNotNormalLiesOnTop()
{
    ActivityHistogram histogram;
    for (const char *type : {"kill_switch", "zeta", "failed", "proposed", "cancelled", "alpha", "completed", "reset"})
        histogram.add(kNoon, type);
    QCOMPARE(TimelineBars(histogram, kNoon, kNoon, 10).types(),
             QStringList({"proposed", "completed", "alpha", "zeta", "reset", "cancelled", "failed", "kill_switch"}));
}

void TestActivityTimeline::ticksHaveRoomAndStandAtRoundTimes_data()
{
    QTest::addColumn<qint64>("span");
    QTest::addColumn<int>("width");
    for (const qint64 span :
         {qint64(12'000), 90 * kMinute, 6 * kHour, kDay, 9 * kDay, 80 * kDay, 900 * kDay, 30'000 * kDay}) {
        for (const int width : {120, 280, 800, 3000})
            QTest::addRow("%lld min on %d px", span / kMinute, width) << span << width;
    }
}

void TestActivityTimeline::ticksHaveRoomAndStandAtRoundTimes()
{
    QFETCH(qint64, span);
    QFETCH(int, width);
    const QFontMetrics metrics(Theme::smallFont(QApplication::font()));
    const qint64 from = kNoon + 17'000;
    const TimeAxis axis(from, from + span, width, Qt::UTC);
    const QList<TimeAxis::Tick> ticks = axis.ticks(metrics);
    QVERIFY(!ticks.isEmpty());
    double free = -1;
    for (const TimeAxis::Tick &tick : ticks) {
        QVERIFY(tick.momentMs >= from && tick.momentMs < from + span);
        QCOMPARE(tick.momentMs % 1000, 0);
        const double label = metrics.horizontalAdvance(tick.label);
        const double x = double(tick.momentMs - from) / double(span) * width;
        const double left = std::max(0.0, std::min(x - label / 2, width - label));
        QVERIFY2(left > free, qPrintable(tick.label));
        free = left + label;
    }
    if (width >= 800 && span >= 90 * kMinute)
        QVERIFY(ticks.size() >= 3);
}

void TestActivityTimeline::ticksStayRoundWhenTheClockIsChanged()
{
    const ZoneChange zone("Europe/Berlin");
    const QFontMetrics metrics(QApplication::font());
    const qint64 from = moment("2026-03-28T12:00:00Z");
    const QList<TimeAxis::Tick> ticks = TimeAxis(from, from + 36 * kHour, 700, Qt::LocalTime).ticks(metrics);
    QVERIFY(ticks.size() >= 4);
    bool hasDay = false;
    for (const TimeAxis::Tick &tick : ticks) {
        const QDateTime local = QDateTime::fromMSecsSinceEpoch(tick.momentMs);
        QCOMPARE(local.time().hour() % 3, 0);
        QCOMPARE(local.time().minute(), 0);
        hasDay = hasDay || tick.label == "29 Mar";
    }
    QVERIFY(hasDay);
}

void TestActivityTimeline::rangesReadWell()
{
    const int year = QDate::currentDate().year();
    const qint64 day = QDateTime(QDate(year, 1, 31), QTime(14, 0), Qt::UTC).toMSecsSinceEpoch();
    const auto dash = QString::fromUtf8(" \xE2\x80\x93 ");
    QCOMPARE(TimeAxis::range(day, day + 15 * kMinute, Qt::UTC), "31 Jan 14:00" + dash + "14:15");
    QCOMPARE(TimeAxis::range(day, day + 5000, Qt::UTC), "31 Jan 14:00:00" + dash + "14:00:05");
    QCOMPARE(TimeAxis::range(day, day + 12 * kHour, Qt::UTC), "31 Jan 14:00" + dash + "1 Feb 02:00");
    QCOMPARE(TimeAxis::range(day - 14 * kHour, day + 10 * kHour, Qt::UTC), QString("31 Jan"));
    QCOMPARE(TimeAxis::range(day - 14 * kHour, day + 34 * kHour, Qt::UTC), "31 Jan" + dash + "1 Feb");
    QVERIFY(TimeAxis::range(0, kHour, Qt::UTC).contains("1970"));
    QCOMPARE(TimeAxis::span(15 * kMinute), QString("15 minutes"));
    QCOMPARE(TimeAxis::span(kDay), QString("day"));
}

void TestActivityTimeline::dragChoosesWholeBars()
{
    const auto timeline = shown(plausible());
    QSignalSpy chosen(timeline.get(), &ActivityTimeline::rangeChosen);
    QSignalSpy back(timeline.get(), &ActivityTimeline::backRequested);
    drag(*timeline, 300, 500);
    QVERIFY(chosen.isEmpty());
    QTest::mouseRelease(timeline.get(), Qt::LeftButton, {}, {500, 30});
    QCOMPARE(chosen.size(), 1);
    QCOMPARE(back.size(), 0);
    const qint64 from = chosen[0][0].toDateTime().toMSecsSinceEpoch();
    const qint64 to = chosen[0][1].toDateTime().toMSecsSinceEpoch();
    QCOMPARE(from % kMinute, 0);
    QCOMPARE(to % kMinute, 0);
    // A quarter of six hours, give or take the gutter and a bar at either end.
    QVERIFY2(to - from > 80 * kMinute && to - from < 110 * kMinute, qPrintable(QString::number((to - from) / kMinute)));
    QVERIFY(from > kNoon && to < kNoon + 6 * kHour);

    // The other way round, and out of the widget.
    drag(*timeline, 300, -50);
    QTest::mouseRelease(timeline.get(), Qt::LeftButton, {}, {-50, 30});
    QCOMPARE(chosen.size(), 2);
    QVERIFY(chosen[1][0].toDateTime().toMSecsSinceEpoch() <= kNoon);
    QCOMPARE(chosen[1][0].toDateTime().timeSpec(), Qt::UTC);
}

void TestActivityTimeline::escapeEndsADrag()
{
    const auto timeline = shown(plausible());
    timeline->setFocus();
    QSignalSpy chosen(timeline.get(), &ActivityTimeline::rangeChosen);
    QSignalSpy back(timeline.get(), &ActivityTimeline::backRequested);
    drag(*timeline, 300, 500);
    QTest::keyClick(timeline.get(), Qt::Key_Escape);
    QTest::mouseRelease(timeline.get(), Qt::LeftButton, {}, {500, 30});
    QVERIFY(chosen.isEmpty());
    QVERIFY(back.isEmpty());
}

void TestActivityTimeline::clickGoesBack()
{
    const auto timeline = shown(plausible());
    QSignalSpy chosen(timeline.get(), &ActivityTimeline::rangeChosen);
    QSignalSpy back(timeline.get(), &ActivityTimeline::backRequested);
    QTest::mouseClick(timeline.get(), Qt::LeftButton, {}, {300, 30});
    QCOMPARE(back.size(), 1);
    QTest::mouseClick(timeline.get(), Qt::RightButton, {}, {300, 30});
    QTest::keyClick(timeline.get(), Qt::Key_Backspace);
    QCOMPARE(back.size(), 2);
    // The second press of a double click.
    QMouseEvent again(QEvent::MouseButtonDblClick, QPointF(300, 30), timeline->mapToGlobal(QPointF(300, 30)),
                      Qt::LeftButton, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(timeline.get(), &again);
    QTest::mouseRelease(timeline.get(), Qt::LeftButton, {}, {300, 30});
    QCOMPARE(back.size(), 2);
    QVERIFY(chosen.isEmpty());
}

void TestActivityTimeline::keyboardChoosesARange()
{
    const auto timeline = shown(plausible());
    QSignalSpy chosen(timeline.get(), &ActivityTimeline::rangeChosen);
    QTest::keyClick(timeline.get(), Qt::Key_Return); // there is no cursor
    QVERIFY(chosen.isEmpty());
    QTest::keyClick(timeline.get(), Qt::Key_Home);
    QTest::keyClick(timeline.get(), Qt::Key_Left);
    QTest::keyClick(timeline.get(), Qt::Key_Right);
    QTest::keyClick(timeline.get(), Qt::Key_Right, Qt::ShiftModifier);
    QTest::keyClick(timeline.get(), Qt::Key_Right, Qt::ShiftModifier);
    QTest::keyClick(timeline.get(), Qt::Key_Return);
    QCOMPARE(chosen.size(), 1);
    const TimelineBars bars(plausible(), kNoon, kNoon, 250);
    QCOMPARE(chosen[0][0].toDateTime().toMSecsSinceEpoch(), kNoon + bars.widthMs());
    QCOMPARE(chosen[0][1].toDateTime().toMSecsSinceEpoch(), kNoon + 4 * bars.widthMs());

    QTest::keyClick(timeline.get(), Qt::Key_End);
    QTest::keyClick(timeline.get(), Qt::Key_Enter);
    QCOMPARE(chosen.size(), 2);
    QVERIFY(chosen[1][1].toDateTime().toMSecsSinceEpoch() >= kNoon + 6 * kHour);
}

void TestActivityTimeline::cursorStaysWhereItIsWhileMoreIsCounted()
{
    ActivityHistogram histogram;
    histogram.add(kNoon, "proposed", 4);
    histogram.add(kNoon + 30 * kMinute, "failed", 3);
    const auto timeline = shown(histogram);
    QTest::keyClick(timeline.get(), Qt::Key_End);
    while (!timeline->accessibleDescription().contains("failed 3"))
        QTest::keyClick(timeline.get(), Qt::Key_Left);
    histogram.add(kNoon - 40 * kDay, "proposed");
    timeline->setHistogram(histogram);
    QSignalSpy chosen(timeline.get(), &ActivityTimeline::rangeChosen);
    QTest::keyClick(timeline.get(), Qt::Key_Return);
    QCOMPARE(chosen.size(), 1);
    QVERIFY(chosen[0][0].toDateTime().toMSecsSinceEpoch() <= kNoon + 30 * kMinute);
    QVERIFY(chosen[0][1].toDateTime().toMSecsSinceEpoch() > kNoon + 30 * kMinute);
}

void TestActivityTimeline::cursorIsToldInWords()
{
    ActivityHistogram histogram;
    histogram.add(kNoon, "proposed", 1200);
    histogram.add(kNoon, "failed", 3);
    histogram.add(kNoon + kHour, "proposed");
    const auto timeline = shown(histogram);
    QTest::keyClick(timeline.get(), Qt::Key_Home);
    QVERIFY2(timeline->accessibleDescription().contains("31 Jan"), qPrintable(timeline->accessibleDescription()));
    QVERIFY(timeline->accessibleDescription().endsWith("1203 events, failed 3, proposed 1200")
            || timeline->accessibleDescription().endsWith("1,203 events, failed 3, proposed 1,200"));
    QTest::keyClick(timeline.get(), Qt::Key_End, Qt::ShiftModifier);
    QVERIFY(timeline->accessibleDescription().contains("failed 3"));
    QVERIFY(timeline->accessibleDescription().contains("204 events"));
}

void TestActivityTimeline::nothingToShowIsSaid()
{
    const auto timeline = shown({});
    QTest::keyClick(timeline.get(), Qt::Key_Left);
    QTest::keyClick(timeline.get(), Qt::Key_Return, Qt::ShiftModifier);
    drag(*timeline, 100, 300);
    QSignalSpy chosen(timeline.get(), &ActivityTimeline::rangeChosen);
    QTest::mouseRelease(timeline.get(), Qt::LeftButton, {}, {300, 30});
    QVERIFY(chosen.isEmpty());
    QVERIFY(timeline->accessibleDescription().contains("No events"));
    const QImage image = timeline->grab().copy(300, 25, 200, 25).toImage();
    int written = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            written += image.pixelColor(x, y) == lightPalette().color(QPalette::Window) ? 0 : 1;
    }
    QVERIFY(written > 100);
}

void TestActivityTimeline::oneFailureAmongAMillionIsSeen()
{
    ActivityHistogram histogram;
    histogram.add(kNoon, "completed", 1'000'000);
    histogram.add(kNoon + kHour, "completed", 999'999);
    const QColor alarm = TimelineStyle::lookOf("failed", 0, Theme(lightPalette())).color;
    const auto without = shown(histogram);
    QVERIFY(!hasColor(without->grab().toImage(), alarm));
    histogram.add(kNoon + kHour, "failed");
    const auto with = shown(histogram);
    // Not the one in the legend.
    QVERIFY(hasColor(with->grab().copy(0, 17, 800, 60).toImage(), alarm));
}

void TestActivityTimeline::chosenRangeIsAllShown()
{
    ActivityHistogram histogram;
    histogram.add(kNoon, "failed", 3);
    histogram.add(kNoon + 10 * kMinute, "failed", 3);
    const auto timeline = shown(histogram);
    const auto first = [&timeline] {
        QSignalSpy chosen(timeline.get(), &ActivityTimeline::rangeChosen);
        QTest::keyClick(timeline.get(), Qt::Key_Home);
        QTest::keyClick(timeline.get(), Qt::Key_Return);
        return chosen.value(0).value(0).toDateTime().toMSecsSinceEpoch();
    };
    QVERIFY(first() >= kNoon - 10 * kMinute);
    timeline->setRange(QDateTime::fromMSecsSinceEpoch(kNoon - kHour), std::nullopt);
    QVERIFY(first() <= kNoon - kHour);
    // ... but not where nothing would be seen any more.
    timeline->setRange(QDateTime::fromMSecsSinceEpoch(0), std::nullopt);
    QVERIFY(first() >= kNoon - 10 * kMinute);
}

void TestActivityTimeline::toolTipCountsAndShowsHostileNamesLetterForLetter()
{
    ActivityHistogram histogram;
    histogram.add(kNoon, "<b>big</b>\n\xE2\x80\xAE" + std::string(500, 'x'), 7);
    const auto timeline = shown(histogram);
    int x = 0;
    QString tip;
    for (; x < timeline->width() && !tip.contains("7 events"); x += 5) {
        QHelpEvent event(QEvent::ToolTip, {x, 40}, timeline->mapToGlobal(QPoint(x, 40)));
        QApplication::sendEvent(timeline.get(), &event);
        tip = QToolTip::text();
    }
    QVERIFY2(tip.contains("&lt;b&gt;big"), qPrintable(tip));
    QVERIFY(tip.contains("7 events"));
    QVERIFY(!tip.contains(QChar(0x202E)));
    QVERIFY(tip.size() < 400);
    QToolTip::hideText();
    (void)timeline->grab();
}

void TestActivityTimeline::coloursStandOutFromTheGround()
{
    for (const QPalette &palette : {lightPalette(), darkPalette()}) {
        const Theme theme(palette);
        for (const char *type : {"failed", "cancelled", "kill_switch", "validated", "completed", "other"}) {
            const QColor color = TimelineStyle::lookOf(type, 4, theme).color;
            QVERIFY2(contrast(color, palette.color(QPalette::Window)) >= 3, type);
        }
        QVERIFY(TimelineStyle::lookOf("failed", 0, theme).pattern
                != TimelineStyle::lookOf("cancelled", 0, theme).pattern);
    }
}

void TestActivityTimeline::paintingIsQuick()
{
    const ActivityHistogram histogram = full();
    const auto timeline = shown(histogram, 2400);
    QImage image(timeline->size(), QImage::Format_ARGB32_Premultiplied);
    qint64 bestFirst = 1'000'000'000;
    qint64 bestAgain = 1'000'000'000;
    for (int round = 0; round < 5; ++round) {
        timeline->setHistogram(histogram);
        QElapsedTimer timer;
        timer.start();
        timeline->render(&image);
        bestFirst = std::min(bestFirst, timer.nsecsElapsed());
        timer.start();
        timeline->render(&image);
        bestAgain = std::min(bestAgain, timer.nsecsElapsed());
    }
    qInfo("720 bins of 16 types: %.2f ms with new counts, %.2f ms again", double(bestFirst) / 1e6,
          double(bestAgain) / 1e6);
    QVERIFY(bestFirst < 16'000'000);
    QVERIFY(bestAgain < 4'000'000);
}

void TestActivityTimeline::historyGoesBack()
{
    RangeHistory history;
    QVERIFY(!history.back());
    const TimeRange all;
    const TimeRange hour{QDateTime::fromMSecsSinceEpoch(kNoon), QDateTime::fromMSecsSinceEpoch(kNoon + kHour)};
    history.push(all);
    history.push(hour);
    history.push(hour);
    QCOMPARE(history.back(), std::optional(hour));
    QCOMPARE(history.back(), std::optional(all));
    QVERIFY(!history.canGoBack());
    for (int i = 0; i < 3 * RangeHistory::kMaxDepth; ++i)
        history.push({QDateTime::fromMSecsSinceEpoch(i), std::nullopt});
    int depth = 0;
    while (history.back())
        ++depth;
    QCOMPARE(depth, RangeHistory::kMaxDepth);
}

void TestActivityTimeline::pictures_data()
{
    QTest::addColumn<int>("width");
    QTest::addColumn<bool>("isDark");
    QTest::addColumn<QString>("what");
    for (const bool isDark : {false, true}) {
        for (const int width : {320, 1000}) {
            for (const char *what : {"plain", "drag", "cursor", "empty", "days", "one", "sixteen", "scanning"})
                QTest::addRow("%s-%d-%s", what, width, isDark ? "dark" : "light") << width << isDark << what;
        }
    }
}

void TestActivityTimeline::pictures()
{
    QFETCH(int, width);
    QFETCH(bool, isDark);
    QFETCH(QString, what);
    QApplication::setPalette(isDark ? darkPalette() : lightPalette());
    ActivityHistogram histogram = plausible();
    if (what == "empty")
        histogram = {};
    else if (what == "days")
        histogram = plausible(40 * kDay);
    else if (what == "sixteen")
        histogram = full();
    else if (what == "one") {
        histogram = {};
        histogram.add(kNoon, "kill_switch");
    }
    const auto timeline = shown(histogram, width);
    if (what == "scanning")
        timeline->setScanning(true);
    if (what == "scanning")
        timeline->setRange(QDateTime::fromMSecsSinceEpoch(kNoon + kHour),
                           QDateTime::fromMSecsSinceEpoch(kNoon + 4 * kHour));
    if (what == "drag")
        drag(*timeline, width / 3, width / 2);
    if (what == "cursor") {
        timeline->activateWindow();
        timeline->setFocus();
        QTRY_VERIFY(timeline->hasFocus());
        QTest::keyClick(timeline.get(), Qt::Key_Left);
    }
    QCOMPARE(timeline->width(), width);
    const QString folder = qEnvironmentVariable("ANDON_PICTURES");
    if (!folder.isEmpty()) {
        QVERIFY(QDir().mkpath(folder));
        QVERIFY(timeline->grab().save(QDir(folder).filePath(QString("timeline-%1.png").arg(QTest::currentDataTag()))));
    }
    QApplication::setPalette(lightPalette());
}

QTEST_MAIN(TestActivityTimeline)
#include "tst_activitytimeline.moc"
