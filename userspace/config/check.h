// SPDX-License-Identifier: GPL-2.0-only
// What only shows when services and pools are seen together.
#pragma once

#include "config/config.h"
#include "config/mistakes.h"

namespace gueway {

// Address families, private addresses, ports and MTU of every service with its pool. The kernel
// would refuse some of it (ip_vs_add_dest), and break the rest silently.
void check_together(const Config& config, Mistakes& mistakes);

} // namespace gueway
