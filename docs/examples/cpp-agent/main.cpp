// SPDX-License-Identifier: Apache-2.0
// An agent that links Andon's library.
//
//   cpp-agent DATABASE STEPS            takes an action of so many steps in its own process
//   cpp-agent DATABASE run COMMAND...   runs a program as an action
//
// Exit status: as andonctl's, or the command's.

#include "core/gate/GateErrors.h"
#include "core/guard/AgentSession.h"
#include "core/guard/GuardedProcess.h"

#include <QCoreApplication>

#include <chrono>
#include <iostream>
#include <thread>

namespace {

enum ExitStatus { Done = 0, Failed = 1, BlockedObserve = 3, BlockedStopped = 4 };

int takeSteps(andon::AgentSession &session, int steps)
{
    andon::ActionRequest request;
    request.actionName = QStringLiteral("transfer_leaders");
    request.reason = QStringLiteral("leader imbalance");
    andon::RunningAction action = session.start(request);
    for (int done = 0; done < steps; ++done) {
        if (action.isStopRequested()) {
            action.stopped(QStringLiteral("left off after %1 of %2 steps").arg(done).arg(steps));
            return BlockedStopped;
        }
        std::cout << "step " << done + 1 << std::endl;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    action.complete(steps);
    return Done;
}

int runProgram(andon::AgentSession &session, const QStringList &words)
{
    andon::GuardedCommand command;
    command.action.actionName = QStringLiteral("run_program");
    command.action.reason = QStringLiteral("asked for on the command line");
    command.command = words;
    const andon::GuardedResult result = session.run(command);
    if (!result.explanation.isEmpty())
        std::cerr << qPrintable(result.explanation) << std::endl;
    if (result.isStopped)
        return BlockedStopped;
    return result.tree.shellStatus() >= 0 ? result.tree.shellStatus() : Failed;
}

} // namespace

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    const QStringList words = QCoreApplication::arguments();
    try {
        andon::AgentSession::Options options;
        options.database = words.value(1);
        options.agentId = QStringLiteral("cpp-1");
        options.guardProgram = QStringLiteral(ANDON_GUARD);
        andon::AgentSession session(options);
        return words.value(2) == QStringLiteral("run") ? runProgram(session, words.mid(3))
                                                       : takeSteps(session, words.value(2).toInt());
    } catch (const andon::ObserveOnlyError &error) {
        std::cerr << qPrintable(error.message()) << std::endl;
        return error.because() == andon::ObserveOnlyError::Cause::Observe ? BlockedObserve : BlockedStopped;
    } catch (const andon::Error &error) {
        std::cerr << qPrintable(error.message()) << std::endl;
        return Failed;
    }
}
