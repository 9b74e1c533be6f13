// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/safety/StopReceipt.h"

namespace andon::ctl::StopReport {

/// The receipt for a person, on standard output: what was cancelled, what ran and what became of it, the hooks.
void print(const StopReceipt &receipt);

/// Names on standard error what has not confirmed that it stopped. True where there is none.
[[nodiscard]] bool complainOfUnconfirmed(const StopReceipt &receipt);

} // namespace andon::ctl::StopReport
