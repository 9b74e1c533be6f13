// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/checkpoint/SealStatus.h"
#include "core/audit/verify/VerifyReport.h"
#include "ui/audit/SealMark.h"

#include <QCoreApplication>

#include <vector>

namespace andon {

/// Which events are sealed, were verified, or were found to be other than they were sealed: known from the status of
/// the seals and the last verification alone, without a look at the log.
class SealCover
{
    Q_DECLARE_TR_FUNCTIONS(andon::SealCover)

public:
    void setStatus(const SealStatus &status);
    /// What the last verification has found.
    void setReport(const VerifyReport &report);

    [[nodiscard]] SealMark markOf(EventId id) const;
    /// One or two words, as a screen reader says them.
    [[nodiscard]] QString wordFor(EventId id) const;
    /// What the mark means, and what was found.
    [[nodiscard]] QString sentenceFor(EventId id) const;

private:
    struct Span
    {
        EventId first;
        EventId last;
        EventId reach; ///< how far any span up to this one goes
        VerifyFinding finding;
    };
    [[nodiscard]] const VerifyFinding *findingAt(EventId id) const;

    bool m_isKnown = false;
    EventId m_sealedThrough;
    EventId m_readThrough;     ///< by the last verification
    EventId m_verifiedThrough; ///< and vouched for; none where that cannot be said of an event without a finding
    std::vector<Span> m_spans; ///< by their first event
};

} // namespace andon
