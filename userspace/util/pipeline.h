// SPDX-License-Identifier: GPL-2.0-only
// Programs that feed each other, without a shell between them and us.
#pragma once

#include "util/process.h"

#include <functional>
#include <vector>

namespace gueway {

// Runs the stages at once, each one's standard output the next one's input (the first has none, the
// last one's output is thrown away). All must succeed (a reader that leaves before its writer is
// done fails the writer); else an Error with the stage at fault, its status and the last line it
// wrote to standard error. When `stop` says so (asked every 100 ms) all are killed: EINTR.
Result<void> run_pipeline(
    const std::vector<Argv>& stages, const std::function<bool()>& stop = [] { return false; });

} // namespace gueway
