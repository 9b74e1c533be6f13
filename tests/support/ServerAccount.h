// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace andon::test {

/// Who runs a PostgreSQL server for tests: this user, or `nobody` where that is root, as whom it refuses to run.
class ServerAccount
{
public:
    /// Gives a folder or a file to it. False where that cannot be.
    [[nodiscard]] static bool own(const QString &path);
    /// To be called between fork and exec: becomes the account, or ends the process. Async-signal-safe.
    static void become();
};

} // namespace andon::test
