// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Error.h"

namespace andon {

/// What kind of trouble the database is in; each asks for a different act of the person.
enum class StorageProblem {
    Unreachable, ///< no file, no folder, no right to open it
    Busy,        ///< another program holds the lock longer than we were told to wait
    DiskFull,
    ReadOnly,
    Denied, ///< the role at the server lacks the right
    Corrupt,
    Foreign,     ///< a file, but not a database of this kind
    NewerSchema, ///< written by a newer Andon
    Detached,    ///< the file that is open is no longer the one at the path: deleted or replaced
    Refused,     ///< a trigger of the database said no; `reason()` is its text
    Interrupted, ///< the query was cancelled
    Other,
};

/// The database could not do what was asked.
class StorageError : public Error
{
public:
    StorageError(StorageProblem problem, QString message, QString cause = {})
        : Error(std::move(message), std::move(cause))
        , m_problem(problem)
    {
    }

    [[nodiscard]] StorageProblem problem() const noexcept { return m_problem; }

    /// True where a retry may succeed without anybody doing anything.
    [[nodiscard]] bool isTransient() const noexcept
    {
        return m_problem == StorageProblem::Busy || m_problem == StorageProblem::Interrupted;
    }

private:
    StorageProblem m_problem;
};

} // namespace andon
