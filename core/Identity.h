// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace andon {

/// Who acts: `user@host`, from the operating system, for the `by` of an event and a receipt.
/// Taken from the account, not from environment variables, which anyone may set. Thread-safe.
[[nodiscard]] QString currentIdentity();

} // namespace andon
