// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/filter/AuditFilter.h"

#include <QString>

/// A filter's text with a term added or taken away; all other terms stay as they were typed.
namespace andon::FilterText {

[[nodiscard]] bool canBeRead(const QString &text);

/// Whether one of the terms is written like this.
[[nodiscard]] bool hasTerm(const QString &text, const QString &term);

/// Adds the term; takes it away where it is there already. Its opposite, with which nothing would be found, makes
/// way for it. A text that cannot be read gets the term at its end.
[[nodiscard]] QString toggled(const QString &text, const QString &term);

/// Whether an event of this type or actor, and not all, is asked for.
[[nodiscard]] bool hasValue(const QString &text, AuditFilter::Term::Field field, const QString &value);

/// Adds the value to the list of its field, where any of several may hold; takes it away where it is there.
[[nodiscard]] QString valueToggled(const QString &text, AuditFilter::Term::Field field, const QString &value);

/// The text without the terms of a field that have no minus.
[[nodiscard]] QString without(const QString &text, AuditFilter::Term::Field field);

} // namespace andon::FilterText
