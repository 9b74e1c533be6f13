// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace andon::bench {

/// The events that an agent leaves in the log, without end and the same each time: proposals of about four
/// events each, several at once; three events of a hundred are failures; mode changes and stops are rare.
///
/// Made to be looked for: `"region":777` is in one event of about 4,000, `connection timeout` in one of
/// about 1,000, `disk failure` in the 17th alone. Data is JSON, about 120 bytes.
class InventedEvents
{
public:
    /// Valid until the next one.
    struct Event
    {
        std::int64_t proposal = 0; ///< 0: none
        std::string_view type;
        std::string_view actor;
        std::string_view data;
        std::int64_t sincePreviousMs = 0; ///< 300 on average
    };

    const Event &next();

private:
    enum class Stage { None, Proposed, Validated, Executing };
    struct Open
    {
        std::int64_t proposal = 0;
        Stage stage = Stage::None;
    };

    std::uint64_t random();
    std::uint64_t below(std::uint64_t limit) { return random() % limit; }

    InventedEvents &add(std::string_view text);
    InventedEvents &add(std::uint64_t number);

    bool inventRareEvent();
    void advance(Open &open);
    void propose(Open &open);
    void validate(Open &open);
    void execute(Open &open);
    void complete(Open &open);
    void fail(Open &open);
    void cancel(Open &open);
    void set(std::string_view type, std::string_view actor, const Open *open);

    static constexpr std::size_t kSideBySide = 8;

    std::uint64_t m_state = 0x9E3779B97F4A7C15U;
    std::array<Open, kSideBySide> m_open;
    std::int64_t m_lastProposal = 0;
    std::int64_t m_made = 0;
    bool m_isStopped = false;
    std::string m_data;
    Event m_event;
};

} // namespace andon::bench
