// SPDX-License-Identifier: GPL-2.0-only
#include "doctor/finding.h"

#include "util/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway::doctor {

std::string_view name(Severity severity)
{
    constexpr std::string_view names[] = {"note", "at risk", "broken"};
    return names[static_cast<size_t>(severity)];
}

std::string_view name(Basis basis)
{
    constexpr std::string_view names[] = {"read", "measured", "knowledge"};
    return names[static_cast<size_t>(basis)];
}

Severity worst(const Findings& findings)
{
    auto most = Severity::note;
    for (const auto& each : findings) most = std::max(most, each.severity);
    return most;
}

void sort_by_severity(Findings& findings)
{
    std::ranges::stable_sort(findings, std::greater{}, &Finding::severity);
}

std::string listed(const std::vector<std::string>& names)
{
    constexpr size_t most = 3;
    if (names.size() <= most) return join(names, ", ");
    return fmt::format("{} and {} more", join({names.begin(), names.begin() + most}, ", "),
                       names.size() - most);
}

} // namespace gueway::doctor
