// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/audit/details/JsonTree.h"

namespace andon {

/// Reads a JSON text once, from left to right, and fills a JsonTree with where its values are.
/// Every `read` function returns false at the first thing that is not JSON.
class JsonTreeParser
{
public:
    JsonTreeParser(JsonTree &tree, const JsonTree::IsWanted &isWanted);

    bool read();
    [[nodiscard]] bool isTooDeep() const { return m_isTooDeep; }

private:
    static constexpr JsonTree::Node kNone = 0xFFFF'FFFF;

    [[nodiscard]] char16_t peek() const { return m_at != m_end ? *m_at : u'\0'; }
    [[nodiscard]] quint32 position() const { return quint32(m_at - m_begin); }
    void skipSpace();
    bool take(char16_t character);
    JsonTree::Node add(JsonTree::Node parent, JsonTree::Kind kind);

    bool readValue(JsonTree::Node parent, quint32 nameBegin, quint32 nameEnd, int depth);
    bool readMembers(JsonTree::Node node, bool isObject, int depth);
    bool readMember(JsonTree::Node node, bool isObject, int depth);
    bool readScalar(JsonTree::Kind kind);
    bool readString();
    bool readEscape();
    bool readWord(QStringView word);
    bool readDigits();
    bool readNumber();

    JsonTree &m_tree;
    const JsonTree::IsWanted &m_isWanted;
    const char16_t *m_begin;
    const char16_t *m_at;
    const char16_t *m_end;
    bool m_isTooDeep = false;
    quint32 m_read = 0;
};

} // namespace andon
