// SPDX-License-Identifier: Apache-2.0
#include "core/audit/redact/SecretRules.h"

namespace andon {

SecretRules::SecretRules(const RedactionRules &rules)
    : keys(rules.moreKeys, rules.allowedKeys)
    , triggers(rules.moreKeys, !rules.morePatterns.isEmpty())
{
    // pcre2pattern(3), "Setting match resource limits": far below the library's own, which allow for seconds.
    const QString limit = QStringLiteral("(*LIMIT_MATCH=200000)");
    for (const QString &pattern : rules.morePatterns) {
        QRegularExpression expression(limit + pattern, QRegularExpression::UseUnicodePropertiesOption);
        if (!expression.isValid())
            continue;
        expression.optimize();
        patterns << expression;
    }
}

} // namespace andon
