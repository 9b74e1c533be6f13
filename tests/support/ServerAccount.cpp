// SPDX-License-Identifier: Apache-2.0
#include "tests/support/ServerAccount.h"

#include <QFile>

#include <grp.h>
#include <unistd.h>

namespace andon::test {

namespace {

// As Debian and most others number `nobody` and `nogroup`. Not looked up: getpwnam(3) is not async-signal-safe.
constexpr uid_t kNobody = 65534;
constexpr gid_t kNogroup = 65534;
constexpr int kCannotChangeAccount = 120;

} // namespace

bool ServerAccount::own(const QString &path)
{
    return ::geteuid() != 0 || ::chown(QFile::encodeName(path).constData(), kNobody, kNogroup) == 0;
}

void ServerAccount::become()
{
    if (::geteuid() == 0 && (::setgroups(0, nullptr) != 0 || ::setgid(kNogroup) != 0 || ::setuid(kNobody) != 0))
        ::_exit(kCannotChangeAccount);
}

} // namespace andon::test
