// SPDX-License-Identifier: GPL-2.0-only
// Which of the kernel's drops are the path's.
#pragma once

#include "demo/model.h"
#include "drops/drop_histogram.h"

#include <vector>

namespace gueway {

// What was lost on the way: without what TCP itself refused (nobody listens, a duplicate), which
// shows as a failed request or is none of the path's doing, and without what is harmless
// (drops/harmless.h).
std::vector<DemoDrop> path_drops(const std::vector<DropCount>& counts);

} // namespace gueway
