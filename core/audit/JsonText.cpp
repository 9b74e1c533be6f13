// SPDX-License-Identifier: Apache-2.0
#include "core/audit/JsonText.h"

#include <QStringView>

namespace andon::JsonText {

namespace {

constexpr int kMaxDepth = 512;

bool isDigit(QChar character)
{
    return character >= u'0' && character <= u'9';
}

/// Reads JSON and copies its tokens. Each `read` function returns false at the first thing that is not JSON.
class Compactor
{
public:
    explicit Compactor(const QString &text)
        : m_text(text)
    {
        m_compact.reserve(text.size());
    }

    std::optional<QString> object()
    {
        skipSpace();
        if (peek() != u'{' || !readValue(0))
            return std::nullopt;
        skipSpace();
        if (m_at != m_text.size())
            return std::nullopt;
        return m_compact;
    }

private:
    [[nodiscard]] QChar peek() const { return m_at < m_text.size() ? m_text.at(m_at) : QChar(0); }

    void copy() { m_compact += m_text.at(m_at++); }

    void skipSpace()
    {
        while (peek() == u' ' || peek() == u'\n' || peek() == u'\r' || peek() == u'\t')
            ++m_at;
    }

    bool readPunctuation(QChar character)
    {
        skipSpace();
        if (peek() != character)
            return false;
        copy();
        return true;
    }

    bool readValue(int depth)
    {
        skipSpace();
        switch (peek().unicode()) {
        case u'{':
            return readMembers(u'}', true, depth + 1);
        case u'[':
            return readMembers(u']', false, depth + 1);
        case u'"':
            return readString();
        case u't':
            return readWord(u"true");
        case u'f':
            return readWord(u"false");
        case u'n':
            return readWord(u"null");
        default:
            return readNumber();
        }
    }

    bool readMembers(QChar end, bool isObject, int depth)
    {
        if (depth > kMaxDepth)
            return false;
        copy();
        if (readPunctuation(end))
            return true;
        do {
            skipSpace();
            if (isObject && !(readString() && readPunctuation(u':')))
                return false;
            if (!readValue(depth))
                return false;
        } while (readPunctuation(u','));
        return readPunctuation(end);
    }

    bool readString()
    {
        if (peek() != u'"')
            return false;
        copy();
        while (m_at < m_text.size() && m_text.at(m_at) >= u' ') {
            const QChar character = m_text.at(m_at);
            copy();
            if (character == u'"')
                return true;
            if (character == u'\\' && !readEscape())
                return false;
        }
        return false; // not closed, or a control character
    }

    bool readEscape()
    {
        const QChar kind = peek();
        if (kind == u'u') {
            copy();
            for (int i = 0; i < 4; ++i) {
                const QChar digit = peek().toLower();
                if (!isDigit(digit) && !(digit >= u'a' && digit <= u'f'))
                    return false;
                copy();
            }
            return true;
        }
        if (kind.isNull() || !QStringView(u"\"\\/bfnrt").contains(kind))
            return false;
        copy();
        return true;
    }

    bool readWord(QStringView word)
    {
        if (!QStringView(m_text).sliced(m_at).startsWith(word))
            return false;
        m_compact += word;
        m_at += word.size();
        return true;
    }

    bool readDigits()
    {
        if (!isDigit(peek()))
            return false;
        while (isDigit(peek()))
            copy();
        return true;
    }

    bool readNumber()
    {
        if (peek() == u'-')
            copy();
        if (peek() == u'0')
            copy();
        else if (!readDigits())
            return false;
        if (peek() == u'.') {
            copy();
            if (!readDigits())
                return false;
        }
        if (peek() != u'e' && peek() != u'E')
            return true;
        copy();
        if (peek() == u'+' || peek() == u'-')
            copy();
        return readDigits();
    }

    const QString &m_text;
    QString m_compact;
    qsizetype m_at = 0;
};

} // namespace

std::optional<QString> compactObject(const QString &text)
{
    return Compactor(text).object();
}

QString quoted(const QString &text)
{
    QString json;
    json.reserve(text.size() + 2);
    json += u'"';
    for (const QChar character : text) {
        if (character == u'"' || character == u'\\')
            json += u'\\';
        if (character == u'\n')
            json += QStringLiteral("\\n");
        else if (character == u'\r')
            json += QStringLiteral("\\r");
        else if (character == u'\t')
            json += QStringLiteral("\\t");
        else if (character < u' ')
            json += QStringLiteral("\\u%1").arg(character.unicode(), 4, 16, QChar(u'0'));
        else
            json += character;
    }
    json += u'"';
    return json;
}

} // namespace andon::JsonText
