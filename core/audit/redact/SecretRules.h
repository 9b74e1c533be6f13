// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/redact/RedactionRules.h"
#include "core/audit/redact/SecretKeys.h"
#include "core/audit/redact/SecretTriggers.h"

#include <QList>
#include <QRegularExpression>

namespace andon {

/// Rules as they are worked with: made once, then only read, by any number of threads.
struct SecretRules
{
    /// Patterns that are not valid are left out: whoever cares has validated the rules.
    explicit SecretRules(const RedactionRules &rules);

    SecretKeys keys;
    SecretTriggers triggers;
    QList<QRegularExpression> patterns;
};

} // namespace andon
