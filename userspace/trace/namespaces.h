// SPDX-License-Identifier: GPL-2.0-only
// Network namespaces by the number that the kernel gives them.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace gueway {

// Remembers what it found, since a namespace may go away while we look at its drops.
class NamespaceNames {
public:
    // The name under /run/netns, "initial netns" for that of process 1, else "netns 4026532178".
    const std::string& find(uint32_t number);
    // Reads the names there are now. That of process 1 takes CAP_SYS_PTRACE.
    void scan();

private:
    std::map<uint32_t, std::string> names_;
};

} // namespace gueway
