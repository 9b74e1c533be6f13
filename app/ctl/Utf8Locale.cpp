// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Utf8Locale.h"

#if defined(Q_OS_UNIX) && !defined(Q_OS_MACOS)
#include <langinfo.h>

#include <clocale>
#endif

namespace andon::ctl {

namespace {

constexpr const char *kVariable = "LC_ALL";

} // namespace

Utf8Locale::Utf8Locale()
{
#if defined(Q_OS_UNIX) && !defined(Q_OS_MACOS)
    // NOLINTBEGIN(concurrency-mt-unsafe): the program has one thread yet
    std::setlocale(LC_ALL, "");
    if (qstrcmp(nl_langinfo(CODESET), "UTF-8") == 0)
        return;
    // NOLINTEND(concurrency-mt-unsafe)
    m_before = Before{qEnvironmentVariableIsSet(kVariable), qgetenv(kVariable)};
    qputenv(kVariable, "C.UTF-8");
#endif
}

void Utf8Locale::restoreEnvironment() const
{
    if (!m_before)
        return;
    if (m_before->wasSet)
        qputenv(kVariable, m_before->value);
    else
        qunsetenv(kVariable);
}

} // namespace andon::ctl
