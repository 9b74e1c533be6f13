// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Console.h"

#include <QJsonDocument>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <system_error>
#include <thread>

#ifdef Q_OS_WIN
#include <fcntl.h>
#include <io.h>
#include <qt_windows.h>
#else
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#endif

namespace andon::ctl::Console {

namespace {

/// Of the first write that failed; 0 while all went well.
int &writeError()
{
    static int error = 0;
    return error;
}

bool isUnsafe(char16_t unit)
{
    return unit < 0x20 || (unit >= 0x7f && unit <= 0x9f) // C0, DEL, C1
        || unit == 0x061c || unit == 0x200e || unit == 0x200f || (unit >= 0x202a && unit <= 0x202e)
        || (unit >= 0x2066 && unit <= 0x2069)                  // direction of writing
        || unit == 0x2028 || unit == 0x2029 || unit == 0xfeff; // line ends and marks that do not show
}

QString escaped(char16_t unit)
{
    switch (unit) {
    case u'\n':
        return QStringLiteral("\\n");
    case u'\r':
        return QStringLiteral("\\r");
    case u'\t':
        return QStringLiteral("\\t");
    default:
        return QStringLiteral("\\u%1").arg(static_cast<uint>(unit), 4, 16, QLatin1Char('0'));
    }
}

void toStandardError(const QString &text)
{
    const QByteArray bytes = text.toUtf8() + '\n';
    std::fwrite(bytes.constData(), 1, static_cast<size_t>(bytes.size()), stderr);
    std::fflush(stderr);
}

#ifndef Q_OS_WIN
/// A standard stream that is closed stays so for whoever reads or writes, but nothing else gets its number: what is
/// said must not land in a file. Closes on exec, so that a command finds what this program was given.
void reserveClosedStreams()
{
    for (int stream = 0; stream <= 2; ++stream) {
        if (::fcntl(stream, F_GETFD) < 0)
            static_cast<void>(::open("/dev/null", (stream == 0 ? O_WRONLY : O_RDONLY) | O_CLOEXEC));
    }
}
#endif

} // namespace

void prepare()
{
#ifdef Q_OS_WIN
    SetConsoleOutputCP(CP_UTF8);
    _setmode(_fileno(stdout), _O_BINARY);
    _setmode(_fileno(stderr), _O_BINARY);
#else
    std::signal(SIGPIPE, SIG_IGN);
    reserveClosedStreams();
#endif
}

QString printable(const QString &text)
{
    QString result;
    result.reserve(text.size());
    for (const QChar unit : text) {
        if (isUnsafe(unit.unicode()))
            result += escaped(unit.unicode());
        else
            result += unit;
    }
    return result;
}

QByteArray printableJson(const QByteArray &json)
{
    const QString text = QString::fromUtf8(json);
    QString result;
    result.reserve(text.size());
    for (const QChar unit : text) {
        // A line end in JSON stands between values: inside a text it is escaped already.
        if (unit != u'\n' && isUnsafe(unit.unicode()))
            result += escaped(unit.unicode());
        else
            result += unit;
    }
    return result.toUtf8();
}

void write(const QByteArray &bytes)
{
    if (!isOpen())
        return;
    const auto size = static_cast<size_t>(bytes.size());
    if (std::fwrite(bytes.constData(), 1, size, stdout) != size)
        writeError() = errno;
}

void writeLine(const QString &line)
{
    write(line.toUtf8() + '\n');
}

void writeJson(const QJsonObject &object)
{
    write(printableJson(QJsonDocument(object).toJson(QJsonDocument::Compact)) + '\n');
}

void flush()
{
    if (isOpen() && std::fflush(stdout) != 0)
        writeError() = errno;
}

bool isOpen()
{
    return writeError() == 0;
}

bool waitWhileRead(std::chrono::milliseconds time)
{
#ifdef Q_OS_WIN
    std::this_thread::sleep_for(time);
#else
    pollfd output = {STDOUT_FILENO, 0, 0};
    if (::poll(&output, 1, static_cast<int>(time.count())) > 0 && writeError() == 0)
        writeError() = EPIPE;
#endif
    return isOpen();
}

void say(const QString &sentence)
{
    toStandardError(QStringLiteral("andonctl: ") + printable(sentence));
}

void sayLine(const QString &line)
{
    toStandardError(printable(line));
}

ExitStatus finish(ExitStatus status)
{
    flush();
    // A reader that has seen enough (`| head`) is no failure.
    if (isOpen() || writeError() == EPIPE || status != ExitStatus::Done)
        return status;
    say(QStringLiteral("The output could not be written: %1.")
            .arg(QString::fromStdString(std::system_category().message(writeError()))));
    return ExitStatus::Failed;
}

} // namespace andon::ctl::Console
