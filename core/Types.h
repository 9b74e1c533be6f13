// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHashFunctions>
#include <QMetaType>
#include <QString>

#include <compare>

namespace andon {

/// A 64-bit number that cannot be mixed up with another kind of number.
///
/// Two aliases with different tags do not convert into each other, nor into a plain integer.
/// Zero and below mean "none": every id that a database hands out is positive.
template<typename Tag>
struct StrongNumber
{
    qint64 value = 0;

    constexpr StrongNumber() = default;
    constexpr explicit StrongNumber(qint64 number)
        : value(number)
    {
    }

    [[nodiscard]] constexpr bool isValid() const { return value > 0; }
    [[nodiscard]] constexpr StrongNumber next() const { return StrongNumber(value + 1); }
    [[nodiscard]] QString toString() const { return QString::number(value); }

    friend constexpr auto operator<=>(const StrongNumber &, const StrongNumber &) = default;
};

template<typename Tag>
size_t qHash(const StrongNumber<Tag> &number, size_t seed = 0)
{
    return ::qHash(number.value, seed);
}

/// Row id of `action_proposals`.
using ProposalId = StrongNumber<struct ProposalTag>;
/// Row id of `action_audit_log`.
using EventId = StrongNumber<struct EventTag>;
/// Number of a stop, counted from 1 in each database.
using StopId = StrongNumber<struct StopTag>;
/// Counter that each change of safety state raises. A permit is good for exactly one epoch.
using Epoch = StrongNumber<struct EpochTag>;

} // namespace andon

Q_DECLARE_METATYPE(andon::ProposalId)
Q_DECLARE_METATYPE(andon::EventId)
Q_DECLARE_METATYPE(andon::StopId)
Q_DECLARE_METATYPE(andon::Epoch)
