// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QProcess>
#include <QString>

#include <memory>
#include <vector>

namespace andon::bench {

/// Processes that append audit events at an even rate, in transactions of some, as agents do that are busy: this
/// program, started again with `--steady-writer`. They end with this object, or this program.
class SteadyWriters
{
public:
    static constexpr int kEventsPerCommit = 25;

    /// So many processes, and so many events a second in all. Returns once each has committed something.
    SteadyWriters(int count, int eventsPerSecond, const QString &databasePath);
    ~SteadyWriters();
    SteadyWriters(const SteadyWriters &) = delete;
    SteadyWriters &operator=(const SteadyWriters &) = delete;

    /// Where the arguments ask for a writer, this is its main function: call it first in `main`.
    /// Returns false where they do not.
    static bool runAsWriter(const QStringList &arguments);

private:
    std::vector<std::unique_ptr<QProcess>> m_processes;
};

} // namespace andon::bench
