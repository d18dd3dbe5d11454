// SPDX-License-Identifier: GPL-2.0-only
// gsobench matrix as a user runs it, and what it wrote.
#pragma once

#include "util/file.h"
#include "util/json.h"
#include "util/process.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace gueway {

constexpr const char* gsobench_program = "build/bin/gsobench";

// On 6.1, with results in `json`.
struct MatrixRun {
    fs::path json;
    std::vector<std::string> options;

    Argv argv(const std::vector<std::string>& cells) const
    {
        Argv argv = {gsobench_program, "matrix", "--kernel", "6.1", "--json", json};
        argv.insert(argv.end(), options.begin(), options.end());
        argv.insert(argv.end(), cells.begin(), cells.end());
        return argv;
    }
    // Throws when nothing was written, which fails the test and no other.
    Json kernel() const
    {
        const auto read = read_json(json);
        if (!read) throw std::runtime_error(read.error().text());
        return read->at("kernels").at(0);
    }
};

inline size_t of_outcome(const Json& kernel, const std::string& outcome)
{
    const auto& cells = kernel["cells"];
    return static_cast<size_t>(std::count_if(
        cells.begin(), cells.end(), [&](const Json& cell) { return cell["outcome"] == outcome; }));
}

} // namespace gueway
