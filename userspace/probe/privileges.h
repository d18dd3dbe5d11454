// SPDX-License-Identifier: GPL-2.0-only
// Capabilities (capabilities(7)) that tracing takes: what is missing and what that costs, and
// giving up those that are not needed any more.
#pragma once

#include "util/result.h"

#include <string>
#include <vector>

namespace gueway {

// What programs read: some of the types that following packets takes are in modules.
enum class TypesOf { kernel, modules };

// An Error names each capability that this process needs to trace at all and does not have.
Result<void> check_tracing(TypesOf types);

// What works less well, one line for each capability that is missing.
std::vector<std::string> missing_privileges();

// What still has to be done when everything is attached.
enum class Remaining {
    read_counts, // CAP_BPF
    // The same, and asking the kernel in any namespace what it knows of a packet's way:
    // CAP_SYS_ADMIN, CAP_NET_ADMIN, CAP_SYS_PTRACE
    ask_namespaces,
};

// Gives up all other capabilities for good, and root's identity for nobody's. Of the calling
// thread: there must be no other. What was open stays so.
Result<void> drop_privileges(Remaining remaining);

} // namespace gueway
