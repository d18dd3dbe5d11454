// SPDX-License-Identifier: GPL-2.0-only
#include "ipvsadm/scheduler_flags.h"

#include "ipvs/model.h"
#include "util/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway::ipvsadm {

namespace {

struct FlagName {
    uint32_t flag;
    std::string_view name;
    std::string_view scheduler; // empty: of any
};

// In the order in which they are printed: a scheduler's own name before the general one.
constexpr FlagName flag_names[] = {
    {ipvs::scheduler_flag_1, "sh-fallback", "sh"}, {ipvs::scheduler_flag_1, "mh-fallback", "mh"},
    {ipvs::scheduler_flag_1, "flag-1", {}},        {ipvs::scheduler_flag_2, "sh-port", "sh"},
    {ipvs::scheduler_flag_2, "mh-port", "mh"},     {ipvs::scheduler_flag_2, "flag-2", {}},
    {ipvs::scheduler_flag_3, "flag-3", {}},
};

} // namespace

std::expected<SchedulerFlags, std::string> parse_scheduler_flags(std::string_view text)
{
    SchedulerFlags found;
    for (const auto word : split(text, ',')) {
        if (word.empty()) continue;
        const auto* const row = std::ranges::find(flag_names, word, &FlagName::name);
        if (row == std::end(flag_names))
            return std::unexpected(fmt::format("there is no scheduler flag {}", word));
        if (!row->scheduler.empty()) {
            if (!found.scheduler.empty() && found.scheduler != row->scheduler)
                return std::unexpected(fmt::format("scheduler flags of both {} and {}",
                                                   found.scheduler, row->scheduler));
            found.scheduler = row->scheduler;
        }
        found.flags |= row->flag;
    }
    return found;
}

std::string scheduler_flags_text(uint32_t flags, std::string_view scheduler)
{
    std::string text;
    for (const auto& row : flag_names) {
        if ((flags & row.flag) == 0) continue;
        if (!row.scheduler.empty() && row.scheduler != scheduler) continue;
        if (!text.empty()) text += ',';
        text += row.name;
        flags &= ~row.flag;
    }
    return text;
}

} // namespace gueway::ipvsadm
