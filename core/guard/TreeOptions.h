// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"

#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>

namespace andon {

/// What is to be run under guard, and what must hold for it.
struct TreeOptions
{
    QStringList command;   ///< the program, looked for along PATH, and its arguments
    QString databasePath;  ///< absolute, as `DatabaseLocation::path` has it
    Epoch epoch;           ///< for which the permit must be there
    bool hasPermit = true; ///< without one (on a server) there is a lease: the gate's files are watched for stops alone
    std::optional<std::chrono::milliseconds> lease;   ///< how long the tree runs on after the gate was found open
    QStringList holdKeys;                             ///< `agent-…`, `action-…`: whose holds concern the command
    std::chrono::milliseconds grace{2000};            ///< between SIGTERM and SIGKILL; 0: at once
    std::optional<std::chrono::milliseconds> timeout; ///< of the command, from its start
    QString guardProgram;                             ///< where the helper is; empty: `GuardedTree::findProgram`
};

} // namespace andon
