// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/CommandLine.h"
#include "app/ctl/Console.h"
#include "app/ctl/Utf8Locale.h"

#include <QCoreApplication>

int main(int argc, char *argv[])
{
    andon::ctl::Console::prepare();
    const andon::ctl::Utf8Locale locale;
    const QCoreApplication application(argc, argv); // for the database driver, which is a plugin
    locale.restoreEnvironment();
    const andon::ctl::ExitStatus status = andon::ctl::CommandLine().run(QCoreApplication::arguments());
    return static_cast<int>(andon::ctl::Console::finish(status));
}
