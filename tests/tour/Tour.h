// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/station/Station.h"
#include "ui/MainWindow.h"

#include <QElapsedTimer>
#include <QProcess>

#include <functional>
#include <memory>

/// What a person would do in the first five minutes, done to the real window with a real agent behind
/// it: look, arm, watch, stop, reset, verify. Each step says what it measured, and fails the tour where the
/// promise was not kept.
class Tour
{
public:
    /// Pictures and the demo database go to `folder`; `andonctl` is the program's path.
    Tour(QString folder, QString andonctl);
    ~Tour();
    Tour(const Tour &) = delete;
    Tour &operator=(const Tour &) = delete;

    /// Whether every step did what it promises.
    bool run();

private:
    void prepare();
    void observe();
    void arm();
    void watchExecution();
    void runUnderGuard();
    void stop();
    void tryToStartAfterwards();
    void reset();
    void verify();

    /// Prints one line of the tour.
    void step(const QString &what, bool isKept, const QString &measured);
    void picture(const QString &name);
    /// Lets the window live until the condition holds, ten seconds at most.
    static bool waitUntil(const std::function<bool()> &condition, int milliseconds = 10'000);
    void click(const QString &objectName);
    void type(const QString &objectName, const QString &text);
    [[nodiscard]] QString shownState() const;
    [[nodiscard]] int gateStatus() const;
    [[nodiscard]] QByteArray ctl(const QStringList &arguments) const;

    QString m_folder;
    QString m_andonctl;
    QString m_database;
    bool m_isAllKept = true;
    int m_pictureNumber = 0;
    QProcess m_agent;
    QProcess m_guarded;
    std::unique_ptr<andon::Station> m_station;
    std::unique_ptr<andon::MainWindow> m_window;
};
