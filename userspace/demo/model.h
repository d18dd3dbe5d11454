// SPDX-License-Identifier: GPL-2.0-only
// What `make demo` measured: the one model behind its table, its page and its JSON.
// The JSON schema is gueway.demo/1, described in Documentation/demo.md.
#pragma once

#include "util/file.h"
#include "util/json_fwd.h"
#include "util/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gueway {

// Who sends the bytes that count. A request goes through the director's tunnel; a response comes
// back from the worker directly, so the director's bug cannot touch it.
enum class DemoDirection { Request, Response };

// Packets that one place freed as drops during one cell.
struct DemoDrop {
    std::string symbol; // function+0xoffset of the skb:kfree_skb event
    uint64_t packets = 0;
    std::string reason; // the kernel's drop reason, such as NOT_SPECIFIED; empty: it gave none
};

// One transfer shape, measured on one variant. All times are nanoseconds of the guest's clock.
struct DemoCell {
    int family = 4;    // of the VIP: 4 or 6
    uint64_t size = 0; // payload bytes of one request or response
    DemoDirection direction = DemoDirection::Request;

    std::vector<uint64_t> latencies; // of each completed exchange, in order of completion
    uint64_t timed_out = 0;          // exchanges given up after `deadline`: latency unknown, >= it
    uint64_t deadline = 0;           // per exchange; 0: there was none (then timed_out is 0)

    uint64_t bytes = 0; // payload delivered and verified, over `duration`
    uint64_t duration = 0;
    uint64_t interval = 100'000'000; // width of one timeline entry
    std::vector<uint64_t> timeline;  // payload bytes delivered in each interval, from the start on

    uint64_t retransmits = 0; // TCP segments sent again, both ends
    std::vector<DemoDrop> drops;
    uint64_t tx_dropped = 0; // growth of the underlay device's counter

    std::string failure; // why the cell could not be measured; empty: it was
};

// One build of ip_vs.ko, and all cells run on it.
struct DemoVariant {
    std::string name;           // "vulnerable" or "patched": the page colours by name
    std::string kernel;         // uname -r of the guest
    std::string kernel_version; // uname -v of the guest; may be empty
    std::vector<DemoCell> cells;
};

// Offsets of an encapsulated skb's headers from skb->head, in bytes.
struct DemoOffsets {
    uint32_t network = 0;   // outer IP
    uint32_t transport = 0; // outer UDP
    uint32_t inner_mac_unfixed = 0;
    uint32_t inner_network = 0; // inner IP; the fix lets inner_mac be this
};

// The published trace of the incident: IPv4 underlay, GUE without checksum.
inline constexpr DemoOffsets published_offsets{0x32, 0x46, 0x44, 0x52};

struct DemoResult {
    std::string command;  // what repeats this run, ready to paste
    std::string finished; // UTC, "2026-01-31 12:00"; empty: not said
    std::string lane;     // "smp" or "exact"
    uint32_t underlay_mtu = 0;
    uint32_t mss = 0; // the client's over IPv4; 20 less over IPv6
    DemoOffsets offsets = published_offsets;
    std::vector<DemoVariant> variants; // the vulnerable first: the others are compared with it
};

// A quantile over completed and timed-out exchanges. When it falls among the timed-out ones, all
// that is known is a lower bound: ns is the deadline and censored is set.
struct DemoQuantile {
    uint64_t ns = 0;
    bool censored = false;
};

// The smallest latency that at least the share `q` (0 to 1) of all exchanges stayed within
// ("nearest rank"); nothing when there was no exchange.
std::optional<DemoQuantile> demo_quantile(const DemoCell& cell, double q);

// Delivered payload in bits per second; nothing when the duration is 0.
std::optional<double> demo_throughput(const DemoCell& cell);

// Sum over all places.
uint64_t demo_drops(const DemoCell& cell);

// The cell of the same family, size and direction, or nullptr.
const DemoCell* demo_same_cell(const DemoVariant& variant, const DemoCell& cell);

// "32 KiB request, IPv4"
std::string demo_cell_name(const DemoCell& cell);

Json demo_to_json(const DemoResult& result);
// `source` names the text in errors. Unknown members are ignored, missing or mistyped ones are not.
Result<DemoResult> demo_from_json(const Json& json, const std::string& source);

// What the numbers say, in words made from them. The first variant is compared with the last.
//   incident  the first drops requests and takes at least 20 times as long for the smallest ones,
//             in every family that was measured; the last drops nothing
//   clean     moreover every cell was measured, and responses agree within 1.3 times (1.01 in the
//             exact lane)
struct DemoVerdict {
    bool incident = false;
    bool clean = false;
    std::string headline; // one sentence
    std::string text;     // a few more, with the figures
};
DemoVerdict demo_verdict(const DemoResult& result);

// The table for a terminal: at most 100 columns of UTF-8, final newline.
std::string demo_text(const DemoResult& result);

// One HTML file that needs nothing else: no script, no fetch, light and dark.
std::string demo_page(const DemoResult& result);

} // namespace gueway
