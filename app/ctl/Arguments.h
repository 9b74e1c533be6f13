// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"

#include <QJsonValue>
#include <QString>

#include <chrono>
#include <string>

namespace andon::ctl {

/// What was typed, as values. Each throws InvalidInputError with a sentence that names the option.
namespace Arguments {

/// The id of an action: a whole number from 1.
[[nodiscard]] ProposalId proposalId(const std::string &text);

/// The id of an event of the log: a whole number from 1.
[[nodiscard]] EventId eventId(const std::string &text);

/// The number of a stop, from 1.
[[nodiscard]] StopId stopId(const std::string &text);

/// Any JSON, bare numbers and texts included.
[[nodiscard]] QJsonValue json(const std::string &text, const QString &option);

/// A span of time: `500ms`, `2s`, `5m`, `1h`; a bare number is seconds, which may have a fraction. A day at the most.
[[nodiscard]] std::chrono::milliseconds duration(const std::string &text, const QString &option);

/// Something to read: not empty, not blanks.
[[nodiscard]] QString requiredText(const std::string &text, const QString &option);

} // namespace Arguments

} // namespace andon::ctl
