// SPDX-License-Identifier: Apache-2.0
#include "app/guard/HoldKeys.h"

#include <algorithm>

namespace andon::guard {

namespace {

bool isUnderstood(std::string_view key)
{
    return key.rfind("agent-", 0) == 0 || key.rfind("action-", 0) == 0;
}

} // namespace

HoldKeys::HoldKeys(std::vector<std::string> keys)
    : m_keys(std::move(keys))
{
}

bool HoldKeys::concernFile(std::string_view name) const
{
    return !isUnderstood(name) || std::any_of(m_keys.begin(), m_keys.end(), [name](const std::string &key) {
        return name.rfind(key, 0) == 0 && name.size() > key.size() && name[key.size()] == '.';
    });
}

bool HoldKeys::concernKey(std::string_view key) const
{
    return !isUnderstood(key) || std::find(m_keys.begin(), m_keys.end(), key) != m_keys.end();
}

} // namespace andon::guard
