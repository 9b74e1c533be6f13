// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace andon::guard {

/// What the owner started the guard with.
struct Arguments
{
    int control = -1;       ///< the owner's socket
    std::string folder;     ///< of the database
    std::string name;       ///< of the database's file
    bool hasPermit = true;  ///< beside the database; without one there is a lease
    std::int64_t epoch = 0; ///< of the permit
    std::vector<std::string> holdKeys;
    std::chrono::milliseconds grace{2000};
    std::optional<std::chrono::milliseconds> timeout;
    std::optional<std::chrono::milliseconds> lease;
    char **command = nullptr; ///< ends with a null pointer, as execvp(3) wants it

    /// Nothing where they cannot be understood.
    static std::optional<Arguments> parse(int count, char **values);
    /// How they are written, for whoever starts it by hand.
    static const char *usage();
};

} // namespace andon::guard
