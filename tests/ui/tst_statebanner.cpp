// SPDX-License-Identifier: Apache-2.0
// The banner shows what is confirmed, in words, shape and colours that can be read.

#include "tests/support/ui/PanelWindow.h"
#include "ui/Theme.h"
#include "ui/safety/StateBanner.h"
#include "ui/safety/StateShape.h"
#include "ui/safety/StopReceiptView.h"

#include <QImage>
#include <QLabel>
#include <QPainter>
#include <QtTest>

using namespace andon;
using namespace andon::test;
using Kind = ShownState::Kind;
using Stage = StopReceipt::Stage;

Q_DECLARE_METATYPE(andon::ShownState::Kind)

namespace {

const QList<Kind> &allKinds()
{
    static const QList<Kind> kinds = {Kind::Opening, Kind::Unknown, Kind::StoppedNotRecorded,
                                      Kind::Stopped, Kind::Observe, Kind::Execute};
    return kinds;
}

} // namespace

class TestStateBanner : public QObject
{
    Q_OBJECT

private slots:
    void s6_shownIsWhatIsConfirmed_data();
    void s6_shownIsWhatIsConfirmed();
    void tellsWordSinceByAndWhy_data();
    void tellsWordSinceByAndWhy();
    void wordIsNeverCut_data();
    void wordIsNeverCut();
    void colorsAreThoseOfTheStyle();
    void colorsCanBeRead_data();
    void colorsCanBeRead();
    void everyStateHasItsOwnShape();
    void followsTheStyleOfTheSystem();
    void longReasonDoesNotPushTheButtonAway();
    void receiptTellsItsTimes_data();
    void receiptTellsItsTimes();
    void durations_data();
    void durations();
};

void TestStateBanner::s6_shownIsWhatIsConfirmed_data()
{
    QTest::addColumn<SafetyStatus>("status");
    QTest::addColumn<bool>("hasReceipt");
    QTest::addColumn<StopReceipt>("receipt");
    QTest::addColumn<Kind>("kind");

    const SafetyStatus execute = knownStatus(SafetyMode::Execute);
    const SafetyStatus stopped = knownStatus(SafetyMode::Observe, true);
    SafetyStatus requested = execute;
    requested.isStopRequested = true;
    const SafetyStatus unknown;
    StopReceipt failed = receiptAt(Stage::Requested);
    failed.permitRevokedUs.reset();
    failed.trouble = QStringLiteral("The permit cannot be removed.");

    QTest::newRow("nothing known") << unknown << false << StopReceipt() << Kind::Unknown;
    QTest::newRow("observe") << knownStatus(SafetyMode::Observe) << false << StopReceipt() << Kind::Observe;
    QTest::newRow("execute") << execute << false << StopReceipt() << Kind::Execute;
    QTest::newRow("stopped") << stopped << false << StopReceipt() << Kind::Stopped;
    QTest::newRow("somebody else's request") << requested << false << StopReceipt() << Kind::StoppedNotRecorded;
    QTest::newRow("permit gone, row still says execute")
        << execute << true << receiptAt(Stage::Requested) << Kind::StoppedNotRecorded;
    QTest::newRow("permit gone, database gone")
        << unknown << true << receiptAt(Stage::Requested) << Kind::StoppedNotRecorded;
    QTest::newRow("permit could not be removed") << execute << true << failed << Kind::Execute;
    QTest::newRow("pressed again while stopped") << stopped << true << receiptAt(Stage::Requested) << Kind::Stopped;
    QTest::newRow("gate ahead of the status") << execute << true << receiptAt(Stage::Committed, 9) << Kind::Stopped;
    QTest::newRow("receipt of an older stop") << execute << true << receiptAt(Stage::Completed, 7) << Kind::Execute;
    QTest::newRow("lost after the stop") << unknown << true << receiptAt(Stage::Completed, 9) << Kind::Unknown;
}

void TestStateBanner::s6_shownIsWhatIsConfirmed()
{
    QFETCH(SafetyStatus, status);
    QFETCH(bool, hasReceipt);
    QFETCH(StopReceipt, receipt);
    QFETCH(Kind, kind);
    QCOMPARE(ShownState::of(status, hasReceipt ? std::optional(receipt) : std::nullopt).kind, kind);
}

void TestStateBanner::tellsWordSinceByAndWhy_data()
{
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<QString>("word");
    QTest::newRow("observe") << Kind::Observe << QStringLiteral("OBSERVE ONLY");
    QTest::newRow("execute") << Kind::Execute << QStringLiteral("EXECUTING ALLOWED");
    QTest::newRow("stopped") << Kind::Stopped << QStringLiteral("STOPPED");
    QTest::newRow("not recorded") << Kind::StoppedNotRecorded << QStringLiteral("STOPPED, NOT YET RECORDED");
    QTest::newRow("unknown") << Kind::Unknown << QStringLiteral("STATE UNKNOWN");
}

