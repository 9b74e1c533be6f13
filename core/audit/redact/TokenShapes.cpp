// SPDX-License-Identifier: Apache-2.0
#include "core/audit/redact/TokenShapes.h"

#include "core/audit/redact/TextUnits.h"

#include <array>

namespace andon {

using namespace TextUnits;

namespace {

/// What may follow the beginning.
enum class Tail {
    Alnum,
    Underscore, ///< and _
    Dash,       ///< and _ -
    Dot,        ///< and _ - .
    Sixteen,    ///< upper case and digits, sixteen and no more
    Mixed,      ///< as Dash, but no plain words with dashes between them: sk-learn-like-names
};

struct Shape
{
    QStringView beginning;
    Tail tail;
    qsizetype atLeast; ///< units of tail; shorter is no token
};

constexpr std::array kShapes{
    Shape{u"ghp_", Tail::Alnum, 20},     Shape{u"gho_", Tail::Alnum, 20},
    Shape{u"ghu_", Tail::Alnum, 20},     Shape{u"ghs_", Tail::Alnum, 20},
    Shape{u"ghr_", Tail::Alnum, 20},     Shape{u"github_pat_", Tail::Underscore, 20},
    Shape{u"glpat-", Tail::Dash, 16},    Shape{u"gldt-", Tail::Dash, 16},
    Shape{u"glrt-", Tail::Dash, 16},     Shape{u"xoxa-", Tail::Dash, 10},
    Shape{u"xoxb-", Tail::Dash, 10},     Shape{u"xoxe-", Tail::Dash, 10},
    Shape{u"xoxe.", Tail::Dash, 10},     Shape{u"xoxp-", Tail::Dash, 10},
    Shape{u"xoxr-", Tail::Dash, 10},     Shape{u"xoxs-", Tail::Dash, 10},
    Shape{u"xapp-", Tail::Dash, 10},     Shape{u"AKIA", Tail::Sixteen, 16},
    Shape{u"ASIA", Tail::Sixteen, 16},   Shape{u"sk_live_", Tail::Alnum, 16},
    Shape{u"sk_test_", Tail::Alnum, 16}, Shape{u"rk_live_", Tail::Alnum, 16},
    Shape{u"rk_test_", Tail::Alnum, 16}, Shape{u"whsec_", Tail::Alnum, 16},
    Shape{u"sk-", Tail::Mixed, 20},      Shape{u"AIza", Tail::Dash, 30},
    Shape{u"npm_", Tail::Alnum, 30},     Shape{u"hf_", Tail::Alnum, 30},
    Shape{u"dckr_pat_", Tail::Dash, 20}, Shape{u"pypi-", Tail::Dash, 30},
    Shape{u"ya29.", Tail::Dash, 20},     Shape{u"hvs.", Tail::Dash, 20},
    Shape{u"SG.", Tail::Dot, 30},        Shape{u"shpat_", Tail::Alnum, 20},
    Shape{u"dop_v1_", Tail::Alnum, 20},
};

constexpr bool isBase64Url(char16_t unit)
{
    return isAlnum(unit) || unit == u'-' || unit == u'_';
}

constexpr bool isOf(Tail tail, char16_t unit)
{
    switch (tail) {
    case Tail::Alnum:
        return isAlnum(unit);
    case Tail::Underscore:
        return isAlnum(unit) || unit == u'_';
    case Tail::Dash:
    case Tail::Mixed:
        return isBase64Url(unit);
    case Tail::Dot:
        return isBase64Url(unit) || unit == u'.';
    case Tail::Sixteen:
        return isUpper(unit) || isDigit(unit);
    }
    return false;
}

/// Whether the tail that begins here is more than words with dashes between them. Looks at a few units only.
bool isMixed(QStringView text, qsizetype at)
{
    constexpr qsizetype kEnough = 64;
    constexpr qsizetype kLongestWord = 20;
    qsizetype run = 0;
    for (qsizetype i = at; i < qMin(text.size(), at + kEnough) && isBase64Url(text[i].unicode()); ++i) {
        const char16_t unit = text[i].unicode();
        run = isLower(unit) ? run + 1 : 0;
        if (isDigit(unit) || isUpper(unit) || run == kLongestWord)
            return true;
    }
    return false;
}

/// Takes long only where it finds a token, which nobody asks about again.
qsizetype endOfShape(QStringView text, qsizetype at, const Shape &shape)
{
    if (!text.sliced(at).startsWith(shape.beginning))
        return at;
    const qsizetype begin = at + shape.beginning.size();
    if (shape.tail == Tail::Mixed && !isMixed(text, begin))
        return at;
    const qsizetype most = shape.tail == Tail::Sixteen ? shape.atLeast + 1 : text.size();
    qsizetype end = begin;
    while (end < text.size() && end - begin < most && isOf(shape.tail, text[end].unicode()))
        ++end;
    const bool isLongEnough = shape.tail == Tail::Sixteen ? end - begin == shape.atLeast : end - begin >= shape.atLeast;
    return isLongEnough ? end : at;
}

} // namespace

qsizetype TokenShapes::webTokenEnd(qsizetype at)
{
    const auto runEnd = [this](qsizetype from) {
        while (from < m_text.size() && isBase64Url(m_text[from].unicode()))
            ++from;
        return from;
    };
    constexpr qsizetype kShortestPart = 4;
    if (at >= m_runEnd) { // else the run was walked before, from an earlier place in it
        m_runEnd = runEnd(at);
        const qsizetype second = m_runEnd < m_text.size() && m_text[m_runEnd] == u'.' ? runEnd(m_runEnd + 1) : m_runEnd;
        m_isRunToken = second - m_runEnd > kShortestPart && second < m_text.size() && m_text[second] == u'.';
        m_tokenEnd = second;
        while (m_isRunToken && m_tokenEnd < m_text.size() && isOf(Tail::Dot, m_text[m_tokenEnd].unicode()))
            ++m_tokenEnd;
    }
    return m_isRunToken && m_runEnd - at >= kShortestPart ? m_tokenEnd : at;
}

qsizetype TokenShapes::endOf(qsizetype at)
{
    if (at >= m_text.size())
        return at;
    switch (m_text[at].unicode()) {
    case u'e':
        return m_text.sliced(at).startsWith(u"eyJ") ? webTokenEnd(at) : at;
    case u'g':
    case u'x':
    case u'A':
    case u's':
    case u'S':
    case u'r':
    case u'w':
    case u'n':
    case u'h':
    case u'd':
    case u'p':
    case u'y':
        break;
    default:
        return at;
    }
    for (const Shape &shape : kShapes) {
        const qsizetype end = endOfShape(m_text, at, shape);
        if (end != at)
            return end;
    }
    return at;
}

} // namespace andon
