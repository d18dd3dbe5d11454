// SPDX-License-Identifier: GPL-2.0-only
// What only shows when services and pools are seen together.
#pragma once

#include "config/config.h"

namespace gueway {

// Address families, private addresses, ports and MTU of every service with its pool. The kernel
// would refuse some of it (ip_vs_add_dest), and break the rest silently.
Result<void> check_together(const Config& config);

} // namespace gueway
