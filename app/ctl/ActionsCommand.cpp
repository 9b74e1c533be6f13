// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Commands.h"
#include "app/ctl/Console.h"
#include "app/ctl/Session.h"
#include "app/ctl/StoredJson.h"
#include "core/storage/Timestamp.h"

#include <algorithm>
#include <limits>
#include <memory>

namespace andon::ctl {

namespace {

constexpr int kPage = 500;

struct ActionsOptions
{
    std::string status;
    qint64 limit = 100;
};

QList<ActionStatus> statusesFrom(const std::string &text)
{
    QList<ActionStatus> statuses;
    if (text.empty())
        return statuses;
    const QStringList names = QString::fromStdString(text).split(u',');
    for (const QString &name : names) {
        const std::optional<ActionStatus> status = actionStatusFromString(name.trimmed());
        if (!status)
            throw InvalidInputError(
                QStringLiteral("There is no status \"%1\": choose from proposed, validated, executing, "
                               "completed, failed and cancelled, separated by commas.")
                    .arg(name.trimmed()));
        statuses << *status;
    }
    return statuses;
}

QJsonValue timeOrNull(const QDateTime &moment)
{
    return moment.isValid() ? QJsonValue(formatTimestamp(moment)) : QJsonValue();
}

QJsonValue textOrNull(const QString &text)
{
    return text.isEmpty() ? QJsonValue() : QJsonValue(text);
}

QJsonObject toJson(const ActionProposal &action)
{
    return {
        {QStringLiteral("id"), action.id.value},
        {QStringLiteral("status"), action.statusText},
        {QStringLiteral("action_name"), action.actionName},
        {QStringLiteral("action_type"), textOrNull(action.actionType)},
        {QStringLiteral("parameters"), StoredJson::valueOf(action.parameters)},
        {QStringLiteral("reason"), textOrNull(action.reason)},
        {QStringLiteral("requester_id"), textOrNull(action.requesterId)},
        {QStringLiteral("agent_id"), textOrNull(action.agentId)},
        {QStringLiteral("last_error"), textOrNull(action.lastError)},
        {QStringLiteral("proposed_at"), timeOrNull(action.proposedAt)},
        {QStringLiteral("validated_at"), timeOrNull(action.validatedAt)},
        {QStringLiteral("started_at"), timeOrNull(action.startedAt)},
        {QStringLiteral("version"), action.version},
        {QStringLiteral("approval"), action.approval ? QJsonValue(toString(action.approval->decision)) : QJsonValue()},
        {QStringLiteral("guard_pid"), action.guardedPid > 0 ? QJsonValue(action.guardedPid) : QJsonValue()},
    };
}

/// With what an action waits for.
QString statusOf(const ActionProposal &action)
{
    const bool isPending = action.status == ActionStatus::Proposed || action.status == ActionStatus::Validated;
    return isPending && action.approval
        ? action.statusText + QStringLiteral(" (%1)").arg(toString(action.approval->decision))
        : action.statusText;
}

/// Prints a listing row by row, so that its length does not matter.
class Listing
{
public:
    explicit Listing(bool asJson)
        : m_asJson(asJson)
    {
        Console::write(m_asJson ? QByteArray("{\"actions\":[") : QByteArray());
    }

    void add(const ActionProposal &action)
    {
        if (m_asJson)
            addObject(action);
        else
            addRow(action);
        ++m_count;
    }

    void finish()
    {
        if (m_asJson)
            Console::write("]}\n");
        else if (m_count == 0)
            Console::writeLine(QStringLiteral("No such actions."));
    }

private:
    void addObject(const ActionProposal &action)
    {
        const QByteArray separator = m_count == 0 ? QByteArray() : QByteArray(",");
        Console::write(separator + Console::printableJson(StoredJson::compact(toJson(action))));
    }

    void addRow(const ActionProposal &action)
    {
        if (m_count == 0)
            Console::writeLine(row(QStringLiteral("ID"), QStringLiteral("STATUS"), QStringLiteral("PROPOSED"),
                                   QStringLiteral("AGENT"), QStringLiteral("ACTION"), QStringLiteral("REASON")));
        const QString proposed = action.proposedAt.isValid()
            ? action.proposedAt.toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"))
            : QStringLiteral("-");
        Console::writeLine(row(action.id.toString(), statusOf(action), proposed, action.agentId,
                               action.actionName + u' ' + action.parameters, action.reason));
    }

    static QString row(const QString &id, const QString &status, const QString &proposed, const QString &agent,
                       const QString &action, const QString &reason)
    {
        constexpr int kId = 7;
        constexpr int kStatus = 10;
        constexpr int kTime = 20;
        constexpr int kAgent = 12;
        constexpr int kAction = 52;
        const auto column = [](const QString &text, int width) {
            return Console::printable(text).leftJustified(width);
        };
        return id.rightJustified(kId) + QStringLiteral("  ") + column(status, kStatus) + u' ' + column(proposed, kTime)
            + column(agent.isEmpty() ? QStringLiteral("-") : agent, kAgent) + u' ' + column(action.trimmed(), kAction)
            + u' ' + Console::printable(reason);
    }

    bool m_asJson;
    qint64 m_count = 0;
};

ExitStatus listActions(const Invocation &invocation, const ActionsOptions &options)
{
    const QList<ActionStatus> statuses = statusesFrom(options.status);
    Session session(invocation.location(), Session::Purpose::Look);
    if (!session.note().isEmpty())
        Console::say(session.note());

    Listing listing(invocation.wantsJson);
    qint64 left = options.limit == 0 ? std::numeric_limits<qint64>::max() : options.limit;
    ProposalId before;
    while (left > 0 && Console::isOpen()) {
        const int wanted = static_cast<int>(std::min<qint64>(left, kPage));
        const QList<ActionProposal> page = session.actions().list(statuses, wanted, before);
        for (const ActionProposal &action : page)
            listing.add(action);
        if (page.size() < wanted)
            break;
        before = page.last().id;
        left -= page.size();
    }
    listing.finish();
    return ExitStatus::Done;
}

} // namespace

void addActionsCommand(CLI::App &app, Invocation &invocation)
{
    auto options = std::make_shared<ActionsOptions>();
    CLI::App *command = app.add_subcommand("actions", "List actions, newest first");
    command
        ->add_option("--status", options->status,
                     "Only these: proposed, validated, executing, completed, failed, cancelled")
        ->type_name("S[,S]");
    command->add_option("--limit", options->limit, "At most so many (default 100; 0: all)")
        ->check(CLI::Range(qint64{0}, std::numeric_limits<qint64>::max()).description(""))
        ->type_name("N");
    command->callback([&invocation, options] {
        invocation.command = [&invocation, options] { return listActions(invocation, *options); };
    });
}

} // namespace andon::ctl
