// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/CommandLine.h"
#include "app/ctl/Console.h"
#include "app/ctl/Utf8Locale.h"

#include <QCoreApplication>

int main(int argc, char *argv[])
{
    andon::ctl::Console::prepare();
    andon::ctl::useUtf8Locale();
    const QCoreApplication application(argc, argv); // for the database driver, which is a plugin
    const andon::ctl::ExitStatus status = andon::ctl::CommandLine().run(QCoreApplication::arguments());
    return static_cast<int>(andon::ctl::Console::finish(status));
}
