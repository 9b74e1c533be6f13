// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Failure.h"

#include "app/ctl/Console.h"
#include "core/audit/filter/AuditFilter.h"
#include "core/gate/GateErrors.h"

namespace andon::ctl::Failure {

namespace {

ExitStatus statusOf(StorageProblem problem)
{
    switch (problem) {
    case StorageProblem::Unreachable:
    case StorageProblem::Corrupt:
    case StorageProblem::Foreign:
    case StorageProblem::NewerSchema:
    case StorageProblem::Detached:
        return ExitStatus::StateUnknown;
    case StorageProblem::Busy:
    case StorageProblem::DiskFull:
    case StorageProblem::ReadOnly:
    case StorageProblem::Denied:
    case StorageProblem::Refused:
    case StorageProblem::Interrupted:
    case StorageProblem::Other:
        break;
    }
    return ExitStatus::Failed;
}

} // namespace

ExitStatus statusOf(const Error &error)
{
    if (const auto *blocked = dynamic_cast<const ObserveOnlyError *>(&error))
        return blocked->because() == ObserveOnlyError::Cause::Observe ? ExitStatus::BlockedObserve
                                                                      : ExitStatus::BlockedStopped;
    if (dynamic_cast<const ApprovalError *>(&error))
        return ExitStatus::BlockedObserve;
    if (dynamic_cast<const StateUnknownError *>(&error))
        return ExitStatus::StateUnknown;
    if (dynamic_cast<const InvalidInputError *>(&error) || dynamic_cast<const FilterError *>(&error))
        return ExitStatus::Usage;
    if (const auto *storage = dynamic_cast<const StorageError *>(&error))
        return statusOf(storage->problem());
    return ExitStatus::Failed;
}

QString sentenceOf(const Error &error)
{
    return error.cause().isEmpty() ? error.message() : error.message() + QStringLiteral(" (%1)").arg(error.cause());
}

ExitStatus report(const Error &error)
{
    Console::say(sentenceOf(error));
    return statusOf(error);
}

ExitStatus report(const std::exception &error)
{
    Console::say(QStringLiteral("Something unexpected went wrong: %1.").arg(QString::fromUtf8(error.what())));
    return ExitStatus::Failed;
}

} // namespace andon::ctl::Failure
