// SPDX-License-Identifier: GPL-2.0-only
// gsobench's subcommands: each adds itself to the command line and, when it was asked for, runs and
// leaves its exit status in `status`.
#pragma once

#include "tools/cli_fwd.h"
#include "util/result.h"

namespace gueway {

void add_matrix(CLI::App& app, int& status);
void add_cells(CLI::App& app, int& status);
void add_show(CLI::App& app, int& status);
void add_isolate(CLI::App& app, int& status);
void add_exact(CLI::App& app, int& status);
void add_compare(CLI::App& app, int& status);

// Of all subcommands: as it should be, something is not, bad usage or no lab.
enum ExitStatus { exit_good = 0, exit_different = 1, exit_failed = 2 };

// One line on standard error: "gsobench: ...".
void complain(const std::string& line);
void complain(const Error& error);

} // namespace gueway
