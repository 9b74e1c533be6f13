// SPDX-License-Identifier: Apache-2.0
#include "tests/support/PostgresSession.h"

#include <libpq-fe.h>

#include <array>
#include <limits>
#include <stdexcept>

namespace andon::test {

namespace {

// pg_type.dat
constexpr Oid kBool = 16;
constexpr Oid kBytea = 17;

QByteArray cellOf(const PGresult *result, int row, int column)
{
    if (PQgetisnull(result, row, column) != 0)
        return {};
    QByteArray text(PQgetvalue(result, row, column), PQgetlength(result, row, column));
    switch (PQftype(result, column)) {
    case kBool:
        return text == "t" ? "1" : "0";
    case kBytea:
        return text.size() == 2 ? QByteArray("") : QByteArray::fromHex(text.mid(2)); // after \x
    default:
        return text;
    }
}

PGconn *connectTo(const QString &uri)
{
    const QByteArray target = uri.toUtf8();
    const std::array<const char *, 6> keys{"dbname",           "connect_timeout", "client_encoding",
                                           "application_name", "options",         nullptr};
    const std::array<const char *, 6> values{target.constData(), "10", "UTF8", "a foreign program", nullptr, nullptr};
    constexpr int kIsUri = 1;
    return PQconnectdbParams(keys.data(), values.data(), kIsUri);
}

} // namespace

PostgresSession::PostgresSession(const QString &uri)
    : m_connection(connectTo(uri), PQfinish)
{
    if (PQstatus(m_connection.get()) != CONNECTION_OK)
        throw std::runtime_error(uri.toStdString() + ": " + PQerrorMessage(m_connection.get()));
    // Notices go nowhere.
    PQsetNoticeReceiver(
        m_connection.get(), [](void *, const PGresult *) {}, nullptr);
}

PostgresSession::~PostgresSession() = default;

PostgresSession::Answer PostgresSession::ask(const QByteArray &sql)
{
    const std::unique_ptr<PGresult, void (*)(PGresult *)> result(PQexec(m_connection.get(), sql.constData()), PQclear);
    Answer answer;
    switch (PQresultStatus(result.get())) {
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
        break;
    case PGRES_TUPLES_OK:
        for (int row = 0; row < PQntuples(result.get()); ++row) {
            QByteArrayList cells;
            for (int column = 0; column < PQnfields(result.get()); ++column)
                cells << cellOf(result.get(), row, column);
            answer.rows << cells;
        }
        break;
    default: {
        answer.state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
        const char *primary = PQresultErrorField(result.get(), PG_DIAG_MESSAGE_PRIMARY);
        answer.error = QString::fromUtf8(primary != nullptr ? primary : PQerrorMessage(m_connection.get())).trimmed();
        if (answer.error.isEmpty())
            answer.error = QStringLiteral("the server gave no answer");
    }
    }
    return answer;
}

QList<QByteArrayList> PostgresSession::must(const QByteArray &sql)
{
    Answer answer = ask(sql);
    if (!answer.error.isEmpty())
        throw std::runtime_error((sql + ": " + answer.error.toUtf8()).toStdString());
    return answer.rows;
}

bool PostgresSession::isInTransaction() const
{
    const PGTransactionStatusType status = PQtransactionStatus(m_connection.get());
    return status == PQTRANS_ACTIVE || status == PQTRANS_INTRANS;
}

bool PostgresSession::isInFailedTransaction() const
{
    return PQtransactionStatus(m_connection.get()) == PQTRANS_INERROR;
}

int PostgresSession::serverVersion() const
{
    return PQserverVersion(m_connection.get());
}

} // namespace andon::test
