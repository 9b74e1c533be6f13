// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>
#include <QStringView>

namespace andon {

/// What is secret under a key.
enum class KeyKind {
    None,   ///< nothing
    Secret, ///< texts, numbers, lists and objects
    Line,   ///< the same; in free text as far as the line goes, because blanks are part of it: headers, passphrases
    Count,  ///< the same, but what holds no text stays: `max_tokens: 5` and `tokens: {"in": 5}` count
    Pass,   ///< texts only; in prose only what cannot be a plain word: "first pass: scan"
    Auth,   ///< texts that can be credentials, and not the name of a scheme: `auth: oauth2`
};

/// Says which keys name secrets. Keys are compared without case and separators; what counts is what a key ends with,
/// because that is what it names: `db_password` is a password, `password_changed_at` a time. docs/redaction.md has
/// the table. Thread-safe.
class SecretKeys
{
public:
    /// `more` are secret too, also as the last words of a longer key; `allowed` are not, as whole keys.
    explicit SecretKeys(const QStringList &more = {}, const QStringList &allowed = {});

    [[nodiscard]] KeyKind kindOf(QStringView key) const;

    /// Whether a text under a key of the kind Auth names a scheme: `auth: oauth2`. Credentials are longer or mixed.
    [[nodiscard]] static bool isNameOfScheme(QStringView value);

    /// Whether this is a signature that stands for a right, as a key in the query of an address.
    [[nodiscard]] static bool isSignature(QStringView key);

private:
    QStringList m_more;    ///< as joined words
    QStringList m_allowed; ///< as joined words
};

} // namespace andon
