// SPDX-License-Identifier: Apache-2.0
#include "ui/safety/StopHookList.h"

#include "ui/PlainTip.h"
#include "ui/Theme.h"
#include "ui/audit/EventText.h"
#include "ui/safety/ReceiptRow.h"

#include <QBoxLayout>

namespace andon {

StopHookList::StopHookList(QWidget *parent)
    : QWidget(parent)
    , m_column(new QVBoxLayout(this))
{
    setObjectName(QStringLiteral("stopHookList"));
    setAccessibleName(tr("Stop hooks"));
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(Theme::kGrid);
    hide();
}

void StopHookList::setHooks(const QList<HookOutcome> &hooks)
{
    while (m_rows.size() > hooks.size())
        delete m_rows.takeLast();
    while (m_rows.size() < hooks.size()) {
        m_rows << new ReceiptRow(this);
        m_rows.last()->setObjectName(QStringLiteral("stopHook"));
        m_column->addWidget(m_rows.last());
    }
    for (qsizetype i = 0; i < hooks.size(); ++i) {
        const HookOutcome &hook = hooks.at(i);
        const bool isDone = hook.result == HookOutcome::Result::Succeeded;
        m_rows.at(i)->show(isDone ? Outcome::Done : Outcome::Failed, tr("hook %1").arg(EventText::visible(hook.name)),
                           {}, sentence(hook));
        const QString tip = hook.problem.isEmpty() ? hook.output : hook.problem + u'\n' + hook.output;
        m_rows.at(i)->setToolTip(plainTip(EventText::visibleLines(tip.trimmed())));
    }
    setVisible(!hooks.isEmpty());
}

QString StopHookList::sentence(const HookOutcome &hook)
{
    switch (hook.result) {
    case HookOutcome::Result::Succeeded:
        return tr("done in %1").arg(EventText::duration(hook.durationMs));
    case HookOutcome::Result::Failed:
        break;
    case HookOutcome::Result::TimedOut:
        return tr("timed out after %1").arg(EventText::duration(hook.durationMs));
    case HookOutcome::Result::NotExecutable:
        return tr("not executable");
    case HookOutcome::Result::Refused:
        return tr("not run: somebody else may have put it there");
    }
    return hook.exitStatus == HookOutcome::kNoStatus ? tr("failed") : tr("failed with status %1").arg(hook.exitStatus);
}

} // namespace andon
