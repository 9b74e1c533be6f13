// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/redact/RedactionRules.h"

#include <QJsonObject>
#include <QJsonValue>
#include <QString>

#include <memory>

namespace andon {

struct SecretRules;

/// Takes secrets out of what is about to be written: passwords, tokens, keys, cookies, under their keys and in free
/// text. docs/redaction.md says what is found, what is not, and why.
///
/// What is secret becomes `[redacted]`; everything else stays as it is, unit for unit, and where nothing is secret the
/// very same string comes back. What cannot be understood as JSON is treated as text. To redact twice is to redact
/// once. Takes linear time, but for patterns of the rules, whose matching is limited; where one exceeds its limit, the
/// whole text is redacted.
///
/// Nothing is thrown: should memory run out, all of the text is taken for secret. Thread-safe; cheap to copy.
class Redactor
{
public:
    /// Rules that are not valid are left out; RedactionRules::validate() says which.
    explicit Redactor(const RedactionRules &rules = {});

    /// Of JSON, as text: what was valid JSON still is, and an object still is one. Anything else as `redactText`.
    [[nodiscard]] QString redactJson(const QString &json) const noexcept;

    /// Of free text: a command line, a reason, an error. JSON in it is found too.
    [[nodiscard]] QString redactText(const QString &text) const noexcept;

    [[nodiscard]] QJsonObject redact(const QJsonObject &object) const noexcept;
    [[nodiscard]] QJsonValue redactValue(const QJsonValue &value) const noexcept;

    /// What stands in place of a secret.
    [[nodiscard]] static QString replacement();

    /// False where surely nothing is secret in the text. Quick: a fraction of a microsecond for an event's data.
    [[nodiscard]] bool mayHoldSecret(const QString &text) const noexcept;

private:
    [[nodiscard]] QString redactOnce(const QString &text, bool isJson) const;
    [[nodiscard]] QString redactAll(const QString &text, bool isJson) const noexcept;

    std::shared_ptr<const SecretRules> m_rules;
};

} // namespace andon
