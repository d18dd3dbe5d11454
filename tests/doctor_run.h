// SPDX-License-Identifier: GPL-2.0-only
// `directorctl doctor --json` in a host of a topology, and what a doctor must leave as it is.
#pragma once

#include "tests/assert_ok.h"
#include "tests/running_director.h"
#include "topology/topology.h"
#include "util/file.h"
#include "util/json.h"
#include "util/text.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace gueway {

struct DoctorRun {
    int status = 0;
    Json report;

    // "broken inner-mac", most serious first.
    std::vector<std::string> findings() const
    {
        std::vector<std::string> lines;
        for (const auto& each : report["findings"])
            lines.push_back(each["severity"].get<std::string>() + " " +
                            each["id"].get<std::string>());
        return lines;
    }
    bool has(const std::string& finding) const
    {
        return std::ranges::count(findings(), finding) != 0;
    }
    std::string kernel() const { return report["kernel"]["state"]; }
};

inline Result<DoctorRun> run_doctor(const Topology& topology, const Argv& more = {},
                                    const std::string& host = "director")
{
    Argv argv = {"directorctl", "doctor", "--json"};
    argv.insert(argv.end(), more.begin(), more.end());
    const auto outcome = TRY(topology.run(host, argv));
    if (outcome.output.empty()) return error("doctor", "run", outcome.errors);
    return DoctorRun{outcome.status, TRY(parse_json(outcome.output, "doctor"))};
}

using Lines = std::vector<std::string>;

inline constexpr const char* service4 = "-t 198.51.100.150:8000";
inline constexpr const char* service6 = "-t [2001:db8::101]:8000";

// The settings that the doctor has nothing against.
inline const std::vector<std::string> good_settings = {
    "sysctl -w net.ipv4.vs.sloppy_tcp=1 net.ipv4.vs.expire_nodest_conn=1",
    std::string("directorctl -E ") + service4 + " -s mh -b mh-fallback,mh-port",
    std::string("directorctl -E ") + service6 + " -s mh -b mh-fallback,mh-port"};

// A director of two workers behind GUE that is set well. `hides`: the underlay device segments.
inline Result<Topology> well_set(bool hides)
{
    ReferenceOptions options = ReplayOptions{}.reference;
    options.workers = 2;
    options.udp_tunnel_segmentation = hides;
    auto topology = TRY(Topology::build(reference(options)));
    TRY(configure(topology, options));
    for (const auto& command : good_settings)
        TRY(topology.run_ok("director", {"sh", "-c", command}));
    return topology;
}

inline void run_in_director(const Topology& topology, const std::string& command)
{
    ASSERT_OK(topology.run_ok("director", {"sh", "-c", command}));
}

// What traffic loses on this kernel where the underlay device leaves segmentation to it.
inline Result<uint64_t> packets_lost()
{
    const auto director = TRY(RunningDirector::start(on_veth()));
    return director.dropped(4);
}

// What may be seen of a host from outside of the doctor, by name.
inline Result<std::map<std::string, std::string>> surroundings(const Topology& topology)
{
    std::map<std::string, std::string> seen;
    for (const auto& [name, command] : std::map<std::string, std::string>{
             {"devices", "ip -d addr show"},
             {"routes", "ip route show table all; ip -6 route show table main"},
             {"rules", "ip rule; ip -6 rule"},
             {"ipvs", "directorctl -S -n; directorctl -L -n"},
             {"traffic control", "tc qdisc show"},
             {"fou", "ip fou show"},
             {"sysctls", "sysctl -a | grep -E "
                         "'^net\\.(ipv4\\.(vs|conf|ip_forward)|ipv6\\.conf|core)'"}}) {
        // Lifetimes go on by themselves, and a device's state is told a while after its carrier.
        const auto shell =
            "{ " + command + "; } 2>/dev/null | sed 's/[0-9]*sec/sec/g; s/state [A-Z]*//' | sort";
        seen[name] = TRY(topology.run_ok("director", {"sh", "-c", shell}));
    }
    for (const auto& [name, command] : std::map<std::string, std::string>{
             {"namespaces", "ls /run/netns; lsns -t net -o NS 2>/dev/null | wc -l"},
             {"host devices", "ip -o link show"},
             {"mounts", "cat /proc/mounts"},
             {"modules", "cut -d' ' -f1 /proc/modules | sort"}})
        seen["host: " + name] = TRY(run_ok({"sh", "-c", command}));
    return seen;
}

} // namespace gueway
