// SPDX-License-Identifier: Apache-2.0
#include "core/audit/read/ActivityHistogram.h"

#include <algorithm>
#include <array>

namespace andon {

namespace {

constexpr qint64 kSecond = 1000;
constexpr qint64 kMinute = 60 * kSecond;
constexpr qint64 kHour = 60 * kMinute;
constexpr qint64 kDay = 24 * kHour;

/// Widths of a bin. Each is a multiple of the one before, so that joining bins is exact. The last spans
/// all times that there can be in fewer than kMaxBins.
constexpr std::array<qint64, 15> kWidths{kSecond,      5 * kSecond, 15 * kSecond, kMinute,     5 * kMinute,
                                         15 * kMinute, kHour,       3 * kHour,    12 * kHour,  kDay,
                                         7 * kDay,     28 * kDay,   364 * kDay,   3640 * kDay, 36'400 * kDay};

qint64 floorDiv(qint64 value, qint64 width)
{
    return value >= 0 ? value / width : -((-value + width - 1) / width);
}

} // namespace

const QString ActivityHistogram::kOther = QStringLiteral("other");

qint64 ActivityHistogram::binMs() const
{
    return kWidths.at(size_t(m_step));
}

qint64 ActivityHistogram::startMs(int bin) const
{
    return (m_firstBin + bin) * binMs();
}

int ActivityHistogram::typeIndex(std::string_view type)
{
    for (qsizetype i = 0; i < m_typeBytes.size(); ++i) {
        const QByteArray &known = m_typeBytes.at(i);
        if (std::string_view(known.constData(), size_t(known.size())) == type)
            return int(i);
    }
    const bool isLast = m_types.size() >= kMaxTypes - 1;
    if (m_types.size() == kMaxTypes)
        return kMaxTypes - 1;
    const QString name = isLast ? kOther : QString::fromUtf8(type.data(), qsizetype(type.size()));
    m_types << name;
    m_typeBytes << name.toUtf8();
    return int(m_types.size()) - 1;
}

void ActivityHistogram::coarsen()
{
    const qint64 factor = kWidths.at(size_t(m_step) + 1) / kWidths.at(size_t(m_step));
    const qint64 first = floorDiv(m_firstBin, factor);
    const qint64 last = floorDiv(m_firstBin + m_bins - 1, factor);
    std::vector<qint64> counts(size_t(last - first + 1) * kMaxTypes);
    for (int bin = 0; bin < m_bins; ++bin) {
        const qint64 to = floorDiv(m_firstBin + bin, factor) - first;
        for (int type = 0; type < kMaxTypes; ++type)
            counts[size_t(to) * kMaxTypes + size_t(type)] += m_counts[size_t(bin) * kMaxTypes + size_t(type)];
    }
    m_counts = std::move(counts);
    m_firstBin = first;
    m_bins = int(last - first + 1);
    ++m_step;
}

/// Makes sure that there is a bin for the moment.
void ActivityHistogram::reach(qint64 momentMs)
{
    qint64 bin = floorDiv(momentMs, binMs());
    if (m_bins == 0) {
        m_firstBin = bin;
        m_bins = 1;
        m_counts.assign(kMaxTypes, 0);
        return;
    }
    while (std::max(bin, m_firstBin + m_bins - 1) - std::min(bin, m_firstBin) >= kMaxBins) {
        coarsen();
        bin = floorDiv(momentMs, binMs());
    }
    if (bin < m_firstBin) {
        m_counts.insert(m_counts.begin(), size_t(m_firstBin - bin) * kMaxTypes, 0);
        m_bins += int(m_firstBin - bin);
        m_firstBin = bin;
    } else if (bin >= m_firstBin + m_bins) {
        m_bins = int(bin - m_firstBin) + 1;
        m_counts.resize(size_t(m_bins) * kMaxTypes);
    }
}

void ActivityHistogram::add(qint64 momentMs, std::string_view type, qint64 count)
{
    reach(momentMs);
    const auto bin = size_t(floorDiv(momentMs, binMs()) - m_firstBin);
    m_counts[bin * kMaxTypes + size_t(typeIndex(type))] += count;
}

void ActivityHistogram::merge(const ActivityHistogram &other)
{
    m_undated += other.m_undated;
    if (other.isEmpty())
        return;
    while (m_step < other.m_step)
        isEmpty() ? void(++m_step) : coarsen();
    for (int bin = 0; bin < other.m_bins; ++bin) {
        for (int type = 0; type < int(other.m_types.size()); ++type) {
            const qint64 count = other.count(bin, type);
            const QByteArray &name = other.m_typeBytes.at(type);
            if (count > 0)
                add(other.startMs(bin), {name.constData(), size_t(name.size())}, count);
        }
    }
}

qint64 ActivityHistogram::count(int bin, int type) const
{
    return m_counts[size_t(bin) * kMaxTypes + size_t(type)];
}

qint64 ActivityHistogram::total(int bin) const
{
    const auto begin = m_counts.begin() + qptrdiff(bin) * kMaxTypes;
    qint64 sum = 0;
    for (auto count = begin; count != begin + kMaxTypes; ++count)
        sum += *count;
    return sum;
}

} // namespace andon
