// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArrayList>
#include <QList>
#include <QString>

#include <memory>

namespace andon::test {

/// What ForeignClient needs of an engine.
class ForeignConnection
{
public:
    ForeignConnection() = default;
    virtual ~ForeignConnection() = default;
    ForeignConnection(const ForeignConnection &) = delete;
    ForeignConnection &operator=(const ForeignConnection &) = delete;

    /// Runs statements. Returns an empty text, or what the engine said.
    [[nodiscard]] virtual QString run(const QByteArray &sql) = 0;
    /// The rows of one statement, so many at most. Text as UTF-8, bytes as they are, NULL as a null QByteArray.
    /// Throws std::runtime_error where it fails.
    [[nodiscard]] virtual QList<QByteArrayList> query(const QByteArray &sql, int most) = 0;
    /// False while a transaction is open that may hold locks.
    [[nodiscard]] virtual bool isAutocommit() const = 0;

    /// SQL for these bytes.
    [[nodiscard]] virtual QByteArray literal(const QByteArray &bytes) const = 0;
    /// SQL for the triggers that people have made: columns name, definition, table.
    [[nodiscard]] virtual QByteArray triggers() const = 0;
    /// SQL that makes every id that the engine chooses follow those that are there.
    [[nodiscard]] virtual QByteArray idsCatchUp() const = 0;
};

/// Both throw std::runtime_error where there is no connection.
[[nodiscard]] std::unique_ptr<ForeignConnection> connectToSqlite(const QString &path, int lockTimeoutMs);
[[nodiscard]] std::unique_ptr<ForeignConnection> connectToPostgres(const QString &uri, int lockTimeoutMs);

} // namespace andon::test
