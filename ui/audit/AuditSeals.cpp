// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/AuditSeals.h"

#include "ui/AlarmStrip.h"
#include "ui/audit/seal/SealBadge.h"
#include "ui/audit/seal/SealWatch.h"
#include "ui/audit/seal/VerificationPanel.h"

#include <QAction>

namespace andon {

AuditSeals::AuditSeals(AuditSource *source, QWidget *parent)
    : QObject(parent)
    , m_watch(new SealWatch(source, this))
    , m_badge(new SealBadge(parent))
    , m_alarm(new AlarmStrip(QStringLiteral("sealAlarm"), parent))
    , m_panel(new VerificationPanel(parent))
    , m_verifyAction(new QAction(tr("&Verify the log"), this))
{
    m_verifyAction->setObjectName(QStringLiteral("verifyAction"));
    m_verifyAction->setShortcut(Qt::CTRL | Qt::SHIFT | Qt::Key_V);
    connect(m_verifyAction, &QAction::triggered, this, [this] {
        emit panelRequested();
        verify();
    });
    connect(m_badge, &QAbstractButton::clicked, this, &AuditSeals::panelRequested);
    m_alarm->offerDetails(tr("Show"), tr("Show what was found"));
    connect(m_alarm, &AlarmStrip::detailsRequested, this, &AuditSeals::panelRequested);
    connect(m_panel, &VerificationPanel::verifyRequested, this, &AuditSeals::verify);
    connect(m_panel, &VerificationPanel::cancelRequested, m_watch, &SealWatch::cancel);
    connect(m_panel, &VerificationPanel::checkpointRequested, m_watch, &SealWatch::writeCheckpoint);
    connect(m_panel, &VerificationPanel::eventChosen, this, &AuditSeals::eventChosen);
    connect(m_panel, &VerificationPanel::closed, this, &AuditSeals::panelClosed);
    connect(m_panel, &VerificationPanel::failed, this, &AuditSeals::failed);
    connect(m_watch, &SealWatch::changed, this, &AuditSeals::showKnowledge);
    connect(m_watch, &SealWatch::noted, m_panel, &VerificationPanel::setNote);
    connect(m_watch, &SealWatch::failed, this, &AuditSeals::failed);
    showKnowledge();
}

void AuditSeals::verify()
{
    m_panel->setNote({});
    m_watch->verify(m_panel->checkpointFiles());
}

void AuditSeals::setZone(Qt::TimeSpec zone)
{
    m_zone = zone;
    m_panel->setZone(zone);
    showKnowledge();
}

void AuditSeals::showKnowledge()
{
    const SealKnowledge &known = m_watch->knowledge();
    const SealSummary summary = SealSummary::of(known, m_zone);
    m_badge->setSummary(summary);
    m_alarm->setSentence(summary.alarm);
    m_panel->setKnowledge(known);
    const bool isOtherReport = known.report != m_coveredReport;
    if (!isOtherReport && known.status == m_coveredStatus)
        return;
    m_coveredStatus = known.status;
    m_coveredReport = known.report;
    m_cover.setStatus(known.status);
    if (isOtherReport)
        m_cover.setReport(*known.report);
    emit coverChanged(m_cover);
}

} // namespace andon
