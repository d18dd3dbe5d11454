// SPDX-License-Identifier: GPL-2.0-only
#include "verdict/rule.h"

#include "util/text.h"
#include "verdict/finding.h"

#include <fmt/format.h>

namespace gueway {

namespace {

// Its last steps, in a line.
std::string way_text(const Case& dropped)
{
    constexpr size_t most = 8;
    const auto way = dropped.way();
    std::vector<std::string> shown;
    for (size_t at = way.size() > most ? way.size() - most : 0; at + 1 < way.size(); ++at)
        shown.push_back(way[at]->function.empty() ? std::string(name(way[at]->kind))
                                                  : way[at]->function);
    return join(shown, ", ");
}

// Everything that a rule could have used.
Verdict no_verdict(const Case& dropped)
{
    Finding finding("", "no rule fits; this is what was seen");
    finding.drop(dropped);
    if (dropped.followed()) finding.seen("the way: " + way_text(dropped), dropped.drop());
    finding.seen(dropped.drop().layers.text(), dropped.drop());
    for (const auto& one : dropped.drop().broken) finding.seen(one.text, dropped.drop());
    for (const auto& one : dropped.drop().returned)
        finding.seen(fmt::format("{} returned {}", one.function, one.text), dropped.drop());
    if (dropped.facts()) finding.seen(dropped.facts()->text(), *dropped.ipvs());
    if (dropped.icmp()) finding.seen(dropped.icmp()->text(), *dropped.answer());
    return finding.take();
}

std::vector<Rule> all_rules()
{
    std::vector<Rule> all;
    for (const auto& family : {inner_mac_rules(), scheduler_rules(), route_rules(), input_rules()})
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
