// SPDX-License-Identifier: GPL-2.0-only
#include "doctor/kernel_probe.h"

#include "doctor/scratch.h"
#include "hotfix/counts.h"
#include "util/deadline.h"
#include "util/module.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>
#include <netinet/tcp.h>

namespace gueway {

namespace {

using namespace std::chrono_literals;

constexpr unsigned packet_length = 1500;
constexpr unsigned headers = 40; // IPv4 and TCP without options
constexpr uint16_t mss = packet_length - headers;
constexpr unsigned segments_a_packet = 4;
constexpr unsigned small_packets = 4, large_packets = 4;
// In which a packet that is not dropped crosses two wires, on the slowest machine: what has come,
// or was counted as dropped, is not waited for any longer.
constexpr auto patience = 10s;

// What is sent along one way, and when enough of it has come.
class Transfer {
public:
    Transfer(const Scratch& scratch, uint16_t port) : scratch_(scratch), port_(port) {}

    // A SYN, which makes the connection, and small segments behind it.
    Result<void> send_small()
    {
        TRY(send_small_one(TH_SYN));
        for (unsigned i = 1; i < small_packets; ++i) TRY(send_small_one(TH_ACK));
        return wait([&] { return count(small_) == small_.size(); });
    }

    // And one small packet behind all, which no bug holds back. That it has come says nothing of
    // the rest, which may be late on another processor: large packets have come, or the device has
    // counted them as dropped.
    Result<void> send_large()
    {
        if (count(small_) < small_.size()) return {}; // nothing would be learnt
        const auto before = TRY(scratch_.dropped());
        for (unsigned i = 0; i < large_packets; ++i) TRY(send_large_one());
        TRY(send_small_one(TH_ACK));
        TRY(wait([&] { return count(small_) == small_.size(); }));
        return wait([&]() -> Result<bool> {
            return count(segments_) == segments_.size() ||
                   TRY(scratch_.dropped()) - before >= large_packets;
        });
    }

    void fill(TunnelProbe& probe) const
    {
        probe.small_sent = static_cast<unsigned>(small_.size());
        probe.small_arrived = static_cast<unsigned>(count(small_));
        probe.large_sent = large_;
        probe.segments_sent = static_cast<unsigned>(segments_.size());
        probe.segments_arrived = static_cast<unsigned>(count(segments_));
    }
    unsigned unsegmented() const { return arrivals_.unsegmented; }

private:
    Result<void> send_small_one(uint8_t flags)
    {
        auto frame = scratch_.frame(port_);
        frame.sequence = next_++;
        frame.flags = flags;
        frame.length = headers + 1;
        small_.insert(frame.sequence);
        return scratch_.send(frame);
    }
    Result<void> send_large_one()
    {
        auto frame = scratch_.frame(port_);
        frame.sequence = next_;
        frame.flags = TH_ACK;
        frame.segment = mss;
        frame.length = headers + segments_a_packet * mss;
        for (unsigned i = 0; i < segments_a_packet; ++i, next_ += mss) segments_.insert(next_);
        ++large_;
        return scratch_.send(frame);
    }
    size_t count(const std::set<uint32_t>& sent) const
    {
        return static_cast<size_t>(std::ranges::count_if(
            sent, [&](uint32_t each) { return arrivals_.sequences.contains(each); }));
    }
    // That it does not come is an answer, and no Error.
    template <class F>
    Result<void> wait(F&& enough)
    {
        auto waited =
            wait_until(Deadline::after(patience), "kernel probe", "packets", [&]() -> Result<bool> {
                TRY(scratch_.collect(port_, arrivals_));
                return Result<bool>(enough());
            });
        if (!waited && waited.error().code == ETIMEDOUT) return {};
        return waited;
    }

