// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace andon::guard {

/// That everything is to be stopped, and how that became known.
struct Notice
{
    /// `way` is one of `andon::guard::via`.
    Notice(std::string_view way, std::string what)
        : via(way)
        , detail(std::move(what))
    {
    }

    std::string_view via;
    std::string detail; ///< more than the way: a word of the owner's, a hold's file name; may be empty
};

} // namespace andon::guard
