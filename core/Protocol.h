// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace andon {

/// The named instants of the safety protocol (docs/safety-protocol.md), in the order of the text there.
enum class ProtocolStep {
    // killSwitch
    StopRequestFiled,
    PermitRevoked,
    GateCommitted,
    StopRequestWithdrawn,
    SweepBatchCommitted,
    SweepFinished,
    // the gate's look
    RequestLookedFor,
    StateRowRead,
    PermitRead,
    // claim
    ClaimCommitted,
    WatchStarted,
    // arm
    ArmPermitWritten,
    ArmCommitted,
};

/// A seam for tests: called at each instant, in the thread that reached it, so that a test can hold
/// an interleaving or end the process there. Empty in production.
using ProtocolObserver = std::function<void(ProtocolStep)>;

} // namespace andon
