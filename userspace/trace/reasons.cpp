// SPDX-License-Identifier: GPL-2.0-only
#include "trace/reasons.h"

#include <fmt/format.h>

namespace gueway {

namespace {

constexpr unsigned subsystem_shift = 16; // SKB_DROP_REASON_SUBSYS_SHIFT

// The name of a number without its prefix, or nothing.
std::string_view find(const EnumNames& names, int64_t number, std::string_view prefix)
{
    const auto found = names.find(number);
    if (found == names.end()) return {};
    std::string_view name = found->second;
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
    return name;
}

} // namespace

DropReasons DropReasons::from(const KernelTypes& types)
{
    DropReasons made;
    made.core_ = types.enum_values("skb_drop_reason");
    made.subsystems_ = types.enum_values("skb_drop_reason_subsys");
    if (made.subsystems_.empty()) return made;
    made.others_ = types.enums_ending("_drop_reason");
    made.others_.merge(types.module_enums_ending("_drop_reason"));
    return made;
}

std::string DropReasons::text(uint32_t reason) const
{
    if (!given()) return {};
    const auto subsystem = reason >> subsystem_shift;
    if (subsystem == 0) {
        const auto name = find(core_, reason, "SKB_DROP_REASON_");
        return name.empty() ? fmt::format("reason {}", reason) : std::string(name);
    }
    const auto whose = find(subsystems_, subsystem, "SKB_DROP_REASON_SUBSYS_");
    const auto name = find(others_, reason, "");
    return fmt::format(
        "{}: {}", whose.empty() ? fmt::format("subsystem {}", subsystem) : std::string(whose),
        name.empty() ? fmt::format("reason {}", reason & ((1U << subsystem_shift) - 1))
                     : std::string(name));
}

} // namespace gueway
