// SPDX-License-Identifier: GPL-2.0-only
#include "worker/show.h"

#include "util/json.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace gueway::worker {

namespace {

constexpr std::array<std::string_view, 3> names = {"present", "missing", "differs"};
constexpr std::array<std::string_view, 3> words = {"ok", "missing", "differs"};

Item present(std::string section, std::string object, std::string state = {})
{
    return {std::move(section), std::move(object), std::move(state), Presence::present};
}

// Everything wanted as if it were there; the plan then says what is not.
std::vector<Item> all(const Wanted& wanted, const State& state)
{
    std::vector<Item> items;
    items.reserve(wanted.modules.size() + wanted.ports.size() + wanted.receivers.size() +
                  wanted.settings.size() + wanted.addresses.size());
    for (const auto& each : wanted.modules) items.push_back(present("modules", each));
    for (const auto& each : wanted.ports) items.push_back(present("receivers", each.text()));
    for (const auto& each : wanted.receivers)
        items.push_back(present("receivers", "device " + each.name, each.text()));
    for (const auto& each : wanted.settings)
        items.push_back(
            present("addresses", each.name, fmt::format("{}", state.settings.at(each.name))));
    for (const auto& each : wanted.addresses) {
        const auto at = std::ranges::find(state.addresses, each.address,
                                          [](const auto& one) { return one.address.address; });
        const auto& device = at == state.addresses.end() ? wanted.vip_device : at->device;
        items.push_back(present("addresses", each.text() + " on " + device));
    }
    return items;
}

std::string differences(const plan::Step& step)
{
    std::string text;
    for (const auto& [attribute, from, to] : step.differences)
        text += fmt::format("{}{} {}, wanted {}", text.empty() ? "" : "; ", attribute,
                            from.empty() ? "(none)" : from, to);
    return text;
}

void mark(std::vector<Item>& items, const plan::Step& step)
{
    if (step.operation == plan::Operation::remove) return;
    const bool missing = step.operation == plan::Operation::add;
    const Item item{step.section, step.object, missing ? "" : differences(step),
                    missing ? Presence::missing : Presence::differs};
    const auto at = std::ranges::find_if(items, [&](const Item& each) {
        return each.section == item.section && each.object == item.object;
    });
    if (at == items.end())
        items.push_back(item);
    else if (at->presence != Presence::missing)
        *at = item;
}

} // namespace

Shown show(const Wanted& wanted, const State& state)
{
    const auto plan = make_plan(wanted, state);
    Shown shown{.worker = wanted.name, .items = all(wanted, state), .notes = plan.notes};
    for (const auto& step : plan.steps) mark(shown.items, step.shown);
    return shown;
}

std::string text(const Shown& shown)
{
    std::string out = fmt::format("worker {}\n", shown.worker), section;
    for (const auto& item : shown.items) {
        if (item.section != section) out += item.section + "\n";
        section = item.section;
        out += fmt::format("  {:<8} {}{}{}\n", words[static_cast<size_t>(item.presence)],
                           item.object, item.state.empty() ? "" : ": ", item.state);
    }
    for (const auto& note : shown.notes)
        out += fmt::format("  ! {}: {}\n", note.section, note.text);
    return out;
}

Json json(const Shown& shown)
{
    Json items = Json::array(), notes = Json::array();
    for (const auto& item : shown.items)
        items.push_back({{"section", item.section},
                         {"object", item.object},
                         {"presence", names[static_cast<size_t>(item.presence)]},
                         {"state", item.state}});
    for (const auto& note : shown.notes)
        notes.push_back({{"section", note.section}, {"text", note.text}});
    return {{"schema", schema},
            {"worker", shown.worker},
            {"items", std::move(items)},
            {"notes", std::move(notes)}};
}

} // namespace gueway::worker
