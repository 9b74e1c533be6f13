// SPDX-License-Identifier: Apache-2.0
#include "core/audit/PlainJson.h"

namespace andon {

namespace {

constexpr int kMaxDepth = 32;

/// Reads from left to right; each function consumes what it is named after, or returns false.
class Reader
{
public:
    explicit Reader(QStringView text)
        : m_at(text.utf16())
        , m_end(text.utf16() + text.size())
    {
    }

    bool document()
    {
        skipSpace();
        return object(0) && (skipSpace(), m_at == m_end);
    }

private:
    void skipSpace()
    {
        while (m_at != m_end && (*m_at == u' ' || *m_at == u'\n' || *m_at == u'\r' || *m_at == u'\t'))
            ++m_at;
    }

    bool take(char16_t character)
    {
        if (m_at == m_end || *m_at != character)
            return false;
        ++m_at;
        return true;
    }

    bool word(QStringView expected)
    {
        if (!QStringView(m_at, m_end).startsWith(expected))
            return false;
        m_at += expected.size();
        return true;
    }

    bool string()
    {
        if (!take(u'"'))
            return false;
        while (m_at != m_end && *m_at != u'"') {
            if (*m_at < u' ' || QChar::isSurrogate(*m_at))
                return false;
            if (*m_at == u'\\' && (++m_at == m_end || !QStringView(u"\"\\/bfnrt").contains(QChar(*m_at))))
                return false;
            ++m_at;
        }
        return take(u'"');
    }

    bool digits()
    {
        const char16_t *const first = m_at;
        while (m_at != m_end && *m_at >= u'0' && *m_at <= u'9')
            ++m_at;
        return m_at != first;
    }

    bool number()
    {
        take(u'-');
        if (!take(u'0') && !digits())
            return false;
        return !take(u'.') || digits();
    }

    bool value(int depth)
    {
        if (m_at == m_end)
            return false;
        switch (*m_at) {
        case u'"':
            return string();
        case u'{':
            return object(depth + 1);
        case u'[':
            return array(depth + 1);
        case u't':
            return word(u"true");
        case u'f':
            return word(u"false");
        case u'n':
            return word(u"null");
        default:
            return number();
        }
    }

    bool member(int depth)
    {
        skipSpace();
        if (!string())
            return false;
        skipSpace();
        return take(u':') && element(depth);
    }

    bool element(int depth)
    {
        skipSpace();
        if (!value(depth))
            return false;
        skipSpace();
        return true;
    }

    bool object(int depth)
    {
        if (depth > kMaxDepth || !take(u'{'))
            return false;
        skipSpace();
        if (take(u'}'))
            return true;
        do {
            if (!member(depth))
                return false;
        } while (take(u','));
        return take(u'}');
    }

    bool array(int depth)
    {
        if (depth > kMaxDepth || !take(u'['))
            return false;
        skipSpace();
        if (take(u']'))
            return true;
        do {
            if (!element(depth))
                return false;
        } while (take(u','));
        return take(u']');
    }

    const char16_t *m_at;
    const char16_t *m_end;
};

} // namespace

bool isPlainJsonObject(QStringView text) noexcept
{
    return Reader(text).document();
}

} // namespace andon
