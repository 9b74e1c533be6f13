// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/audit/seal/SealKnowledge.h"

namespace andon::test {

/// A log that is sealed up to this event and signed as far, by this user's key.
[[nodiscard]] SealStatus sealedTo(qint64 event);
/// The same, without a key and without a checkpoint.
[[nodiscard]] SealStatus unsignedTo(qint64 event);

/// A verification that found nothing, vouched for by one checkpoint.
[[nodiscard]] VerifyReport wholeReport(qint64 events);
/// The same without a checkpoint.
[[nodiscard]] VerifyReport unvouchedReport(qint64 events);

[[nodiscard]] VerifyFinding findingOf(VerifyFinding::Kind kind, qint64 event = 0, qint64 through = 0);
/// Adds a finding and counts it.
void find(VerifyReport &report, const VerifyFinding &finding);
/// A verification that found an edit, a gap of ten and a checkpoint that does not hold.
[[nodiscard]] VerifyReport tamperedReport(qint64 events);

[[nodiscard]] SealKnowledge knowing(const SealStatus &status);
[[nodiscard]] SealKnowledge knowing(const SealStatus &status, const VerifyReport &report);

} // namespace andon::test
