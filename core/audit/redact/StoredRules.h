// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/redact/RedactionRules.h"

namespace andon {

class Database;

/// The setting `redaction` of a database (`andon_meta`): rules over and above those built in.
///
/// Reads as much as is valid: a setting that somebody spoilt must keep nobody from stopping. No rules where there is no
/// setting, or the database was never Andon's. Throws StorageError.
[[nodiscard]] RedactionRules storedRedactionRules(Database &database);

} // namespace andon
