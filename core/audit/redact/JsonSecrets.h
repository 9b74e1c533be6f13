// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/redact/SecretRules.h"
#include "core/audit/redact/SecretSpans.h"

#include <QStringView>
#include <QVarLengthArray>

namespace andon {

/// Finds what is secret in JSON (RFC 8259), by its keys and in its texts, JSON in a text included. Works on the text,
/// so that whatever is not secret keeps every byte: digits, order, spaces, escapes.
///
/// Lenient where that finds more: any unit may stand in a string. Linear, also in the depth of nesting, which may be
/// 2,048 levels; nothing that reads JSON from a log reads more (QJsonDocument 1,024, SQLite 2,000).
class JsonSecrets
{
public:
    /// `depth`: in how many JSON strings the text lies, one in the other.
    JsonSecrets(QStringView text, const SecretRules &rules, int depth);

    /// Returns false where the text is no JSON; then some of what was added may be wrong.
    [[nodiscard]] bool find(SecretSpans &spans);

    /// What is secret in a text that may be JSON or not.
    static void findInText(QStringView text, const SecretRules &rules, int depth, SecretSpans &spans);

private:
    struct Piece
    {
        qsizetype begin = 0;
        qsizetype end = 0;
        bool isEscaped = false; ///< a string with a backslash in it
    };

    /// A list or object that is not closed yet.
    struct Level
    {
        bool isObject = false;
        bool hasMembers = false;
        KeyKind kind = KeyKind::None; ///< of the key that it stands under
        qsizetype begin = 0;
        bool hasText = false;       ///< holds a string that is no key
        bool isAfterOption = false; ///< a list: the element before is an option whose value is secret
        bool isNameSecret = false;  ///< an object: its `name` says that its `value` is secret
        bool isValueNext = false;   ///< an object: what is read now is its `value`
        bool isNameNext = false;    ///< an object: what is read now is its `name`
        Piece value;                ///< its `value`
        int valueQuoting = SecretSpan::kBare;
    };

    [[nodiscard]] char16_t peek() const { return m_at < m_text.size() ? m_text[m_at].unicode() : u'\0'; }
    void skipSpace();
    [[nodiscard]] bool take(char16_t wanted);
    [[nodiscard]] bool readStep();
    [[nodiscard]] bool readMember();
    [[nodiscard]] bool readValue(KeyKind kind);
    [[nodiscard]] bool readString(Piece *piece);
    [[nodiscard]] bool readScalar(KeyKind kind);
    void open(KeyKind kind);
    void close();
    void onString(KeyKind kind, const Piece &piece);
    void keepPair(const Piece &piece, int quoting);
    [[nodiscard]] KeyKind kindOf(const Piece &key) const;
    [[nodiscard]] bool isOption(const Piece &piece) const;
    [[nodiscard]] QString decoded(const Piece &piece, QVarLengthArray<qsizetype, 256> *places = nullptr) const;
    void findIn(const Piece &piece);

    QStringView m_text;
    const SecretRules &m_rules;
    int m_depth;
    SecretSpans *m_spans = nullptr;
    qsizetype m_at = 0;
    QVarLengthArray<Level, 16> m_levels;
    int m_secretLevels = 0; ///< open levels that are secret as a whole
};

} // namespace andon
