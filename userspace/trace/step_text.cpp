// SPDX-License-Identifier: GPL-2.0-only
#include "trace/step_text.h"

#include "packet/layers.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include <fmt/format.h>

namespace gueway {

namespace {

constexpr std::array<const char*, FOLLOW_FUNCTIONS> functions = {
#define FOLLOW_NAME(function, argument) #function,
    FOLLOW_STEPS(FOLLOW_NAME) FOLLOW_LOCAL_OUT(FOLLOW_NAME)
#undef FOLLOW_NAME
};

bool ends(const follow_event& event)
{
    return event.what >= FOLLOW_DROPPED;
}

std::string offset(uint16_t value)
{
    constexpr uint16_t unset = 0xffff;
    return value == unset ? "-" : std::to_string(value);
}

std::string dropped(const follow_event& event, const DropNames& names)
{
    const auto reason = names.reason(event.reason);
    return "DROPPED at " + names.place(event.location).text() + (reason.empty() ? "" : ", ") +
           reason;
}

} // namespace

uint64_t StepText::number(uint64_t piece)
{
    return numbers_.emplace(piece, numbers_.size() + 1).first->second;
}

// "ip_rcv", "received", "clone of 3", "DROPPED at validate_xmit_skb+0x2b4, NOT_SPECIFIED".
std::string StepText::step_name(const follow_event& event)
{
    switch (event.what) {
    case FOLLOW_RECEIVED:
        return "received";
    case FOLLOW_SENT:
        return "sent by this host";
    case FOLLOW_STEP:
        return event.function < FOLLOW_FUNCTIONS ? functions[event.function] : "?";
    case FOLLOW_CLONED:
        return fmt::format("clone of {}", number(event.parent));
    case FOLLOW_COPIED:
        return fmt::format("copy of {}", number(event.parent));
    case FOLLOW_MOVED:
        return "moved to a new buffer";
    case FOLLOW_SEGMENT:
        return fmt::format("segment of {}", number(event.parent));
    case FOLLOW_DROPPED:
        return dropped(event, names_);
    case FOLLOW_CONSUMED:
        return "consumed";
    case FOLLOW_FREED:
        return "freed";
    default:
        return "?";
    }
}

StepText::Properties StepText::properties(const follow_event& event) const
{
    const std::span bytes(event.snap, std::min<size_t>(event.snapped, FOLLOW_SNAP));
    const std::string device(event.device_name, ::strnlen(event.device_name, FOLLOW_DEVICE_NAME));
    const auto layers = parse_layers(event.protocol, bytes).text();
    Properties all = {
        {"netns", event.netns ? names_.netns(event.netns) : ""},
        {"device", device.empty() ? "" : fmt::format("{} (MTU {})", device, event.device_mtu)},
        {"packet", layers},
        {"length", std::to_string(event.length)},
        {"GSO", event.gso_size ? fmt::format("{} x {}", event.gso_segs, event.gso_size) : "off"},
        {"encapsulation", event.encapsulation ? "on" : "off"},
        {"headers", fmt::format("mac {} net {} transport {}", offset(event.mac),
                                offset(event.network), offset(event.transport))}};
    if (event.encapsulation)
        all.emplace_back("inner",
                         fmt::format("mac {} net {} transport {}", offset(event.inner_mac),
                                     offset(event.inner_network), offset(event.inner_transport)));
    return all;
}

std::string StepText::line(const follow_event& event)
{
    const auto begin = arrived_.emplace(event.packet, event.time).first->second;
    auto line =
        fmt::format("{}.{} {:>9.1f} us CPU {} {}", number(event.packet), number(event.piece),
                    double(event.time - begin) / 1000, event.cpu, step_name(event));
    const auto now = properties(event);
    auto last = last_seen_.find(event.piece);
    if (last == last_seen_.end()) last = last_seen_.find(event.parent);
    for (const auto& property : now)
        if (!property.second.empty() &&
            (last == last_seen_.end() ||
             std::ranges::find(last->second, property) == last->second.end()))
            line += fmt::format("; {} {}", property.first, property.second);
    if (ends(event))
        last_seen_.erase(event.piece);
    else
        last_seen_[event.piece] = now;
    return line;
}

} // namespace gueway
