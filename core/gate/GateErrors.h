// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Error.h"

namespace andon {

/// The gate is closed: nothing may be executed.
/// The message begins "Action execution blocked: observe-only mode is active", or with `heldPrefix` where only this
/// agent or this kind of action is held, and goes on to say how to enable execution.
class ObserveOnlyError : public Error
{
public:
    enum class Cause {
        Observe, ///< the mode is observe
        Stopped, ///< a stop was pressed and has not been reset
        Held,    ///< this agent, or this kind of action, is held
    };

    ObserveOnlyError(Cause cause, const QString &explanation);

    [[nodiscard]] Cause because() const noexcept { return m_because; }

    /// The words that the message begins with, the same that the database's own gate says.
    static QString prefix();
    static QString heldPrefix();

private:
    Cause m_because;
};

/// The action needs an approval that is good for it now, and there is none: nobody has answered, somebody said no, it
/// has expired, was used already, belongs to another action, or is from before a stop.
class ApprovalError : public Error
{
public:
    using Error::Error;

    /// The words that the database's own gate says.
    static QString prefix();
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
