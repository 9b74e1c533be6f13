// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Error.h"

namespace andon {

/// A database was not copied, and nothing was changed at the target.
class CopyError : public Error
{
public:
    using Error::Error;
};

} // namespace andon
