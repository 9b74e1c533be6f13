// SPDX-License-Identifier: Apache-2.0
#include "ui/actions/ActionCommands.h"

#include "ui/Answer.h"
#include "ui/Counted.h"
#include "ui/safety/ShownScope.h"

#include <memory>

namespace andon {

ActionCommands::ActionCommands(Station *station, QObject *parent)
    : QObject(parent)
    , m_station(station)
{
}

void ActionCommands::cancel(const QList<ProposalId> &ids)
{
    forEach(ids,
            {tr("Cancelling …"), tr("Cancelled 1 action."), tr("Cancelled %1 actions."),
             tr("An action could not be cancelled.")},
            [this](ProposalId id) { return m_station->cancelAction(id, QStringLiteral("cancelled in the panel")); });
}

void ActionCommands::approve(const QList<ProposalId> &ids, const QString &reason)
{
    forEach(ids,
            {tr("Approving …"), tr("Approved 1 action."), tr("Approved %1 actions."),
             tr("An action could not be approved.")},
            [this, reason](ProposalId id) { return m_station->approve(id, reason); });
}

void ActionCommands::reject(const QList<ProposalId> &ids, const QString &reason)
{
    forEach(ids,
            {tr("Rejecting …"), tr("Rejected 1 action."), tr("Rejected %1 actions."),
             tr("An action could not be rejected.")},
            [this, reason](ProposalId id) { return m_station->reject(id, reason); });
}

void ActionCommands::forEach(const QList<ProposalId> &ids, const Words &words,
                             const std::function<QFuture<void>(ProposalId)> &command)
{
    if (m_station->isReadOnly() || ids.isEmpty())
        return;
    struct Tally
    {
        qsizetype outstanding = 0;
        qint64 done = 0;
        QString trouble;
        QString cause;
    };
    const auto tally = std::make_shared<Tally>();
    tally->outstanding = ids.size();
    const auto finishOne = [this, tally, words] {
        if (--tally->outstanding > 0)
            return;
        QStringList sentences;
        if (tally->done > 0 || tally->trouble.isEmpty())
            sentences << counted(tally->done, words.one, words.several);
        if (!tally->trouble.isEmpty())
            sentences << tally->trouble;
        emit told(sentences.join(u' '), tally->cause);
        emit done();
    };
    emit told(words.going, {});
    for (const ProposalId id : ids) {
        onAnswer(
            command(id), this,
            [tally, finishOne] {
                ++tally->done;
                finishOne();
            },
            [tally, finishOne, words](const Failure &failure) {
                tally->trouble = failure.message.isEmpty() ? words.failed : failure.message;
                tally->cause = failure.cause;
                finishOne();
            });
    }
}

void ActionCommands::hold(const StopScope &scope)
{
    if (m_station->isReadOnly())
        return;
    const QString what = shownScope(scope);
    emit told(tr("Holding %1 …").arg(what), {});
    onAnswer(
        m_station->hold(scope, QStringLiteral("held in the panel")), this,
        [this, what](const StopReceipt &receipt) {
            const QString cancelled = receipt.cancelledCount == 0 ? QString()
                                                                  : u' '
                    + counted(receipt.cancelledCount, tr("1 action was cancelled."), tr("%1 actions were cancelled."));
            emit told(tr("Stop %1 holds %2.").arg(receipt.stopId.toString(), what) + cancelled, {});
            emit done();
        },
        [this, what](const Failure &failure) {
            emit told(failure.message.isEmpty() ? tr("%1 could not be held. Use the kill switch.").arg(what)
                                                : failure.message,
                      failure.cause);
        });
}

} // namespace andon
