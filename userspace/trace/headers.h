// SPDX-License-Identifier: GPL-2.0-only
// Where the headers of a followed packet are, and what does not hold of them. All offsets are from
// the start of the packet's buffer, in bytes.
#pragma once

#include "bpf/follow.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gueway {

// Nothing for one that is not set.
struct HeaderOffsets {
    std::optional<uint16_t> mac, network, transport;
    bool operator==(const HeaderOffsets&) const = default;
};

// Of the kernel's own numbers.
HeaderOffsets header_offsets(uint16_t mac, uint16_t network, uint16_t transport);

// The linear part is from data to tail, and may grow to end.
struct HeaderBuffer {
    uint32_t data = 0, tail = 0, end = 0;
    bool operator==(const HeaderBuffer&) const = default;
};

// Of CHECKSUM_PARTIAL: where the sum begins, and how far behind that it is put.
struct HeaderChecksum {
    uint16_t start = 0, offset = 0;
    bool operator==(const HeaderChecksum&) const = default;
};

// The length that the kernel will compute for the header of a tunnel over UDP or GRE when it
// segments (tnl_hlen in net/ipv4/udp_offload.c and gre_offload.c: a local variable, so that it is
// computed here as it is there).
struct TunnelHeader {
    uint16_t inner_mac = 0, transport = 0;
    int length() const { return int(inner_mac) - int(transport); }
    std::string text() const; // "-2 bytes (computed: inner mac 190 - transport 192)"
    bool operator==(const TunnelHeader&) const = default;
};
// Nothing where the packet is in no such tunnel, or was not looked at.
std::optional<TunnelHeader> tunnel_header(const follow_event& event);

// A rule of the headers that does not hold (FOLLOW_RULES in bpf/follow.h).
struct BrokenInvariant {
    std::string name;   // of the rule: "inner_mac = inner_network"
    std::string text;   // with the numbers: "inner mac 190, inner net 204"
    bool first = false; // it held before, or was not looked at
    // The function that was entered last before it broke; empty when it was broken already when
    // the packet was first looked at.
    std::string after;
};

// "broken after ip_vs_tunnel_xmit: TEXT, TEXT"; empty when nothing is.
std::string text(const std::vector<BrokenInvariant>& broken);

// Remembers of each piece which function it entered last and since when a rule is broken; no more
// pieces than can be followed.
class RuleHistory {
public:
    // What is broken at this event; `function` is the one that is entered, empty for none. Where
    // the kernel did not look, it is what it was.
    std::vector<BrokenInvariant> add(const follow_event& event, std::string_view function);

private:
    struct Piece {
        std::string function;
        std::vector<BrokenInvariant> broken;
    };
    Piece& piece(const follow_event& event);

    std::map<uint64_t, Piece> pieces_; // numbers grow, so that the oldest is first
};

} // namespace gueway
