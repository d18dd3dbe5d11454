// SPDX-License-Identifier: GPL-2.0-only
// incident: replays the incident on the kernel it runs on, and writes what it measured. `netlab
// demo` runs it in two guests and compares.
#include "demo/model.h"
#include "incident/replay.h"
#include "util/json.h"

#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace {

using namespace gueway;

constexpr unsigned ipv4_tcp_headers = 20 + 20; // RFC 9293, section 3.7.1: options do not count

// One variant in a result of its own: the schema is the demo's.
Result<void> run(const ReplayOptions& options, const std::string& json)
{
    DemoResult result;
    result.underlay_mtu = options.reference.mtu;
    result.mss = options.reference.client_mtu - ipv4_tcp_headers;
    result.variants.push_back(TRY(replay(options)));
    return write_json(json, demo_to_json(result));
}

} // namespace

int main(int argc, char** argv)
{
    ReplayOptions options;
    std::string json;
    double seconds = 2.5;
    bool v6 = false;
    CLI::App app("Replays the incident on this kernel: IPVS with GUE, segmented in software.",
                 "incident");
    app.add_option("--name", options.name, "of the variant")->required();
    app.add_option("--json", json, "file for the result (gueway.demo/1, one variant)")->required();
    app.add_option("--seconds", seconds, "in which the requests of a cell begin");
    app.add_option("--requests", options.requests, "of a cell, instead of --seconds");
    app.add_option("--connections", options.connections, "at a time");
    app.add_flag("--underlay-v6", v6, "tunnel over IPv6");
    CLI11_PARSE(app, argc, argv);
    options.duration = std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000));
    if (v6) options.reference.underlay = AF_INET6;
    const auto done = run(options, json);
    if (!done) fmt::print(stderr, "incident: {}\n", done.error().text());
    return done ? 0 : 1;
}
