// SPDX-License-Identifier: GPL-2.0-only
// The QEMU that a program runs.
#pragma once

#include "util/file.h"

#include <sstream>
#include <string>

#include <sys/types.h>

namespace gueway {

// A descendant of the process that is QEMU by now, as its directory in /proc: not just any child,
// nor QEMU before its exec. Empty if there is none.
inline fs::path find_qemu(pid_t parent) // NOLINT(misc-no-recursion): two generations at most
{
    const auto pid = std::to_string(parent);
    std::istringstream children(
        read_file("/proc/" + pid + "/task/" + pid + "/children").value_or(""));
    for (pid_t child = 0; children >> child;) {
        const auto proc = fs::path("/proc") / std::to_string(child);
        if (read_file(proc / "comm").value_or("").starts_with("qemu-system")) return proc;
        if (auto below = find_qemu(child); !below.empty()) return below;
    }
    return {};
}

} // namespace gueway
