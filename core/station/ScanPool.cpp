// SPDX-License-Identifier: Apache-2.0
#include "core/station/ScanPool.h"

#include "core/audit/read/AuditScan.h"

#include <QElapsedTimer>

#include <algorithm>

namespace andon {

namespace {

constexpr int kMostLanes = 4;
constexpr qint64 kBetweenResultsMs = 40;

/// One scan and all lanes that take part in it. The last one to leave ends the future.
class SharedScan
{
public:
    SharedScan(const AuditFilter &filter, const std::shared_ptr<ScanFindings> &findings, size_t lanes)
        : m_findings(findings)
        , m_scan(filter, findings)
        , m_lanesLeft(lanes)
    {
        m_promise.start();
        m_sinceResult.start();
    }

    [[nodiscard]] QFuture<qint64> future() { return m_promise.future(); }

    void workIn(Lane &lane)
    {
        const bool isOver = m_promise.isCanceled() || m_hasFailed;
        try {
            if (!isOver)
                m_scan.work(lane.session().reader, [this, &lane] { return goOn(lane); });
        } catch (const StorageError &error) {
            lane.surviveOrClose(error);
            fail();
        } catch (...) {
            fail();
        }
        if (--m_lanesLeft == 0)
            end();
    }

private:
    bool goOn(const Lane &lane)
    {
        {
            const QMutexLocker lock(&m_mutex);
            if (m_sinceResult.elapsed() >= kBetweenResultsMs) {
                m_sinceResult.start();
                m_promise.addResult(m_findings->summary().found);
            }
        }
        return !m_promise.isCanceled() && !m_hasFailed && !lane.isEnding();
    }

    void fail()
    {
        if (!m_hasFailed.exchange(true))
            m_promise.setException(std::current_exception());
    }

    void end()
    {
        if (!m_hasFailed && !m_promise.isCanceled())
            m_promise.addResult(m_findings->summary().found);
        m_promise.finish();
    }

    std::shared_ptr<ScanFindings> m_findings;
    AuditScan m_scan;
    QPromise<qint64> m_promise;
    QMutex m_mutex;
    QElapsedTimer m_sinceResult;
    std::atomic_size_t m_lanesLeft;
    std::atomic_bool m_hasFailed{false};
};

} // namespace

ScanPool::ScanPool(const DatabaseLocation &location, const Database::Options &options, const QString &by,
                   const std::shared_ptr<FirstOpening> &opening)
{
    const int count = std::clamp(QThread::idealThreadCount(), 1, kMostLanes);
    for (int i = 0; i < count; ++i)
        m_lanes.push_back(
            std::make_unique<Lane>(QStringLiteral("andon-scan-%1").arg(i + 1), location, options, by, opening));
}

void ScanPool::start()
{
    for (const auto &lane : m_lanes)
        lane->start(Lane::Priority::Background);
}

QFuture<qint64> ScanPool::scan(const AuditFilter &filter, const std::shared_ptr<ScanFindings> &findings)
{
    auto shared = std::make_shared<SharedScan>(filter, findings, m_lanes.size());
    for (const auto &lane : m_lanes)
        lane->post([shared, lane = lane.get()] { shared->workIn(*lane); });
    return shared->future();
}

} // namespace andon
