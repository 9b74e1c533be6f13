// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/storage/Database.h"

#include <QString>

namespace andon::test {

/// Holds the seals of a database against the definition of the tree (RFC 9162, 2.1.1), computed plainly, with every
/// hash of every row. Returns an empty text, or what is wrong first.
///
/// `mayBeBehind`: events at the end that are not sealed yet are right, too.
[[nodiscard]] QString complaintAboutSeals(Database &database, bool mayBeBehind = false);
[[nodiscard]] QString complaintAboutSeals(const QString &path, bool mayBeBehind = false);

} // namespace andon::test
