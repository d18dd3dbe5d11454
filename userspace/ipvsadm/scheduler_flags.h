// SPDX-License-Identifier: GPL-2.0-only
// The flags of -b, whose meaning depends on the scheduler (include/uapi/linux/ip_vs.h).
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace gueway::ipvsadm {

//   scheduler  whose names of flags the text has; empty: those of any scheduler
struct SchedulerFlags {
    uint32_t flags = 0;
    std::string_view scheduler;
};

// "mh-port,flag-3". The error says which flag there is not, or not of the same scheduler.
std::expected<SchedulerFlags, std::string> parse_scheduler_flags(std::string_view text);

// "mh-fallback,mh-port" for mh, "flag-1,flag-2" for one that gives them no names; empty for 0.
std::string scheduler_flags_text(uint32_t flags, std::string_view scheduler);

} // namespace gueway::ipvsadm
