// SPDX-License-Identifier: Apache-2.0
#include "core/guard/GuardLease.h"

#include "core/gate/GateErrors.h"
#include "core/guard/LeaseQuestion.h"
#include "core/storage/DatabaseTime.h"

namespace andon {

class GuardLease::Errand : public LeaseErrand
{
public:
    Errand(GuardLease &lease, Database &database)
        : m_lease(lease)
        , m_database(database)
        , m_question(database)
        , m_agents(database)
    {
    }

    Answer ask() override
    {
        const GuardRecord::Subject &subject = m_lease.m_subject;
        return m_question.isStillOpen(subject.identity, subject.seen, subject.registration) ? Answer::Open
                                                                                            : Answer::Closed;
    }

    void note(bool isBeatDue) override
    {
        if (const std::optional<Running> running = m_lease.takeRunning()) {
            try {
                m_agents.setRunning(m_lease.m_subject.registration, running->pid, running->guardProcess);
            } catch (const Error &) {
                m_lease.keepRunning(*running);
                throw;
            }
        }
        if (isBeatDue)
            m_agents.beat(m_lease.m_subject.registration, databaseTime(m_database, Clock::system()));
    }

private:
    GuardLease &m_lease;
    Database &m_database;
    LeaseQuestion m_question;
    AgentTable m_agents;
};

GuardLease::GuardLease(const DatabaseLocation &location, LeaseTerms terms, GuardedTree &tree,
                       GuardRecord::Subject subject)
    : m_subject(std::move(subject))
    , m_keeper(location, terms,
               {[this](Database &database) { return std::make_unique<Errand>(*this, database); },
                [&tree](BootClock::time_point asked) { tree.renew(asked); },
                [&tree](const QString &via) { tree.stop(via); }})
{
}

void GuardLease::awaitAnswer()
{
    if (!m_keeper.awaitAnswer())
        throw StateUnknownError(QStringLiteral("The server did not say in time whether this may run. It was not run."));
}

void GuardLease::setRunning(qint64 pid, const ProcessIdentity &guardProcess)
{
    keepRunning({pid, guardProcess});
    m_keeper.hurry();
}

void GuardLease::keepRunning(const Running &running)
{
    const std::scoped_lock lock(m_mutex);
    m_running = running;
}

std::optional<GuardLease::Running> GuardLease::takeRunning()
{
    const std::scoped_lock lock(m_mutex);
    return std::exchange(m_running, std::nullopt);
}

} // namespace andon
