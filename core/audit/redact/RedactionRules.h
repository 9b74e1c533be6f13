// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace andon {

/// What a redactor does over and above what is built in. docs/redaction.md explains each.
struct RedactionRules
{
    QStringList moreKeys;     ///< secret too; compared without case and separators, also as the end of a longer key
    QStringList morePatterns; ///< QRegularExpression: of each match the first group, or all of it, is secret
    QStringList allowedKeys;  ///< never secret, as whole keys

    [[nodiscard]] bool isEmpty() const { return moreKeys.isEmpty() && morePatterns.isEmpty() && allowedKeys.isEmpty(); }

    /// Throws InvalidInputError, which names what is wrong: a pattern that is no regular expression or matches the
    /// empty text, a key without a letter or digit.
    void validate() const;

    /// `more_keys`, `more_patterns` and `allowed_keys`, each a list of texts, each may be missing. Throws
    /// InvalidInputError for anything else, and for what `validate` refuses.
    [[nodiscard]] static RedactionRules fromJson(const QJsonObject &json);
    /// The same of a text. An empty text is no rules.
    [[nodiscard]] static RedactionRules fromJson(const QString &json);
    /// As much of a text as can be used: what is not valid is left out. For a setting that somebody has stored.
    [[nodiscard]] static RedactionRules fromStored(const QString &json);
    [[nodiscard]] QJsonObject toJson() const;

    friend bool operator==(const RedactionRules &, const RedactionRules &) = default;
};

} // namespace andon
