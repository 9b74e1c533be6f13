// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Error.h"

namespace andon {

/// A file or folder of keys or checkpoints cannot be used: no room, no right, not what it should be.
class FileError : public Error
{
public:
    using Error::Error;
};

/// The log is not the continuation of what was signed before: it was replaced, shortened or rewritten. Nothing is
/// signed.
class InconsistentLogError : public Error
{
public:
    using Error::Error;
};

} // namespace andon
