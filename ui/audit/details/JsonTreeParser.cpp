// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/details/JsonTreeParser.h"

namespace andon {

using Kind = JsonTree::Kind;
using Node = JsonTree::Node;

namespace {

Kind kindOf(char16_t first)
{
    switch (first) {
    case u'{':
        return Kind::Object;
    case u'[':
        return Kind::Array;
    case u'"':
        return Kind::String;
    case u't':
    case u'f':
        return Kind::Bool;
    case u'n':
        return Kind::Null;
    default:
        return Kind::Number;
    }
}

bool isDigit(char16_t character)
{
    return character >= u'0' && character <= u'9';
}

} // namespace

JsonTreeParser::JsonTreeParser(JsonTree &tree, const JsonTree::IsWanted &isWanted)
    : m_tree(tree)
    , m_isWanted(isWanted)
    , m_begin(QStringView(tree.m_text).utf16())
    , m_at(m_begin)
    , m_end(m_begin + tree.m_text.size())
{
}

bool JsonTreeParser::read()
{
    skipSpace();
    if (!readValue(kNone, 0, 0, 0))
        return false;
    skipSpace();
    return m_at == m_end;
}

void JsonTreeParser::skipSpace()
{
    while (m_at != m_end && (*m_at == u' ' || *m_at == u'\n' || *m_at == u'\r' || *m_at == u'\t'))
        ++m_at;
}

bool JsonTreeParser::take(char16_t character)
{
    if (m_at == m_end || *m_at != character)
        return false;
    ++m_at;
    return true;
}

/// The new node, or none where the tree is full.
Node JsonTreeParser::add(Node parent, Kind kind)
{
    auto &nodes = m_tree.m_nodes;
    const bool isRoot = nodes.empty();
    if (!isRoot && (parent == kNone || nodes.size() >= JsonTree::kMaxNodes)) {
        m_tree.m_isCut = true;
        return kNone;
    }
    nodes.emplace_back();
    nodes.back().kind = kind;
    nodes.back().begin = position();
    if (!isRoot) {
        nodes.back().parent = parent;
        ++nodes[parent].childCount;
    }
    return Node(nodes.size() - 1);
}

bool JsonTreeParser::readValue(Node parent, quint32 nameBegin, quint32 nameEnd, int depth)
{
    constexpr quint32 kAskEvery = 4096;
    if (++m_read % kAskEvery == 0 && m_isWanted && !m_isWanted())
        return false;
    const Kind kind = kindOf(peek());
    const Node node = add(parent, kind);
    const bool isRead = kind == Kind::Object || kind == Kind::Array ? readMembers(node, kind == Kind::Object, depth + 1)
                                                                    : readScalar(kind);
    if (isRead && node != kNone) {
        JsonTree::Entry &entry = m_tree.m_nodes[node];
        entry.nameBegin = nameBegin;
        entry.nameEnd = nameEnd;
        entry.end = position();
    }
    return isRead;
}

bool JsonTreeParser::readMembers(Node node, bool isObject, int depth)
{
    if (depth > JsonTree::kMaxDepth) {
        m_isTooDeep = true;
        return false;
    }
    const char16_t close = isObject ? u'}' : u']';
    ++m_at;
    skipSpace();
    if (take(close))
        return true;
    do {
        if (!readMember(node, isObject, depth))
            return false;
    } while (take(u','));
    return take(close);
}

bool JsonTreeParser::readMember(Node node, bool isObject, int depth)
{
    skipSpace();
    quint32 nameBegin = 0;
    quint32 nameEnd = 0;
    if (isObject) {
        nameBegin = position() + 1;
        if (!readString())
            return false;
        nameEnd = position() - 1;
        skipSpace();
        if (!take(u':'))
            return false;
        skipSpace();
    }
    if (!readValue(node, nameBegin, nameEnd, depth))
        return false;
    skipSpace();
    return true;
}

bool JsonTreeParser::readScalar(Kind kind)
{
    switch (kind) {
    case Kind::String:
        return readString();
    case Kind::Bool:
        return readWord(u"true") || readWord(u"false");
    case Kind::Null:
        return readWord(u"null");
    default:
        return readNumber();
    }
}

bool JsonTreeParser::readString()
{
    if (!take(u'"'))
        return false;
    while (m_at != m_end && *m_at >= u' ') {
        const char16_t character = *m_at++;
        if (character == u'"')
            return true;
        if (character == u'\\' && !readEscape())
            return false;
    }
    return false; // not closed, or a control character
}

bool JsonTreeParser::readEscape()
{
    const char16_t kind = peek();
    if (m_at == m_end || !QStringView(u"\"\\/bfnrtu").contains(QChar(kind)))
        return false;
    ++m_at;
    if (kind != u'u')
        return true;
    for (int i = 0; i < 4; ++i) {
        const char16_t digit = peek();
        if (!isDigit(digit) && !(digit >= u'a' && digit <= u'f') && !(digit >= u'A' && digit <= u'F'))
            return false;
        ++m_at;
    }
    return true;
}

bool JsonTreeParser::readWord(QStringView word)
{
    if (!QStringView(m_at, m_end).startsWith(word))
        return false;
    m_at += word.size();
    return true;
}

bool JsonTreeParser::readDigits()
{
    const char16_t *const first = m_at;
    while (isDigit(peek()))
        ++m_at;
    return m_at != first;
}

bool JsonTreeParser::readNumber()
{
    take(u'-');
    if (!take(u'0') && !readDigits())
        return false;
    if (take(u'.') && !readDigits())
        return false;
    if (!take(u'e') && !take(u'E'))
        return true;
    if (!take(u'+'))
        take(u'-');
    return readDigits();
}

} // namespace andon
