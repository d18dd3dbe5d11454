// SPDX-License-Identifier: GPL-2.0-only
#include "incident/path_drops.h"

#include "drops/harmless.h"

namespace gueway {

std::vector<DemoDrop> path_drops(const std::vector<DropCount>& counts)
{
    std::vector<DemoDrop> drops;
    for (const auto& count : counts) {
        const bool refused_by_tcp = count.function().starts_with("tcp_");
        if (!refused_by_tcp && harmless_because(count).empty())
            drops.push_back({count.place, count.packets, count.reason});
    }
    return drops;
}

} // namespace gueway
