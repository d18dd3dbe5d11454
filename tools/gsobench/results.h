// SPDX-License-Identifier: GPL-2.0-only
// What came of a matrix, for people and for programs.
#pragma once

#include "matrix/result.h"
#include "util/result.h"

#include <optional>
#include <string>

#include <CLI/CLI.hpp>

namespace gueway {

struct ResultOptions {
    std::string json, junit, html, markdown, baseline; // files
    bool allow_known = false;
    std::string command; // what makes it again, for the page

    void declare(CLI::App& command);
};

// Nothing when none was asked for.
Result<std::optional<matrix::MatrixResult>> read_baseline(const ResultOptions& options);

// Prints the table, writes the files, and returns the exit status.
Result<int> tell(const matrix::MatrixResult& result,
                 const std::optional<matrix::MatrixResult>& baseline, const ResultOptions& options);

} // namespace gueway
