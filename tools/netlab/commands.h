// SPDX-License-Identifier: GPL-2.0-only
// netlab's subcommands: each adds itself to the command line and, when it was asked for, runs and
// leaves its exit status in `status`.
#pragma once

#include "tools/cli_fwd.h"
#include "util/result.h"

namespace gueway {

void add_run(CLI::App& app, int& status);
void add_shell(CLI::App& app, int& status);
void add_suite(CLI::App& app, int& status);
void add_demo(CLI::App& app, int& status);
void add_demo_fixes(CLI::App& app, int& status);

// One line on standard error: "netlab: ...".
void complain(const std::string& line);
void complain(const Error& error);

} // namespace gueway
