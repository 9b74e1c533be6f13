// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/ctl/Invocation.h"

#include <CLI/CLI.hpp>

namespace andon::ctl {

/// Each adds one command: its options, and what `Invocation::command` is to do if it is chosen.
/// `app` and `invocation` must outlive the parsing and the command.
void addStatusCommand(CLI::App &app, Invocation &invocation);
void addKillCommand(CLI::App &app, Invocation &invocation);
void addResetCommand(CLI::App &app, Invocation &invocation);
void addModeCommand(CLI::App &app, Invocation &invocation);
void addGateCommand(CLI::App &app, Invocation &invocation);
void addProposeCommand(CLI::App &app, Invocation &invocation);
void addValidateCommand(CLI::App &app, Invocation &invocation);
void addClaimCommand(CLI::App &app, Invocation &invocation);
void addCompleteCommand(CLI::App &app, Invocation &invocation);
void addCancelCommand(CLI::App &app, Invocation &invocation);
void addRunCommand(CLI::App &app, Invocation &invocation);
void addApproveCommand(CLI::App &app, Invocation &invocation);
void addRejectCommand(CLI::App &app, Invocation &invocation);
void addCheckpointCommand(CLI::App &app, Invocation &invocation);
void addKeyCommand(CLI::App &app, Invocation &invocation);
void addConfigCommand(CLI::App &app, Invocation &invocation);
void addActionsCommand(CLI::App &app, Invocation &invocation);
void addLogCommand(CLI::App &app, Invocation &invocation);
void addProofCommand(CLI::App &app, Invocation &invocation);
void addVerifyProofCommand(CLI::App &app, Invocation &invocation);
void addVerifyCommand(CLI::App &app, Invocation &invocation);
void addAdoptCommand(CLI::App &app, Invocation &invocation);
void addCopyCommand(CLI::App &app, Invocation &invocation);
void addArchiveCommand(CLI::App &app, Invocation &invocation);
void addInitRolesCommand(CLI::App &app, Invocation &invocation);
void addSimulateCommand(CLI::App &app, Invocation &invocation);

} // namespace andon::ctl
