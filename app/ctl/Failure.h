// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/ctl/ExitStatus.h"
#include "core/Error.h"
#include "core/storage/StorageError.h"

namespace andon::ctl {

/// What went wrong, for the person and for the shell.
namespace Failure {

/// The exit status of an exception, as docs/andonctl.md lists them.
[[nodiscard]] ExitStatus statusOf(const Error &error);

/// Message and cause in one line.
[[nodiscard]] QString sentenceOf(const Error &error);

/// Runs the command; an exception becomes a sentence on standard error and its status.
template<typename Command>
[[nodiscard]] ExitStatus guard(const Command &command);

/// Says it on standard error and returns its status.
ExitStatus report(const Error &error);
ExitStatus report(const std::exception &error);

template<typename Command>
ExitStatus guard(const Command &command)
{
    try {
        return command();
    } catch (const Error &error) {
        return report(error);
    } catch (const std::exception &error) {
        return report(error);
    }
}

} // namespace Failure

} // namespace andon::ctl
