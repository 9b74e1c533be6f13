// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"

#include <QDateTime>
#include <QJsonObject>
#include <QString>

#include <optional>

namespace andon {

/// Who caused an event.
namespace Actor {
inline const QString kAgent = QStringLiteral("agent");
inline const QString kUser = QStringLiteral("user");
inline const QString kSystem = QStringLiteral("system");
} // namespace Actor

/// The event types that Andon writes. Others pass through: an agent may have its own.
namespace EventType {
inline const QString kProposed = QStringLiteral("proposed");
inline const QString kValidated = QStringLiteral("validated");
inline const QString kExecuting = QStringLiteral("executing");
inline const QString kCompleted = QStringLiteral("completed");
inline const QString kFailed = QStringLiteral("failed");
inline const QString kCancelled = QStringLiteral("cancelled");
inline const QString kKillSwitch = QStringLiteral("kill_switch");
inline const QString kModeChange = QStringLiteral("mode_change");
inline const QString kReset = QStringLiteral("reset");
inline const QString kApprovalAsked = QStringLiteral("approval_asked");
inline const QString kApproved = QStringLiteral("approved");
inline const QString kRejected = QStringLiteral("rejected");
inline const QString kApprovalRefused = QStringLiteral("approval_refused");
inline const QString kSettingChange = QStringLiteral("setting_change");
inline const QString kLogRestarted = QStringLiteral("log_restarted");
inline const QString kArchived = QStringLiteral("archived");
} // namespace EventType

/// One row of the audit log.
struct AuditEvent
{
    std::optional<EventId> id;            ///< absent before it is stored
    std::optional<ProposalId> proposalId; ///< absent for system events
    QString eventType;
    QString eventData; ///< a JSON object as text, or null; other programs may have stored anything
    QString actor = Actor::kSystem;
    QDateTime timestamp;   ///< UTC; when writing, invalid means now; when read, invalid where the text is no time
    QString timestampText; ///< as stored
    bool isNaiveTimestamp = false; ///< stored without an offset, so read by the database's convention

    /// The event data as an object; empty where it is none or not JSON.
    [[nodiscard]] QJsonObject dataObject() const;

    friend bool operator==(const AuditEvent &, const AuditEvent &) = default;
};

} // namespace andon
