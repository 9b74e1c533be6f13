// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Interruption.h"

#include <array>
#include <csignal>

namespace andon::ctl {

namespace {

volatile std::sig_atomic_t requested = 0;

constexpr std::array kSignals{
    SIGINT,
    SIGTERM,
#ifdef SIGHUP
    SIGHUP,
#endif
};

extern "C" void onSignal(int)
{
    requested = 1;
}

void handleWith(void (*handler)(int))
{
    for (const int number : kSignals)
        std::signal(number, handler);
}

} // namespace

Interruption::Interruption()
{
    requested = 0;
    handleWith(onSignal);
}

Interruption::~Interruption()
{
    handleWith(SIG_DFL);
}

bool Interruption::isRequested() const
{
    return requested != 0;
}

} // namespace andon::ctl
