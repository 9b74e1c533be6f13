// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/station/Station.h"

#include <functional>

namespace andon {

/// What a person does to several actions at once, and one sentence that tells what came of it.
class ActionCommands : public QObject
{
    Q_OBJECT

public:
    /// `station` must outlive this.
    explicit ActionCommands(Station *station, QObject *parent = nullptr);

    void cancel(const QList<ProposalId> &ids);
    void approve(const QList<ProposalId> &ids, const QString &reason);
    void reject(const QList<ProposalId> &ids, const QString &reason);
    /// At once: a stop needs no dialog.
    void hold(const StopScope &scope);

signals:
    /// What is being done, then what came of it; `cause` is the technical detail.
    void told(const QString &sentence, const QString &cause);
    /// The actions are no longer what they were.
    void done();

private:
    struct Words
    {
        QString going;
        QString one;
        QString several;
        QString failed;
    };
    void forEach(const QList<ProposalId> &ids, const Words &words,
                 const std::function<QFuture<void>(ProposalId)> &command);

    Station *m_station;
};

} // namespace andon
