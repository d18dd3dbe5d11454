// SPDX-License-Identifier: GPL-2.0-only
#include "ipvsadm_mode.h"

#include "commands.h"

namespace gueway {

int run_ipvsadm(int, char**)
{
    complain("ipvsadm mode: not there yet");
    return exit_usage;
}

} // namespace gueway
