// SPDX-License-Identifier: GPL-2.0-only
// What came of a matrix, for people and for programs.
#pragma once

#include "matrix/result.h"
#include "tools/cli_fwd.h"
#include "util/result.h"

#include <optional>
#include <string>
#include <vector>

namespace gueway {

// For the help of what tells results.
inline constexpr const char* result_statuses =
    "Exit status: 0 all passed, or nothing changed since the baseline; 1 something did not, or "
    "changed;\n2 bad usage, the lab failed, or a file could not be written: the results are of "
    "what was done.";

struct ResultOptions {
    std::string json, junit, html, markdown, baseline; // files
    bool allow_known = false;
    std::string command; // what makes it again, for the page

    void declare(CLI::App& command);
};

// That all files can be written is found out before there is anything to write (files.h).
// `packets`: one more file; empty: none. `read`: those that are to be there afterwards, beside the
// baseline.
Result<void> prepare(const ResultOptions& options, const std::string& packets = {},
                     std::vector<std::string> read = {});

// Nothing when none was asked for.
Result<std::optional<matrix::MatrixResult>> read_baseline(const ResultOptions& options);

// A kernel without any cell in the baseline is an Error: nothing could be said of it.
struct KernelName {
    std::string kernel, ip_vs;
};
Result<void> check_baseline(const std::optional<matrix::MatrixResult>& baseline,
                            const ResultOptions& options, const std::vector<KernelName>& kernels);

// Prints the table, writes the files, and returns the exit status. A file that cannot be written
// does not keep the others from it.
Result<int> tell(matrix::MatrixResult result, const std::optional<matrix::MatrixResult>& baseline,
                 const ResultOptions& options);

} // namespace gueway
