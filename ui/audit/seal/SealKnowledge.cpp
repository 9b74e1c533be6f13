// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/seal/SealKnowledge.h"

namespace andon {

namespace {

using Kind = VerifyFinding::Kind;

bool isTampering(Kind kind)
{
    switch (kind) {
    case Kind::Unsealed:
    case Kind::StateWithoutEvent:
    case Kind::EventWithoutProposal:
    case Kind::ExecutionWithoutRecord:
        return false;
    default:
        return true;
    }
}

} // namespace

qint64 SealKnowledge::findings() const
{
    qint64 number = 0;
    if (report) {
        for (auto kind = report->counts.cbegin(); kind != report->counts.cend(); ++kind)
            number += kind.key() == Kind::Unsealed ? 0 : kind.value();
    }
    return number;
}

bool SealKnowledge::isTampered() const
{
    if (!report)
        return false;
    for (auto kind = report->counts.cbegin(); kind != report->counts.cend(); ++kind) {
        if (kind.value() > 0 && isTampering(kind.key()))
            return true;
    }
    return false;
}

bool SealKnowledge::isCutSince() const
{
    return report && status.isKnown && status.sealedThrough < report->through;
}

bool SealKnowledge::hasKey() const
{
    return status.hasKey || (status.checkpoint && status.checkpoint->isTrusted);
}

} // namespace andon
