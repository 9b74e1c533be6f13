// SPDX-License-Identifier: Apache-2.0
#include "tests/support/ForeignConnection.h"
#include "tests/support/PostgresSession.h"
#include "tests/support/PostgresWords.h"

#include <algorithm>
#include <stdexcept>

namespace andon::test {

namespace {

/// SQLite's writers wait for one lock, a server's for many short ones of each other's: none at all would be refused by
/// chance.
constexpr int kHardlyMs = 200;

const QByteArray kLockNotAvailable = "55P03";

class PostgresClient : public ForeignConnection
{
public:
    PostgresClient(const QString &uri, int lockTimeoutMs)
        : m_session(uri)
    {
        m_session.must("SET lock_timeout = " + QByteArray::number(std::max(lockTimeoutMs, kHardlyMs)));
    }

    [[nodiscard]] QString run(const QByteArray &sql) override { return ask(sql).error; }

    [[nodiscard]] QList<QByteArrayList> query(const QByteArray &sql, int most) override
    {
        const PostgresSession::Answer answer = ask(sql);
        if (!answer.error.isEmpty())
            throw std::runtime_error((sql + ": " + answer.error.toUtf8()).toStdString());
        return answer.rows.mid(0, most);
    }

    [[nodiscard]] bool isAutocommit() const override { return !m_session.isInTransaction(); }

    [[nodiscard]] QByteArray literal(const QByteArray &bytes) const override
    {
        return "'\\x" + bytes.toHex() + "'::bytea";
    }

    [[nodiscard]] QByteArray triggers() const override
    {
        return "SELECT tgname AS name, pg_get_triggerdef(t.oid) AS definition, tgrelid::regclass::text AS tbl_name "
               "FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid "
               "WHERE NOT tgisinternal AND tgparentid = 0 AND c.relnamespace = current_schema()::regnamespace";
    }

    [[nodiscard]] QByteArray idsCatchUp() const override
    {
        return "DO $ids$ DECLARE c record; BEGIN FOR c IN SELECT t.oid::regclass AS owner, quote_ident(a.attname) AS id, "
               "s.oid::regclass AS ids FROM pg_class s "
               "JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.deptype IN ('a', 'i') "
               "JOIN pg_class t ON d.refclassid = 'pg_class'::regclass AND t.oid = d.refobjid "
               "JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid "
               "WHERE s.relkind = 'S' AND t.relnamespace = current_schema()::regnamespace LOOP "
               "EXECUTE format('SELECT setval(%L, greatest(last_value, (SELECT coalesce(max(%s), 1) FROM %s)), "
               "is_called OR EXISTS (SELECT 1 FROM %s)) FROM %s', c.ids, c.id, c.owner, c.owner, c.ids); "
               "END LOOP; END $ids$";
    }

private:
    PostgresSession::Answer ask(const QByteArray &sql)
    {
        if (m_session.isInFailedTransaction())
            m_session.must("ROLLBACK");
        PostgresSession::Answer answer = m_session.ask(inPostgresWords(sql));
        if (answer.state == kLockNotAvailable)
            answer.error = QStringLiteral("database is locked"); // as SQLite says it
        return answer;
    }

    PostgresSession m_session;
};

} // namespace

std::unique_ptr<ForeignConnection> connectToPostgres(const QString &uri, int lockTimeoutMs)
{
    return std::make_unique<PostgresClient>(uri, lockTimeoutMs);
}

} // namespace andon::test
