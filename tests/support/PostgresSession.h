// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArrayList>
#include <QList>
#include <QString>

#include <memory>

struct pg_conn;
struct pg_result;

namespace andon::test {

/// A connection of libpq, for one thread at a time.
class PostgresSession
{
public:
    /// Throws std::runtime_error where there is no connection within ten seconds.
    explicit PostgresSession(const QString &uri);
    ~PostgresSession();
    PostgresSession(const PostgresSession &) = delete;
    PostgresSession &operator=(const PostgresSession &) = delete;

    struct Answer
    {
        QString error;              ///< the server's primary message; empty where all went well
        QByteArray state;           ///< SQLSTATE of the error (postgresql.org/docs/15/errcodes-appendix.html)
        QList<QByteArrayList> rows; ///< as ForeignConnection::query has them
    };
    /// Runs statements as they are, in one simple query; the rows are the last one's.
    [[nodiscard]] Answer ask(const QByteArray &sql);
    /// Throws std::runtime_error where it fails.
    QList<QByteArrayList> must(const QByteArray &sql);

    [[nodiscard]] bool isInTransaction() const;
    [[nodiscard]] bool isInFailedTransaction() const;
    /// As the server tells it: 150020 for 15.20.
    [[nodiscard]] int serverVersion() const;

private:
    std::unique_ptr<pg_conn, void (*)(pg_conn *)> m_connection;
};

} // namespace andon::test
