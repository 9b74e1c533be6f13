// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/seal/SealWatch.h"

#include "ui/audit/AuditSource.h"
#include "ui/audit/EventText.h"

#include <QLocale>

#include <chrono>

namespace andon {

using namespace std::chrono_literals;

namespace {

/// Before this a rate says little.
constexpr std::chrono::milliseconds kUntilRate = 500ms;
constexpr qsizetype kLongestName = 40;

} // namespace

SealWatch::SealWatch(AuditSource *source, QObject *parent)
    : QObject(parent)
    , m_source(source)
{
    m_known.status = source->sealStatus();
    m_known.isReadOnly = source->isReadOnly();
    connect(source, &AuditSource::sealStatusChanged, this, &SealWatch::hearStatus);
}

void SealWatch::hearStatus(const SealStatus &status)
{
    if (status == m_known.status)
        return;
    m_known.status = status;
    emit changed();
}

void SealWatch::verify(const QStringList &checkpointFiles)
{
    if (m_verifying.isAsking())
        return;
    m_known.problem.clear();
    m_known.wasCancelled = false;
    m_known.verifying = SealKnowledge::Progress();
    m_since.start();
    const QFuture<VerifyReport> verifying = m_source->verify(checkpointFiles);
    m_verifying.ask(verifying,
                    {
                        .done =
                            [this](const VerifyReport &report) {
                                m_known.verifying.reset();
                                m_known.report = std::make_shared<const VerifyReport>(report);
                                emit changed();
                                emit verified();
                            },
                        .failed =
                            [this](const QString &sentence, const QString &cause) {
                                m_known.verifying.reset();
                                m_known.problem = sentence;
                                emit changed();
                                emit verified();
                                emit failed(sentence, cause);
                            },
                        .partial = {},
                        .progress =
                            [this, verifying](qint64 done, qint64 total) {
                                if (total > 0)
                                    hearProgress(static_cast<double>(done) / static_cast<double>(total),
                                                 verifying.progressText().toLongLong());
                            },
                    });
    emit changed();
}

void SealWatch::hearProgress(double share, qint64 entries)
{
    SealKnowledge::Progress progress{share, entries};
    const qint64 elapsed = m_since.elapsed();
    if (elapsed >= kUntilRate.count() && share > 0) {
        progress.entriesASecond = entries * 1000 / elapsed;
        progress.secondsLeft = static_cast<qint64>(static_cast<double>(elapsed) * (1 - share) / share / 1000);
    }
    m_known.verifying = progress;
    emit changed();
}

bool SealWatch::cancel()
{
    if (!m_verifying.isAsking())
        return false;
    m_verifying.cancel();
    m_known.verifying.reset();
    m_known.wasCancelled = true;
    emit changed();
    return true;
}

void SealWatch::writeCheckpoint()
{
    if (m_signing.isAsking())
        return;
    m_known.isSigning = true;
    m_signing.ask(m_source->writeCheckpoint(),
                  {
                      .done =
                          [this](const SealStatus &status) {
                              m_known.isSigning = false;
                              m_known.status = status;
                              emit changed();
                              if (const auto &written = status.checkpoint)
                                  emit noted(tr("A checkpoint of %1 entries was written, signed by %2 (%3).")
                                                 .arg(QLocale().toString(written->size),
                                                      EventText::visible(written->keyName, kLongestName),
                                                      written->keyId));
                          },
                      .failed =
                          [this](const QString &sentence, const QString &cause) {
                              m_known.isSigning = false;
                              emit changed();
                              emit noted(tr("No checkpoint was written. %1").arg(sentence));
                              emit failed(sentence, cause);
                          },
                      .partial = {},
                      .progress = {},
                  });
    emit changed();
}

} // namespace andon
