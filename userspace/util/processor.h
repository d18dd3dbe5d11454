// SPDX-License-Identifier: GPL-2.0-only
// Where a thread runs.
#pragma once

#include "util/result.h"

namespace gueway {

// Keeps the calling thread on the first processor (sched_setaffinity(2)), and with it what the
// kernel does at once for the packets that it sends.
Result<void> stay_on_first_processor();

} // namespace gueway
