// SPDX-License-Identifier: GPL-2.0-only
// droptrace: which packets the kernel drops, where and why. Documentation/droptrace.md.
#include "watch.h"

#include <csignal>

namespace {

std::atomic<bool> stopped = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler sets it");

void stop(int)
{
    stopped = true;
}

void stop_on_signals()
{
    struct sigaction action{};
    action.sa_handler = stop;
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(number, &action, nullptr);
}

} // namespace

int main(int argc, char** argv)
{
    const auto [arguments, status] = gueway::parse_arguments(argc, argv);
    if (!arguments) return status;
    stop_on_signals();
    return arguments->follows() ? gueway::follow(*arguments, stopped)
                                : gueway::watch(*arguments, stopped);
}
