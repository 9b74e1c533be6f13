// SPDX-License-Identifier: Apache-2.0
#include "tests/support/HeldDatabase.h"

#include "tests/support/ForeignClient.h"
#include "tests/support/TestEngine.h"

namespace andon::test {

namespace {

QString nameOf(const QString &database)
{
    return isOnPostgres() ? database.section(u'/', -1) : QString();
}

/// Whoever is in a database cannot be kept out of it: on a server the holder is in another one.
QString whereToHold(const QString &database)
{
    return isOnPostgres() ? database.section(u'/', 0, -2) + QStringLiteral("/postgres") : database;
}

QByteArray allowing(const QString &name, const QByteArray &isAllowed)
{
    return "ALTER DATABASE \"" + name.toUtf8() + "\" ALLOW_CONNECTIONS " + isAllowed;
}

} // namespace

HeldDatabase::HeldDatabase(const QString &database)
    : m_holder(std::make_unique<ForeignClient>(whereToHold(database)))
    , m_name(nameOf(database))
{
    if (m_name.isEmpty()) {
        m_holder->must("BEGIN IMMEDIATE");
        return;
    }
    m_holder->must(allowing(m_name, "false"));
    // Each is waited for: a session whose end was only asked for may still write.
    static_cast<void>(m_holder->rows("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '"
                                     + m_name.toUtf8() + '\''));
}

HeldDatabase::~HeldDatabase()
{
    release();
}

void HeldDatabase::release()
{
    if (!m_isHeld)
        return;
    m_isHeld = false;
    m_holder->must(m_name.isEmpty() ? QByteArray("ROLLBACK") : allowing(m_name, "true"));
}

} // namespace andon::test
