// SPDX-License-Identifier: Apache-2.0
#include "core/gate/StopScope.h"

#include <QCryptographicHash>

namespace andon {

bool StopScope::covers(const ActionIdentity &identity) const
{
    switch (kind) {
    case Kind::Everything:
        return true;
    case Kind::Agent:
        return identity.agentId == target;
    case Kind::Action:
        return identity.actionName == target;
    }
    return true;
}

QString StopScope::key() const
{
    if (!isHold())
        return {};
    constexpr int kDigits = 32;
    const QByteArray digest = QCryptographicHash::hash(target.toUtf8(), QCryptographicHash::Sha256).toHex();
    return toString(kind) + u'-' + QString::fromLatin1(digest.left(kDigits));
}

QString StopScope::describe() const
{
    switch (kind) {
    case Kind::Everything:
        break;
    case Kind::Agent:
        return QStringLiteral("agent \"%1\"").arg(target);
    case Kind::Action:
        return QStringLiteral("every action \"%1\"").arg(target);
    }
    return QStringLiteral("everything");
}

QString toString(StopScope::Kind kind)
{
    switch (kind) {
    case StopScope::Kind::Everything:
        break;
    case StopScope::Kind::Agent:
        return QStringLiteral("agent");
    case StopScope::Kind::Action:
        return QStringLiteral("action");
    }
    return QStringLiteral("everything");
}

std::optional<StopScope::Kind> stopScopeFromString(const QString &text)
{
    for (const auto kind : {StopScope::Kind::Everything, StopScope::Kind::Agent, StopScope::Kind::Action}) {
        if (text == toString(kind))
            return kind;
    }
    return std::nullopt;
}

} // namespace andon
