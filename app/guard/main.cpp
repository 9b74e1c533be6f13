// SPDX-License-Identifier: Apache-2.0
#include "app/guard/Arguments.h"
#include "app/guard/DescriptorsLinux.h"
#include "app/guard/GuardLinux.h"
#include "app/guard/InheritanceLinux.h"

#include <fcntl.h>

#include <cstdio>

int main(int count, char **values)
{
    std::optional<andon::guard::Arguments> arguments = andon::guard::Arguments::parse(count, values);
    if (!arguments) {
        std::fputs(andon::guard::Arguments::usage(), stderr);
        return 2;
    }
    andon::guard::closeAllBut({0, 1, 2, arguments->control});
    ::fcntl(arguments->control, F_SETFD, FD_CLOEXEC);
    andon::guard::Inheritance inheritance;
    inheritance.takeOver();
    andon::guard::Guard(std::move(*arguments), inheritance).run();
    return 0;
}
