// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// What the owner of a guarded command (`GuardedTree`) and the helper that holds it (`andon-guard`) say to each other.
///
/// One packet of a SOCK_SEQPACKET socket is one message: a word, then `key=value` pairs without blanks in them, each
/// after one blank. `refused` ends in a sentence instead, `tail` in bytes. Neither side ever waits for the other to
/// read. docs/guarded-execution.md lists the messages with their keys. Below Qt: both programs include it.
namespace andon::guard {

/// Raised when a message changes its meaning; said in `watching`.
inline constexpr int kProtocolVersion = 1;
inline constexpr std::size_t kMaxPacketBytes = 16 * 1024;
/// How much of the end of a command's standard error is kept.
inline constexpr std::size_t kTailBytes = 4096;
/// How many processes that could not be ended are named.
inline constexpr std::size_t kMaxSurvivors = 256;

namespace word {

// owner -> guard
inline constexpr std::string_view kGo = "go";         ///< look once more, then run the command
inline constexpr std::string_view kCancel = "cancel"; ///< before `go`: end without having run anything
inline constexpr std::string_view kStop = "stop";     ///< `stop WORD`: end the tree, for this reason
inline constexpr std::string_view kSignal = "signal"; ///< `signal N`: pass it on to the command itself
inline constexpr std::string_view kLease = "lease";   ///< `lease NS`: the gate was open, when asked at that moment

// guard -> owner
inline constexpr std::string_view kWatching = "watching"; ///< from here on no stop is missed
inline constexpr std::string_view kRefused = "refused";   ///< the command was not run, and never will be
inline constexpr std::string_view kFailed = "failed";     ///< the command could not be started
inline constexpr std::string_view kStarted = "started";   ///< the command runs
inline constexpr std::string_view kStopping = "stopping"; ///< SIGTERM was delivered to all that was found
inline constexpr std::string_view kDone = "done";         ///< the tree has ended, but for the survivors named
inline constexpr std::string_view kTail = "tail";         ///< the end of the command's standard error
inline constexpr std::string_view kGone = "gone";         ///< after `done`: the survivors have ended as well

} // namespace word

/// The ways on which a stop reaches a tree; the first one is remembered.
namespace via {

inline constexpr std::string_view kPermit = "permit";        ///< the permit is not exactly right any more
inline constexpr std::string_view kRequest = "request";      ///< a stop request stands
inline constexpr std::string_view kHold = "hold";            ///< a hold stands that concerns this action
inline constexpr std::string_view kSocket = "socket";        ///< somebody rang the guard's own socket
inline constexpr std::string_view kOwner = "owner";          ///< the owner asked
inline constexpr std::string_view kOwnerGone = "owner-gone"; ///< the owner has ended, or let go
inline constexpr std::string_view kLease = "lease";     ///< nobody has confirmed for too long that the gate is open
inline constexpr std::string_view kTimeout = "timeout"; ///< the command had its time

} // namespace via

/// The message's first word.
[[nodiscard]] inline std::string_view firstWord(std::string_view packet)
{
    return packet.substr(0, packet.find(' '));
}

/// What follows the first word and its blank.
[[nodiscard]] inline std::string_view rest(std::string_view packet)
{
    const std::size_t blank = packet.find(' ');
    return blank == std::string_view::npos ? std::string_view() : packet.substr(blank + 1);
}

/// The value of a key; nothing where the message does not have it.
[[nodiscard]] inline std::optional<std::string_view> valueOf(std::string_view packet, std::string_view key)
{
    for (std::string_view left = rest(packet); !left.empty(); left = rest(left)) {
        const std::string_view pair = firstWord(left);
        if (pair.size() > key.size() && pair.substr(0, key.size()) == key && pair[key.size()] == '=')
            return pair.substr(key.size() + 1);
    }
    return std::nullopt;
}

/// A whole decimal number; nothing for any other text.
[[nodiscard]] inline std::optional<std::int64_t> toNumber(std::string_view text)
{
    std::int64_t number = 0;
    const char *end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stop != end)
        return std::nullopt;
    return number;
}

/// The value of a key as a number; nothing where there is none.
[[nodiscard]] inline std::optional<std::int64_t> numberOf(std::string_view packet, std::string_view key)
{
    const std::optional<std::string_view> value = valueOf(packet, key);
    return value ? toNumber(*value) : std::nullopt;
}

} // namespace andon::guard
