// SPDX-License-Identifier: Apache-2.0
// What starting costs any program of this kind: an empty QMainWindow. Tells on standard output, by the machine's
// steady clock in nanoseconds, when it has been painted, and ends.

#include <QApplication>
#include <QMainWindow>

#include <chrono>
#include <cstdio>

namespace {

class Window : public QMainWindow
{
protected:
    void paintEvent(QPaintEvent *event) override
    {
        QMainWindow::paintEvent(event);
        // Once this event is over, the picture has been handed over.
        QMetaObject::invokeMethod(this, &Window::tell, Qt::QueuedConnection);
    }

private:
    void tell()
    {
        const std::chrono::nanoseconds now = std::chrono::steady_clock::now().time_since_epoch();
        std::printf("%lld\n", static_cast<long long>(now.count()));
        std::fflush(stdout);
        QApplication::quit();
    }
};

} // namespace

int main(int argc, char *argv[])
{
    const QApplication application(argc, argv);
    Window window;
    window.resize(1200, 760);
    window.show();
    return QApplication::exec();
}
