// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Invocation.h"

namespace andon::ctl {

DatabaseLocation Invocation::location() const
{
    return database.empty() ? DatabaseLocation::standard() : DatabaseLocation::parse(QString::fromStdString(database));
}

} // namespace andon::ctl
