// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/redact/SecretKeys.h"
#include "core/audit/redact/SecretPhrases.h"
#include "core/audit/redact/SecretRules.h"
#include "core/audit/redact/SecretSpans.h"
#include "core/audit/redact/SecretValue.h"
#include "core/audit/redact/TokenShapes.h"

namespace andon {

/// Finds what is secret in free text: command lines, headers, messages, configuration, JSON that is cut off.
///
/// Reads from left to right, word by word, once; takes linear time, except for patterns of the rules.
class TextSecrets
{
public:
    /// `depth`: in how many JSON strings the text lies, one in the other.
    TextSecrets(QStringView text, const SecretRules &rules, int depth);

    void find(SecretSpans &spans);

private:
    /// A word, and what stands around it.
    struct Key
    {
        qsizetype begin = 0;
        qsizetype end = 0;
        qsizetype dashes = 0; ///< before it: it may be an option
        QuoteMark opening;    ///< the quote before it
        QuoteMark closing;    ///< the quote after it
        qsizetype behind = 0; ///< where reading goes on behind the key, its quote and a bracket

        [[nodiscard]] bool isQuoted() const { return closing.isValid(); }
    };
    enum class Separator { None, Equals, Colon, Option, List, Quote };

    void readWord();
    [[nodiscard]] bool readPhrase(qsizetype begin, qsizetype end);
    [[nodiscard]] qsizetype wordEnd(qsizetype at);
    [[nodiscard]] Key keyAt(qsizetype begin, qsizetype end) const;
    [[nodiscard]] Separator separatorOf(const Key &key, qsizetype *value) const;
    [[nodiscard]] QStringView nameOf(const Key &key) const;
    [[nodiscard]] bool isOption(const Key &key) const;
    [[nodiscard]] bool isAtLineStart(const Key &key) const;
    [[nodiscard]] bool isInQuery(const Key &key) const;
    [[nodiscard]] bool isHarmless(KeyKind kind, Separator separator, const SecretValue &value, qsizetype begin) const;
    [[nodiscard]] bool isCount(qsizetype at) const;
    void readValue(const Key &key, KeyKind kind, Separator separator, qsizetype at);
    [[nodiscard]] bool readPair(qsizetype at);
    void addValue(const Key &key, const SecretValue &value);
    void goOnBehind(qsizetype begin, qsizetype end, qsizetype next);
    void applyPatterns();

    QStringView m_text;
    const SecretRules &m_rules;
    int m_depth;
    SecretSpans *m_spans = nullptr;
    SecretValueReader m_reader;
    TokenShapes m_shapes;
    SecretPhrases m_phrases;
    qsizetype m_at = 0;
    qsizetype m_token = -1; ///< where a token of a known shape begins in the word that was read last
};

} // namespace andon
