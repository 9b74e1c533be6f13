// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/ctl/ExitStatus.h"
#include "core/audit/proof/EntryCheck.h"

namespace andon::ctl::ProvenExport {

/// Checks every line of an export with proofs, and prints what came of it. Throws InvalidInputError where the file
/// cannot be read.
[[nodiscard]] ExitStatus check(EntryCheck check, const QString &fileName, bool wantsJson);

/// As `verify-proof --json` prints it: `origin`, `size`, `root`, `keys`.
[[nodiscard]] QJsonObject toJson(const TlogProof::Proven &proven);
/// The name of a problem in JSON.
[[nodiscard]] QString nameOf(ProofError::Problem problem);
/// The keys for a reader.
[[nodiscard]] QString namesOf(const QList<VerifierKey> &keys);

} // namespace andon::ctl::ProvenExport
