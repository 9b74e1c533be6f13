// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

namespace andon::test {

/// What `act` throws, for a look at it; nothing where it throws nothing of that kind.
/// Anything else that it throws passes through, and fails the test.
template<typename Expected, typename Act>
std::optional<Expected> thrown(Act act)
{
    try {
        act();
    } catch (const Expected &error) {
        return error;
    }
    return std::nullopt;
}

} // namespace andon::test
