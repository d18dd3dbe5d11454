// SPDX-License-Identifier: GPL-2.0-only
// Network namespaces by the number that the kernel gives them.
#pragma once

#include "util/file.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include <sys/stat.h>

namespace gueway {

// Remembers what it found for some seconds after it went, since a namespace may go away while we
// look at its drops; the kernel gives its number to another one then.
class NamespaceNames {
public:
    explicit NamespaceNames(fs::path directory = "/run/netns") : directory_(std::move(directory)) {}

    // The name under /run/netns, "initial netns" for that of process 1, else "netns 4026532178".
    // Looks anew when names came or went. Valid until the next call.
    const std::string& find(uint32_t number);
    // Reads the names there are now. That of process 1 takes CAP_SYS_PTRACE.
    void scan();

private:
    using Clock = std::chrono::steady_clock;
    struct Name {
        std::string text;
        bool found = true;      // else it is its number
        Clock::time_point when; // it was last found, or looked for
    };
    bool changed() const;

    fs::path directory_;
    timespec modified_{}; // the directory, as of the last scan; 0: to be read again
    uint32_t initial_ = 0;
    std::map<uint32_t, Name> names_;
};

} // namespace gueway
