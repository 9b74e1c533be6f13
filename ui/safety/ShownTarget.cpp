// SPDX-License-Identifier: Apache-2.0
#include "ui/safety/ShownTarget.h"

#include "ui/Counted.h"
#include "ui/audit/EventText.h"
#include "ui/safety/ShownState.h"

#include <algorithm>

namespace andon {

namespace {

using namespace std::chrono_literals;
using Kind = StopTarget::Outcome;

constexpr qsizetype kLongestAgent = 24;

bool isAction(const StopTarget &target)
{
    return target.proposal.isValid();
}

bool isUnguarded(const StopTarget &target)
{
    return !target.isGuarded && target.outcome == Kind::Awaited;
}

/// "pid 4711 on ops-1"; what of it is known.
QString place(const StopTarget &target)
{
    const QString host = EventText::visible(target.host, kLongestAgent);
    if (target.pid > 0)
        return host.isEmpty() ? ShownTarget::tr("pid %1").arg(target.pid)
                              : ShownTarget::tr("pid %1 on %2").arg(QString::number(target.pid), host);
    return host.isEmpty() ? QString() : ShownTarget::tr("on %1").arg(host);
}

QString joined(const QStringList &parts, const QString &separator)
{
    QStringList present = parts;
    present.removeAll(QString());
    return present.join(separator);
}

QString notStopped(const StopTarget &target)
{
    const QString since = target.startedAt.isValid()
        ? (isAction(target) ? ShownTarget::tr("running since %1") : ShownTarget::tr("connected since %1"))
              .arg(shownMoment(target.startedAt))
        : QString();
    const QString what = isAction(target) ? ShownTarget::tr("did not stop") : ShownTarget::tr("did not answer");
    const QString facts = joined({place(target), since}, QStringLiteral(", "));
    return facts.isEmpty() ? what : what + QStringLiteral(": ") + facts;
}

QString seconds(std::chrono::milliseconds elapsed)
{
    return ShownTarget::tr("%1 s").arg(QLocale().toString(static_cast<double>(elapsed / 100ms) / 10, 'f', 1));
}

QString sentence(const StopTarget &target, std::chrono::milliseconds elapsed, bool isAlarming)
{
    if (isUnguarded(target))
        return target.startedAt.isValid()
            ? ShownTarget::tr("not guarded: cannot be stopped from here (running since %1)")
                  .arg(shownMoment(target.startedAt))
            : ShownTarget::tr("not guarded: cannot be stopped from here");
    switch (target.outcome) {
    case Kind::Awaited:
        if (isAlarming)
            return notStopped(target);
        return isAction(target) ? ShownTarget::tr("stopping … %1").arg(seconds(elapsed))
                                : ShownTarget::tr("no answer yet … %1").arg(seconds(elapsed));
    case Kind::Stopped: {
        const QString word = isAction(target) ? ShownTarget::tr("stopped") : ShownTarget::tr("confirmed");
        if (target.afterMs == 0)
            return ShownTarget::tr("%1 within 1 ms").arg(word);
        return target.afterMs ? ShownTarget::tr("%1 after %2").arg(word, EventText::duration(*target.afterMs)) : word;
    }
    case Kind::Ended:
        return ShownTarget::tr("ended by itself");
    case Kind::Gone:
        return isAction(target) ? ShownTarget::tr("gone: its guard vanished; not confirmed")
                                : ShownTarget::tr("gone: it vanished; not confirmed");
    case Kind::Failed:
        break;
    }
    return joined({notStopped(target), EventText::visible(target.detail)}, QStringLiteral(". "));
}

Outcome markOf(const StopTarget &target, bool isAlarming)
{
    if (isUnguarded(target))
        return Outcome::OutOfHand;
    switch (target.outcome) {
    case Kind::Awaited:
        return isAlarming ? Outcome::Failed : Outcome::Open;
    case Kind::Stopped:
        return Outcome::Done;
    case Kind::Ended:
        return Outcome::Ended;
    case Kind::Gone:
        return Outcome::Vanished;
    case Kind::Failed:
        break;
    }
    return Outcome::Failed;
}

} // namespace

bool ShownTarget::isAlarming(const StopTarget &target, std::chrono::milliseconds elapsed,
                             std::chrono::milliseconds deadline)
{
    if (!target.isGuarded)
        return false;
    return target.outcome == Kind::Failed || (target.outcome == Kind::Awaited && elapsed >= deadline);
}

ShownTarget ShownTarget::of(const StopTarget &target, std::chrono::milliseconds elapsed,
                            std::chrono::milliseconds deadline)
{
    const bool isAlarm = isAlarming(target, elapsed, deadline);
    ShownTarget shown;
    shown.mark = markOf(target, isAlarm);
    shown.name = EventText::visible(target.actionName);
    if (shown.name.isEmpty())
        shown.name = isAction(target) ? tr("action") : tr("connected program");
    if (isAction(target))
        shown.id = u'#' + target.proposal.toString();
    shown.outcome = joined({EventText::visible(target.agentId, kLongestAgent), sentence(target, elapsed, isAlarm)},
                           QStringLiteral(" · "));

    const QString via = target.via.isEmpty() ? QString() : tr("told by: %1").arg(EventText::visible(target.via));
    const QString since = target.startedAt.isValid() ? tr("since %1").arg(shownMoment(target.startedAt)) : QString();
    shown.tip = joined({joined({shown.name, shown.id}, QStringLiteral(" ")), EventText::visible(target.agentId),
                        place(target), since, via, EventText::visibleLines(target.detail)},
                       QStringLiteral("\n"));
    return shown;
}

QString ShownTarget::alarm(const QList<StopTarget> &targets, std::chrono::milliseconds elapsed,
                           std::chrono::milliseconds deadline)
{
    qint64 actions = 0;
    qint64 programs = 0;
    for (const StopTarget &target : targets) {
        if (isAlarming(target, elapsed, deadline))
            ++(isAction(target) ? actions : programs);
    }
    QStringList who;
    if (actions > 0)
        who << counted(actions, tr("1 action"), tr("%1 actions"));
    if (programs > 0)
        who << counted(programs, tr("1 program"), tr("%1 programs"));
    return who.isEmpty() ? QString() : tr("%1 did not confirm the stop").arg(who.join(tr(" and ")));
}

} // namespace andon
