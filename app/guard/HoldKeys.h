// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace andon::guard {

/// Which holds concern the command: those of its agent and of its action. A hold is named `agent-ID` or `action-ID`;
/// one that is named otherwise is not understood, and so concerns everybody.
class HoldKeys
{
public:
    HoldKeys() = default;
    explicit HoldKeys(std::vector<std::string> keys);

    /// Of a file in `<database>.hold/`: `KEY.UID`.
    [[nodiscard]] bool concernFile(std::string_view name) const;
    /// Of a hold that was rung in.
    [[nodiscard]] bool concernKey(std::string_view key) const;

private:
    std::vector<std::string> m_keys;
};

} // namespace andon::guard
