// SPDX-License-Identifier: GPL-2.0-only
#include "trace/step_text.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway {

namespace {

std::string offset(std::optional<uint16_t> value)
{
    return value ? std::to_string(*value) : "-";
}

std::string offsets(const HeaderOffsets& headers)
{
    return fmt::format("mac {} net {} transport {}", offset(headers.mac), offset(headers.network),
                       offset(headers.transport));
}

std::string dropped(const Step& step)
{
    return "DROPPED at " + step.place.value_or(CodePlace{}).text() +
           (step.reason.empty() ? "" : ", ") + step.reason;
}

} // namespace

std::string what_happened(const Step& step)
{
    switch (step.kind) {
    case StepKind::received:
        return "received";
    case StepKind::sent:
        return "sent by this host";
    case StepKind::enters:
        return step.function;
    case StepKind::cloned:
        return fmt::format("clone of {}", step.parent);
    case StepKind::copied:
        return fmt::format("copy of {}", step.parent);
    case StepKind::moved:
        return "moved to a new buffer";
    case StepKind::segment:
        return fmt::format("segment of {}", step.parent);
    case StepKind::dropped:
        return dropped(step);
    case StepKind::consumed:
        return "consumed";
    case StepKind::freed:
        return "freed";
    }
    return {};
}

StepText::Properties StepText::properties(const Step& step)
{
    const auto& device = step.device;
    Properties all = {
        {"netns", step.netns},
        {"device", device.name.empty() ? "" : fmt::format("{} (MTU {})", device.name, device.mtu)},
        {"packet", step.layers.text()},
        {"length", std::to_string(step.length)},
        {"GSO", step.gso.size ? fmt::format("{} x {}", step.gso.segments, step.gso.size) : "off"},
        {"encapsulation", step.encapsulation ? "on" : "off"},
        {"headers", offsets(step.headers)}};
    if (step.encapsulation) all.emplace_back("inner", offsets(step.inner));
    if (step.ipvs) all.emplace_back("IPVS", step.ipvs->text());
    if (step.icmp) all.emplace_back("answer", step.icmp->text());
    if (step.chain) all.emplace_back("chain", step.chain->table + " " + step.chain->chain);
    return all;
}

void StepText::remember(const Step& step, Properties now)
{
    if (step.ends()) {
        last_seen_.erase(step.piece);
        return;
    }
    last_seen_[step.piece] = std::move(now);
    if (last_seen_.size() > FOLLOW_TABLE_SIZE) last_seen_.erase(last_seen_.begin());
}

std::string StepText::line(const Step& step)
{
    auto line = fmt::format("{}.{} {:>9.1f} us CPU {} {}", step.packet, step.piece,
                            step.microseconds, step.cpu, what_happened(step));
    auto now = properties(step);
    auto last = last_seen_.find(step.piece);
    if (last == last_seen_.end()) last = last_seen_.find(step.parent);
    for (const auto& property : now)
        if (!property.second.empty() &&
            (last == last_seen_.end() ||
             std::ranges::find(last->second, property) == last->second.end()))
            line += fmt::format("; {} {}", property.first, property.second);
    remember(step, std::move(now));
    return line;
}

} // namespace gueway
