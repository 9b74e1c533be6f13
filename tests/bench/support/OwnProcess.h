// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

#include <functional>
#include <map>
#include <optional>

namespace andon::bench {

/// Figures by name.
using Figures = std::map<QString, double>;

/// This program again, in a process of its own that does one task: so that the memory of one is not that of another.
class OwnProcess
{
public:
    using Task = std::function<Figures(const QStringList &arguments)>;

    /// Where the arguments ask for a task, does it and tells its figures to whoever started it: call it
    /// first in `main` and return what it returns.
    static std::optional<int> runTask(const QStringList &arguments, const std::map<QString, Task> &tasks);

    /// Starts a process for a task and waits for its figures. Throws std::runtime_error where it fails.
    static Figures run(const QString &task, const QStringList &arguments);
};

} // namespace andon::bench
