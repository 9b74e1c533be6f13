// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/audit/SealCover.h"

#include <QObject>

#include <memory>

class QAction;
class QWidget;

namespace andon {

class AuditSource;
class AlarmStrip;
class SealBadge;
class SealWatch;
class VerificationPanel;
struct VerifyReport;

/// The seals of the log as the audit view shows them: a badge, an alarm, the verification and what the list marks its
/// events with. All of them show the same knowledge, which one SealWatch keeps.
class AuditSeals : public QObject
{
    Q_OBJECT

public:
    /// `source` must outlive this; the widgets become children of `parent`.
    AuditSeals(AuditSource *source, QWidget *parent);

    [[nodiscard]] SealBadge *badge() const { return m_badge; }
    [[nodiscard]] AlarmStrip *alarm() const { return m_alarm; }
    [[nodiscard]] VerificationPanel *panel() const { return m_panel; }
    /// Shows the panel and begins a verification; has its shortcut.
    [[nodiscard]] QAction *verifyAction() const { return m_verifyAction; }

    [[nodiscard]] const SealCover &cover() const { return m_cover; }

    /// Qt::LocalTime or Qt::UTC.
    void setZone(Qt::TimeSpec zone);

signals:
    void panelRequested();
    void panelClosed();
    void coverChanged(const andon::SealCover &cover);
    void eventChosen(andon::EventId id);
    void failed(const QString &sentence, const QString &cause);

private:
    void verify();
    void showKnowledge();

    SealWatch *m_watch;
    SealBadge *m_badge;
    AlarmStrip *m_alarm;
    VerificationPanel *m_panel;
    QAction *m_verifyAction;
    Qt::TimeSpec m_zone = Qt::LocalTime;
    SealCover m_cover;
    SealStatus m_coveredStatus;
    std::shared_ptr<const VerifyReport> m_coveredReport;
};

} // namespace andon
