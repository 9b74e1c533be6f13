// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Error.h"

namespace andon {

/// Why something is not proven.
class ProofError : public Error
{
public:
    enum class Problem {
        Malformed,      ///< the proof, its checkpoint or the entry is none
        BadSignature,   ///< a known key is named, and its signature does not fit the checkpoint
        NotSigned,      ///< by no known key
        NotIncluded,    ///< the tree does not hold the entry at this place
        OtherLog,       ///< the checkpoint is of another log than the one that is meant
        NoProof,        ///< an exported line without one
        ShownOtherwise, ///< an exported line shows something else than its entry
    };

    ProofError(Problem problem, const QString &message)
        : Error(message)
        , m_problem(problem)
    {
    }

    [[nodiscard]] Problem problem() const noexcept { return m_problem; }

private:
    Problem m_problem;
};

} // namespace andon
