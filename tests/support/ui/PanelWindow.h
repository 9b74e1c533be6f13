// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/station/Station.h"
#include "tests/support/TemporaryDatabase.h"
#include "ui/MainWindow.h"

#include <QTest>

#include <memory>

class QPalette;

namespace andon::test {

/// The real window on a database of its own. Its settings lie in the folder of the database.
class PanelWindow
{
public:
    enum class Live {
        Yes, ///< the station is open
        No,  ///< it is not: the test says what the station tells, by emitting its signals
    };

    explicit PanelWindow(Live live = Live::Yes, bool isReadOnly = false);
    /// On a database that somebody else looks after.
    PanelWindow(const QString &database, Live live, bool isReadOnly, const QString &settingsFolder);
    ~PanelWindow();

    /// Shows the window in this size and waits until it is there.
    void show(const QSize &size = {1200, 760});

    [[nodiscard]] QString path() const { return m_station->database().name(); }
    [[nodiscard]] const TemporaryDatabase &place() const { return m_place; }
    [[nodiscard]] Station &station() { return *m_station; }
    [[nodiscard]] MainWindow &window() { return *m_window; }

    /// A widget by its object name; null where there is none.
    template<typename Widget = QWidget>
    [[nodiscard]] Widget *find(const char *name)
    {
        return m_window->findChild<Widget *>(QString::fromLatin1(name));
    }
    /// True where the widget is there and shown.
    [[nodiscard]] bool shows(const char *name)
    {
        const QWidget *widget = find(name);
        return widget != nullptr && widget->isVisible();
    }
    /// A real click in the middle of a widget.
    void click(const char *name);
    /// A press without a release in the middle of the kill switch.
    void pressKillSwitch();
    void type(const char *name, const QString &text);

    [[nodiscard]] QString bannerName() { return find("stateBanner")->accessibleName(); }
    /// The sentence in the strip above the centre; empty where there is none.
    [[nodiscard]] QString message();

private:
    TemporaryDatabase m_place;
    std::unique_ptr<Station> m_station;
    std::unique_ptr<MainWindow> m_window;
};

/// A status as a station tells it.
[[nodiscard]] SafetyStatus knownStatus(SafetyMode mode, bool tripped = false, qint64 pending = 0);
/// A receipt that has come this far.
[[nodiscard]] StopReceipt receiptAt(StopReceipt::Stage stage, qint64 epoch = 9);

/// The palette of a dark style, as a desktop sets it for all programs.
[[nodiscard]] QPalette darkPalette();
[[nodiscard]] QPalette lightPalette();

/// WCAG 2.1, "contrast ratio": 1 to 21.
[[nodiscard]] double contrast(const QColor &one, const QColor &other);

} // namespace andon::test
