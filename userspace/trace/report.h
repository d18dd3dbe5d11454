// SPDX-License-Identifier: GPL-2.0-only
// What droptrace found: one model, from which text and JSON are made. Counts are the kernel's and
// exact; what only the events tell (sizes, devices, paths, the sample) is of `told` packets.
#pragma once

#include "packet/layers.h"
#include "trace/verdict.h"
#include "util/json_fwd.h"
#include "util/symbols.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gueway {

// A line of the kernel's source; the innermost of several is first, the rest inlined it.
struct SourceLine {
    std::string function;
    std::string file;
    int line = 0;
};

// Packets of one kind at one place.
struct DropClass {
    uint16_t protocol = 0;  // EtherType
    uint8_t transport = 0;  // of the outermost IP header; 0 when it is not IP
    bool segmented = false; // GSO: one packet that was to become several
    uint64_t packets = 0;
};

struct Range {
    uint32_t least = 0, most = 0;
    void widen(uint32_t value);
};

// GSO packets of a group. Lengths are bytes.
struct DropSegments {
    uint64_t packets = 0;
    Range mss;                      // payload of a segment
    std::optional<uint32_t> length; // the longest segment, from the (outer) IP header on
};

// Where packets were going. Of a tunnelled packet the destination of the inner one, which is the
// VIP on a director, and of the outer one, which is the worker.
struct DropPath {
    std::string destination; // "198.51.100.150:8000 TCP"
    TunnelType tunnel = TunnelType::none;
    std::string worker; // "172.70.64.149", empty without a tunnel
    uint64_t packets = 0;
    bool same_way(const DropPath& other) const;
};

struct DropDevice {
    std::string netns; // its name, or "netns 4026532178"; empty when not known
    std::string name;  // empty when the packet had no device any more
    uint32_t mtu = 0;  // bytes
    uint64_t packets = 0;
};

struct DropSample {
    double seconds = 0; // since the start
    uint32_t cpu = 0;
    uint32_t length = 0; // bytes, from the network header on
    DropDevice device;   // `packets` does not count
    std::string layers;  // as PacketLayers::text() has it; empty when it is not IP
    std::string bytes;   // in hexadecimal, from the network header on
};

// Drops of a group that got the same verdict.
struct DropVerdict {
    Verdict verdict;
    uint64_t packets = 0; // of those that were looked at
};

struct DropGroup {
    CodePlace place;
    std::vector<SourceLine> source; // empty without debug information
    std::string reason;             // empty when the kernel gives none
    std::string harmless;           // why nothing is lost by it; empty for a drop
    uint64_t packets = 0, bytes = 0;
    std::vector<DropClass> classes; // most packets first, as the lists below

    uint64_t told = 0;
    Range length; // bytes, from the network header on
    std::optional<DropSegments> segments;
    std::vector<DropPath> paths;
    uint64_t other_paths = 0; // packets of paths that found no room in the list
    std::vector<DropDevice> devices;
    std::optional<DropSample> sample; // the first
    uint64_t judged = 0;              // the first so many packets were looked at for verdicts
    std::vector<DropVerdict> verdicts;
};

// Every free is seen, then counted or `table_full`, and its event emitted or `ring_full`. `missed`
// were not even seen. Emitted events are told, but for those `not_shown`, which were left over when
// the run was at its end.
struct DropLoss {
    uint64_t seen = 0, table_full = 0, emitted = 0, ring_full = 0;
    std::optional<uint64_t> missed = 0; // nothing: the kernel does not count them
    uint64_t not_shown = 0;
    uint64_t told() const { return emitted - not_shown; }
    bool exact() const { return table_full == 0 && missed == 0; }
};

struct DropReport {
    std::string kernel; // release
    double seconds = 0; // between attaching and detaching
    double start_ms = 0, detach_ms = 0;
    std::vector<std::string> hooks; // as Attachment::text() has them
    bool reasons_given = true;
    std::vector<std::string> notes; // what is missing, and what it costs
    DropLoss loss;
    std::vector<DropGroup> drops, harmless; // most packets first

    uint64_t dropped() const; // packets of `drops`
};

std::string text(const DropReport& report);
// gueway.drops/1, Documentation/droptrace.md.
Json to_json(const DropReport& report);

} // namespace gueway
