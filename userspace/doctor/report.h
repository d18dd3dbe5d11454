// SPDX-License-Identifier: GPL-2.0-only
// What the doctor says of a director, for people and as JSON, from one model.
#pragma once

#include "doctor/bug.h"
#include "doctor/finding.h"
#include "util/json_fwd.h"

#include <string>
#include <string_view>

namespace gueway::doctor {

//   netns     the network namespace's name; empty: the caller's own
//   release   the kernel's, for the reader; nothing is decided by it
//   services, workers  how many; a worker of two services counts twice
//   findings  most serious first
struct Report {
    std::string netns, release;
    size_t services = 0, workers = 0;
    bool ipvs = false;
    Bug bug;
    Findings findings;

    // That of the worst finding: a note is healthy.
    Severity severity() const { return worst(findings); }
};

// "healthy", "at risk", "broken".
std::string_view health(const Report& report);

// Lines of at most 100 columns, but for commands, which can be pasted. Commands run in the
// director's network namespace: where that is a named one, they begin with "ip netns exec".
std::string text(const Report& report);

// "gueway.doctor/1": see Documentation/directorctl.md.
inline constexpr const char* schema = "gueway.doctor/1";
Json to_json(const Report& report);

// The command as it is to be typed by somebody outside of the namespace: a name under /run/netns,
// or a path.
std::string typed(const std::string& command, const std::string& netns);

} // namespace gueway::doctor
