// SPDX-License-Identifier: GPL-2.0-only
#include "verdict/rule.h"

#include "verdict/finding.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace gueway {

namespace {

constexpr size_t steps_shown = 5;

// Everything that a rule could have used.
Verdict no_verdict(const Case& dropped)
{
    Finding finding("", "no rule fits; this is what was seen");
    finding.drop(dropped);
    const auto way = dropped.way();
    const auto shown = std::min(steps_shown, way.size() - 1);
    for (auto step = way.end() - 1 - static_cast<std::ptrdiff_t>(shown); step != way.end() - 1;
         ++step)
        finding.seen((*step)->layers.text(), **step);
    finding.seen(dropped.drop().layers.text(), dropped.drop());
    for (const auto& one : dropped.drop().broken) finding.seen(one.text, dropped.drop());
    for (const auto& one : dropped.drop().returned)
        finding.seen(fmt::format("{} returned {}", one.function, one.text), dropped.drop());
    if (dropped.ipvs()) finding.seen(dropped.ipvs()->ipvs->text(), *dropped.ipvs());
    if (dropped.answer()) finding.seen(dropped.answer()->icmp->text(), *dropped.answer());
    return finding.take();
}

std::vector<Rule> all_rules()
{
    std::vector<Rule> all;
    for (const auto& family : {ipvs_rules(), route_rules(), input_rules()})
        all.insert(all.end(), family.begin(), family.end());
    return all;
}

} // namespace

std::span<const Rule> rules()
{
    static const auto all = all_rules();
    return all;
}

Verdict judge(const Case& dropped)
{
    for (const auto& rule : rules())
        if (auto verdict = rule.judge(dropped)) return std::move(*verdict);
    return no_verdict(dropped);
}

} // namespace gueway
