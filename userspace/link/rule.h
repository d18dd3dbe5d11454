// SPDX-License-Identifier: GPL-2.0-only
// The rules by which the kernel chooses a routing table (ip rule, linux/fib_rules.h).
#pragma once

#include "link/namespace.h"

namespace gueway {

// Whether a rule of the family (AF_INET, AF_INET6) looks at more of a packet than its destination:
// source, device, mark, ports. A lookup by the destination alone may find another way then.
Result<bool> rules_beyond_destination(const Namespace& where, int family);

} // namespace gueway
