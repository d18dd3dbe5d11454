// SPDX-License-Identifier: GPL-2.0-only
// The options that say what is booted, shared by run and shell.
#pragma once

#include "lab/run.h"
#include "tools/cli_fwd.h"

namespace gueway {

struct MachineOptions {
    std::string kernel = "6.1";
    std::string ip_vs = "stock";
    std::string lane = "smp";
    std::string accelerator = "tcg";
    unsigned memory = 1024;
    std::vector<std::string> kernel_words;
    std::vector<std::string> add;
    bool verbose = false;

    void declare(CLI::App& command);
    Result<RunSpec> spec() const;
};

} // namespace gueway
