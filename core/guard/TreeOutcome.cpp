// SPDX-License-Identifier: Apache-2.0
#include "core/guard/TreeOutcome.h"

#include "core/guard/GuardProtocol.h"

#include <cerrno>
#include <system_error>

namespace andon {

namespace {

QString toText(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

int toInt(std::string_view packet, std::string_view key, int otherwise)
{
    return static_cast<int>(guard::numberOf(packet, key).value_or(otherwise));
}

std::chrono::microseconds toTime(std::string_view packet, std::string_view key)
{
    return std::chrono::microseconds(guard::numberOf(packet, key).value_or(0));
}

QString explainWay(const QString &via, const QString &detail)
{
    if (via == toText(guard::via::kPermit))
        return QStringLiteral("the permit was taken away");
    if (via == toText(guard::via::kRequest))
        return QStringLiteral("a stop was requested");
    if (via == toText(guard::via::kHold))
        return QStringLiteral("it is held (%1)").arg(detail);
    if (via == toText(guard::via::kSocket))
        return QStringLiteral("its guard was told to (%1)").arg(detail);
    if (via == toText(guard::via::kLease))
        return QStringLiteral("the database could not be asked any more whether it may go on (lease: %1)").arg(detail);
    if (via == toText(guard::via::kOwnerGone))
        return QStringLiteral("the program that ran it has ended");
    if (via == toText(guard::via::kOwner))
        return detail.isEmpty() ? QStringLiteral("the program that ran it wanted it")
                                : QStringLiteral("the program that ran it wanted it (%1)").arg(detail);
    return via;
}

QString explainEnd(const TreeOutcome &outcome)
{
    QString text;
    switch (outcome.why) {
    case TreeOutcome::Why::Stopped:
        text = QStringLiteral("Stopped: %1. %2 processes were ended")
                   .arg(explainWay(outcome.via, outcome.detail))
                   .arg(outcome.processes);
        break;
    case TreeOutcome::Why::TimedOut:
        text = QStringLiteral("Ended because its time was over. %1 processes were ended").arg(outcome.processes);
        break;
    default:
        text = outcome.signal > 0 ? QStringLiteral("The command was ended by signal %1").arg(outcome.signal)
                                  : QStringLiteral("The command ended with status %1").arg(outcome.exitCode);
        if (outcome.leftBehind > 0)
            text += QStringLiteral("; %1 processes that it had left behind were ended").arg(outcome.leftBehind);
        break;
    }
    if (outcome.killed > 0)
        text += QStringLiteral(", %1 of them by force").arg(outcome.killed);
    text += u'.';
    if (!outcome.survivors.isEmpty()) {
        QStringList names;
        for (const qint64 pid : outcome.survivors)
            names << QString::number(pid);
        text += QStringLiteral(" These processes could not be ended, end them by hand: %1.")
                    .arg(names.join(QStringLiteral(", ")));
    }
    return text;
}

TreeOutcome fromDone(std::string_view packet)
{
    TreeOutcome outcome;
    const std::string_view why = guard::valueOf(packet, "why").value_or("stopped");
    outcome.why = why == "exited" ? TreeOutcome::Why::Exited
        : why == "timeout"        ? TreeOutcome::Why::TimedOut
                                  : TreeOutcome::Why::Stopped;
    outcome.exitCode = toInt(packet, "exit", -1);
    outcome.signal = toInt(packet, "signal", 0);
    const std::string_view via = guard::valueOf(packet, "via").value_or("none");
    if (via != "none")
        outcome.via = toText(via);
    outcome.detail = toText(guard::valueOf(packet, "detail").value_or(""));
    outcome.noticedUs = guard::numberOf(packet, "noticed_us").value_or(0);
    outcome.noticedAt = QDateTime::fromMSecsSinceEpoch(outcome.noticedUs / 1000, Qt::UTC);
    outcome.signalledAfter = toTime(packet, "signalled_us");
    outcome.deadAfter = toTime(packet, "dead_us");
    outcome.processes = toInt(packet, "processes", 0);
    outcome.killed = toInt(packet, "killed", 0);
    outcome.leftBehind = toInt(packet, "left_behind", 0);
    const QStringList survivors = toText(guard::valueOf(packet, "survivors").value_or(""))
                                      .split(u',', Qt::SkipEmptyParts);
    for (const QString &pid : survivors)
        outcome.survivors << pid.toLongLong();
    outcome.explanation = explainEnd(outcome);
    return outcome;
}

TreeOutcome fromRefused(std::string_view packet)
{
    const std::string_view words = guard::rest(packet);
    TreeOutcome outcome;
    outcome.why = TreeOutcome::Why::Refused;
    outcome.via = toText(guard::firstWord(words));
    outcome.detail = toText(guard::rest(words));
    outcome.explanation = QStringLiteral("The command was not run: %1.").arg(explainWay(outcome.via, outcome.detail));
    return outcome;
}

TreeOutcome fromFailed(std::string_view packet, const QString &program)
{
    constexpr int kNotFound = 127;
    constexpr int kNotExecutable = 126;
    const int error = toInt(packet, "errno", 0);
    TreeOutcome outcome;
    outcome.why = TreeOutcome::Why::CouldNotStart;
    outcome.exitCode = error == ENOENT ? kNotFound : kNotExecutable;
    outcome.detail = QString::fromStdString(std::generic_category().message(error));
    outcome.explanation = error == ENOENT
        ? QStringLiteral("The command %1 was not found.").arg(program)
        : QStringLiteral("The command %1 could not be run: %2.").arg(program, outcome.detail);
    return outcome;
}

} // namespace

TreeOutcome TreeOutcome::fromPacket(std::string_view packet, const QString &program)
{
    const std::string_view word = guard::firstWord(packet);
    if (word == guard::word::kRefused)
        return fromRefused(packet);
    if (word == guard::word::kFailed)
        return fromFailed(packet, program);
    return fromDone(packet);
}

} // namespace andon
