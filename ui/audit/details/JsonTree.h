// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

#include <functional>
#include <memory>
#include <vector>

namespace andon {

/// A JSON text (RFC 8259, strict) taken apart into its values, which stay in the text: numbers keep every digit,
/// names their order, and a name that comes twice comes twice.
///
/// A container of many values has them in ranges of `kRange`, so that no level is long. Immutable: it may be
/// made in one thread and read in another.
class JsonTree
{
public:
    /// Asked now and then; false ends the work, whose result is then of no use.
    using IsWanted = std::function<bool()>;
    /// Number of a node; the root is 0.
    using Node = quint32;

    static constexpr int kMaxDepth = 512;
    /// So many values are kept. What follows is read, but is not in the tree.
    static constexpr quint32 kMaxNodes = 500'000;
    /// So many children a node has at most.
    static constexpr quint32 kRange = 1000;

    enum class Kind : quint8 { Object, Array, Range, String, Number, Bool, Null };
    enum class Problem { None, NotJson, TooDeep };

    struct Parsed
    {
        std::shared_ptr<const JsonTree> tree; ///< null where there is a problem
        Problem problem = Problem::None;
    };
    [[nodiscard]] static Parsed parse(const QString &text, const IsWanted &isWanted = {});

    [[nodiscard]] Kind kind(Node node) const { return m_nodes[node].kind; }
    [[nodiscard]] bool isContainer(Node node) const { return kind(node) <= Kind::Range; }
    /// The node that it hangs on: a container, or a range of it. The root's is the root.
    [[nodiscard]] Node parent(Node node) const { return m_nodes[node].parent; }
    /// Its place among its siblings.
    [[nodiscard]] quint32 row(Node node) const { return m_nodes[node].row; }
    [[nodiscard]] quint32 childCount(Node node) const { return m_nodes[node].childCount; }
    [[nodiscard]] Node child(Node node, quint32 row) const { return m_children[m_nodes[node].firstChild + row]; }
    /// How many values an object or an array holds, or a range of it.
    [[nodiscard]] quint32 valueCount(Node node) const;
    [[nodiscard]] bool isCut() const { return m_isCut; }

    /// The name of an object's member, with its escapes resolved, cut at `limit`; empty for other nodes.
    [[nodiscard]] QString name(Node node, qsizetype limit) const;
    [[nodiscard]] bool hasName(Node node) const { return m_nodes[node].nameEnd > 0; }
    /// The position of an array's element in the whole of its array, or of a range's first value.
    [[nodiscard]] quint32 position(Node node) const;
    /// The text of a string with its escapes resolved, cut at `limit`; of other values as it is stored.
    [[nodiscard]] QString value(Node node, qsizetype limit) const;
    /// How the filter language reaches the value: `data.result.peers.3.store`.
    [[nodiscard]] QString path(Node node) const;
    /// The filter's term for events with this very value; empty where the language cannot say it.
    [[nodiscard]] QString term(Node node) const;

    struct Found
    {
        QList<Node> nodes; ///< in the order of the text
        bool isAtLeast = false;
    };
    /// The values whose name or text contains `text`, whatever its case. Reads everything: not for the UI thread.
    [[nodiscard]] Found find(const QString &text, qsizetype limit, const IsWanted &isWanted = {}) const;

private:
    friend class JsonTreeParser;

    struct Entry
    {
        quint32 nameBegin = 0; ///< after the quote
        quint32 nameEnd = 0;   ///< at the closing quote; 0: no name
        quint32 begin = 0;
        quint32 end = 0;
        quint32 parent = 0;
        quint32 row = 0;
        quint32 firstChild = 0; ///< in m_children
        quint32 childCount = 0;
        Kind kind = Kind::Null;
    };

    /// Names and positions from the root to the node.
    [[nodiscard]] QStringList steps(Node node) const;
    void link();
    void divide(Node node);
    [[nodiscard]] QStringView part(quint32 begin, quint32 end) const;

    QString m_text;
    std::vector<Entry> m_nodes;
    std::vector<Node> m_children; ///< siblings beside each other
    bool m_isCut = false;
};

} // namespace andon
