// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Error.h"

namespace andon {

/// A reset or an arm was meant for a state that is no longer the present one.
class StaleStateError : public Error
{
public:
    using Error::Error;
};

} // namespace andon
