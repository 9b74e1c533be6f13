// SPDX-License-Identifier: Apache-2.0
#include "core/guard/GuardRecord.h"

#include "core/guard/GuardProtocol.h"
#include "core/storage/Database.h"

#include <QDeadlineTimer>
#include <QJsonArray>
#include <QThread>

#include <algorithm>

namespace andon {

namespace {

using namespace std::chrono_literals;

/// How long the record is tried for while others hold the lock or the disk is full.
constexpr auto kRecordPatience = 60s;
constexpr std::chrono::milliseconds kBetweenTries{5};
constexpr std::chrono::milliseconds kBetweenConnections{500};
constexpr std::chrono::milliseconds kAnswerPatience{5000};

/// Nobody has stopped it: there is no record to wait for.
bool isEndedByLease(const TreeOutcome &tree)
{
    const QString lease = QString::fromLatin1(guard::via::kLease.data(), static_cast<int>(guard::via::kLease.size()));
    return tree.via == lease || (tree.via == u"owner" && tree.detail == lease);
}

bool isStop(TreeOutcome::Why why)
{
    return why == TreeOutcome::Why::Stopped || why == TreeOutcome::Why::Refused;
}

QString seconds(std::chrono::milliseconds time)
{
    return QString::number(static_cast<double>(time.count()) / 1000);
}

QString sentenceFor(const TreeOutcome &tree, const GuardedCommand &command)
{
    switch (tree.why) {
    case TreeOutcome::Why::Exited:
        return {};
    case TreeOutcome::Why::Stopped:
        if (isEndedByLease(tree))
            return tree.explanation;
        return QStringLiteral("Stopped: %1 processes ended within %2 ms, %3 of them by force.")
            .arg(tree.processes)
            .arg(tree.deadAfter.count() / 1000)
            .arg(tree.killed);
    case TreeOutcome::Why::TimedOut:
        return QStringLiteral("Ended: its time was over after %1 s.").arg(seconds(command.timeout.value_or(0ms)));
    case TreeOutcome::Why::Refused:
    case TreeOutcome::Why::CouldNotStart:
    case TreeOutcome::Why::GuardLost:
        break;
    }
    return tree.explanation;
}

QString outcomeOf(const TreeOutcome &tree, const GuardedResult &result)
{
    if (result.isStopped)
        return QStringLiteral("stopped");
    return tree.why == TreeOutcome::Why::TimedOut ? QStringLiteral("timed_out") : QStringLiteral("exited");
}

QString survivorsOf(const TreeOutcome &tree)
{
    QStringList pids;
    for (const qint64 pid : tree.survivors)
        pids << QString::number(pid);
    return pids.join(QStringLiteral(", "));
}

} // namespace

GuardRecord::GuardRecord(Database &database, ActionAuditor &auditor, SafetyController &safety, Subject subject)
    : m_database(database)
    , m_auditor(auditor)
    , m_subject(std::move(subject))
    , m_arrival(database, safety, m_subject.identity, m_subject.seen)
    , m_store(safety.actions())
    , m_agents(database)
{
}

void GuardRecord::neverStarted()
{
    try {
        Transaction transaction(m_database);
        StopArrival::holdOff(m_database);
        const QDateTime now = m_auditor.clock().now();
        m_agents.answer(m_subject.registration,
                        {StopAnswer::Outcome::Stopped, now, {}, QStringLiteral("never started")});
        m_agents.end(m_subject.registration, QStringLiteral("refused"), now);
        transaction.commit();
    } catch (const StorageError &) {
        // The next opener finds that it is gone.
    }
}

QJsonObject GuardRecord::detailsOf(const TreeOutcome &tree) const
{
    QJsonObject details{{QStringLiteral("processes"), tree.processes}};
    if (tree.exitCode >= 0)
        details.insert(QStringLiteral("exit_status"), tree.exitCode);
    if (tree.signal > 0)
        details.insert(QStringLiteral("signal"), tree.signal);
    if (!tree.via.isEmpty())
        details.insert(QStringLiteral("via"), tree.via);
    if (isStop(tree.why) || tree.why == TreeOutcome::Why::TimedOut) {
        details.insert(QStringLiteral("signalled_after_us"), static_cast<qint64>(tree.signalledAfter.count()));
        details.insert(QStringLiteral("dead_after_us"), static_cast<qint64>(tree.deadAfter.count()));
        details.insert(QStringLiteral("killed"), tree.killed);
    }
    if (tree.leftBehind > 0)
        details.insert(QStringLiteral("left_behind"), tree.leftBehind);
    if (!tree.survivors.isEmpty()) {
        QJsonArray pids;
        for (const qint64 pid : tree.survivors)
            pids << pid;
        details.insert(QStringLiteral("survivors"), pids);
    }
    if (!tree.errorTail.isEmpty())
        details.insert(QStringLiteral("stderr_tail"), QString::fromUtf8(tree.errorTail));
    return details;
}

void GuardRecord::write(const TreeOutcome &tree, const GuardedResult &result)
{
    Transaction transaction(m_database);
    StopArrival::holdOff(m_database);
    const QDateTime now = m_auditor.clock().now();
    // Where it is ended already, this was written and only the answer was lost; or it was silent for so long that
    // somebody has recorded it as gone.
    if (!m_agents.end(m_subject.registration, outcomeOf(tree, result), now))
        return;
    const QJsonObject details = detailsOf(tree);
    const bool isDead = tree.survivors.isEmpty();
    StopAnswer answer;
    answer.at = tree.noticedAt.isValid()
        ? tree.noticedAt.addMSecs(std::chrono::duration_cast<std::chrono::milliseconds>(tree.deadAfter).count())
        : now;
    answer.via = tree.via;
    if (result.isStopped) {
        answer.outcome = StopAnswer::Outcome::Stopped;
        answer.detail = result.explanation;
        m_store.markStopped(m_subject.id, result.explanation, details);
    } else if (tree.why == TreeOutcome::Why::Exited && tree.shellStatus() == 0) {
        answer.outcome = StopAnswer::Outcome::Ended;
        m_store.complete(m_subject.id, details);
    } else {
        answer.outcome = StopAnswer::Outcome::Ended;
        const QString why = tree.signal > 0 ? QStringLiteral("ended by signal %1").arg(tree.signal)
                                            : QStringLiteral("exit status %1").arg(tree.exitCode);
        m_store.fail(m_subject.id, result.explanation.isEmpty() ? why : result.explanation, details);
    }
    if (!isDead) {
        answer.outcome = StopAnswer::Outcome::Failed;
        answer.detail = QStringLiteral("still running: process %1").arg(survivorsOf(tree));
    }
    m_agents.acknowledge(m_subject.registration, SafetyStateTable(m_database).read().epoch, now);
    m_agents.answer(m_subject.registration, answer);
    transaction.commit();
}

void GuardRecord::record(const TreeOutcome &tree, const GuardedResult &result)
{
    if (result.isStopped && !isEndedByLease(tree))
        m_arrival.await();
    write(tree, result);
}

void GuardRecord::recordAnew(const TreeOutcome &tree, const GuardedResult &result)
{
    Database::Options options = m_database.options();
    options.answerTimeout = std::min(options.answerTimeout, kAnswerPatience); // there is time for many
    Database database(m_database.location(), options);
    ActionAuditor auditor(database, m_auditor.by(), m_auditor.clock());
    SafetyController safety(database, auditor);
    GuardRecord(database, auditor, safety, m_subject).record(tree, result);
}

GuardedResult GuardRecord::end(const GuardedTree &tree, const GuardedCommand &command)
{
    const TreeOutcome &outcome = tree.outcome();
    GuardedResult result;
    result.id = m_subject.id;
    result.tree = outcome;
    result.isStopped = isStop(outcome.why);
    result.explanation = sentenceFor(outcome, command);
    const QDeadlineTimer deadline(kRecordPatience);
    // Where the lease is over the connection has fallen silent: nobody waits for what it may still say.
    bool isLost = m_database.engine() == SqlEngine::PostgreSql && isEndedByLease(outcome);
    for (;;) {
        try {
            if (isLost)
                recordAnew(outcome, result);
            else
                record(outcome, result);
            return result;
        } catch (const StorageError &error) {
            isLost = isLost
                || (m_database.engine() == SqlEngine::PostgreSql && error.problem() == StorageProblem::Unreachable);
            const bool mayPass = isLost || error.isTransient() || error.problem() == StorageProblem::DiskFull;
            if (!mayPass || deadline.hasExpired())
                throw;
            const std::chrono::milliseconds pause = isLost ? kBetweenConnections : kBetweenTries;
            QThread::msleep(static_cast<unsigned long>(pause.count()));
        }
    }
}

} // namespace andon
