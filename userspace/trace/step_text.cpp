// SPDX-License-Identifier: GPL-2.0-only
#include "trace/step_text.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway {

namespace {

constexpr auto rules_hold = "hold";

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
    std::string where = step.place.value_or(CodePlace{}).text();
    for (const auto& more : {step.reason, text(step.returned)})
        if (!more.empty()) where += ", " + more;
    return step.harmless.empty() ? "DROPPED at " + where
                                 : fmt::format("freed at {}, harmless: {}", where, step.harmless);
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
    if (step.encapsulation || step.tunnel_header) all.emplace_back("inner", offsets(step.inner));
    if (step.tunnel_header) all.emplace_back("tunnel header", step.tunnel_header->text());
    all.emplace_back("rules", step.broken.empty() ? rules_hold : text(step.broken));
    if (step.ipvs) all.emplace_back("IPVS", step.ipvs->text());
    if (step.icmp) all.emplace_back("answer", step.icmp->text());
    if (step.chain) all.emplace_back("chain", step.chain->table + " " + step.chain->chain);
    return all;
}

void StepText::remember(const Step& step, const Properties& before, Properties now)
{
    // What is only known at some steps.
    for (const auto& property : before)
        if ((property.first == "inner" || property.first == "tunnel header") &&
            std::ranges::find(now, property.first, &Property::first) == now.end())
            now.push_back(property);
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
    const auto before = last == last_seen_.end() ? Properties{{"rules", rules_hold}} : last->second;
    for (const auto& property : now)
        if (!property.second.empty() && std::ranges::find(before, property) == before.end())
            line += fmt::format("; {} {}", property.first, property.second);
    remember(step, before, std::move(now));
    return line;
}

std::vector<std::string> stack_lines(const Step& step)
{
    std::vector<std::string> lines;
    for (const auto& frame : step.stack) {
        lines.push_back((lines.empty() ? "at " : "from ") + frame.place.text());
        for (const auto& source : frame.source)
            lines.push_back(
                fmt::format("     {}:{} {}", source.file, source.line, source.function));
    }
    return lines;
}

} // namespace gueway
