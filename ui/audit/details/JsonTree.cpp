// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/details/JsonTree.h"

#include "ui/audit/details/JsonTreeParser.h"

#include <QStringMatcher>

#include <algorithm>
#include <cmath>
#include <limits>

namespace andon {

namespace {

QChar resolved(QStringView text, qsizetype &at)
{
    const QChar kind = text[at++];
    switch (kind.unicode()) {
    case u'b':
        return u'\b';
    case u'f':
        return u'\f';
    case u'n':
        return u'\n';
    case u'r':
        return u'\r';
    case u't':
        return u'\t';
    case u'u':
        at += 4;
        return QChar(text.sliced(at - 4, 4).toUShort(nullptr, 16));
    default:
        return kind;
    }
}

/// What stands between the quotes of a JSON string.
QString unescaped(QStringView text, qsizetype limit)
{
    QString result;
    result.reserve(std::min(text.size(), limit));
    for (qsizetype at = 0; at < text.size() && result.size() < limit;) {
        const QChar character = text[at++];
        result += character == u'\\' ? resolved(text, at) : character;
    }
    return result;
}

bool isWord(const QString &text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](QChar c) {
        return c.isLetterOrNumber() || c == u'_' || c == u'-';
    });
}

QString quoted(const QString &text)
{
    QString result = text;
    result.replace(u'\\', QStringLiteral("\\\\")).replace(u'"', QStringLiteral("\\\""));
    return u'"' + result + u'"';
}

/// What cannot be taken for a number, a range, or true, false and null.
bool isPlainString(const QString &text)
{
    return isWord(text) && (text.front().isLetter() || text.front() == u'_') && text != QStringLiteral("true")
        && text != QStringLiteral("false") && text != QStringLiteral("null");
}

constexpr qsizetype kNoLimit = std::numeric_limits<qsizetype>::max();
/// A longer name or value is not written into a filter.
constexpr qsizetype kMaxTerm = 1000;
/// Nor is a number with more digits than any that is of use, or a longer way.
constexpr qsizetype kMaxDigits = 400;
constexpr qsizetype kMaxSteps = 16;

} // namespace

JsonTree::Parsed JsonTree::parse(const QString &text, const IsWanted &isWanted)
{
    const auto tree = std::make_shared<JsonTree>();
    tree->m_text = text;
    JsonTreeParser parser(*tree, isWanted);
    if (text.size() >= std::numeric_limits<qint32>::max() || !parser.read())
        return {nullptr, parser.isTooDeep() ? Problem::TooDeep : Problem::NotJson};
    tree->link();
    return {tree, Problem::None};
}

/// Puts the children of each node beside each other, and into ranges where there are many.
void JsonTree::link()
{
    const auto count = Node(m_nodes.size());
    quint32 next = 0;
    for (Entry &entry : m_nodes) {
        entry.firstChild = next;
        next += entry.childCount;
        entry.childCount = 0;
    }
    m_children.resize(next);
    for (Node node = 1; node < count; ++node) {
        Entry &parent = m_nodes[m_nodes[node].parent];
        m_nodes[node].row = parent.childCount;
        m_children[parent.firstChild + parent.childCount++] = node;
    }
    for (Node node = 0; node < count; ++node) {
        if (m_nodes[node].childCount > kRange)
            divide(node);
    }
}

void JsonTree::divide(Node node)
{
    const quint32 first = m_nodes[node].firstChild;
    const quint32 count = m_nodes[node].childCount;
    const auto firstRange = quint32(m_children.size());
    for (quint32 begin = 0; begin < count; begin += kRange) {
        const auto range = Node(m_nodes.size());
        Entry entry;
        entry.kind = Kind::Range;
        entry.parent = node;
        entry.row = begin / kRange;
        entry.firstChild = first + begin;
        entry.childCount = std::min(kRange, count - begin);
        const Node last = m_children[first + begin + entry.childCount - 1];
        entry.begin = m_nodes[m_children[first + begin]].begin;
        entry.end = m_nodes[last].end;
        for (quint32 row = 0; row < entry.childCount; ++row) {
            Entry &child = m_nodes[m_children[first + begin + row]];
            child.parent = range;
            child.row = row;
        }
        m_nodes.push_back(entry);
        m_children.push_back(range);
    }
    m_nodes[node].firstChild = firstRange;
    m_nodes[node].childCount = quint32(m_children.size()) - firstRange;
}

