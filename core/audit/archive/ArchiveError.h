// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Error.h"

namespace andon {

/// Nothing was archived, or a file is no archive.
class ArchiveError : public Error
{
public:
    using Error::Error;
};

} // namespace andon
