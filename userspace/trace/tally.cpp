// SPDX-License-Identifier: GPL-2.0-only
#include "trace/tally.h"

#include "drops/harmless.h"
#include "trace/drop_step.h"
#include "util/text.h"

#include <algorithm>
#include <cstring>
#include <span>

#include <fmt/format.h>

namespace gueway {

namespace {

constexpr size_t most_paths = 256; // a flood from everywhere must not fill the memory

template <class T>
void most_first(std::vector<T>& list)
{
    std::ranges::stable_sort(list, std::greater(), &T::packets);
}

// Counts the packet in the entry of the list that is `same`, or in a new one that is `entry`.
template <class T, class F>
bool count_in(std::vector<T>& list, T entry, size_t limit, F same)
{
    const auto found = std::ranges::find_if(list, same);
    if (found != list.end()) {
        ++found->packets;
        return true;
    }
    if (list.size() == limit) return false;
    entry.packets = 1;
    list.push_back(std::move(entry));
    return true;
}

std::string destination(const IpLayer& ip, const std::optional<TransportLayer>& transport)
{
    std::string text = ip.destination.text();
    if (transport && ip.destination.family == AF_INET6) text = "[" + text + "]";
    if (transport) text += fmt::format(":{}", transport->destination);
    return text + " " + protocol_text(ip.protocol);
}

void add_path(DropGroup& group, const PacketLayers& layers)
{
    if (!layers.inner) return;
    DropPath path{.destination = destination(*layers.inner, layers.transport),
                  .tunnel = layers.tunnel};
    if (layers.outer) path.worker = layers.outer->destination.text();
    const auto same = [&](const DropPath& one) { return one.same_way(path); };
    if (!count_in(group.paths, path, most_paths, same)) ++group.other_paths;
}

void add_segments(DropGroup& group, const drop_event& event, const PacketLayers& layers)
{
    if (event.gso_size == 0) return;
    if (!group.segments)
        group.segments.emplace(DropSegments{.mss = {event.gso_size, event.gso_size}, .length = {}});
    auto& segments = *group.segments;
    ++segments.packets;
    segments.mss.widen(event.gso_size);
    if (const auto headers = layers.headers())
        segments.length = std::max(segments.length.value_or(0),
                                   std::min(*headers + event.gso_size, event.length));
}

// Entries of the kernel's that differ only in what the group does not show are one.
void add_class(DropGroup& group, const DropClass& counted)
{
    const auto found = std::ranges::find_if(group.classes, [&](const auto& one) {
        return one.protocol == counted.protocol && one.transport == counted.transport &&
               one.segmented == counted.segmented;
    });
    if (found == group.classes.end())
        group.classes.push_back(counted);
    else
        found->packets += counted.packets;
}

} // namespace

void Range::widen(uint32_t value)
{
    least = std::min(least, value);
    most = std::max(most, value);
}

bool DropPath::same_way(const DropPath& other) const
{
    return destination == other.destination && tunnel == other.tunnel && worker == other.worker;
}

uint64_t DropReport::dropped() const
{
    uint64_t all = 0;
    for (const auto& group : drops) all += group.packets;
    return all;
}

std::string harmless_free(const CodePlace& place, const std::string& reason, bool unwrapped)
{
    return std::string(
        harmless_because({fmt::format("{}+{:#x}", place.function, place.offset), reason, 0},
                         unwrapped ? Unwrapped::yes : Unwrapped::no));
}

Tally::Key Tally::key(const drop_key& counted)
{
    Key whole{counted.location, counted.reason, false}, unwrapped = whole;
    unwrapped.unwrapped = true;
    return counted.unwrapped && harmless(whole) != harmless(unwrapped) ? unwrapped : whole;
}

// The first few, so that a flood costs no more than a trickle.
const Verdict* Tally::judge(DropGroup& group, const Step& step)
{
    constexpr uint64_t most_judged = 16;
    if (!judge_ || group.judged == most_judged || !step.harmless.empty()) return nullptr;
    ++group.judged;
    auto verdict = judge_(step);
    const auto same = [&](const DropVerdict& one) {
        return one.verdict.name == verdict.name && one.verdict.sentence == verdict.sentence;
    };
    count_in(group.verdicts, DropVerdict{verdict}, most_judged, same);
    return &std::ranges::find_if(group.verdicts, same)->verdict; // there is room for each
}

void Tally::add(const drop_event& event)
{
    add(event, drop_step(event, names_));
}

const Verdict* Tally::add(const drop_event& event, const Step& step)
{
    auto& group = groups_[key(event.key)];
    if (group.told++ == 0) group.length = {step.length, step.length};
    group.length.widen(step.length);
    add_segments(group, event, step.layers);
    add_path(group, step.layers);
    DropDevice device{.netns = step.netns, .name = step.device.name, .mtu = step.device.mtu};
    count_in(group.devices, device, most_paths, [&](const DropDevice& one) {
        return one.netns == device.netns && one.name == device.name && one.mtu == device.mtu;
    });
    constexpr double ns = 1e9;
    if (!group.sample)
        group.sample = {.seconds = step.time > start_ ? double(step.time - start_) / ns : 0,
                        .cpu = step.cpu,
                        .length = step.length,
                        .device = std::move(device),
                        .layers = step.layers.text(),
                        .bytes = hexadecimal(step.bytes)};
    return judge(group, step);
}

std::string Tally::harmless(const Key& key)
{
    return harmless_free(names_.place(key.location), names_.reason(key.reason), key.unwrapped);
}

uint64_t Tally::drops()
{
    uint64_t all = 0;
    for (const auto& [key, group] : groups_)
        if (harmless(key).empty()) all += group.told;
    return all;
}

void Tally::finish(const DropCounts& counts, DropReport& report)
{
    report.loss = {counts.totals.seen,    counts.totals.table_full,
                   counts.totals.emitted, counts.totals.ring_full,
                   counts.missed,         counts.not_shown};
    for (const auto& [key, value] : counts.entries) {
        auto& group = groups_[this->key(key)];
        group.packets += value.packets;
        group.bytes += value.bytes;
        add_class(group, {key.protocol, key.transport, key.segmented != 0, value.packets});
    }
    for (auto& [key, group] : groups_) {
        group.place = names_.place(key.location);
        group.reason = names_.reason(key.reason);
        group.harmless = harmless(key);
        most_first(group.classes);
        most_first(group.paths);
        most_first(group.devices);
        if (group.harmless.empty()) group.source = names_.source(group.place);
        (group.harmless.empty() ? report.drops : report.harmless).push_back(std::move(group));
    }
    groups_.clear();
    most_first(report.drops);
    most_first(report.harmless);
}

} // namespace gueway