QStringView JsonTree::part(quint32 begin, quint32 end) const
{
    return QStringView(m_text).sliced(begin, end - begin);
}

quint32 JsonTree::valueCount(Node node) const
{
    const quint32 count = childCount(node);
    if (kind(node) == Kind::Range || count == 0 || kind(child(node, 0)) != Kind::Range)
        return count;
    return (count - 1) * kRange + childCount(child(node, count - 1));
}

QString JsonTree::name(Node node, qsizetype limit) const
{
    const Entry &entry = m_nodes[node];
    return entry.nameEnd > 0 ? unescaped(part(entry.nameBegin, entry.nameEnd), limit) : QString();
}

quint32 JsonTree::position(Node node) const
{
    const Entry &entry = m_nodes[node];
    if (entry.kind == Kind::Range)
        return entry.row * kRange;
    return entry.row + (kind(entry.parent) == Kind::Range ? m_nodes[entry.parent].row * kRange : 0);
}

QString JsonTree::value(Node node, qsizetype limit) const
{
    const Entry &entry = m_nodes[node];
    if (entry.kind == Kind::String)
        return unescaped(part(entry.begin + 1, entry.end - 1), limit);
    return part(entry.begin, entry.end).left(limit).toString();
}

QStringList JsonTree::steps(Node node) const
{
    QStringList found;
    for (; node != 0; node = parent(node)) {
        if (kind(node) != Kind::Range)
            found << (hasName(node) ? name(node, kNoLimit) : QString::number(position(node)));
    }
    std::reverse(found.begin(), found.end());
    return found;
}

QString JsonTree::path(Node node) const
{
    QString way = QStringLiteral("data");
    const QStringList all = steps(node);
    for (const QString &step : all)
        way += u'.' + (isWord(step) ? step : quoted(step));
    return way;
}

QString JsonTree::term(Node node) const
{
    if (node == 0 || isContainer(node))
        return {};
    const QStringList way = steps(node);
    const QString text = value(node, kMaxTerm);
    const auto canBeSaid = [](const QString &said) {
        return !said.isEmpty() && said.size() < kMaxTerm && !said.contains(QChar(0));
    };
    if (way.size() > kMaxSteps || !std::all_of(way.begin(), way.end(), canBeSaid) || !canBeSaid(text))
        return {};
    if (kind(node) == Kind::Number && (text.size() > kMaxDigits || !std::isfinite(text.toDouble())))
        return {};
    const bool isBare = kind(node) != Kind::String || isPlainString(text);
    return path(node) + u':' + (isBare ? text : quoted(text));
}

JsonTree::Found JsonTree::find(const QString &text, qsizetype limit, const IsWanted &isWanted) const
{
    constexpr Node kAskEvery = 4096;
    Found found;
    if (text.isEmpty())
        return found;
    const QStringMatcher matcher(text, Qt::CaseInsensitive);
    const auto holds = [&matcher](QStringView stored) {
        if (!stored.contains(u'\\'))
            return matcher.indexIn(stored) >= 0;
        return matcher.indexIn(unescaped(stored, kNoLimit)) >= 0;
    };
    for (Node node = 0; node < m_nodes.size(); ++node) {
        const Entry &entry = m_nodes[node];
        if (entry.kind == Kind::Range)
            break; // ranges come after all values
        if (node % kAskEvery == 0 && isWanted && !isWanted())
            break;
        const quint32 quote = entry.kind == Kind::String ? 1 : 0;
        const bool isNamed = entry.nameEnd > 0 && holds(part(entry.nameBegin, entry.nameEnd));
        if (!isNamed && (isContainer(node) || !holds(part(entry.begin + quote, entry.end - quote))))
            continue;
        if (found.nodes.size() >= limit) {
            found.isAtLeast = true;
            break;
        }
        found.nodes << node;
    }
    return found;
}

} // namespace andon
