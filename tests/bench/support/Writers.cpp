// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/support/Writers.h"

#include "core/actions/ActionStore.h"
#include "core/storage/Database.h"
#include "tests/bench/support/BareAppender.h"

#include <QCoreApplication>

#include <atomic>
#include <cstdio>
#include <stdexcept>
#include <thread>

namespace andon::bench {

namespace {

using namespace std::chrono_literals;

const QString kArgument = QStringLiteral("--writer");
const QString kAgent = QStringLiteral("agent");

void sayReady()
{
    std::puts("ready");
    std::fflush(stdout);
}

void proposeAndCancel(const QString &path, const std::atomic_bool &isOver)
{
    Database::Options options;
    options.lockTimeout = 60s;
    Database database(DatabaseLocation::parse(path), options);
    ActionAuditor auditor(database, QStringLiteral("bench@bench"));
    ActionStore store(database, auditor);
    ActionRequest request;
    request.actionName = QStringLiteral("transfer_leader");
    request.reason = QStringLiteral("leader imbalance on store 4");
    for (bool isFirst = true; !isOver; isFirst = false) {
        const ProposalId id = store.propose(request);
        if (isFirst)
            sayReady();
        try {
            store.cancel(id, QStringLiteral("bench"));
        } catch (const Error &) {
            // A stop was faster.
        }
    }
}

/// As an agent in a scripting language does it: a transaction that begins deferred, statements as text.
void appendPlainly(const QString &path, const std::atomic_bool &isOver)
{
    BareAppender connection(path);
    for (bool isFirst = true; !isOver; isFirst = false) {
        connection.execute("BEGIN");
        connection.execute("INSERT INTO action_audit_log(proposal_id, event_type, event_data, actor, timestamp) "
                           "VALUES(1, 'proposed', '{\"action_name\": \"transfer_leader\"}', 'agent', "
                           "strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'))");
        connection.execute("COMMIT");
        if (isFirst)
            sayReady();
    }
}

} // namespace

bool Writers::runAsWriter(const QStringList &arguments)
{
    const qsizetype at = arguments.indexOf(kArgument);
    if (at < 0)
        return false;
    std::atomic_bool isOver{false};
    // Whoever started it holds the other end of its standard input.
    std::thread watch([&isOver] {
        while (std::getchar() != EOF) {}
        isOver = true;
    });
    const QString path = arguments.value(at + 2);
    if (arguments.value(at + 1) == kAgent)
        proposeAndCancel(path, isOver);
    else
        appendPlainly(path, isOver);
    watch.join();
    return true;
}

Writers::Writers(int count, const QString &databasePath)
{
    for (int i = 0; i < count; ++i) {
        auto process = std::make_unique<QProcess>();
        process->setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process->start(QCoreApplication::applicationFilePath(),
                       {kArgument, i % 2 == 0 ? kAgent : QStringLiteral("plain"), databasePath});
        m_processes.push_back(std::move(process));
    }
    for (const auto &process : m_processes) {
        if (!process->waitForReadyRead(60'000))
            throw std::runtime_error("a writer did not start: " + process->errorString().toStdString());
    }
}

Writers::~Writers()
{
    for (const auto &process : m_processes)
        process->closeWriteChannel();
    for (const auto &process : m_processes) {
        if (!process->waitForFinished(60'000))
            process->kill();
    }
}

} // namespace andon::bench
