// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace andon::guard {

/// Closes every descriptor of this process but these.
void closeAllBut(std::vector<int> kept);

/// A path that means what the descriptor has open, with `name` in it where one is given. However long the folder's own
/// path is, this one is short (sun_path has room for 108 bytes), and no renaming of folders leads it elsewhere.
[[nodiscard]] std::string pathThrough(int descriptor, const std::string &name = {});

} // namespace andon::guard
