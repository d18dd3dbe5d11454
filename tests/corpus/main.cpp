// SPDX-License-Identifier: GPL-2.0-only
// A fuzz target without its fuzzer: gives it every file of a directory, so that what fuzzing once
// found, and the examples it starts from, are tests like others. A broken property aborts.
//
//   NAME DIRECTORY
#include "tests/fuzz/fuzz.h"
#include "util/file.h"

#include <algorithm>
#include <cstdio>
#include <vector>

int main(int argc, char** argv)
{
    using namespace gueway;
    std::error_code none;
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(argc == 2 ? argv[1] : "", none))
        files.push_back(entry.path());
    if (files.empty()) {
        fmt::print(stderr, "no inputs: which directory?\n");
        return 2;
    }
    std::ranges::sort(files);
    for (const auto& file : files) {
        const auto content = read_file(file);
        if (!content) {
            fmt::print(stderr, "{}\n", content.error().text());
            return 1;
        }
        fmt::print("{}\n", file.string());
        std::fflush(stdout); // the last line names the input that aborts
        LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(content->data()), content->size());
    }
    return 0;
}
