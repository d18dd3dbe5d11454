// SPDX-License-Identifier: GPL-2.0-only
// What happened to a followed packet, decoded: the one model of which text, JSON and pcapng are
// made, and on which verdicts rest. Numbers are in host order, lengths are bytes.
#pragma once

#include "bpf/follow.h"
#include "packet/layers.h"
#include "trace/answers.h"
#include "trace/detail.h"
#include "trace/headers.h"
#include "trace/tally.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gueway {

enum class StepKind : uint8_t {
    received, // by a device
    sent,     // by this host, and not followed before
    enters,   // `function`
    cloned,   // this is the clone of `parent`, and so on
    copied,
    moved, // its bytes have a new place
    segment,
    dropped, // the last three end a piece
    consumed,
    freed,
};
std::string_view name(StepKind kind); // "received", "dropped"

struct StepDevice {
    uint32_t index = 0; // 0: the packet has no device
    std::string name;
    uint32_t mtu = 0;
};

// How the packet is to be segmented.
struct StepGso {
    uint32_t type = 0; // SKB_GSO_*
    uint16_t size = 0; // payload of a segment; 0: not GSO
    uint16_t segments = 0;
};

struct Step {
    StepKind kind = StepKind::enters;
    uint64_t time = 0;       // ns of CLOCK_MONOTONIC
    double microseconds = 0; // since the packet was first seen
    uint32_t cpu = 0;
    // Small numbers, given from 1 on as pieces show up; a packet has the number of its first piece.
    // `parent` is the piece that this one was made of, 0 when it arrived.
    uint64_t packet = 0, piece = 0, parent = 0;

    std::string function;           // that the packet enters or was sent by; else empty
    std::optional<CodePlace> place; // of a drop
    std::string reason;             // of a drop; empty where the kernel gives none
    std::vector<SourceLine> source; // of a drop, where debug information is there
    std::string harmless;           // of a drop: why nothing is lost by it; else empty

    std::string netns; // its name; empty when not known
    uint32_t netns_number = 0;
    StepDevice device;

    uint16_t protocol = 0; // EtherType
    PacketLayers layers;
    uint32_t length = 0; // from the network header on
    StepGso gso;
    bool encapsulation = false; // skb->encapsulation: `inner` counts
    HeaderOffsets headers, inner;
    HeaderBuffer buffer;
    std::optional<HeaderChecksum> checksum;    // of CHECKSUM_PARTIAL
    std::optional<TunnelHeader> tunnel_header; // computed
    std::vector<uint8_t> bytes;                // the first, from the network header on

    std::vector<BrokenInvariant> broken;
    std::vector<Returned> returned; // innermost first
    std::vector<StackFrame> stack;  // innermost first; empty unless asked for
    std::optional<IpvsFacts> ipvs;
    std::optional<IcmpAnswer> icmp;      // given to the packet
    std::optional<NetfilterChain> chain; // that dropped it

    bool ends() const { return kind >= StepKind::dropped; }
    bool loses() const { return kind == StepKind::dropped && harmless.empty(); }
};

// The function of enum follow_function, as the kernel calls it.
std::string_view follow_function_name(uint32_t function);

// Makes steps of events, in the order in which they come. Memory is bounded: a packet is forgotten
// when all its pieces have ended, and the oldest when ends were lost and too many are known.
class StepDecoder {
public:
    explicit StepDecoder(DropNames names) : names_(std::move(names)) {}
    Step decode(const follow_event& event);

private:
    struct Packet {
        uint64_t number;
        uint64_t begin;                       // ns
        std::map<uint64_t, uint64_t> numbers; // of its pieces: the kernel's, and ours
        std::set<uint64_t> alive;             // those that have not ended
    };

    Packet& packet(const follow_event& event);
    uint64_t number(Packet& packet, uint64_t piece);
    void end(const follow_event& event);
    void decode_drop(Step& step, const follow_event& event);
    StackFrame frame(uint64_t address);

    DropNames names_;
    uint64_t last_number_ = 0;
    std::map<uint64_t, Packet> packets_; // by the kernel's number, which grows: the oldest is first
    RuleHistory rules_;
    std::map<uint64_t, StackFrame> frames_; // by address
};

} // namespace gueway
