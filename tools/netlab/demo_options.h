// SPDX-License-Identifier: GPL-2.0-only
// What both demos are asked for, and how they answer.
#pragma once

#include "commands.h"
#include "lab/progress.h"
#include "lab/status.h"
#include "tools/cli_fwd.h"

#include <string>

namespace gueway {

struct DemoOptions {
    std::string kernel = "6.1";
    std::string lane = "exact"; // the same figures on every machine, however busy
    std::string out = "out";
    double seconds = 0;  // what of, each demo says
    std::string command; // that repeats this run
    bool verbose = false;
};

// Declares them. `name`: of the subcommand, and of its files in --out.
void declare(CLI::App& command, DemoOptions& into, const std::string& name,
             const std::string& seconds);

// `demo` answers the exit status; an Error is shown, and the lab's own status.
template <class Options>
void run_demo(const Options& options, Result<int> (*demo)(const Options&), int& status)
{
    progress().set_verbose(options.verbose);
    const auto done = demo(options);
    if (!done) complain(done.error());
    status = done ? *done : exit_code(LabStatus::failed);
}

} // namespace gueway
