// SPDX-License-Identifier: GPL-2.0-only
#include "exact/collect.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace gueway::exact {

namespace {

using Texts = std::map<std::string, std::string>;

Result<void> check(const Texts& all, const Texts& more)
{
    for (const auto& [name, text] : more)
        if (const auto known = all.find(name); known != all.end() && known->second != text)
            return error(name, "measure", "it changed meanwhile", "measure again");
    return {};
}

Result<void> add(Figures& all, Figures more)
{
    TRY(check(all.context, more.context));
    TRY(check(all.artefacts, more.artefacts));
    all.context.merge(more.context);
    all.artefacts.merge(more.artefacts);
    std::ranges::move(more.all, std::back_inserter(all.all));
    return {};
}

Result<void> add_guest(Figures& all, const GuestPlan& plan, const MeasureGuest& measure)
{
    return add(all, TRY(measure(plan)));
}

} // namespace

Result<Figures> collect(const std::vector<GuestPlan>& plans, const MeasureGuest& measure)
{
    Figures all;
    for (const auto& plan : plans) {
        const auto added = add_guest(all, plan, measure);
        if (added) continue;
        if (all.all.empty()) return added.error();
        all.stopped = fmt::format("at {}: {}", plan.wanted.front(), added.error().text());
        break;
    }
    return all;
}

} // namespace gueway::exact
