// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/audit/AuditSource.h"

#include <QPromise>

#include <functional>
#include <vector>

namespace andon::test {

/// A log in memory that answers when the test wants it to: at once, later, in another order, or with a failure.
/// Of filters it knows types, actors, proposals, ids and times.
class FakeAuditSource : public AuditSource
{
    Q_OBJECT

public:
    using AuditSource::AuditSource;

    /// Appends so many events, each `idStep` above the one before, and tells nobody.
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

    /// The scans that wait take so many ids more; 0: all that is left, and from now on none waits.
    void scanOn(qint64 ids);
    /// From now on a scan begins and then waits for `scanOn`.
    void scanSlowly() { m_isScanSlow = true; }

    QList<AuditEvent> log; ///< oldest first
    qint64 idStep = 1;
    int pagesAsked = 0;
    int extentsAsked = 0;
    int scansAsked = 0;
    /// A page of a filter waits for the scan, and a scan covers so many ids at a time; 0: all at once.
    qint64 scanStep = 0;
    qint64 largestPage = 0;
    /// What was asked for and then cancelled before it was answered.
    int cancelled = 0;

    bool readOnly = false;
    SealStatus seals;
    VerifyReport report;        ///< what a verification answers
    SealStatus afterCheckpoint; ///< what a checkpoint answers
    QStringList heldAgainst;    ///< the files that a verification was asked to hold the log against
    int verificationsAsked = 0;
    /// A verification waits for the test, which makes its progress, its answer and its end. Null: it is answered as
    /// everything else.
    std::shared_ptr<QPromise<VerifyReport>> verification;
    /// Tells another status of the seals.
    void tellSeals(const SealStatus &status);

    QFuture<AuditPage> page(const AuditPageRequest &request) override;
    QFuture<AuditExtent> extent() override;
    QFuture<qint64> scan(const AuditFilter &filter, const std::shared_ptr<ScanFindings> &findings) override;
    QFuture<QList<AuditAnchor>> anchors(const AuditOrder &order, qint64 distance) override;
    QFuture<EventId> locate(const QString &typed) override;
    QFuture<AuditVocabulary> vocabulary() override;
    QFuture<std::optional<AuditEvent>> event(EventId id) override;
    QFuture<qint64> exportTo(const AuditFilter &filter, ExportFormat format, const QString &fileName) override;
    [[nodiscard]] bool isReadOnly() const override { return readOnly; }
    [[nodiscard]] SealStatus sealStatus() const override { return seals; }
    QFuture<VerifyReport> verify(const QStringList &checkpointFiles) override;
    QFuture<SealStatus> writeCheckpoint() override;

private:
    template<typename T>
    QFuture<T> answer(std::function<T()> make);
    [[nodiscard]] SliceFindings sliceOf(const AuditFilter &filter, IdRange ids) const;
    [[nodiscard]] AuditPage readPage(const AuditPageRequest &request) const;
    [[nodiscard]] QList<AuditEvent> listed(const AuditFilter &filter, const AuditOrder &order) const;
    [[nodiscard]] qint64 count(const AuditFilter &filter) const;

    /// A scan that waits for `scanOn`.
    struct OpenScan
    {
        std::shared_ptr<QPromise<qint64>> promise;
        AuditFilter filter;
        std::shared_ptr<ScanFindings> findings;
        quint64 token = 0;
        IdRange below;
    };

    std::vector<OpenScan> m_scans;
    bool m_isScanSlow = false;
    std::vector<std::function<void()>> m_held;
    QString m_failure;
    bool m_isHolding = false;
};

} // namespace andon::test
