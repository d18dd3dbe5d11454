// SPDX-License-Identifier: GPL-2.0-only
// Runs a plan's commands, one after the other, and reports each over the port.
#pragma once

#include "guest/port.h"

namespace gueway::guest {

// start, output..., result. Standard input is /dev/null. Whatever the command left running in the
// background is the caller's to end. Returns the status: of the exit, 128 + signal, or 127.
int run_command(const protocol::Command& command, const Port& port);

} // namespace gueway::guest
