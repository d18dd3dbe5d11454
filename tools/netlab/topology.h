// SPDX-License-Identifier: GPL-2.0-only
// netlab topology NAME: draws a named topology in text. Needs no root and touches nothing.
#pragma once

#include "tools/cli_fwd.h"

namespace gueway {

// `status` becomes 0, or 2 for a name that nobody knows.
void add_topology(CLI::App& app, int& status);

} // namespace gueway
