// SPDX-License-Identifier: Apache-2.0
#include "ui/safety/ShownScope.h"

#include "ui/audit/EventText.h"

#include <QCoreApplication>

namespace andon {

QString shownScope(const StopScope &scope, qsizetype longest)
{
    const QString target = EventText::visible(scope.target, longest);
    switch (scope.kind) {
    case StopScope::Kind::Everything:
        break;
    case StopScope::Kind::Agent:
        return QCoreApplication::translate("andon::ShownScope", "agent %1").arg(target);
    case StopScope::Kind::Action:
        return QCoreApplication::translate("andon::ShownScope", "every %1").arg(target);
    }
    return QCoreApplication::translate("andon::ShownScope", "everything");
}

} // namespace andon
