// SPDX-License-Identifier: Apache-2.0
#include "app/guard/TreeEnd.h"

#include "core/guard/GuardProtocol.h"

#include <sys/wait.h>

#include <algorithm>

namespace andon::guard {

namespace {

void add(std::string *packet, std::string_view key, std::string_view value)
{
    packet->append(" ").append(key).append("=").append(value);
}

void add(std::string *packet, std::string_view key, std::int64_t value)
{
    add(packet, key, std::to_string(value));
}

std::string_view toWord(TreeEnd::Why why)
{
    switch (why) {
    case TreeEnd::Why::Exited:
        return "exited";
    case TreeEnd::Why::Stopped:
        return "stopped";
    case TreeEnd::Why::TimedOut:
        break;
    }
    return "timeout";
}

/// Without blanks, and short: it may be the name of a file that anybody has made.
std::string asValue(std::string_view text)
{
    constexpr std::size_t kMaxLength = 120;
    constexpr std::string_view kPlain = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-._";
    std::string value(text.substr(0, kMaxLength));
    std::replace_if(
        value.begin(), value.end(), [kPlain](char letter) { return kPlain.find(letter) == std::string_view::npos; },
        '_');
    return value;
}

void addHow(std::string *packet, const TreeEnd &end)
{
    add(packet, "via", end.via);
    if (!end.detail.empty())
        add(packet, "detail", asValue(end.detail));
    add(packet, "noticed_us", end.noticedUs);
    add(packet, "signalled_us", end.signalled.count());
    add(packet, "processes", end.processes);
}

} // namespace

std::string TreeEnd::stoppingPacket() const
{
    std::string packet(word::kStopping);
    addHow(&packet, *this);
    return packet;
}

std::string TreeEnd::donePacket() const
{
    std::string packet(word::kDone);
    if (ending && WIFEXITED(*ending))
        add(&packet, "exit", WEXITSTATUS(*ending));
    else if (ending && WIFSIGNALED(*ending))
        add(&packet, "signal", WTERMSIG(*ending));
    add(&packet, "why", toWord(why));
    addHow(&packet, *this);
    add(&packet, "dead_us", dead.count());
    add(&packet, "killed", killed);
    add(&packet, "left_behind", leftBehind);
    std::string names;
    for (std::size_t i = 0; i < survivors.size() && i < kMaxSurvivors; ++i)
        names += (i > 0 ? "," : "") + std::to_string(survivors[i]);
    if (!names.empty())
        add(&packet, "survivors", names);
    return packet;
}

} // namespace andon::guard
