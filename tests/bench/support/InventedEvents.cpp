// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/support/InventedEvents.h"

#include <charconv>

namespace andon::bench {

namespace {

constexpr std::array<std::string_view, 6> kActions{
    "transfer_leader", "move_replica", "split_region", "compact_region", "throttle_tenant", "take_snapshot",
};
constexpr std::array<std::string_view, 5> kReasons{
    "leader imbalance",    "read latency p99 above its target", "store is nearly full", "write stall seen",
    "replica lags behind",
};
constexpr std::array<std::string_view, 4> kRequesters{"balancer", "capacity-planner", "latency-watch", "on-call"};
constexpr std::array<std::string_view, 5> kErrors{
    "not leader for the region, leader moved while the action was under way",
    "region epoch is stale, the region was split or merged in between",
    "store refused: too many pending snapshots, try again later",
    "deadline exceeded while waiting for quorum (2 of 5 answered)",
    "checksum of a block does not match, replica is quarantined",
};
constexpr std::int64_t kDiskFailureAt = 17;

template<std::size_t Size>
std::string_view oneOf(const std::array<std::string_view, Size> &texts, std::uint64_t number)
{
    return texts[number % Size];
}

} // namespace

std::uint64_t InventedEvents::random()
{
    // splitmix64
    std::uint64_t mixed = (m_state += 0x9E3779B97F4A7C15U);
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31U);
}

InventedEvents &InventedEvents::add(std::string_view text)
{
    m_data += text;
    return *this;
}

InventedEvents &InventedEvents::add(std::uint64_t number)
{
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    m_data.append(digits.data(), end);
    return *this;
}

void InventedEvents::set(std::string_view type, std::string_view actor, const Open *open)
{
    m_event.type = type;
    m_event.actor = actor;
    m_event.proposal = open ? open->proposal : 0;
}

const InventedEvents::Event &InventedEvents::next()
{
    m_data.clear();
    ++m_made;
    m_event.sincePreviousMs = static_cast<std::int64_t>(below(601));
    if (m_made == kDiskFailureAt) {
        set("disk_check", "system", nullptr);
        add(R"({"error":"disk failure on store 3","sectors":12,"store":3})");
    } else if (!inventRareEvent()) {
        advance(m_open[below(kSideBySide)]);
    }
    m_event.data = m_data;
    return m_event;
}

bool InventedEvents::inventRareEvent()
{
    const std::uint64_t chance = below(60'000);
    if (m_isStopped) {
        m_isStopped = false;
        set("reset", "user", nullptr);
        add(R"({"by":"operator@console-2","reason":"cause found and removed","stop_id":)").add(chance).add("}");
        return true;
    }
    if (chance == 0) {
        m_isStopped = true;
        set("kill_switch", "user", nullptr);
        add(R"({"by":"operator@console-2","cancelled_count":)").add(below(200));
        add(R"(,"reason":"agent moves leaders in circles","stop_id":)").add(below(1000)).add("}");
        return true;
    }
    if (chance < 12) {
        set("mode_change", "user", nullptr);
        const bool toExecute = chance % 2 == 0;
        add(R"({"by":"operator@console-1","new_mode":")").add(toExecute ? "execute" : "observe");
        add(R"(","old_mode":")").add(toExecute ? "observe" : "execute").add(R"(","reason":"maintenance window"})");
        return true;
    }
    return false;
}

void InventedEvents::advance(Open &open)
{
    const std::uint64_t chance = below(1000);
    switch (open.stage) {
    case Stage::None:
        return propose(open);
    case Stage::Proposed:
        return chance < 970 ? validate(open) : cancel(open);
    case Stage::Validated:
        return chance < 970 ? execute(open) : cancel(open);
    case Stage::Executing:
        return chance < 875 ? complete(open) : fail(open);
    }
}

void InventedEvents::propose(Open &open)
{
    open = {++m_lastProposal, Stage::Proposed};
    set("proposed", "agent", &open);
    const std::uint64_t number = random();
    add(R"({"action_name":")").add(oneOf(kActions, number));
    add(R"(","action_type":"subject","parameters":{"from_store":)").add(number / 8 % 12);
    // Three digits, so that no number is part of another.
    add(R"(,"region":)").add(100 + below(900)).add(R"(,"to_store":)").add(number / 128 % 12);
    add(R"(},"reason":")").add(oneOf(kReasons, number / 2048)).add(R"("})");
}

void InventedEvents::validate(Open &open)
{
    open.stage = Stage::Validated;
    set("validated", "system", &open);
    add(R"({"checks":{"conflicts":0,"quota":"kept","scope":"cluster-admin"},"policy":"balance-)").add(below(9));
    add(R"(","took_ms":)").add(below(60)).add("}");
}

void InventedEvents::execute(Open &open)
{
    open.stage = Stage::Executing;
    set("executing", "agent", &open);
    add(R"({"agent_id":"agent-)").add(below(9)).add(R"(","attempt":1,"host":"worker-)").add(below(40));
    add(R"(.cluster.example","requester_id":")").add(oneOf(kRequesters, random())).add(R"("})");
}

void InventedEvents::complete(Open &open)
{
    set("completed", "agent", &open);
    open.stage = Stage::None;
    add(R"({"duration_ms":)").add(300 + below(8000)).add(R"(,"result":{"bytes":)").add(below(1U << 26U));
    add(R"(,"leaders_moved":)").add(below(4)).add(R"(,"retries":)").add(below(2)).add(R"(,"warnings":[]}})");
}

void InventedEvents::fail(Open &open)
{
    set("failed", "agent", &open);
    open.stage = Stage::None;
    add(R"({"duration_ms":)").add(300 + below(30'000)).add(R"(,"error":")");
    const std::uint64_t number = random();
    if (number % 30 == 0)
        add("connection timeout to store ").add(number / 32 % 12).add(" after 5000 ms");
    else
        add(oneOf(kErrors, number));
    add(R"("})");
}

void InventedEvents::cancel(Open &open)
{
    set("cancelled", below(4) == 0 ? "user" : "agent", &open);
    open.stage = Stage::None;
    add(R"({"by":"agent-7@worker-3","reason":"the condition has passed before anything was done about it"})");
}

} // namespace andon::bench
