// SPDX-License-Identifier: Apache-2.0
#include "tests/support/ServerLogin.h"

#include "tests/support/PostgresSession.h"
#include "tests/support/TestServerNote.h"

#include <unistd.h>

#include <atomic>
#include <stdexcept>

namespace andon::test {

namespace {

/// Logins belong to the server, which other test programs use at the same time.
QString newName()
{
    static std::atomic_int count{0};
    return QStringLiteral("login_%1_%2").arg(::getpid()).arg(++count);
}

} // namespace

ServerLogin::ServerLogin(QString database)
    : m_database(std::move(database))
    , m_name(newName())
{
    PostgresSession(m_database)
        .must("CREATE ROLE " + m_name.toLatin1() + " LOGIN PASSWORD '" + serverPassword().toLatin1() + '\'');
}

ServerLogin::~ServerLogin()
{
    try {
        const QByteArray name = m_name.toLatin1();
        PostgresSession(m_database)
            .must("SET lock_timeout = '5s'; REASSIGN OWNED BY " + name + " TO CURRENT_USER; DROP OWNED BY " + name
                  + "; DROP ROLE " + name);
    } catch (const std::runtime_error &) {
        // The database is away; the server is gone after the run.
    }
}

QString ServerLogin::uri() const
{
    return QStringLiteral("postgresql://") + m_name + m_database.mid(m_database.indexOf(u'@'));
}

} // namespace andon::test
