// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QStringList>

#include <string_view>
#include <vector>

namespace andon {

/// How many events happened when, by type, in equal bins of time.
///
/// Bounded: when the times span more than `kMaxBins` bins, bins are joined to wider ones, exactly. A bin
/// begins at a multiple of its width since 1970-01-01T00:00Z. A value type.
class ActivityHistogram
{
public:
    static constexpr int kMaxBins = 720;
    /// Types that are counted apart, in the order in which they came; all further ones count as the
    /// last, whose name is `kOther`.
    static constexpr int kMaxTypes = 16;
    static const QString kOther;

    void add(qint64 momentMs, std::string_view type, qint64 count = 1);
    /// An event whose stored time is no time.
    void addUndated(qint64 count = 1) { m_undated += count; }
    void merge(const ActivityHistogram &other);

    [[nodiscard]] bool isEmpty() const { return m_bins == 0; }
    /// Width of a bin in milliseconds.
    [[nodiscard]] qint64 binMs() const;
    [[nodiscard]] int binCount() const { return m_bins; }
    /// Where a bin begins, in milliseconds since 1970 UTC; `bin` may be binCount(): the end.
    [[nodiscard]] qint64 startMs(int bin) const;
    [[nodiscard]] const QStringList &types() const { return m_types; }
    [[nodiscard]] qint64 count(int bin, int type) const;
    [[nodiscard]] qint64 total(int bin) const;
    [[nodiscard]] qint64 undated() const { return m_undated; }

    friend bool operator==(const ActivityHistogram &, const ActivityHistogram &) = default;

private:
    int typeIndex(std::string_view type);
    void reach(qint64 momentMs);
    void coarsen();

    int m_step = 0;        ///< which width
    qint64 m_firstBin = 0; ///< since 1970, in bins
    int m_bins = 0;
    std::vector<qint64> m_counts; ///< kMaxTypes a bin
    QStringList m_types;
    QList<QByteArray> m_typeBytes;
    qint64 m_undated = 0;
};

} // namespace andon
