// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/redact/SecretSpans.h"

#include <QStringView>

#include <optional>

namespace andon {

/// Secrets in free text that no key announces: what follows `Bearer`, `Basic` or `IDENTIFIED BY`, a private key as PEM
/// (RFC 7468), the password in an address (RFC 3986, 3.2.1). For one text, asked about from left to right; takes
/// linear time, however many places are asked about.
class SecretPhrases
{
public:
    explicit SecretPhrases(QStringView text)
        : m_text(text)
    {
    }

    /// Of the word at these places.
    [[nodiscard]] std::optional<SecretSpan> atWord(qsizetype begin, qsizetype end);
    /// Of the address with its `://` at this place.
    [[nodiscard]] std::optional<SecretSpan> atAddress(qsizetype colon);
    /// Of the XML element `<name>` with its name at these places: up to `</name`.
    [[nodiscard]] std::optional<SecretSpan> atElement(qsizetype begin, qsizetype end);

private:
    [[nodiscard]] std::optional<SecretSpan> afterScheme(QStringView scheme, qsizetype end) const;
    [[nodiscard]] std::optional<SecretSpan> privateKey(qsizetype begin, qsizetype end) const;
    [[nodiscard]] std::optional<SecretSpan> identifiedBy(qsizetype end) const;

    QStringView m_text;
    qsizetype m_addressEnd = 0; ///< of the run without a blank or quote that was walked last
    qsizetype m_lastAt = -1;    ///< the last @ in it
    qsizetype m_closingTag = 0; ///< the next `</` that was found
};

} // namespace andon
