// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QProcess>
#include <QString>

#include <memory>
#include <vector>

namespace andon::bench {

/// Processes that write to a database as fast as they can: this program, started again with
/// `--writer`. Every second one is an agent that proposes and cancels through core, the others have
/// never heard of Andon and append events in plain SQL. They end with this object, or this program.
class Writers
{
public:
    /// Returns once every one of them has committed something.
    Writers(int count, const QString &databasePath);
    ~Writers();
    Writers(const Writers &) = delete;
    Writers &operator=(const Writers &) = delete;

    /// Where the arguments ask for a writer, this is its main function: call it first in `main`.
    /// Returns false where they do not.
    static bool runAsWriter(const QStringList &arguments);

private:
    std::vector<std::unique_ptr<QProcess>> m_processes;
};

} // namespace andon::bench
