// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/support/SteadyWriters.h"

#include "tests/bench/support/BareAppender.h"

#include <QCoreApplication>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <thread>

namespace andon::bench {

namespace {

const QString kArgument = QStringLiteral("--steady-writer");
constexpr int kPatienceMs = 60'000;

void append(const QString &path, double commitsPerSecond, const std::atomic_bool &isOver)
{
    BareAppender connection(path);
    const auto pause = std::chrono::duration_cast<std::chrono::steady_clock::duration>(
        std::chrono::duration<double>(1.0 / commitsPerSecond));
    auto due = std::chrono::steady_clock::now();
    for (bool isFirst = true; !isOver; isFirst = false) {
        connection.begin();
        for (int i = 0; i < SteadyWriters::kEventsPerCommit; ++i)
            connection.append(i + 1, "executing", R"({"agent_id": "agent-7", "step": "transfer_leader"})", "agent");
        connection.commit();
        if (isFirst) {
            std::puts("ready");
            std::fflush(stdout);
        }
        due += pause;
        std::this_thread::sleep_until(due);
    }
}

} // namespace

bool SteadyWriters::runAsWriter(const QStringList &arguments)
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
    append(arguments.value(at + 1), arguments.value(at + 2).toDouble(), isOver);
    watch.join();
    return true;
}

SteadyWriters::SteadyWriters(int count, int eventsPerSecond, const QString &databasePath)
{
    const double commits = double(eventsPerSecond) / count / kEventsPerCommit;
    for (int i = 0; i < count; ++i) {
        auto process = std::make_unique<QProcess>();
        process->setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process->start(QCoreApplication::applicationFilePath(), {kArgument, databasePath, QString::number(commits)});
        m_processes.push_back(std::move(process));
    }
    for (const auto &process : m_processes) {
        if (!process->waitForReadyRead(kPatienceMs))
            throw std::runtime_error("a writer did not start: " + process->errorString().toStdString());
    }
}

SteadyWriters::~SteadyWriters()
{
    for (const auto &process : m_processes)
        process->closeWriteChannel();
    for (const auto &process : m_processes) {
        if (!process->waitForFinished(kPatienceMs))
            process->kill();
    }
}

} // namespace andon::bench
