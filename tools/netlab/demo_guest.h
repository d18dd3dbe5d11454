// SPDX-License-Identifier: GPL-2.0-only
// What the demos have in common: a program in a guest that writes one JSON file.
#pragma once

#include "lab/run.h"
#include "util/json_fwd.h"
#include "util/result.h"

#include <chrono>
#include <string>

namespace gueway {

//   program   its name, beside this program; it is given "--json FILE" after its words
//   doing     what the status line says
struct DemoGuest {
    std::string kernel;
    Variant ip_vs = Variant::stock;
    std::string lane; // "smp" or "exact"
    std::string program;
    Argv words;
    std::vector<std::string> kernel_words;
    std::vector<Extra> extras; // beside the program, gwflow and directorctl
    std::string doing;
    bool verbose = false;
};

// What the program wrote. When it failed, the guest's log is shown.
Result<Json> run_demo_guest(const DemoGuest& guest);

// UTC, "2026-01-31 12:00"; empty in the exact lane, which is the same whenever it is run.
std::string finished_now(const std::string& lane);

// "31.4 s plus 12 MB in 3.1 s; page: out/demo.html" on standard output: the time since `begin`,
// downloads apart.
void print_time(std::chrono::steady_clock::time_point begin, const std::string& page);

} // namespace gueway
