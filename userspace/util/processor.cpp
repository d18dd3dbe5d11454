// SPDX-License-Identifier: GPL-2.0-only
#include "util/processor.h"

#include <sched.h>

namespace gueway {

Result<void> stay_on_first_processor()
{
    cpu_set_t first;
    CPU_ZERO(&first);
    CPU_SET(0, &first);
    if (::sched_setaffinity(0, sizeof first, &first) == 0) return {};
    return errno_error("this thread", "keep on processor 0",
                       "a cpuset or taskset(1) must leave it that processor");
}

} // namespace gueway
