// SPDX-License-Identifier: GPL-2.0-only
#include "doctor/read_parts.h"
#include "link/features.h"

#include <algorithm>
#include <array>

namespace gueway::doctor {

namespace {

// Kinds that hand what they send to the device they stand on. (A veth's link is its peer.)
constexpr std::array<std::string_view, 5> standing = {"vlan", "macvlan", "macvtap", "ipvlan",
                                                      "macsec"};
// Kinds that hand it to their members.
constexpr std::array<std::string_view, 3> led = {"bond", "team", "bridge"};

bool among(std::string_view kind, auto& kinds)
{
    return std::ranges::find(kinds, kind) != kinds.end();
}

DeviceFacts read_device(const Namespace& where, const Device& device)
{
    DeviceFacts facts{.name = device.name, .kind = device.kind};
    facts.dropped = device.counters.tx_dropped;
    facts.driver = driver(where, device.name).value_or("");
    if (const auto all = features(where, device.name)) {
        facts.known = true;
        for (const auto& feature : *all)
            if (feature.active) facts.features.push_back(feature.name);
    }
    return facts;
}

bool is_below(const Device& lower, const Device& upper)
{
    return (among(upper.kind, standing) && upper.link != 0 && upper.link == lower.index) ||
           (among(upper.kind, led) && lower.master == upper.index);
}

} // namespace

std::vector<std::string> stack_of(const std::string& device, const std::vector<Device>& all)
{
    std::vector<const Device*> stack;
    const auto add = [&](const Device& one) {
        if (std::ranges::find(stack, &one) == stack.end()) stack.push_back(&one);
    };
    for (const auto& one : all)
        if (one.name == device) add(one);
    for (size_t at = 0; at < stack.size(); ++at)
        for (const auto& one : all)
            if (is_below(one, *stack[at])) add(one);
    std::vector<std::string> names;
    names.reserve(stack.size());
    for (const auto* one : stack) names.push_back(one->name);
    return names;
}

std::vector<Underlay> read_underlays(const Namespace& where, const std::vector<Device>& all,
                                     const std::vector<Worker>& workers)
{
    std::vector<Underlay> underlays;
    for (const auto& worker : workers) {
        const auto& name = worker.way.device;
        if (!worker.tunnelled() ||
            std::ranges::find(underlays, name, &Underlay::device) != underlays.end())
            continue;
        Underlay underlay{.device = name, .stack = {}};
        for (const auto& each : stack_of(name, all)) {
            const auto found = std::ranges::find(all, each, &Device::name);
            underlay.stack.push_back(read_device(where, *found));
        }
        underlays.push_back(std::move(underlay));
    }
    return underlays;
}

} // namespace gueway::doctor