void TestStateBanner::tellsWordSinceByAndWhy()
{
    QFETCH(Kind, kind);
    QFETCH(QString, word);
    StateBanner banner;
    ShownState state;
    state.kind = kind;
    state.since = QDateTime::currentDateTimeUtc();
    state.by = QStringLiteral("alice@ops-1");
    state.reason = QStringLiteral("watching the new release");
    banner.setState(state);
    QCOMPARE(banner.findChild<QLabel *>(QStringLiteral("stateWord"))->text(), word);
    QVERIFY(banner.accessibleName().contains(word));
    for (const QString &part : {state.by, state.reason, shownMoment(state.since)})
        QVERIFY2(banner.accessibleDescription().contains(part), qPrintable(banner.accessibleDescription()));
}

void TestStateBanner::wordIsNeverCut_data()
{
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("points");
    QTest::newRow("narrow") << 264 << 10;
    QTest::newRow("as designed") << 280 << 10;
    QTest::newRow("large type") << 420 << 16;
}

void TestStateBanner::wordIsNeverCut()
{
    QFETCH(int, width);
    QFETCH(int, points);
    StateBanner banner;
    QFont font = banner.font();
    font.setPointSize(points);
    banner.setFont(font);
    for (const Kind kind : allKinds()) {
        ShownState state;
        state.kind = kind;
        banner.setState(state);
        banner.show();
        QCoreApplication::sendPostedEvents(); // the layout takes up the new text
        banner.resize(width, banner.heightForWidth(width));
        const auto *word = banner.findChild<QLabel *>(QStringLiteral("stateWord"));
        const QRect needed = word->fontMetrics().boundingRect(word->contentsRect(), Qt::TextWordWrap, word->text());
        QVERIFY2(needed.width() <= word->width() && needed.height() <= word->height(), qPrintable(word->text()));
    }
}

void TestStateBanner::colorsAreThoseOfTheStyle()
{
    const Theme light(lightPalette());
    const Theme dark(darkPalette());
    QVERIFY(!light.isDark());
    QVERIFY(dark.isDark());
    QCOMPARE(light.state(Kind::Observe).ground, QColor(0xE3, 0xE8, 0xEF));
    QCOMPARE(dark.state(Kind::Observe).ground, QColor(0x2A, 0x34, 0x41));
    QCOMPARE(light.state(Kind::Execute).ground, QColor(0xFF, 0xD4, 0x79));
    QCOMPARE(dark.state(Kind::Execute).text, QColor(0xFF, 0xF3, 0xDC));
    QCOMPARE(light.state(Kind::Stopped).ground, QColor(0xB3, 0x26, 0x1E));
    QVERIFY(light.state(Kind::StoppedNotRecorded).hatch.isValid());
    QVERIFY(dark.state(Kind::Unknown).hasDashedEdge);
}

void TestStateBanner::colorsCanBeRead_data()
{
    QTest::addColumn<QPalette>("palette");
    QTest::newRow("light") << lightPalette();
    QTest::newRow("dark") << darkPalette();
}

void TestStateBanner::colorsCanBeRead()
{
    QFETCH(QPalette, palette);
    constexpr double kEnough = 4.5; // WCAG 2.1, 1.4.3, level AA
    const Theme theme(palette);
    for (const Kind kind : allKinds()) {
        const Theme::StateColors colors = theme.state(kind);
        QVERIFY2(contrast(colors.ground, colors.text) >= kEnough, qPrintable(QString::number(int(kind))));
        if (colors.hatch.isValid())
            QVERIFY(contrast(colors.hatch, colors.text) >= kEnough);
    }
    QVERIFY(contrast(Theme::stopRed(), Theme::onStopRed()) >= kEnough);
    QVERIFY(contrast(Theme::stopYellow(), Theme::onStopYellow()) >= kEnough);
    QVERIFY(contrast(theme.deadGround(), theme.deadText()) >= kEnough);
    QVERIFY(contrast(theme.deadDisc(), theme.deadText()) >= kEnough);
    constexpr double kEnoughForAShape = 3; // 1.4.11
    for (const QColor &mark : {theme.confirmed(), theme.caution(), theme.danger()}) {
        for (const auto ground : {QPalette::Window, QPalette::Base})
            QVERIFY2(contrast(palette.color(ground), mark) >= kEnoughForAShape, qPrintable(mark.name()));
        QVERIFY2(contrast(mark, theme.onMark()) >= kEnoughForAShape, qPrintable(mark.name()));
    }
    QVERIFY(contrast(palette.color(QPalette::Window), theme.quietText()) >= kEnough);
    QVERIFY(contrast(palette.color(QPalette::Base), theme.quietText()) >= kEnough);
}

