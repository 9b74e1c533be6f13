// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/ctl/ExitStatus.h"

#include <QStringList>

namespace andon::ctl {

/// The whole program behind `main`: reads what was typed, runs the command, says what went wrong.
class CommandLine
{
public:
    /// `arguments` as the program got them, its own name first.
    [[nodiscard]] ExitStatus run(const QStringList &arguments);
};

} // namespace andon::ctl
