// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringView>

namespace andon {

/// Finds tokens that are known by how they look: those of code hosts, clouds and chats, and JSON Web Tokens (RFC 7519).
/// docs/redaction.md has the table. For one text; takes linear time, however many places are asked about.
class TokenShapes
{
public:
    explicit TokenShapes(QStringView text)
        : m_text(text)
    {
    }

    /// Where the token that begins at this place ends; the place itself where none begins. To be asked of places with
    /// no letter or digit before them.
    [[nodiscard]] qsizetype endOf(qsizetype at);

private:
    [[nodiscard]] qsizetype webTokenEnd(qsizetype at);

    QStringView m_text;
    qsizetype m_runEnd = 0;    ///< of the base64url units that were walked last
    bool m_isRunToken = false; ///< whether two more parts follow that run
    qsizetype m_tokenEnd = 0;
};

} // namespace andon
