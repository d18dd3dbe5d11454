// SPDX-License-Identifier: GPL-2.0-only
// What the user asked droptrace for.
#pragma once

#include "trace/selection.h"
#include "util/result.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace gueway {

struct Arguments {
    std::optional<double> seconds;
    std::optional<uint64_t> count;
    std::string ring = "4MiB", json, pcap, ready_file, debuginfo, btf;
    std::string follow, inner, outer; // expressions, no more than one of them
    SelectionNames only;
    bool exit_on_drop = false, headers = false, stack = false, no_verdicts = false;

    bool follows() const { return !follow.empty() || !inner.empty() || !outer.empty(); }
    Result<uint32_t> ring_bytes() const;
    std::optional<std::chrono::nanoseconds> duration() const;
    // Gives up what privileges are not needed any more.
    Result<void> confine() const;
    // Everything is attached.
    Result<void> say_ready(const char* what) const;
};

// Nothing: an exit status is to be returned, and what there is to say was said.
struct Parsed {
    std::optional<Arguments> arguments;
    int status = 0;
};
Parsed parse_arguments(int argc, char** argv);

enum ExitStatus { exit_ok = 0, exit_failed = 1, exit_usage = 2 };
int complain(const Error& error, int status);

} // namespace gueway