void TestStateBanner::everyStateHasItsOwnShape()
{
    QList<QImage> shapes;
    for (const Kind kind : allKinds()) {
        QImage image(40, 40, QImage::Format_ARGB32);
        image.fill(Qt::white);
        QPainter painter(&image);
        paintStateShape(painter, QRectF(0, 0, 40, 40), kind, Qt::black);
        painter.end();
        QVERIFY(!shapes.contains(image));
        shapes << image;
    }
}

void TestStateBanner::followsTheStyleOfTheSystem()
{
    StateBanner banner;
    ShownState state;
    state.kind = Kind::Observe;
    banner.setState(state);
    banner.resize(280, 160);
    banner.show();
    QApplication::setPalette(darkPalette());
    QCoreApplication::sendPostedEvents();
    QCOMPARE(banner.grab().toImage().pixelColor(2, 2), QColor(0x2A, 0x34, 0x41));
    const auto *word = banner.findChild<QLabel *>(QStringLiteral("stateWord"));
    QCOMPARE(word->palette().color(QPalette::WindowText), QColor(0xE6, 0xED, 0xF5));
    QApplication::setPalette(lightPalette());
    QCoreApplication::sendPostedEvents();
    QCOMPARE(banner.grab().toImage().pixelColor(2, 2), QColor(0xE3, 0xE8, 0xEF));
    QCOMPARE(word->palette().color(QPalette::WindowText), QColor(0x1B, 0x27, 0x33));
}

void TestStateBanner::longReasonDoesNotPushTheButtonAway()
{
    StateBanner banner;
    ShownState state;
    state.kind = Kind::Stopped;
    state.reason = QString(QStringLiteral("because of this and that ")).repeated(200);
    banner.setState(state);
    QVERIFY(banner.heightForWidth(280) < 260);
    QVERIFY(banner.accessibleDescription().contains(state.reason));
}

void TestStateBanner::receiptTellsItsTimes_data()
{
    QTest::addColumn<StopReceipt>("receipt");
    QTest::addColumn<QString>("summary");
    QTest::newRow("requested") << receiptAt(Stage::Requested) << QStringLiteral("permit 0.2 ms · not yet recorded");
    QTest::newRow("committed") << receiptAt(Stage::Committed) << QStringLiteral("permit 0.2 ms · gate 1.3 ms");
    QTest::newRow("completed") << receiptAt(Stage::Completed)
                               << QStringLiteral("permit 0.2 ms · gate 1.3 ms · 3 cancelled, done 4.2 ms");
    StopReceipt foreign = receiptAt(Stage::Completed);
    foreign.permitRevokedUs.reset();
    foreign.committedUs.reset();
    foreign.completedUs.reset();
    QTest::newRow("not measured here") << foreign << QStringLiteral("3 cancelled, done");
}

void TestStateBanner::receiptTellsItsTimes()
{
    QFETCH(StopReceipt, receipt);
    QFETCH(QString, summary);
    QCOMPARE(StopReceiptView::summary(receipt), summary);
    receipt.trouble = QStringLiteral("The disk is full.");
    StopReceiptView view;
    view.setReceipt(receipt);
    QVERIFY(view.accessibleDescription().contains(summary));
    QVERIFY(view.accessibleDescription().contains(receipt.trouble));
}

void TestStateBanner::durations_data()
{
    QTest::addColumn<qint64>("microseconds");
    QTest::addColumn<QString>("text");
    QTest::newRow("none") << qint64(0) << QStringLiteral("0.0 ms");
    QTest::newRow("tenths") << qint64(212) << QStringLiteral("0.2 ms");
    QTest::newRow("just below ten") << qint64(9949) << QStringLiteral("9.9 ms");
    QTest::newRow("ten") << qint64(9960) << QStringLiteral("10 ms");
    QTest::newRow("seconds") << qint64(12'340'000) << QStringLiteral("12.3 s");
}

void TestStateBanner::durations()
{
    QFETCH(qint64, microseconds);
    QFETCH(QString, text);
    QLocale::setDefault(QLocale::c());
    QCOMPARE(StopReceiptView::duration(microseconds), text);
}

QTEST_MAIN(TestStateBanner)
#include "tst_statebanner.moc"
