// SPDX-License-Identifier: Apache-2.0
#include "core/storage/PostgresDialect.h"

#include <QRegularExpression>

namespace andon::PostgresDialect {

namespace {

QString causeOf(const QString &state, const QString &text)
{
    return state.isEmpty() ? QStringLiteral("PostgreSQL: %1").arg(text)
                           : QStringLiteral("PostgreSQL %1: %2").arg(state, text);
}

/// The sentence for a connection that came about no more, or not at all; null for any other state.
QString unreachable(const QString &state, const QString &server, const QString &role)
{
    if (state.startsWith(u"28"))
        return QStringLiteral("The server of %1 does not let the role %2 in. Check the role, the password file "
                              "(~/.pgpass) or certificate, and the server's pg_hba.conf.")
            .arg(server, role);
    if (state == u"3D000")
        return QStringLiteral("The server of %1 has no such database. Check the name, or have the database made.")
            .arg(server);
    if (state == u"53300")
        return QStringLiteral("The server of %1 has no connection left. Close programs, or raise max_connections.")
            .arg(server);
    if (state == u"57P03")
        return QStringLiteral("The server of %1 is starting or shutting down. Try again in a moment.").arg(server);
    if (state.startsWith(u"08") || state == u"57P01" || state == u"57P02" || state == u"57P05" || state == u"40003"
        || state == u"25P03")
        return QStringLiteral("The server of %1 has closed the connection. It is tried again by itself; if it stays "
                              "so, check the server.")
            .arg(server);
    return {};
}

StorageError denied(const QString &role, const QString &text, const QString &cause)
{
    return {StorageProblem::Denied,
            QStringLiteral("The role %1 may not do this: %2. Ask who administers the database (andonctl init-roles).")
                .arg(role, text),
            cause};
}

} // namespace

StorageError translate(const QString &state, const QString &text, const DatabaseLocation &location, const QString &role)
{
    const QString cause = causeOf(state, text);
    const QString server = location.name();
    if (state.startsWith(u"ND") || state == u"P0001")
        return {StorageProblem::Refused, text, cause};
    if (state == u"57014")
        return interrupted(cause);
    if (state == u"55P03" || state == u"55006" || state == u"40001" || state == u"40P01")
        return {StorageProblem::Busy,
                QStringLiteral("Another session holds a lock of %1. Wait, or end that session.").arg(server), cause};
    if (state == u"53100")
        return {StorageProblem::DiskFull,
                QStringLiteral("The disk of the server of %1 is full. Free some space; nothing was half-written.")
                    .arg(server),
                cause};
    if (state == u"25006")
        return {StorageProblem::ReadOnly,
                QStringLiteral("The database %1 cannot be written to: the server is a standby, or the connection may "
                               "only read.")
                    .arg(server),
                cause};
    if (state == u"42501")
        return denied(role, text, cause);
    if (state == u"XX001" || state == u"XX002")
        return {StorageProblem::Corrupt,
                QStringLiteral("The database %1 is damaged. Keep a copy of it and put a backup back.").arg(server),
                cause};
    const QString sentence = unreachable(state, server, role);
    if (!sentence.isNull())
        return {StorageProblem::Unreachable, sentence, cause};
    return {StorageProblem::Other, QStringLiteral("The database %1 refused a statement.").arg(server), cause};
}

StorageError refusedConnection(const QString &text, const DatabaseLocation &location, const QString &role)
{
    // "connection to server at … failed: FATAL:  28P01: password authentication failed …", in any language.
    static const QRegularExpression pattern(QStringLiteral(R"(:  ([0-9A-Z]{5}): ([^\n]*))"));
    const QRegularExpressionMatch match = pattern.match(text);
    const QString state = match.captured(1);
    if (state == u"42501")
        return denied(role, match.captured(2), causeOf(state, match.captured(2)));
    QString sentence = unreachable(state, location.name(), role);
    if (sentence.isNull())
        sentence = QStringLiteral("No server answers at %1. Check the address, the network and that the server runs.")
                       .arg(location.name());
    return {StorageProblem::Unreachable, sentence, causeOf({}, text.simplified())};
}

StorageError onlyStandbys(const DatabaseLocation &location, const QString &text)
{
    return {StorageProblem::ReadOnly,
            QStringLiteral("No server of %1 can be written to: what answers is a standby, or made read-only. Promote "
                           "one, or name the primary.")
                .arg(location.name()),
            causeOf({}, text.simplified())};
}

StorageError lost(const DatabaseLocation &location, const QString &text)
{
    return {StorageProblem::Unreachable,
            QStringLiteral("The connection to %1 was lost. Check the network and that the server runs.")
                .arg(location.name()),
            causeOf({}, text.simplified())};
}

StorageError silent(const DatabaseLocation &location, std::chrono::milliseconds waited)
{
    const QString seconds = QString::number(std::chrono::duration<double>(waited).count(), 'g', 3);
    return {StorageProblem::Unreachable,
            QStringLiteral("The server of %1 has not answered for %2 s. Check the network and that the server runs.")
                .arg(location.name(), seconds)};
}

StorageError interrupted(const QString &cause)
{
    return {StorageProblem::Interrupted, QStringLiteral("The query was cancelled."), cause};
}

} // namespace andon::PostgresDialect
