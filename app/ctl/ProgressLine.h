// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QString>

namespace andon::ctl {

/// How far something long is, in one line of a terminal that is written over and over; nothing where there is none.
class ProgressLine
{
public:
    ProgressLine();
    ~ProgressLine() { clear(); }
    ProgressLine(const ProgressLine &) = delete;
    ProgressLine &operator=(const ProgressLine &) = delete;

    /// `Verifying: 10 of 100 entries (10 %)`: of `what`, in units of `unit`.
    void show(const QString &what, qint64 done, qint64 total, const QString &unit);
    void clear();

private:
    void write(const QString &text) const;

    bool m_isTerminal;
    bool m_isShown = false;
    QElapsedTimer m_timer;
};

} // namespace andon::ctl
