// SPDX-License-Identifier: Apache-2.0
#include "core/audit/read/AuditScan.h"

#include "core/audit/query/SliceSource.h"
#include "core/audit/read/AuditReader.h"
#include "core/audit/read/AuditSlices.h"
#include "core/storage/Database.h"
#include "core/storage/MomentReader.h"

#include <QMutexLocker>

#include <algorithm>
#include <chrono>
#include <thread>

namespace andon {

namespace {

constexpr qint64 kLeastChunk = 32'768;
constexpr qint64 kMostChunks = 512;
constexpr qint64 kWorthBlocks = 200'000; ///< ids from which on it pays to look up the blocks of a range of time

/// Every half second all scans, in whichever process, hold still at once. Then no reader is in the way of a
/// checkpoint, which can then begin the write-ahead log anew (sqlite.org/wal.html, "Avoiding Excessively Large
/// WAL Files"): slices are short, but side by side they leave no gap otherwise.
void breathe()
{
    constexpr std::chrono::milliseconds kPeriod{500};
    constexpr std::chrono::milliseconds kPause{14};
    const auto now = std::chrono::steady_clock::now().time_since_epoch() % kPeriod;
    if (now < kPause)
        std::this_thread::sleep_for(kPause - now);
}

/// What the matches in a slice are: where and when.
SliceFindings tally(Database &database, const AuditQuery &query, IdRange slice, MomentReader &moments)
{
    SliceFindings findings;
    const SliceSource source = SliceSource::of(query, slice, database.engine());
    database.visitFew(QStringLiteral("SELECT id, timestamp, event_type FROM action_audit_log WHERE ")
                          + source.condition,
                      source.values, [&findings, &moments](const StoredRow &row) {
                          const qint64 number = row.integer(0) / ScanFindings::kBlockSize;
                          if (findings.blocks.empty() || findings.blocks.back().number != number)
                              findings.blocks.push_back({number, 0});
                          ++findings.blocks.back().matches;
                          if (const std::optional<qint64> moment = moments.read(row.text(1)))
                              findings.activity.add(*moment, row.text(2));
                          else
                              findings.activity.addUndated();
                          return true;
                      });
    return findings;
}

} // namespace

AuditScan::AuditScan(AuditFilter filter, std::shared_ptr<ScanFindings> findings)
    : m_filter(std::move(filter))
    , m_findings(std::move(findings))
{
}

void AuditScan::prepare(AuditReader &reader, const AuditQuery &query, const KeepGoing &keepGoing)
{
    const QMutexLocker lock(&m_mutex);
    if (m_isPrepared)
        return;
    const AuditExtent extent = reader.extent();
    const IdRange all = extent.newest.isValid() ? IdRange{extent.oldest.value, extent.newest.value} : IdRange();
    m_left = m_findings->begin(all);
    const qint64 below = m_left.below.isEmpty() ? 0 : m_left.below.high - m_left.below.low + 1;
    m_chunkSize = std::max(kLeastChunk, below / kMostChunks);
    if (!query.times.isOpen() && below >= kWorthBlocks)
        m_blocks = TimeBlocks::find(reader.database(), query.times, m_left.below, keepGoing);
    m_isPrepared = true;
}

std::optional<AuditScan::Chunk> AuditScan::next()
{
    const QMutexLocker lock(&m_mutex);
    if (!m_left.above.isEmpty()) {
        IdRange ids = m_left.above;
        if (ids.high - ids.low >= m_chunkSize)
            ids.high = ids.low + m_chunkSize - 1;
        m_left.above = ids.high < m_left.above.high ? IdRange{ids.high + 1, m_left.above.high} : IdRange();
        return Chunk{ids, Direction::Newer};
    }
    if (m_left.below.isEmpty())
        return std::nullopt;
    IdRange ids = m_left.below;
    if (ids.high - ids.low >= m_chunkSize)
        ids.low = ids.high - m_chunkSize + 1;
    m_left.below.high = ids.low - 1;
    return Chunk{ids, Direction::Older};
}

void AuditScan::work(AuditReader &reader, const KeepGoing &keepGoing)
{
    const AuditQuery query = reader.compile(m_filter);
    prepare(reader, query, keepGoing);
    while (const std::optional<Chunk> chunk = next()) {
        if (!scan(reader, query, *chunk, keepGoing))
            return;
    }
}

bool AuditScan::scan(AuditReader &reader, const AuditQuery &query, const Chunk &chunk, const KeepGoing &keepGoing)
{
    const bool isOlder = chunk.direction == Direction::Older;
    const AuditSlices::Progress noProgress;
    AuditSlices slices(reader.database(), query, chunk.direction, chunk.ids, noProgress);
    slices.useBlocks(isOlder ? m_blocks : std::nullopt);
    MomentReader moments(reader.timestampStyle());
    IdRange left = chunk.ids;
    while (const std::optional<IdRange> slice = slices.next()) {
        SliceFindings findings = tally(reader.database(), query, *slice, moments);
        slices.finish();
        findings.covered = left;
        if (isOlder) {
            findings.covered.low = slices.position();
            left.high = slices.position() - 1;
        } else {
            findings.covered.high = slices.position();
            left = slices.position() < left.high ? IdRange{slices.position() + 1, left.high} : IdRange();
        }
        if (!m_findings->add(m_left.token, std::move(findings)) || !keepGoing())
            return false;
        if (reader.database().engine() == SqlEngine::Sqlite)
            breathe();
    }
    if (left.isEmpty())
        return true;
    SliceFindings rest;
    rest.covered = left;
    return m_findings->add(m_left.token, std::move(rest)) && keepGoing();
}

} // namespace andon
