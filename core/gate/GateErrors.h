// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Error.h"

namespace andon {

/// The gate is closed: nothing may be executed.
/// The message begins "Action execution blocked: observe-only mode is active" and goes on to say
/// how to enable execution.
class ObserveOnlyError : public Error
{
public:
    enum class Cause {
        Observe, ///< the mode is observe
        Stopped, ///< a stop was pressed and has not been reset
    };

    ObserveOnlyError(Cause cause, const QString &explanation);

    [[nodiscard]] Cause because() const noexcept { return m_because; }

    /// The words that the message begins with, the same that the database's own gate says.
    static QString prefix();

private:
    Cause m_because;
};

/// Nobody can tell whether actions may run; so none may.
class StateUnknownError : public Error
{
public:
    using Error::Error;
};

/// The permit could not be taken away or granted.
class PermitError : public Error
{
public:
    using Error::Error;
};

} // namespace andon
