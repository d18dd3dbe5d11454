// SPDX-License-Identifier: GPL-2.0-only
#include "trace/pcap_log.h"

#include "trace/step_text.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

namespace gueway {

namespace {

constexpr auto initial_netns = "initial netns"; // as NamespaceNames has it

CapturedDirection direction(const Step& step)
{
    if (step.kind == StepKind::received) return CapturedDirection::in;
    if (step.kind == StepKind::sent || step.function == "dev_hard_start_xmit")
        return CapturedDirection::out;
    return CapturedDirection::unknown;
}

std::string source_text(const SourceLine& line)
{
    return fmt::format("{}:{} {}", line.file, line.line, line.function);
}

std::vector<std::string> comments(const Step& step, const Verdict* verdict)
{
    std::vector<std::string> all = {what_happened(step)};
    if (step.packet) all[0] = fmt::format("{}.{} {}", step.packet, step.piece, all[0]);
    if (step.gso.size)
        all.push_back(
            fmt::format("GSO: {} segments of {} bytes", step.gso.segments, step.gso.size));
    for (const auto& line : step.source) all.push_back(source_text(line));
    if (!step.broken.empty()) all.push_back(text(step.broken));
    if (step.ipvs) all.push_back("IPVS: " + step.ipvs->text());
    if (verdict && verdict->found()) {
        all.push_back("verdict: " + verdict->sentence);
        for (const auto& remedy : verdict->remedy) all.push_back("remedy: " + remedy);
    }
    return all;
}

std::string interface_name(const std::string& netns, const std::string& device)
{
    const auto& name = device.empty() ? "no device" : device;
    return netns.empty() || netns == initial_netns ? name : netns + "/" + name;
}

} // namespace

PcapLog::PcapLog(std::string filter, uint64_t unix_ns, uint64_t monotonic_ns)
    : filter_(std::move(filter)), offset_(unix_ns - monotonic_ns)
{}

PcapLog PcapLog::now(std::string filter)
{
    const auto ns = [](auto time) {
        const std::chrono::nanoseconds since = time.time_since_epoch();
        return static_cast<uint64_t>(since.count());
    };
    return {std::move(filter), ns(std::chrono::system_clock::now()),
            ns(std::chrono::steady_clock::now())};
}

std::string PcapLog::begin(const std::string& kernel) const
{
    return pcapng_section("Linux " + kernel, "gueway droptrace");
}

std::string PcapLog::packet(const Place& place, uint64_t monotonic_ns, CapturedPacket packet)
{
    const auto [known, is_new] = interfaces_.try_emplace({place.netns, place.device},
                                                         static_cast<uint32_t>(interfaces_.size()));
    std::string blocks;
    if (is_new)
        blocks = pcapng_interface(
            {.name = interface_name(place.netns, place.device),
             .description = place.device.empty() ? ""
                                                 : fmt::format("{} in {}, MTU {}", place.device,
                                                               place.netns, place.mtu),
             .filter = filter_,
             .snap = std::max(FOLLOW_SNAP, DROP_SNAP)});
    packet.interface = known->second;
    packet.unix_ns = monotonic_ns + offset_;
    return blocks + pcapng_packet(packet);
}

bool PcapLog::is_new(const Step& step)
{
    auto last = bytes_.find(step.piece);
    if (last == bytes_.end()) last = bytes_.find(step.parent);
    const bool changed = last == bytes_.end() || last->second != step.bytes;
    if (step.ends())
        bytes_.erase(step.piece);
    else
        bytes_[step.piece] = step.bytes;
    if (bytes_.size() > FOLLOW_TABLE_SIZE) bytes_.erase(bytes_.begin());
    if (step.ends()) return step.kind == StepKind::dropped;
    return changed || step.kind == StepKind::segment;
}

std::string PcapLog::step(const Step& step, const Verdict* verdict)
{
    if (!is_new(step)) return {};
    return packet({step.netns, step.device.name, step.device.mtu}, step.time,
                  {.protocol = step.protocol,
                   .direction = direction(step),
                   .length = step.length,
                   .bytes = step.bytes,
                   .id = step.packet ? std::optional(step.packet) : std::nullopt,
                   .comments = comments(step, verdict)});
}

} // namespace gueway
