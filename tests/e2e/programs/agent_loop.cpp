// SPDX-License-Identifier: Apache-2.0
// An agent that proposes, validates, claims and completes as fast as it can, until its input ends.
//
//   agent_loop DATABASE LOG NAME [reconnecting]
//
// It ends with an error where it loses the database, or opens it again, as often as it takes, if it is told to.
// Each line of LOG is what became of one claim: `started ID LAST_LOOK_NS START_NS`, in nanoseconds of the clock
// that all processes share, or `refused ID`, or `vanished ID` where somebody else had cancelled the action.

#include "core/actions/ActionStore.h"
#include "core/actions/TransitionError.h"
#include "core/audit/ActionAuditor.h"
#include "core/gate/GateErrors.h"
#include "core/storage/Database.h"
#include "core/storage/Schema.h"
#include "tests/e2e/support/MonotonicTime.h"

#include <QCoreApplication>
#include <QFile>

#include <atomic>
#include <deque>
#include <iostream>
#include <thread>

using namespace andon;

namespace {

class AgentLoop
{
public:
    AgentLoop(const QString &path, const QString &log, const QString &name)
        : m_database(DatabaseLocation::parse(path), options())
        , m_auditor(m_database, name + QStringLiteral("@loop"))
        , m_store(m_database, m_auditor,
                  [this](ProtocolStep step) {
                      if (step == ProtocolStep::WatchStarted) // the last look comes right after it
                          m_lastLookNs = test::monotonicNs();
                  })
        , m_log(log)
        , m_name(name)
    {
        static_cast<void>(Schema::ensure(m_database));
    }

    [[nodiscard]] bool openLog() { return m_log.open(QIODevice::WriteOnly | QIODevice::Append); }

    void step()
    {
        try {
            if (m_stock.size() < kStock)
                stockUp();
            claimOne();
        } catch (const StorageError &error) {
            if (!error.isTransient())
                throw;
        }
    }

private:
    static constexpr size_t kStock = 2;

    static Database::Options options()
    {
        Database::Options options;
        options.lockTimeout = std::chrono::seconds(20);
        return options;
    }

    void stockUp()
    {
        ActionRequest request;
        request.actionName = QStringLiteral("transfer_leader");
        request.reason = QStringLiteral("leader imbalance");
        request.agentId = m_name;
        m_stock.push_back(m_store.propose(request));
        try {
            m_store.validate(m_stock.back());
        } catch (const TransitionError &) {
            m_stock.pop_back(); // a stop has cancelled it already
        }
    }

    void claimOne()
    {
        if (m_stock.empty())
            return;
        const ProposalId id = m_stock.front();
        try {
            m_lastLookNs = 0;
            m_store.claim(id);
            const qint64 startNs = test::monotonicNs();
            m_stock.pop_front();
            record("started", id, m_lastLookNs, startNs);
            m_store.complete(id);
        } catch (const ObserveOnlyError &) {
            if (m_lastLookNs != 0) { // was claimed, and cancelled after the last look
                m_stock.pop_front();
                record("refused", id);
            }
            std::this_thread::sleep_for(std::chrono::microseconds(300));
        } catch (const TransitionError &) {
            m_stock.pop_front();
            record("vanished", id);
        }
    }

    void record(const QByteArray &what, ProposalId id, qint64 lastLookNs = 0, qint64 startNs = 0)
    {
        m_log.write(what + ' ' + QByteArray::number(id.value) + ' ' + QByteArray::number(lastLookNs) + ' '
                    + QByteArray::number(startNs) + '\n');
    }

    Database m_database;
    ActionAuditor m_auditor;
    qint64 m_lastLookNs = 0;
    ActionStore m_store;
    QFile m_log;
    QString m_name;
    std::deque<ProposalId> m_stock;
};

void run(const QStringList &arguments, const std::atomic_bool &isOver)
{
    AgentLoop agent(arguments.at(1), arguments.at(2), arguments.at(3));
    if (!agent.openLog())
        throw std::runtime_error("the log cannot be opened");
    std::cout << "ready" << std::endl;
    while (!isOver)
        agent.step();
}

} // namespace

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const bool isReconnecting = arguments.size() == 5 && arguments.at(4) == QLatin1String("reconnecting");
    if (arguments.size() != 4 && !isReconnecting)
        return 2;
    std::atomic_bool isOver{false};
    std::thread input([&isOver] {
        std::string line;
        while (std::getline(std::cin, line)) {}
        isOver = true;
    });
    int status = 0;
    do {
        try {
            run(arguments, isOver);
            status = 0;
        } catch (const std::exception &error) {
            std::cerr << "agent_loop: " << error.what() << std::endl;
            status = 1;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    } while (isReconnecting && !isOver);
    input.join();
    return isReconnecting ? 0 : status;
}