    const Scratch& scratch_;
    uint16_t port_;
    uint32_t next_ = 1;
    unsigned large_ = 0;
    std::set<uint32_t> small_, segments_; // sequence numbers sent
    Scratch::Arrivals arrivals_;
};

Result<uint64_t> repaired(const Scratch& scratch)
{
    const auto counted = TRY(hotfix::counts(scratch.director()));
    return counted ? counted->repaired : 0;
}

Result<TunnelProbe> send_along(Scratch& scratch, const TunnelWay& way)
{
    TunnelProbe probe{.way = way};
    const auto port = TRY(scratch.serve(way));
    const auto dropped = TRY(scratch.dropped()), mended = TRY(repaired(scratch));
    Transfer transfer(scratch, port);
    TRY(transfer.send_small());
    TRY(transfer.send_large());
    transfer.fill(probe);
    probe.dropped = TRY(scratch.dropped()) - dropped;
    probe.repaired = TRY(repaired(scratch)) - mended;
    judge(probe);
    if (transfer.unsegmented()) {
        probe.state = TunnelState::inconclusive;
        probe.why = "the underlay device was to leave segmentation to software, and did not";
    }
    return probe;
}

TunnelProbe probe_way(Scratch& scratch, const TunnelWay& way)
{
    auto probe = send_along(scratch, way);
    if (probe) return std::move(*probe);
    return {.way = way, .why = probe.error().text()};
}

// Segmentation of IPIP does not ask for the inner MAC header (which the hotfix repairs all the
// same). Empty when its large packets get through, as they must.
std::string control(Scratch& scratch, int underlay)
{
    const auto probe =
        probe_way(scratch, {.encap = {.type = EncapType::ipip}, .underlay = underlay});
    if (probe.state == TunnelState::fixed || probe.state == TunnelState::repaired) return {};
    const auto why =
        probe.state == TunnelState::inconclusive
            ? probe.why
            : fmt::format("{} of {} segments arrived", probe.segments_arrived, probe.segments_sent);
    return fmt::format("not even IPIP gets large packets through the probe: {}", why);
}

class Controls {
public:
    explicit Controls(Scratch& scratch) : scratch_(scratch) {}
    const std::string& of(int underlay)
    {
        auto& found = underlay == AF_INET6 ? six_ : four_;
        if (!found) found = control(scratch_, underlay);
        return *found;
    }

private:
    Scratch& scratch_;
    std::optional<std::string> four_, six_;
};

} // namespace

std::string TunnelWay::text() const
{
    const auto checksum = encap.checksum == EncapChecksum::none
                              ? std::string()
                              : fmt::format(" checksum {}", gueway::name(encap.checksum));
    return fmt::format("{}{} over {}", gueway::name(encap.type), checksum,
                       underlay == AF_INET6 ? "IPv6" : "IPv4");
}

std::string_view name(TunnelState state)
{
    constexpr std::array<std::string_view, 4> names = {"fixed", "repaired", "lossy",
                                                       "inconclusive"};
    return names[static_cast<size_t>(state)];
}

void judge(TunnelProbe& seen)
{
    seen.state = TunnelState::inconclusive;
    if (seen.small_sent == 0 || seen.segments_sent == 0)
        seen.why = "nothing was sent";
    else if (seen.small_arrived < seen.small_sent)
        seen.why =
            fmt::format("{} of {} small packets arrived", seen.small_arrived, seen.small_sent);
    else if (seen.segments_arrived == 0 && seen.dropped >= seen.large_sent)
        seen.state = TunnelState::lossy;
    else if (seen.segments_arrived == 0)
        seen.why = fmt::format("no large packet arrived, and the device has dropped {} of {}: they "
                               "are late, or were lost elsewhere",
                               seen.dropped, seen.large_sent);
    else if (seen.segments_arrived < seen.segments_sent)
        seen.why = fmt::format("{} of {} segments of large packets arrived: the bug takes all",
                               seen.segments_arrived, seen.segments_sent);
    else
        seen.state = seen.repaired ? TunnelState::repaired : TunnelState::fixed;
}

TunnelState KernelProbe::state() const
{
    for (const auto state : {TunnelState::lossy, TunnelState::inconclusive, TunnelState::repaired})
        if (std::ranges::find(tunnels, state, &TunnelProbe::state) != tunnels.end()) return state;
    return tunnels.empty() ? TunnelState::inconclusive : TunnelState::fixed;
}

std::vector<TunnelWay> default_ways()
{
    std::vector<TunnelWay> ways;
    for (const int underlay : {AF_INET, AF_INET6})
        for (const auto type : {EncapType::gue, EncapType::gre})
            ways.push_back({.encap = {.type = type}, .underlay = underlay});
    return ways;
}

Result<KernelProbe> probe_kernel(const std::vector<TunnelWay>& ways)
{
    const auto before = loaded_modules();
    auto scratch = TRY(Scratch::make());
    KernelProbe probe;
    Controls controls(scratch);
    for (const auto& way : ways) {
        auto tunnel = probe_way(scratch, way);
        if (tunnel.state != TunnelState::inconclusive)
            if (const auto& failed = controls.of(way.underlay); !failed.empty()) {
                tunnel.state = TunnelState::inconclusive;
                tunnel.why = failed;
            }
        probe.tunnels.push_back(std::move(tunnel));
    }
    probe.hotfix_loaded = TRY(hotfix::counts(scratch.director())).has_value();
    std::ranges::set_difference(loaded_modules(), before, std::back_inserter(probe.loaded_modules));
    return probe;
}

} // namespace gueway
