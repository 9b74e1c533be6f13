// SPDX-License-Identifier: Apache-2.0
#include "app/guard/Arguments.h"

#include "core/guard/GuardProtocol.h"

namespace andon::guard {

namespace {

/// False where the value is not a number of at least `least`.
template<typename Number>
bool take(std::string_view text, std::int64_t least, std::int64_t most, Number *number)
{
    const std::optional<std::int64_t> value = toNumber(text);
    if (!value || *value < least || *value > most)
        return false;
    *number = static_cast<Number>(*value);
    return true;
}

bool takeMilliseconds(std::string_view text, std::chrono::milliseconds *time)
{
    constexpr std::int64_t kYears = std::int64_t{100} * 366 * 24 * 3600 * 1000;
    std::int64_t count = 0;
    if (!take(text, 0, kYears, &count))
        return false;
    *time = std::chrono::milliseconds(count);
    return true;
}

bool takeDatabase(std::string_view path, Arguments *arguments)
{
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos || slash + 1 == path.size())
        return false; // the owner says where from the root
    arguments->folder = path.substr(0, slash + 1);
    arguments->name = path.substr(slash + 1);
    return true;
}

bool takeOption(std::string_view option, std::string_view value, Arguments *arguments)
{
    constexpr std::int64_t kMaxDescriptor = 1'000'000'000;
    if (option == "--control")
        return take(value, 3, kMaxDescriptor, &arguments->control);
    if (option == "--database")
        return takeDatabase(value, arguments);
    if (option == "--epoch")
        return take(value, 1, std::numeric_limits<std::int64_t>::max(), &arguments->epoch);
    if (option == "--grace-ms")
        return takeMilliseconds(value, &arguments->grace);
    if (option == "--timeout-ms")
        return takeMilliseconds(value, &arguments->timeout.emplace());
    if (option == "--lease-ms")
        return takeMilliseconds(value, &arguments->lease.emplace());
    if (option == "--hold") {
        arguments->holdKeys.emplace_back(value);
        return !value.empty();
    }
    return false;
}

} // namespace

std::optional<Arguments> Arguments::parse(int count, char **values)
{
    Arguments arguments;
    int i = 1;
    for (; i + 1 < count && std::string_view(values[i]) != "--"; i += 2) {
        if (std::string_view(values[i]) == "--no-permit") {
            arguments.hasPermit = false;
            --i;
        } else if (!takeOption(values[i], values[i + 1], &arguments)) {
            return std::nullopt;
        }
    }
    if (i + 1 >= count || std::string_view(values[i]) != "--")
        return std::nullopt;
    arguments.command = values + i + 1;
    if (arguments.control < 0 || arguments.name.empty())
        return std::nullopt;
    // Something must be there that says go on: a permit of some epoch, or else a lease.
    if (arguments.hasPermit ? arguments.epoch == 0 : !arguments.lease)
        return std::nullopt;
    return arguments;
}

const char *Arguments::usage()
{
    return "andon-guard holds a command that `andonctl run` started, and ends it when a stop comes.\n"
           "It is started by programs: andon-guard --control FD --database PATH [--hold KEY]...\n"
           "    {--epoch N | --no-permit --lease-ms N} [--grace-ms N] [--timeout-ms N] -- COMMAND [ARGUMENT]...\n";
}

} // namespace andon::guard
