// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QString>

namespace andon {

/// What became of one program that a stop runs (docs/stop-hooks.md).
struct HookOutcome
{
    enum class Result {
        Succeeded,     ///< ended with status 0
        Failed,        ///< ended with another status or by a signal, or could not be started
        TimedOut,      ///< did not end in time, and was ended
        NotExecutable, ///< was not run: it is no program
        Refused,       ///< was not run: somebody else may have put it there
    };

    static constexpr int kNoStatus = -1;

    QString name; ///< of the file; the folder's path where it says something of the folder
    Result result = Result::Succeeded;
    int exitStatus = kNoStatus; ///< kNoStatus where it has none: not run, or ended by a signal
    qint64 durationMs = 0;      ///< from its start to its end
    QString output;  ///< the end of what it wrote, 4 KiB at the most; raw: whoever shows it escapes what must be
    QString problem; ///< a sentence for the person; empty where it succeeded

    [[nodiscard]] bool hasSucceeded() const { return result == Result::Succeeded; }

    /// `name`, `result` ("succeeded", "failed", "timed_out", "not_executable", "refused"), `exit_status` (null where
    /// there is none), `duration_ms`, `output`, `problem`.
    [[nodiscard]] QJsonObject toJson() const;
    /// What is missing is empty; a result that is not known is Failed.
    [[nodiscard]] static HookOutcome fromJson(const QJsonObject &json);

    [[nodiscard]] static QJsonArray listToJson(const QList<HookOutcome> &outcomes);
    [[nodiscard]] static QList<HookOutcome> listFromJson(const QJsonArray &json);

    friend bool operator==(const HookOutcome &, const HookOutcome &) = default;
};

} // namespace andon
