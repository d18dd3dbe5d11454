// SPDX-License-Identifier: GPL-2.0-only
// Kernel logs as a serial console shows them, each with the verdict a person would give.
#pragma once

#include "lab/judge.h"

#include <string>
#include <vector>

namespace gueway {

struct LogCase {
    std::string name;
    std::string log; // follows a boot banner unless `bare`
    Verdict::Kind kind = Verdict::Kind::splat;
    std::string what; // class
    std::string line; // part of the naming line
    std::string last; // part of the report's last line
    bool panicked = false;
    bool bare = false;
};

// The start of a boot at loglevel=7.
std::string boot_banner();
std::vector<LogCase> splat_logs();
std::vector<LogCase> lockup_logs();
std::vector<LogCase> mangled_logs();
std::vector<LogCase> harmless_logs();
std::vector<LogCase> unscannable_logs();

} // namespace gueway
