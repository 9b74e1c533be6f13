// SPDX-License-Identifier: Apache-2.0
#include "tests/support/ui/PanelWindow.h"

#include "ui/MessageStrip.h"

#include <QPalette>
#include <QSettings>

#include <cmath>

namespace andon::test {

namespace {

Station::Options optionsFor(const QString &database, bool isReadOnly)
{
    Station::Options options;
    options.database = database;
    options.readOnly = isReadOnly;
    options.by = QStringLiteral("alice@ops-1");
    options.watchInterval = std::chrono::milliseconds(20);
    return options;
}

double luminance(const QColor &color)
{
    const auto linear = [](double share) {
        return share <= 0.03928 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

QPalette paletteOf(const QColor &window, const QColor &base, const QColor &button, const QColor &text,
                   const QColor &faint)
{
    QPalette palette(text, button, button.lighter(130), button.darker(160), button.darker(130), text, text, base,
                     window);
    palette.setColor(QPalette::AlternateBase, window);
    palette.setColor(QPalette::Highlight, QColor(0x2F, 0x6F, 0xB5));
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::ToolTipBase, base);
    palette.setColor(QPalette::ToolTipText, text);
    palette.setColor(QPalette::PlaceholderText, faint);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, faint);
    return palette;
}

} // namespace

PanelWindow::PanelWindow(Live live, bool isReadOnly)
    : PanelWindow(QString(), live, isReadOnly, QString())
{
}

PanelWindow::PanelWindow(const QString &database, Live live, bool isReadOnly, const QString &settingsFolder)
{
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope,
                       settingsFolder.isEmpty() ? m_place.folder() : settingsFolder);
    m_station = std::make_unique<Station>(optionsFor(database.isEmpty() ? m_place.path() : database, isReadOnly));
    m_window = std::make_unique<MainWindow>(m_station.get());
    m_window->complete();
    if (live == Live::Yes)
        m_station->open();
}

PanelWindow::~PanelWindow() = default;

void PanelWindow::show(const QSize &size)
{
    m_window->resize(size);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
}

void PanelWindow::click(const char *name)
{
    QWidget *widget = find(name);
    QVERIFY2(widget != nullptr, name);
    QTRY_VERIFY2(widget->isVisible() && widget->isEnabled(), name);
    QTest::mouseClick(widget, Qt::LeftButton);
}

void PanelWindow::pressKillSwitch()
{
    QWidget *button = find("killSwitchButton");
    QVERIFY(button != nullptr && button->isVisible());
    QTest::mousePress(button, Qt::LeftButton);
}

void PanelWindow::type(const char *name, const QString &text)
{
    QWidget *widget = find(name);
    QVERIFY2(widget != nullptr && widget->isVisible(), name);
    widget->setFocus();
    QTest::keyClicks(widget, text);
}

QString PanelWindow::message()
{
    return m_window->findChild<MessageStrip *>()->message();
}

SafetyStatus knownStatus(SafetyMode mode, bool tripped, qint64 pending)
{
    SafetyStatus status;
    status.isKnown = true;
    status.state.mode = mode;
    status.state.tripped = tripped;
    status.state.epoch = Epoch(8);
    status.state.stopId = StopId(7);
    status.state.reason = tripped ? QStringLiteral("agents fight over region 777")
                                  : QStringLiteral("watching the new release");
    status.state.changedBy = QStringLiteral("alice@ops-1");
    status.state.changedAt = QDateTime::currentDateTimeUtc();
    status.isPermitted = mode == SafetyMode::Execute && !tripped;
    status.pending = pending;
    status.engine = QStringLiteral("SQLite 3.53.2, wal journal");
    return status;
}

StopReceipt receiptAt(StopReceipt::Stage stage, qint64 epoch)
{
    StopReceipt receipt;
    receipt.stage = stage;
    receipt.requestUid = QStringLiteral("4f1c");
    receipt.by = QStringLiteral("alice@ops-1");
    receipt.reason = QStringLiteral("kill switch pressed in the panel");
    receipt.requestedAt = QDateTime::currentDateTimeUtc();
    receipt.permitRevokedUs = 212;
    if (stage == StopReceipt::Stage::Requested)
        return receipt;
    receipt.stopId = StopId(7);
    receipt.epoch = Epoch(epoch);
    receipt.committedUs = 1290;
    receipt.running = 1;
    if (stage == StopReceipt::Stage::Completed) {
        receipt.cancelledCount = 3;
        receipt.completedUs = 4210;
        receipt.stopped = 1;
    }
    return receipt;
}

QPalette darkPalette()
{
    return paletteOf(QColor(0x2B, 0x2D, 0x30), QColor(0x1F, 0x21, 0x24), QColor(0x3A, 0x3D, 0x41),
                     QColor(0xE8, 0xE8, 0xE8), QColor(0x8C, 0x90, 0x96));
}

QPalette lightPalette()
{
    return paletteOf(QColor(0xEF, 0xEF, 0xEF), QColor(0xFF, 0xFF, 0xFF), QColor(0xE4, 0xE4, 0xE4),
                     QColor(0x14, 0x18, 0x1C), QColor(0x76, 0x79, 0x7D));
}

double contrast(const QColor &one, const QColor &other)
{
    const double a = luminance(one);
    const double b = luminance(other);
    return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

} // namespace andon::test
