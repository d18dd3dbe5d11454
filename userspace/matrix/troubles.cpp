// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/troubles.h"

#include <fmt/format.h>

namespace gueway::matrix {

std::vector<Trouble> troubles(const KernelResult& kernel)
{
    std::vector<Trouble> found;
    if (!kernel.boot.empty())
        found.push_back({"boot",
                         "boot",
                         "it complained while it booted: " + kernel.boot.front(),
                         kernel.boot,
                         {}});
    size_t deaths = 0;
    for (const auto& death : kernel.deaths)
        found.push_back({"death", fmt::format("death {}", ++deaths), "a guest died " + text(death),
                         death.splats, death.cell});
    if (!kernel.stopped.empty())
        found.push_back(
            {stopped_type, "all cells", "not all cells were run: " + kernel.stopped, {}, {}});
    return found;
}

} // namespace gueway::matrix
