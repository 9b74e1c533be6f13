// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/audit/LatestFuture.h"
#include "ui/audit/seal/SealKnowledge.h"

#include <QElapsedTimer>
#include <QObject>
#include <QStringList>

namespace andon {

class AuditSource;

/// Keeps what is known of the seals of a log: hears their status, has the log verified and checkpoints written.
class SealWatch : public QObject
{
    Q_OBJECT

public:
    /// `source` must outlive this.
    explicit SealWatch(AuditSource *source, QObject *parent = nullptr);

    [[nodiscard]] const SealKnowledge &knowledge() const { return m_known; }
    [[nodiscard]] bool isVerifying() const { return m_verifying.isAsking(); }

    /// Verifies the whole log, and holds it against the checkpoints in these files as well. Nothing where that is under
    /// way.
    void verify(const QStringList &checkpointFiles);
    /// Gives it up. False where there is nothing to give up.
    bool cancel();
    void writeCheckpoint();

signals:
    void changed();
    /// There is a report, or it was found that there can be none.
    void verified();
    /// What became of a checkpoint, for the person.
    void noted(const QString &sentence);
    void failed(const QString &sentence, const QString &cause);

private:
    void hearStatus(const SealStatus &status);
    void hearProgress(double share, qint64 entries);

    AuditSource *m_source;
    SealKnowledge m_known;
    LatestFuture<VerifyReport> m_verifying;
    LatestFuture<SealStatus> m_signing;
    QElapsedTimer m_since;
};

} // namespace andon
