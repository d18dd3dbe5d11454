// SPDX-License-Identifier: GPL-2.0-only
// netlab fetch: resolves kernels anew and downloads them, so that later runs need no network.
#pragma once

#include "tools/cli_fwd.h"

namespace gueway {

// `status` becomes 0, 1 when a kernel could neither be fetched nor taken from the cache, or 2 for
// wrong arguments.
void add_fetch(CLI::App& app, int& status);

} // namespace gueway
