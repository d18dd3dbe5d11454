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

inline constexpr const char* schema = "gueway.exact/1";

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

//   artefacts  SHA-256 of what was run, by name: equal ones give equal figures
struct Figures {
    Context context;
    std::map<std::string, std::string> artefacts;
    std::vector<Figure> all;

    const Figure* find(std::string_view name) const;
};

// What bench/paths has written in the guest: {"context", "benchmarks"}; or what to_json() made.
Result<Figures> parse(const Json& json, const std::string& source);
Json to_json(const Figures& figures);

// The stages in the order of a packet's way, without the sender; as bench/paths/way.h says.
inline constexpr std::string_view stages[] = {"receive", "ipvs", "output", "tunnel", "device"};

// A figure of a way, taken apart: "way/WAY/SIZE/offload" or ".../software".
struct WayName {
    std::string way, size;
    bool software = false;
};
std::optional<WayName> way_name(std::string_view name);

} // namespace gueway::exact
