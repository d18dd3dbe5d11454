// SPDX-License-Identifier: GPL-2.0-only
#include "config/scheduler.h"

#include "ipvs/model.h"

namespace gueway {

namespace {

struct Flag {
    std::string_view name;
    std::string_view scheduler; // empty: any
    uint32_t bit;
};

// Own names before those that suit all.
constexpr std::array<Flag, scheduler_flag_names.size()> table = {{
    {"sh-fallback", "sh", ipvs::scheduler_flag_1},
    {"sh-port", "sh", ipvs::scheduler_flag_2},
    {"mh-fallback", "mh", ipvs::scheduler_flag_1},
    {"mh-port", "mh", ipvs::scheduler_flag_2},
    {"flag-1", "", ipvs::scheduler_flag_1},
    {"flag-2", "", ipvs::scheduler_flag_2},
    {"flag-3", "", ipvs::scheduler_flag_3},
}};

bool suits(const Flag& flag, std::string_view scheduler)
{
    return flag.scheduler.empty() || flag.scheduler == scheduler;
}

} // namespace

std::optional<uint32_t> scheduler_flag(std::string_view scheduler, std::string_view flag)
{
    for (const auto& row : table)
        if (row.name == flag && suits(row, scheduler)) return row.bit;
    return {};
}

std::vector<std::string> scheduler_flags(std::string_view scheduler, uint32_t flags)
{
    std::vector<std::string> names;
    for (const auto& row : table) {
        if ((flags & row.bit) == 0 || !suits(row, scheduler)) continue;
        names.emplace_back(row.name);
        flags &= ~row.bit;
    }
    return names;
}

} // namespace gueway
