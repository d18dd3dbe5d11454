// SPDX-License-Identifier: GPL-2.0-only
// netlab kernels: the catalogue as it is here and now.
#pragma once

#include "tools/cli_fwd.h"

namespace gueway {

// `status` becomes 0, or 1 when a name could not be resolved (no archive, nothing recorded).
void add_kernels(CLI::App& app, int& status);

} // namespace gueway
