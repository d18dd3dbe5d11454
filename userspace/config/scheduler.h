// SPDX-License-Identifier: GPL-2.0-only
// The kernel's schedulers and their flags by name (net/netfilter/ipvs/ip_vs_*.c,
// include/uapi/linux/ip_vs.h). The three flags mean something else to each scheduler.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gueway {

inline constexpr std::array<std::string_view, 15> scheduler_names = {
    "rr",  "wrr", "lc", "wlc", "lblc", "lblcr", "dh",  "sh",
    "sed", "nq",  "fo", "ovf", "mh",   "twos",  "none"};

inline constexpr std::array<std::string_view, 7> scheduler_flag_names = {
    "flag-1", "flag-2", "flag-3", "sh-fallback", "sh-port", "mh-fallback", "mh-port"};

// IP_VS_SVC_F_SCHED*. Nothing when that scheduler has no flag of that name: "flag-N" suits all.
std::optional<uint32_t> scheduler_flag(std::string_view scheduler, std::string_view flag);

// The names for the flags in `flags`, its own where the scheduler has some.
std::vector<std::string> scheduler_flags(std::string_view scheduler, uint32_t flags);

} // namespace gueway
