// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/guard/HoldKeys.h"

#include <array>
#include <optional>
#include <string>

namespace andon::guard {

/// What a look at the files beside the database has found: one write to a pipe.
struct StopAnswer
{
    enum class Verdict : char { Free, Request, Hold, Permit };

    Verdict verdict = Verdict::Permit;
    int permitWatch = -1;              ///< inotify's number of the permit that was read
    int holdWatch = -1;                ///< and of the folder of holds; -1 where there is none
    std::array<char, 128> detail = {}; ///< ends with a zero
};

/// A look at all that may say stop: the requests, the holds, the permit where there is to be one, in this order.
///
/// Watches are set before what they watch is read, so that nothing changes unseen in between. What cannot be read says
/// stop. The look may wait for a disk that does not answer: the guard has it done by a child (`StopWatch`).
class StopLook
{
public:
    /// `folder` has the database's folder open, `events` is an inotify(7) instance; `permit` is the permit's exact
    /// content, nothing where there is to be none.
    StopLook(int folder, int events, std::string databaseName, std::optional<std::string> permit, HoldKeys keys);

    [[nodiscard]] int folder() const { return m_folder; }
    [[nodiscard]] int events() const { return m_events; }
    [[nodiscard]] const HoldKeys &keys() const { return m_keys; }
    [[nodiscard]] bool hasPermit() const { return m_permit.has_value(); }
    [[nodiscard]] std::string permitName() const { return m_name + ".permit"; }
    [[nodiscard]] std::string requestsName() const { return m_name + ".stop"; }
    [[nodiscard]] std::string holdsName() const { return m_name + ".hold"; }

    [[nodiscard]] StopAnswer carryOut() const;

private:
    [[nodiscard]] bool isRequested(StopAnswer *answer) const;
    [[nodiscard]] bool isHeld(StopAnswer *answer) const;
    [[nodiscard]] bool isPermitted(StopAnswer *answer) const;

    int m_folder;
    int m_events;
    std::string m_name;
    std::optional<std::string> m_permit;
    HoldKeys m_keys;
};

} // namespace andon::guard
