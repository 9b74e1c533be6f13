// SPDX-License-Identifier: Apache-2.0
// What app/panel does at its start, on the database named first and with its settings in the folder named second.
// Tells on standard output, by the machine's steady clock in nanoseconds, when the kill switch was painted alive and
// when the state was known, and ends. Linked with what the panel is linked with, and no more: loading libraries is
// part of the start.

#include "core/station/Station.h"
#include "ui/MainWindow.h"
#include "ui/safety/KillSwitchButton.h"

#include <QApplication>
#include <QSettings>
#include <QTimer>

#include <chrono>
#include <cstdio>

namespace andon::bench {

namespace {

long long nowNs()
{
    return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Writes down when the button was first painted alive: enabled, and able to take the permit away.
class ButtonWatch : public QObject
{
public:
    explicit ButtonWatch(KillSwitchButton *button)
        : QObject(button)
        , m_button(button)
    {
        button->installEventFilter(this);
    }

    [[nodiscard]] long long aliveAtNs() const { return m_aliveAtNs; }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() == QEvent::Paint && m_aliveAtNs == 0 && m_button->isEnabled() && m_button->isEffective())
            // Once this event is over, the picture has been handed over.
            QMetaObject::invokeMethod(this, &ButtonWatch::writeDown, Qt::QueuedConnection);
        return QObject::eventFilter(watched, event);
    }

private:
    void writeDown()
    {
        if (m_aliveAtNs == 0)
            m_aliveAtNs = nowNs();
    }

    KillSwitchButton *m_button;
    long long m_aliveAtNs = 0;
};

int run(const QString &database)
{
    Station::Options options;
    options.database = database;
    Station station(options);
    MainWindow window(&station);
    auto *button = window.findChild<KillSwitchButton *>(QStringLiteral("killSwitchButton"));
    if (button == nullptr)
        return 1;
    const ButtonWatch watch(button);
    station.open();
    window.show();

    QTimer look; // both must have come
    long long knownAtNs = 0;
    QObject::connect(&look, &QTimer::timeout, &station, [&] {
        if (knownAtNs == 0 && station.status().isKnown)
            knownAtNs = nowNs();
        if (knownAtNs == 0 || watch.aliveAtNs() == 0)
            return;
        std::printf("%lld %lld\n", watch.aliveAtNs(), knownAtNs);
        std::fflush(stdout);
        QApplication::quit();
    });
    look.start(1);
    return QApplication::exec();
}

} // namespace

} // namespace andon::bench

int main(int argc, char *argv[])
{
    const QApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, arguments.value(2));
    return andon::bench::run(arguments.value(1));
}
