// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Protocol.h"

#include <QString>

#include <array>
#include <optional>
#include <utility>

namespace andon::test {

/// The names under which a test tells a program where to die.
inline const std::array<std::pair<ProtocolStep, QString>, 13> kProtocolSteps{{
    {ProtocolStep::StopRequestFiled, QStringLiteral("StopRequestFiled")},
    {ProtocolStep::PermitRevoked, QStringLiteral("PermitRevoked")},
    {ProtocolStep::GateCommitted, QStringLiteral("GateCommitted")},
    {ProtocolStep::StopRequestWithdrawn, QStringLiteral("StopRequestWithdrawn")},
    {ProtocolStep::SweepBatchCommitted, QStringLiteral("SweepBatchCommitted")},
    {ProtocolStep::SweepFinished, QStringLiteral("SweepFinished")},
    {ProtocolStep::RequestLookedFor, QStringLiteral("RequestLookedFor")},
    {ProtocolStep::StateRowRead, QStringLiteral("StateRowRead")},
    {ProtocolStep::PermitRead, QStringLiteral("PermitRead")},
    {ProtocolStep::ClaimCommitted, QStringLiteral("ClaimCommitted")},
    {ProtocolStep::WatchStarted, QStringLiteral("WatchStarted")},
    {ProtocolStep::ArmPermitWritten, QStringLiteral("ArmPermitWritten")},
    {ProtocolStep::ArmCommitted, QStringLiteral("ArmCommitted")},
}};

[[nodiscard]] inline std::optional<ProtocolStep> protocolStepFromString(const QString &name)
{
    for (const auto &[step, text] : kProtocolSteps) {
        if (text == name)
            return step;
    }
    return std::nullopt;
}

} // namespace andon::test
