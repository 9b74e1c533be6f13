// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Error.h"

namespace andon {

/// What a failed future says: a sentence for the person and the detail behind it.
struct Failure
{
    QString message; ///< empty where what was thrown has no words for a person
    QString cause;

    static Failure of(const std::exception &thrown)
    {
        if (const auto *error = dynamic_cast<const Error *>(&thrown))
            return {error->message(), error->cause()};
        return {{}, QString::fromUtf8(thrown.what())};
    }
};

} // namespace andon
