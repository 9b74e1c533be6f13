// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/ctl/ExitStatus.h"
#include "core/storage/DatabaseLocation.h"

#include <functional>
#include <string>
#include <vector>

namespace andon::ctl {

/// One call of the program, as it was typed: the global options and the command that was chosen.
struct Invocation
{
    std::string database;                ///< as given to `--database`; empty: not given
    bool wantsJson = false;              ///< `--json`
    std::vector<std::string> behindMark; ///< of `run`: what stands behind the first `--`, word for word
    std::function<ExitStatus()> command;

    /// The database that is meant: the option, else `ANDON_DATABASE`, else the standard place.
    /// Throws InvalidInputError.
    [[nodiscard]] DatabaseLocation location() const;
};

} // namespace andon::ctl
