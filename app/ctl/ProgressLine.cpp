// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/ProgressLine.h"

#include <algorithm>
#include <cstdio>

#ifdef Q_OS_WIN
#include <io.h>
#else
#include <unistd.h>
#endif

namespace andon::ctl {

namespace {

bool isTerminal()
{
#ifdef Q_OS_WIN
    return _isatty(_fileno(stderr)) != 0;
#else
    return ::isatty(STDERR_FILENO) != 0;
#endif
}

} // namespace

ProgressLine::ProgressLine()
    : m_isTerminal(isTerminal())
{
}

void ProgressLine::show(const QString &what, qint64 done, qint64 total, const QString &unit)
{
    constexpr qint64 kBetweenMs = 200;
    constexpr qint64 kPercent = 100;
    if (!m_isShown || !m_timer.isValid())
        m_timer.start();
    else if (m_timer.elapsed() < kBetweenMs)
        return;
    m_timer.restart();
    write(QStringLiteral("\r\033[K%1: %2 of %3 %4 (%5 %)")
              .arg(what)
              .arg(done)
              .arg(total)
              .arg(unit)
              .arg(done * kPercent / std::max<qint64>(total, 1)));
    m_isShown = m_isTerminal;
}

void ProgressLine::clear()
{
    if (m_isShown)
        write(QStringLiteral("\r\033[K"));
    m_isShown = false;
}

void ProgressLine::write(const QString &text) const
{
    if (!m_isTerminal)
        return;
    const QByteArray bytes = text.toUtf8();
    std::fwrite(bytes.constData(), 1, static_cast<size_t>(bytes.size()), stderr);
    std::fflush(stderr);
}

} // namespace andon::ctl
