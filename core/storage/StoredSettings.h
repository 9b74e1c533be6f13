// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>

namespace andon {

class Database;

/// The settings that belong to a database, so that every program that opens it keeps to them (`andon_meta`).
///
/// Belongs to the thread of its database; read afresh at each call. A value that makes no sense is the strict one.
class StoredSettings
{
public:
    static inline const QString kApprovalRequired = QStringLiteral("approval.required");
    static inline const QString kApprovalSeconds = QStringLiteral("approval.seconds");
    static inline const QString kStopDeadline = QStringLiteral("stop.deadline_ms");
    static inline const QString kLease = QStringLiteral("lease.ms");
    static inline const QString kLeaseRenewal = QStringLiteral("lease.renew_ms");
    static inline const QString kRedaction = QStringLiteral("redaction");

    explicit StoredSettings(Database &database)
        : m_database(database)
    {
    }

    /// Every name, in the order in which they are listed.
    [[nodiscard]] static QStringList names();

    /// As it is in force: the standard value where none is stored.
    [[nodiscard]] QString value(const QString &name);

    /// Throws InvalidInputError for an unknown name, a value that the setting does not take, or a lease that would be
    /// shorter than two renewals. To be called inside a
    /// Transaction, with the event that accounts for it.
    void setValue(const QString &name, const QString &value);

    /// Whether every action needs an approval.
    [[nodiscard]] bool isApprovalRequired();
    /// How long a question waits for its answer, and an answer for its use.
    [[nodiscard]] std::chrono::seconds approvalTime();
    /// After how long a missing acknowledgement is an alarm.
    [[nodiscard]] std::chrono::milliseconds stopDeadline();
    /// On a server: how long what runs goes on after the gate was last found open. What runs already keeps to the lease
    /// that it was started with.
    [[nodiscard]] std::chrono::milliseconds leaseTime();
    /// How often it asks; half a lease at the most.
    [[nodiscard]] std::chrono::milliseconds leaseRenewal();

private:
    [[nodiscard]] std::optional<QString> stored(const QString &name);
    [[nodiscard]] qint64 number(const QString &name);
    void requireTwoRenewals(const QString &name, qint64 value);

    Database &m_database;
};

} // namespace andon
