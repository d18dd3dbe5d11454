// SPDX-License-Identifier: GPL-2.0-only
// What `make demo-fixes` measured: requests that go on while a director is repaired and broken
// again. The one model behind its table, its page and its JSON, gueway.fixes/1, described in
// Documentation/demo.md.
#pragma once

#include "demo/model.h"

#include <cstdint>
#include <string>
#include <vector>

namespace gueway {

// From when something was in force to when the next change began. Times are nanoseconds from the
// start of the track's first request.
struct FixesPhase {
    std::string name;      // "vulnerable", "mitigation", "off", "hotfix", "patched"
    std::string command;   // what began it on the running director; empty: it was so from the start
    bool repaired = false; // nothing may be dropped
    uint64_t begin = 0;
    uint64_t end = 0;
    std::vector<DemoDrop> drops; // in the whole guest, by place
    uint64_t tx_dropped = 0;     // growth of the underlay device's counter
};

// One director, and one client's requests throughout its phases.
struct FixesTrack {
    std::string encap; // "GUE" or "GRE"
    std::string ip_vs; // "vulnerable" or "patched"
    std::string kernel;
    std::vector<FixesPhase> phases; // in order of time

    // Of every request that was answered and verified, in the order of their ends.
    std::vector<uint64_t> begins;
    std::vector<uint64_t> latencies;
    uint64_t timed_out = 0;
    uint64_t failed = 0; // payload that arrived changed, connections reset, ...
    std::string failure; // the first of them
    uint64_t resent = 0; // TCP segments, by both ends

    uint64_t interval = 100'000'000; // width of an entry of the next two
    std::vector<uint64_t> bytes;     // payload delivered
    std::vector<uint64_t> dropped;   // by the underlay device
};

struct FixesResult {
    std::string command;  // what repeats this run, ready to paste
    std::string finished; // UTC; empty: not said
    std::string lane;     // "smp" or "exact"
    std::string device;   // of the underlay: "mlx5ish"
    uint32_t underlay_mtu = 0;
    uint64_t size = 0; // payload bytes of a request
    std::vector<FixesTrack> tracks;
};

// A phase's requests (those that began in it) and drops, as a cell of the other demo.
DemoCell fixes_cell(const FixesTrack& track, const FixesPhase& phase, uint64_t size);

// All tracks of one tunnel, the patched ip_vs last, in one line of time.
//   offset  what is added to a track's times; a track begins where the one before ends
struct FixesLine {
    std::string encap;
    std::vector<const FixesTrack*> tracks;
    std::vector<uint64_t> offsets;
    const FixesTrack* patched = nullptr; // what the others are compared with; null: not measured
};
std::vector<FixesLine> fixes_lines(const FixesResult& result);

// A phase beside the patched ip_vs. Both null when it was not measured.
struct FixesFigures {
    const FixesPhase* phase = nullptr;
    DemoCell cell;
    std::optional<DemoCell> patched;
    uint64_t offset = 0;
};
std::vector<FixesFigures> fixes_figures(const FixesResult& result, const FixesLine& line);

Json fixes_to_json(const FixesResult& result);
// `source` names the text in errors. Unknown members are ignored, missing or mistyped ones are not.
Result<FixesResult> fixes_from_json(const Json& json, const std::string& source);

// What the numbers say. `holds` when, for each tunnel, packets are dropped in each phase that is
// not repaired and in none that is, the median of each repaired phase is within 1.05 times the
// patched one's (1.3 in the smp lane), and no request failed or was given up.
struct FixesVerdict {
    bool holds = false;
    std::string headline; // one sentence
    std::string text;     // a few more, with the figures
};
FixesVerdict fixes_verdict(const FixesResult& result);

// The tables and the strips of time for a terminal: at most 100 columns of UTF-8, final newline.
std::string fixes_text(const FixesResult& result);

// One HTML file that needs nothing else: no script, no fetch, light and dark.
std::string fixes_page(const FixesResult& result);

} // namespace gueway
