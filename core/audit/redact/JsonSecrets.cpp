// SPDX-License-Identifier: Apache-2.0
#include "core/audit/redact/JsonSecrets.h"

#include "core/audit/redact/KeyWords.h"
#include "core/audit/redact/TextSecrets.h"
#include "core/audit/redact/TextUnits.h"

#include <algorithm>
#include <array>

namespace andon {

using namespace TextUnits;

namespace {

constexpr qsizetype kMaxLevels = 2048;
/// JSON in a text in JSON in a text: deeper is read as plain text.
constexpr int kMaxDepth = 4;

constexpr std::array<QStringView, 6> kNameKeys{u"name", u"key", u"header", u"field", u"variable", u"option"};
constexpr QStringView kValueKey = u"value";

bool isSame(QStringView one, QStringView other)
{
    return one.compare(other, Qt::CaseInsensitive) == 0;
}

bool isWholly(KeyKind kind)
{
    return kind == KeyKind::Secret || kind == KeyKind::Line;
}

char16_t unescaped(char16_t unit)
{
    switch (unit) {
    case u'n':
        return u'\n';
    case u'r':
        return u'\r';
    case u't':
        return u'\t';
    case u'b':
        return u'\b';
    case u'f':
        return u'\f';
    default:
        return unit;
    }
}

} // namespace

JsonSecrets::JsonSecrets(QStringView text, const SecretRules &rules, int depth)
    : m_text(text)
    , m_rules(rules)
    , m_depth(depth)
{
}

void JsonSecrets::findInText(QStringView text, const SecretRules &rules, int depth, SecretSpans &spans)
{
    const QStringView trimmed = text.trimmed();
    const bool mayBeJson = depth < kMaxDepth && (trimmed.startsWith(u'{') || trimmed.startsWith(u'['));
    SecretSpans found;
    if (mayBeJson && JsonSecrets(text, rules, depth).find(found)) {
        for (const SecretSpan &span : found.all())
            spans.add(span.begin, span.end, span.quoting);
        return;
    }
    TextSecrets(text, rules, depth).find(spans);
}

bool JsonSecrets::find(SecretSpans &spans)
{
    m_spans = &spans;
    skipSpace();
    if (!readValue(KeyKind::None))
        return false;
    while (!m_levels.isEmpty()) {
        if (!readStep())
            return false;
    }
    skipSpace();
    return m_at == m_text.size();
}

void JsonSecrets::skipSpace()
{
    while (isSpace(peek()))
        ++m_at;
}

bool JsonSecrets::take(char16_t wanted)
{
    if (m_at >= m_text.size() || peek() != wanted)
        return false;
    ++m_at;
    return true;
}

/// Reads a member, an element, or the end of the innermost level.
bool JsonSecrets::readStep()
{
    Level &level = m_levels.last();
    skipSpace();
    if (take(level.isObject ? u'}' : u']')) {
        close();
        return true;
    }
    if (level.hasMembers && !take(u','))
        return false;
    level.hasMembers = true;
    skipSpace();
    return level.isObject ? readMember() : readValue(KeyKind::None);
}

bool JsonSecrets::readMember()
{
    Piece key;
    if (!readString(&key))
        return false;
    Level &level = m_levels.last();
    const QStringView name = m_text.sliced(key.begin, key.end - key.begin);
    level.isValueNext = isSame(name, kValueKey);
    level.isNameNext = std::any_of(kNameKeys.begin(), kNameKeys.end(),
                                   [name](QStringView one) { return isSame(name, one); });
    const KeyKind kind = m_secretLevels > 0 ? KeyKind::None : kindOf(key);
    findIn(key);
    skipSpace();
    if (!take(u':'))
        return false;
    skipSpace();
    return readValue(kind);
}

bool JsonSecrets::readValue(KeyKind kind)
{
    switch (peek()) {
    case u'{':
    case u'[':
        if (m_levels.size() >= kMaxLevels)
            return false;
        open(kind);
        return true;
    case u'"': {
        Piece piece;
        if (!readString(&piece))
            return false;
        onString(kind, piece);
        return true;
    }
    default:
        return readScalar(kind);
    }
}

bool JsonSecrets::readString(Piece *piece)
{
    if (!take(u'"'))
        return false;
    piece->begin = m_at;
    for (; m_at < m_text.size(); ++m_at) {
        const char16_t here = m_text[m_at].unicode();
        if (here == u'"') {
            piece->end = m_at++;
            return true;
        }
        if (here == u'\\') {
            piece->isEscaped = true;
            ++m_at;
        }
    }
    return false;
}

bool JsonSecrets::readScalar(KeyKind kind)
{
    Piece piece;
    piece.begin = m_at;
    while (isAlnum(peek()) || peek() == u'-' || peek() == u'+' || peek() == u'.')
        ++m_at;
    piece.end = m_at;
    const QStringView text = m_text.sliced(piece.begin, piece.end - piece.begin);
    if (text == u"true" || text == u"false" || text == u"null") {
        if (!m_levels.isEmpty())
            m_levels.last().isAfterOption = false;
        return true;
    }
    const bool isNumber = !text.isEmpty()
        && (isDigit(text.front().unicode()) || text.front() == u'-' || text == u"NaN" || text == u"Infinity");
    if (!isNumber)
        return false;
    const bool isOptionValue = !m_levels.isEmpty() && std::exchange(m_levels.last().isAfterOption, false);
    if (isWholly(kind) || isOptionValue)
        m_spans->add(piece.begin, piece.end, m_depth);
    keepPair(piece, m_depth);
    return true;
}

void JsonSecrets::open(KeyKind kind)
{
    Level level;
    level.isObject = peek() == u'{';
    level.kind = kind;
    level.begin = m_at++;
    if (!m_levels.isEmpty())
        m_levels.last().isAfterOption = false;
    m_levels.append(level);
    if (isWholly(kind))
        ++m_secretLevels;
}

void JsonSecrets::close()
{
    const Level level = m_levels.last();
    m_levels.removeLast();
    if (isWholly(level.kind))
        --m_secretLevels;
    if (isWholly(level.kind) || (level.kind == KeyKind::Count && level.hasText))
        m_spans->add(level.begin, m_at, m_depth);
    if (level.isNameSecret)
        m_spans->add(level.value.begin, level.value.end, level.valueQuoting);
    if (m_levels.isEmpty())
        return;
    m_levels.last().hasText = m_levels.last().hasText || level.hasText;
    keepPair({level.begin, m_at, false}, m_depth);
}

/// Keeps where an object's `value` is, in case its `name` says that it is secret.
void JsonSecrets::keepPair(const Piece &piece, int quoting)
{
    if (m_levels.isEmpty() || !m_levels.last().isValueNext)
        return;
    m_levels.last().value = piece;
    m_levels.last().valueQuoting = quoting;
    m_levels.last().isValueNext = false;
}

void JsonSecrets::onString(KeyKind kind, const Piece &piece)
{
    const QStringView text = m_text.sliced(piece.begin, piece.end - piece.begin);
    bool isSecret = isWholly(kind) || kind == KeyKind::Pass;
    if (kind == KeyKind::Auth)
        isSecret = !SecretKeys::isNameOfScheme(text);
    if (kind == KeyKind::Count)
        isSecret = !std::all_of(text.begin(), text.end(), [](QChar unit) { return isDigit(unit.unicode()); });
    if (!m_levels.isEmpty()) {
        Level &level = m_levels.last();
        level.hasText = true;
        if (std::exchange(level.isAfterOption, false) && !text.startsWith(u"--"))
            isSecret = true;
        if (!level.isObject && !isSecret)
            level.isAfterOption = isOption(piece);
        if (std::exchange(level.isNameNext, false)) {
            const KeyKind named = kindOf(piece);
            level.isNameSecret = level.isNameSecret || isWholly(named) || named == KeyKind::Pass;
        }
        keepPair(piece, SecretSpan::kBare);
    }
    if (isSecret)
        m_spans->add(piece.begin, piece.end);
    else
        findIn(piece);
}

KeyKind JsonSecrets::kindOf(const Piece &key) const
{
    if (key.isEscaped)
        return m_rules.keys.kindOf(decoded(key));
    const QStringView text = m_text.sliced(key.begin, key.end - key.begin);
    return m_rules.triggers.isIn(text) ? m_rules.keys.kindOf(text) : KeyKind::None;
}

/// Whether a text is `--password`, and so what follows in a list of arguments is one.
bool JsonSecrets::isOption(const Piece &piece) const
{
    constexpr qsizetype kLongestOption = 128;
    const QStringView text = m_text.sliced(piece.begin, piece.end - piece.begin);
    if (!text.startsWith(u'-') || text.size() > kLongestOption || text.contains(u'=') || text.contains(u' '))
        return false;
    const KeyKind kind = kindOf(piece);
    return isWholly(kind) || kind == KeyKind::Pass;
}

QString JsonSecrets::decoded(const Piece &piece, QVarLengthArray<qsizetype, 256> *places) const
{
    QString text;
    text.reserve(piece.end - piece.begin);
    for (qsizetype i = piece.begin; i < piece.end; ++i) {
        if (places)
            places->append(i);
        char16_t unit = m_text[i].unicode();
        if (unit == u'\\' && i + 1 < piece.end) {
            unit = unescaped(m_text[++i].unicode());
            bool isNumber = false;
            ushort number = 0;
            if (unit == u'u' && i + 4 < piece.end)
                number = m_text.sliced(i + 1, 4).toUShort(&isNumber, 16);
            if (isNumber) {
                unit = number;
                i += 4;
            }
        }
        text += QChar(unit);
    }
    if (places)
        places->append(piece.end);
    return text;
}

/// What is secret in a text, wherever it stands.
void JsonSecrets::findIn(const Piece &piece)
{
    const QStringView text = m_text.sliced(piece.begin, piece.end - piece.begin);
    if (m_secretLevels > 0 || !m_rules.triggers.isIn(text))
        return;
    SecretSpans found;
    if (!piece.isEscaped) {
        findInText(text, m_rules, m_depth + 1, found);
        for (const SecretSpan &span : found.all())
            m_spans->add(piece.begin + span.begin, piece.begin + span.end, span.quoting);
        return;
    }
    QVarLengthArray<qsizetype, 256> places;
    const QString plain = decoded(piece, &places);
    findInText(plain, m_rules, m_depth + 1, found);
    for (const SecretSpan &span : found.all())
        m_spans->add(places[span.begin], places[span.end], span.quoting);
}

} // namespace andon
