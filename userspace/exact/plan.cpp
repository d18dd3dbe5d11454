// SPDX-License-Identifier: GPL-2.0-only
#include "exact/plan.h"

#include "util/text.h"

#include <algorithm>
#include <utility>

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

} // namespace

std::vector<GuestPlan> plan_guests(const std::vector<std::string>& all,
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

} // namespace gueway::exact
