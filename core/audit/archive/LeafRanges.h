// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QtGlobal>

#include <vector>

namespace andon {

/// Leaves of the tree, as ranges in their order: those of a month, which at its edges lie among the next one's.
class LeafRanges
{
public:
    struct Range
    {
        qint64 first = 0;
        qint64 count = 0;

        friend bool operator==(const Range &, const Range &) = default;
    };

    /// Reads what `toText` has written. What makes no sense is no leaf at all: then none counts as archived.
    [[nodiscard]] static LeafRanges parse(const QString &text);

    /// `0+1500 1503+7`
    [[nodiscard]] QString toText() const;

    /// Appends a leaf behind all others.
    void append(qint64 leaf);
    /// Takes those of others in, too.
    void unite(const LeafRanges &others);

    [[nodiscard]] qint64 count() const;
    [[nodiscard]] bool contains(qint64 leaf) const;
    /// Whether any of [begin, end) is among them.
    [[nodiscard]] bool overlap(qint64 begin, qint64 end) const;
    [[nodiscard]] const std::vector<Range> &ranges() const { return m_ranges; }

    friend bool operator==(const LeafRanges &, const LeafRanges &) = default;

private:
    /// The first that ends behind this leaf.
    [[nodiscard]] std::vector<Range>::const_iterator behind(qint64 leaf) const;

    std::vector<Range> m_ranges;
};

} // namespace andon
