// SPDX-License-Identifier: GPL-2.0-only
// Which cells each kernel of a run is to run, and how.
#pragma once

#include "kernel_run.h"
#include "matrix/select.h"
#include "selection_options.h"
#include "util/result.h"

#include <string>
#include <vector>

namespace gueway {

// What is asked of all of them; of what is not told here, as KernelRun has it.
//   pcapng  a file, of several kernels a directory
struct PlanOptions {
    SelectionOptions selection;
    LackOptions lacks;
    std::vector<std::string> kernels, kernel_words;
    unsigned guests = 2;
    std::string resume, pcapng;
    bool verbose = false;
};

// Of one kernel twice the cells could not be told apart: an Error.
Result<std::vector<KernelChoice>> choices(const std::vector<std::string>& kernels);

// Whether `pcapng` is a file.
bool one_capture(const PlanOptions& options);

//   refused  why the kernel runs none; empty: it does
struct Planned {
    KernelRun run;
    matrix::Selection selection;
    std::string refused;
};

// A kernel that cannot be found is refused, and said so, and costs the others nothing.
Planned plan(const PlanOptions& options, const KernelChoice& choice);

} // namespace gueway
