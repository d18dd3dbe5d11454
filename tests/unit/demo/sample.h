// SPDX-License-Identifier: GPL-2.0-only
// A small run of the demo, made up: one size, both families and directions.
#pragma once

#include "demo/model.h"

namespace gueway {

// Exchanges of `latency_ms` each, one after the other.
inline DemoCell sample_cell(int family, DemoDirection direction,
                            const std::vector<uint64_t>& latency_ms)
{
    DemoCell cell;
    cell.family = family;
    cell.size = 32768;
    cell.direction = direction;
    cell.deadline = 5'000'000'000;
    for (const auto ms : latency_ms) {
        cell.latencies.push_back(ms * 1'000'000);
        cell.duration += ms * 1'000'000;
    }
    cell.bytes = cell.size * cell.latencies.size();
    cell.timeline.resize(cell.duration / cell.interval + 1);
    cell.timeline.back() = cell.bytes;
    return cell;
}

inline DemoVariant sample_variant(std::string name, uint64_t request_ms)
{
    DemoVariant variant{std::move(name), "6.1.0-1-amd64", "#1 SMP", {}};
    for (const auto direction : {DemoDirection::Request, DemoDirection::Response})
        for (const int family : {4, 6}) {
            const uint64_t ms = direction == DemoDirection::Request ? request_ms : 10;
            variant.cells.push_back(sample_cell(family, direction, {ms, ms + 1, ms + 2}));
        }
    return variant;
}

// The incident as it should be: requests drop and stall on the first, nothing does on the second.
inline DemoResult sample_incident()
{
    DemoResult result;
    result.command = "make demo";
    result.finished = "2026-01-31 12:00";
    result.lane = "smp";
    result.underlay_mtu = 1600;
    result.mss = 1460;
    result.variants = {sample_variant("vulnerable", 1600), sample_variant("patched", 4)};
    for (auto& cell : result.variants[0].cells)
        if (cell.direction == DemoDirection::Request) {
            cell.drops = {{"validate_xmit_skb+0x2b4", 40, "NOT_SPECIFIED"}};
            cell.tx_dropped = 40;
            cell.retransmits = 55;
        }
    return result;
}

} // namespace gueway
