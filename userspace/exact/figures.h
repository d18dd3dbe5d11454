// SPDX-License-Identifier: GPL-2.0-only
// What the exact packet-path benchmark (bench/paths) has found, and under which conditions.
#pragma once

#include "util/json_fwd.h"
#include "util/result.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gueway::exact {

inline constexpr const char *schema = "gueway.exact/1", *ratios_schema = "gueway.ratios/1";

// The way that IPVS's own tunnels take the place of.
inline constexpr const char* legacy_way = "fou-interface";

// A benchmark of bench/paths. `values` are instructions but for "segments"; "instructions" is the
// sum of all but "sender". Of a benchmark that failed only `error`.
struct Figure {
    std::string name; // "way/gue-csum/64KiB/software"
    std::map<std::string, double> values;
    std::string error;

    std::optional<double> value(const std::string& name) const;
};

// Names and versions, no time, host or path: "kernel" (release and version), "ip_vs", "lane",
// "qemu", "compiler".
using Context = std::map<std::string, std::string>;

// Wall time of a way and size, as a multiple of another way's: the median of rounds, and their
// span.
struct Ratio {
    std::string name; // "gue-csum/64KiB/software"
    double median = 0, least = 0, most = 0;
};
struct Ratios {
    std::string to; // the way that is 1
    unsigned rounds = 0;
    std::vector<Ratio> all;
};

//   artefacts  SHA-256 of what was run, by name: equal ones give equal figures
//   stopped    why not all that was asked for was measured; empty: it was
//   wall_time  advisory: of emulation, on a machine that does other things, too
struct Figures {
    Context context;
    std::map<std::string, std::string> artefacts;
    std::vector<Figure> all;
    std::string stopped;
    std::optional<Ratios> wall_time;

    const Figure* find(std::string_view name) const;
};

// What bench/paths has written in the guest: {"context", "benchmarks"}; or what to_json() made.
Result<Figures> parse(const Json& json, const std::string& source);
Json to_json(const Figures& figures);
// What bench/paths/ratios.h has written, of `ratios_schema`.
Result<Ratios> parse_ratios(const Json& json, const std::string& source);

// The stages in the order of a packet's way, without the sender; as bench/paths/way.h says.
inline constexpr std::string_view stages[] = {"receive", "ipvs", "output", "tunnel", "device"};

// A figure of a way, taken apart: "way/WAY/SIZE/offload" or ".../software".
struct WayName {
    std::string way, size;
    bool software = false;

    bool operator==(const WayName&) const = default;
};
std::optional<WayName> way_name(std::string_view name);

// "repaired/REPAIR/WAY/SIZE/offload" or ".../software"; REPAIR is patched, hotfix or mitigation.
struct RepairedName {
    std::string repair;
    WayName way;
};
std::optional<RepairedName> repaired_name(std::string_view name);

} // namespace gueway::exact
