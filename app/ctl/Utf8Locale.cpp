// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Utf8Locale.h"

#include <QByteArray>

#if defined(Q_OS_UNIX) && !defined(Q_OS_MACOS)
#include <langinfo.h>

#include <clocale>
#endif

namespace andon::ctl {

void useUtf8Locale()
{
#if defined(Q_OS_UNIX) && !defined(Q_OS_MACOS)
    // NOLINTBEGIN(concurrency-mt-unsafe): the program has one thread yet
    std::setlocale(LC_ALL, "");
    if (qstrcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        qputenv("LC_ALL", "C.UTF-8");
        // NOLINTEND(concurrency-mt-unsafe)
#endif
}

} // namespace andon::ctl
