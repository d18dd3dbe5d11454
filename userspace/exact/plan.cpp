// SPDX-License-Identifier: GPL-2.0-only
#include "exact/plan.h"

#include "util/text.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace gueway::exact {

namespace {

// What those have in common that share a guest.
std::string group_of(const std::string& name)
{
    auto parts = split(name, '/');
    std::string kind(parts[0]);
    if (kind == "hotfix" || kind == "mitigation") return "repairs";
    if (kind == "connections") return kind;
    const size_t depth = kind == "repaired" ? 3 : 2;
    std::string group;
    for (size_t i = 0; i < std::min(depth, parts.size()); ++i) group += std::string(parts[i]) + "/";
    return group;
}

GuestKernel kernel_of(const std::string& name)
{
    if (name.starts_with("repaired/patched/")) return GuestKernel::patched;
    if (name.starts_with("repaired/")) return GuestKernel::vulnerable;
    return GuestKernel::given;
}

std::string_view pattern(Need need)
{
    return need == Need::hotfix ? "hotfix/..." : "repaired/...";
}

std::vector<GuestPlan> guests(const std::vector<std::string>& all,
                              const std::vector<std::string>& wanted)
{
    std::vector<std::pair<std::string, GuestPlan>> groups;
    for (const auto& name : all) {
        const auto group = group_of(name);
        auto found = std::ranges::find(groups, group, &std::pair<std::string, GuestPlan>::first);
        if (found == groups.end())
            found = groups.insert(found, {group, {.kernel = kernel_of(name)}});
        found->second.run.push_back(name);
        if (std::ranges::find(wanted, name) != wanted.end()) found->second.wanted.push_back(name);
    }
    std::vector<GuestPlan> plans;
    for (auto& [group, plan] : groups) {
        if (plan.wanted.empty()) continue;
        plan.run.erase(std::ranges::find(plan.run, plan.wanted.back()) + 1, plan.run.end());
        plans.push_back(std::move(plan));
    }
    return plans;
}

} // namespace

Need need_of(std::string_view name)
{
    if (name.starts_with("hotfix/")) return Need::hotfix;
    return name.starts_with("repaired/") ? Need::variants : Need::nothing;
}

Plan plan_guests(std::vector<std::string> all, std::vector<std::string> wanted,
                 const std::vector<Lack>& lacks)
{
    Plan plan;
    for (const auto& lack : lacks) {
        const auto takes = [&](const std::string& name) { return need_of(name) == lack.need; };
        std::erase_if(all, takes);
        if (std::erase_if(wanted, takes) > 0)
            plan.left_out.push_back(fmt::format("{}: {}", pattern(lack.need), lack.why));
    }
    plan.guests = guests(all, wanted);
    return plan;
}

} // namespace gueway::exact
