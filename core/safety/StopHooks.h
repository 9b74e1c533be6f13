// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/safety/HookOutcome.h"
#include "core/safety/HookSettings.h"

#include <QJsonObject>
#include <QList>
#include <QString>

namespace andon {

/// Runs the operator's own programs at a stop: to switch off what Andon knows nothing of. docs/stop-hooks.md.
///
/// Nothing here belongs to the stop itself (S1, S3): it is over when the hooks begin, whatever becomes of them. So
/// never run them in the thread of the stop.
class StopHooks
{
public:
    /// `database`: which one was stopped, as a hook is told (ANDON_DATABASE); empty: the receipt's `database`.
    explicit StopHooks(HookSettings settings, QString database = {});

    /// Whether there is a folder to look into.
    [[nodiscard]] bool isConfigured() const { return !m_settings.folder.isEmpty(); }

    /// Runs all of them side by side, each with the receipt as one line of JSON on standard input, and waits until all
    /// have ended, or were ended after the timeout: the timeout and three seconds at the most. Outcomes by name; what
    /// was not run is among them.
    ///
    /// Runs an event loop in the calling thread, which should have nothing else to do; needs a QCoreApplication. Any
    /// number of threads may each run one. Throws nothing of its own.
    [[nodiscard]] QList<HookOutcome> run(const QJsonObject &receipt) const;

private:
    HookSettings m_settings;
    QString m_database;
};

} // namespace andon
