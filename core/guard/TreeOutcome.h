// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QList>
#include <QString>

#include <chrono>
#include <string_view>

namespace andon {

/// How a guarded tree has ended, as it was measured.
struct TreeOutcome
{
    enum class Why {
        Exited,        ///< the command ended by itself; what it had left behind was ended
        Stopped,       ///< a stop came: `via` says on which way
        TimedOut,      ///< it had had its time
        Refused,       ///< the last look said no: the command never ran
        CouldNotStart, ///< the program could not be run: `exitCode` is 127 (not found) or 126
        GuardLost,     ///< the helper died: the owner has ended what it found, see `survivors`
    };

    Why why = Why::GuardLost;
    int exitCode = -1; ///< of the command; -1 where it did not end by itself
    int signal = 0;    ///< that ended the command; 0 where none did
    QString
        via; ///< `permit`, `request`, `hold`, `socket`, `lease`, `owner`, `owner-gone`, `timeout`; empty for no stop
    QString detail;       ///< more than `via`: the hold's file name, what was rung, the owner's word; may be empty
    QDateTime noticedAt;  ///< UTC, with milliseconds: when the stop, or the command's own end, was seen
    qint64 noticedUs = 0; ///< the same in microseconds since 1970 by the system's clock
    std::chrono::microseconds signalledAfter{0}; ///< from then until SIGTERM was delivered to every process
    std::chrono::microseconds deadAfter{0};      ///< from then until nothing was left, or until it was given up
    int processes = 0;                           ///< in the tree at that moment
    int killed = 0;                              ///< needed SIGKILL
    int leftBehind = 0;      ///< were still there when the command had ended by itself, and were ended
    QList<qint64> survivors; ///< could not be ended: no right to, or they wait for a device
    QByteArray errorTail;    ///< the last 4096 bytes that went to standard error, where they could be kept
    QString explanation;     ///< a sentence for the person

    /// As a shell says it: the exit status, or 128 + the signal, or -1.
    [[nodiscard]] int shellStatus() const { return signal > 0 ? 128 + signal : exitCode; }

    /// Reads what the helper says at the end: `done`, `refused` or `failed`.
    static TreeOutcome fromPacket(std::string_view packet, const QString &program);
};

} // namespace andon
