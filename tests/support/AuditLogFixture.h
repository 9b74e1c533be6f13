// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/AuditEvent.h"
#include "core/storage/Database.h"
#include "core/storage/Timestamp.h"

#include <QTemporaryDir>

#include <memory>

namespace andon::test {

/// A row of the log as another program may have stored it.
struct RawEvent
{
    QVariant proposalId; ///< invalid: NULL
    QString eventType = QStringLiteral("proposed");
    QVariant eventData; ///< text, bytes, or invalid for NULL
    QString actor = QStringLiteral("agent");
    QString timestamp = QStringLiteral("2026-01-31T12:00:00.000+00:00");
    qint64 id = 0; ///< 0: the next one
};

/// A database with an audit log, on the engine of this run; gone with the object.
class AuditLogFixture
{
public:
    /// `style` Utc makes a new database; the others one that an agent made and that was then adopted.
    explicit AuditLogFixture(TimestampStyle style = TimestampStyle::Utc);
    ~AuditLogFixture();
    AuditLogFixture(const AuditLogFixture &) = delete;
    AuditLogFixture &operator=(const AuditLogFixture &) = delete;

    [[nodiscard]] Database &database() { return *m_database; }
    [[nodiscard]] QString path() const { return m_path; }
    [[nodiscard]] const QTemporaryDir &folder() const { return m_folder; }

    void insert(const QList<RawEvent> &events);

    /// `count` plausible rows in one statement, one second apart from 2026-01-01 UTC, ids from 1.
    void fill(qint64 count);

    /// Every row, newest first, by one plain SELECT.
    [[nodiscard]] QList<AuditEvent> everything(TimestampStyle style);

    /// The engine's spelling of what a row has to be called with ids of its own: stands before VALUES or SELECT.
    [[nodiscard]] static QString withIds();
    /// The engine's spelling of `2026-01-31T12:00:00` for so many seconds since 1970, UTC, which are SQL as well.
    [[nodiscard]] static QString timeText(const QString &seconds);
    /// Runs one statement that inserts very many events with ids of their own, of which none is there yet.
    void insertMany(const QString &sql, const QVariantList &values = {});

private:
    void letIdsCatchUp();

    QTemporaryDir m_folder;
    QString m_path;
    std::unique_ptr<Database> m_database;
};

/// Sets the process's time zone until the end of the scope. Only where the system has TZ (not Windows).
class ZoneChange
{
public:
    explicit ZoneChange(const QByteArray &zone);
    ~ZoneChange();
    ZoneChange(const ZoneChange &) = delete;
    ZoneChange &operator=(const ZoneChange &) = delete;

private:
    QByteArray m_before;
    bool m_wasSet;
};

} // namespace andon::test
