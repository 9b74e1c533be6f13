// SPDX-License-Identifier: Apache-2.0
#include "ui/actions/ProposalText.h"

#include "ui/audit/EventText.h"

#include <QCoreApplication>
#include <QLocale>

namespace andon {

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(andon::ProposalText)
};

/// For all of them together: laying out more would stall the window.
constexpr qsizetype kMostText = 64 * 1024;
constexpr qsizetype kLeastEach = 512;

QString parametersOf(const ActionProposal &action, qsizetype limit)
{
    if (action.parameters.isEmpty() || action.parameters == u"null" || action.parameters == u"{}")
        return Words::tr("no parameters");
    const QString read = action.parameters.left(limit);
    const EventText::Pretty pretty = EventText::pretty(read, 2 * limit);
    if (read.size() == action.parameters.size() && !pretty.isCut)
        return pretty.text;
    return pretty.text + u'\n'
        + Words::tr("… cut here: %1 characters more are not shown.")
              .arg(QLocale().toString(action.parameters.size() - read.size()));
}

QString textOf(const ActionProposal &action, qsizetype limit)
{
    const QString agent = action.agentId.isEmpty() ? action.requesterId : action.agentId;
    QStringList lines{Words::tr("#%1 %2, asked for by %3")
                          .arg(action.id.toString(), EventText::visible(action.actionName), EventText::visible(agent))};
    if (!action.reason.isEmpty())
        lines << Words::tr("because: %1").arg(EventText::visible(action.reason, kLeastEach));
    lines << parametersOf(action, limit);
    return lines.join(u'\n');
}

} // namespace

QString proposalsText(const QList<ActionProposal> &actions)
{
    const qsizetype limit = qMax(kLeastEach, kMostText / qMax<qsizetype>(1, actions.size()));
    QStringList texts;
    for (const ActionProposal &action : actions)
        texts << textOf(action, limit);
    return texts.join(QStringLiteral("\n\n"));
}

} // namespace andon
