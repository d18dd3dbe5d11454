// SPDX-License-Identifier: GPL-2.0-only
// Kernel modules, loaded by path in the order of the plan.
#pragma once

#include "util/result.h"

#include <string>
#include <vector>

namespace gueway::guest {

// finit_module(2) for each path in turn; one that is loaded already is fine.
Result<void> load_modules(const std::vector<std::string>& paths);

} // namespace gueway::guest
