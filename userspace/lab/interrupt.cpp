// SPDX-License-Identifier: GPL-2.0-only
#include "lab/interrupt.h"

#include <csignal>
#include <initializer_list>

namespace gueway {

namespace {
volatile std::sig_atomic_t caught = 0;

void remember(int signal)
{
    caught = signal;
}
} // namespace

void catch_interrupts()
{
    struct sigaction action{};
    action.sa_handler = remember;
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(signal, &action, nullptr);
}

int interrupted()
{
    return caught;
}

} // namespace gueway
