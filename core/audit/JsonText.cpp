// SPDX-License-Identifier: Apache-2.0
#include "core/audit/JsonText.h"

namespace andon::JsonText {

namespace {

constexpr int kMaxDepth = 512;

constexpr char16_t unit(QChar character)
{
    return character.unicode();
}

constexpr char16_t unit(char byte)
{
    return static_cast<unsigned char>(byte);
}

constexpr bool isDigit(char16_t unit)
{
    return unit >= u'0' && unit <= u'9';
}

constexpr bool isHexDigit(char16_t unit)
{
    return isDigit(unit) || (unit >= u'a' && unit <= u'f') || (unit >= u'A' && unit <= u'F');
}

/// Reads JSON of either encoding and copies what is not space between tokens, run by run. Each `read`
/// function returns false at the first thing that is not JSON.
template<typename Char, typename Text>
class Compactor
{
public:
    Compactor(const Char *begin, qsizetype size, Text &out)
        : m_at(begin)
        , m_end(begin + size)
        , m_run(begin)
        , m_out(out)
    {
    }

    bool object()
    {
        skipSpace();
        if (peek() != u'{' || !readValue(0))
            return false;
        skipSpace();
        copyRun();
        return m_at == m_end;
    }

private:
    [[nodiscard]] char16_t peek() const { return m_at != m_end ? unit(*m_at) : u'\0'; }

    void copyRun()
    {
        m_out.append(m_run, m_at - m_run);
        m_run = m_at;
    }

    static constexpr bool isSpace(char16_t unit)
    {
        return unit == u' ' || unit == u'\n' || unit == u'\r' || unit == u'\t';
    }

    void skipSpace()
    {
        if (!isSpace(peek()))
            return;
        copyRun();
        while (isSpace(peek()))
            ++m_at;
        m_run = m_at;
    }

    bool readPunctuation(char16_t wanted)
    {
        skipSpace();
        if (peek() != wanted)
            return false;
        ++m_at;
        return true;
    }

    bool readValue(int depth)
    {
        skipSpace();
        switch (peek()) {
        case u'{':
            return readMembers(u'}', true, depth + 1);
        case u'[':
            return readMembers(u']', false, depth + 1);
        case u'"':
            return readString();
        case u't':
            return readWord("true");
        case u'f':
            return readWord("false");
        case u'n':
            return readWord("null");
        default:
            return readNumber();
        }
    }

    bool readMembers(char16_t end, bool isObject, int depth)
    {
        if (depth > kMaxDepth)
            return false;
        ++m_at;
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
        ++m_at;
        while (m_at != m_end && unit(*m_at) >= u' ') {
            const char16_t character = unit(*m_at++);
            if (character == u'"')
                return true;
            if (character == u'\\' && !readEscape())
                return false;
        }
        return false; // not closed, or a control character
    }

    bool readEscape()
    {
        switch (peek()) {
        case u'u':
            ++m_at;
            for (int i = 0; i < 4; ++i, ++m_at) {
                if (!isHexDigit(peek()))
                    return false;
            }
            return true;
        case u'"':
        case u'\\':
        case u'/':
        case u'b':
        case u'f':
        case u'n':
        case u'r':
        case u't':
            ++m_at;
            return true;
        default:
            return false;
        }
    }

    bool readWord(std::string_view word)
    {
        for (const char letter : word) {
            if (peek() != unit(letter))
                return false;
            ++m_at;
        }
        return true;
    }

    bool readDigits()
    {
        if (!isDigit(peek()))
            return false;
        while (isDigit(peek()))
            ++m_at;
        return true;
    }

    bool readNumber()
    {
        if (peek() == u'-')
            ++m_at;
        if (peek() == u'0')
            ++m_at;
        else if (!readDigits())
            return false;
        if (peek() == u'.') {
            ++m_at;
            if (!readDigits())
                return false;
        }
        if (peek() != u'e' && peek() != u'E')
            return true;
        ++m_at;
        if (peek() == u'+' || peek() == u'-')
            ++m_at;
        return readDigits();
    }

    const Char *m_at;
    const Char *m_end;
    const Char *m_run; ///< the first that is read but not yet copied
    Text &m_out;
};

constexpr bool needsEscape(char16_t unit)
{
    return unit < u' ' || unit == u'"' || unit == u'\\';
}

/// What stands in a JSON string for a character that may not stand there itself.
std::string escaped(char16_t unit)
{
    switch (unit) {
    case u'"':
        return "\\\"";
    case u'\\':
        return "\\\\";
    case u'\n':
        return "\\n";
    case u'\r':
        return "\\r";
    case u'\t':
        return "\\t";
    default:
        constexpr std::string_view digits = "0123456789abcdef";
        return std::string("\\u00") + digits[unit / 16] + digits[unit % 16];
    }
}

} // namespace

std::optional<QString> compactObject(const QString &text)
{
    QString compact;
    compact.reserve(text.size());
    if (!Compactor<QChar, QString>(text.constData(), text.size(), compact).object())
        return std::nullopt;
    return compact;
}

bool appendCompactObject(std::string &out, std::string_view utf8)
{
    const std::size_t before = out.size();
    if (Compactor<char, std::string>(utf8.data(), static_cast<qsizetype>(utf8.size()), out).object())
        return true;
    out.resize(before);
    return false;
}

QString quoted(const QString &text)
{
    QString json;
    json.reserve(text.size() + 2);
    appendQuoted(json, text);
    return json;
}

void appendQuoted(QString &out, QStringView text)
{
    out += u'"';
    qsizetype run = 0;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (!needsEscape(text[i].unicode()))
            continue;
        out += text.sliced(run, i - run);
        out += QString::fromStdString(escaped(text[i].unicode()));
        run = i + 1;
    }
    out += text.sliced(run);
    out += u'"';
}

void appendQuoted(std::string &out, std::string_view utf8)
{
    out += '"';
    std::size_t run = 0;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        if (!needsEscape(unit(utf8[i])))
            continue;
        out.append(utf8, run, i - run);
        out += escaped(unit(utf8[i]));
        run = i + 1;
    }
    out.append(utf8, run);
    out += '"';
}

} // namespace andon::JsonText
