// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/audit/AuditSource.h"

#include <QPromise>

#include <functional>
#include <vector>

namespace andon::test {

/// A log in memory that answers when the test wants it to: at once, later, in another order, or with a failure.
/// Of filters it knows `type:` alone.
class FakeAuditSource : public AuditSource
{
    Q_OBJECT

public:
    using AuditSource::AuditSource;

    /// Appends so many events with the next ids and tells nobody.
    void append(int count, const QString &type = QStringLiteral("proposed"));
    /// Says that the log has grown.
    void tell() { emit contentChanged(); }
    void becomeReadable() { emit becameReadable(); }

    /// From now on answers wait for `release`.
    void hold() { m_isHolding = true; }
    /// Gives the answers that wait, the last first where `reversed`, and holds no more.
    void release(bool reversed = false);
    /// From now on everything fails with this sentence; nothing for success.
    void failWith(const QString &sentence) { m_failure = sentence; }

    QList<AuditEvent> log; ///< oldest first
    int pagesAsked = 0;
    int extentsAsked = 0;
    qint64 largestPage = 0;
    /// What was asked for and then cancelled before it was answered.
    int cancelled = 0;

    QFuture<AuditPage> page(const AuditPageRequest &request) override;
    QFuture<AuditExtent> extent() override;
    QFuture<qint64> count(const AuditFilter &filter) override;
    QFuture<std::optional<AuditEvent>> event(EventId id) override;
    QFuture<qint64> exportTo(const AuditFilter &filter, ExportFormat format, const QString &fileName) override;

private:
    template<typename T>
    QFuture<T> answer(std::function<T()> make);
    [[nodiscard]] AuditPage readPage(const AuditPageRequest &request) const;

    std::vector<std::function<void()>> m_held;
    QString m_failure;
    bool m_isHolding = false;
};

} // namespace andon::test
