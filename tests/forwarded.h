// SPDX-License-Identifier: GPL-2.0-only
// What a director forwards, by IPVS's own count: how a test knows that traffic flows, on any
// machine, rather than that it had the time to.
#pragma once

#include "topology/topology.h"
#include "util/file.h"
#include "util/text.h"

#include <charconv>
#include <chrono>
#include <optional>
#include <string>

namespace gueway {

inline std::optional<uint64_t> parse_hexadecimal(std::string_view text)
{
    uint64_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    const bool whole = parsed.ptr == text.data() + text.size();
    return whole ? std::optional(value) : std::nullopt;
}

// Packets that IPVS has taken for a worker, by its own count of each processor:
// net/netfilter/ipvs/ip_vs_ctl.c, ip_vs_stats_percpu_show(). (Its sum, and what netlink tells,
// is two seconds old.)
inline Result<uint64_t> forwarded(const Topology& topology)
{
    constexpr size_t packets = 2, columns = 6;
    const std::string file = "/proc/thread-self/net/ip_vs_stats_percpu";
    const auto table = TRY(topology.in("director", [&] { return read_file(file); }));
    uint64_t all = 0;
    for (const auto line : lines(table))
        if (const auto w = words(line); w.size() == columns && parse_hexadecimal(w[0]))
            all += parse_hexadecimal(w[packets]).value_or(0);
    return all;
}

// Until that many more are.
inline Result<void> wait_forwarded(const Topology& topology, uint64_t packets,
                                   std::chrono::seconds patience = std::chrono::seconds(300))
{
    const auto from = TRY(forwarded(topology));
    return wait_until(Deadline::after(patience), "director", "packets",
                      [&]() -> Result<bool> { return TRY(forwarded(topology)) - from >= packets; });
}

} // namespace gueway
