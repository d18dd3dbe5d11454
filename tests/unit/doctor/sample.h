// SPDX-License-Identifier: GPL-2.0-only
// A director that nothing is wrong with: each test spoils one thing.
#pragma once

#include "doctor/finding.h"
#include "doctor/settings.h"

#include <algorithm>
#include <string>
#include <vector>

namespace gueway::doctor {

constexpr Encap gue = {.type = EncapType::gue, .port = 5501};

inline ipvs::Destination destination(const char* address, const Encap& encap = gue)
{
    return {.address = *parse_address(address),
            .port = 8000,
            .forward = ipvs::Forward::tunnel,
            .encap = encap};
}

inline ipvs::ServiceState service(const char* vip, const char* scheduler, uint32_t flags,
                                  std::vector<ipvs::Destination> workers)
{
    ipvs::ServiceState state;
    state.service.key.address = *parse_address(vip);
    state.service.key.family = state.service.key.address.family;
    state.service.key.port = 8000;
    state.service.scheduler = scheduler;
    state.service.flags = flags;
    state.destinations = std::move(workers);
    return state;
}

inline DeviceFacts device_facts(const char* name)
{
    return {.name = name,
            .kind = {},
            .driver = "test",
            .features = {"tx-tcp-segmentation", "tx-tcp6-segmentation", "tx-ipxip4-segmentation",
                         "tx-ipxip6-segmentation", "tx-udp_tnl-segmentation",
                         "tx-udp_tnl-csum-segmentation", "tx-gre-segmentation",
                         "tx-gre-csum-segmentation"},
            .known = true};
}

constexpr uint32_t fallback = ipvs::scheduler_flag_1, port = ipvs::scheduler_flag_2;

// Each service's workers by d1, of that MTU.
inline Settings settings_of(std::vector<ipvs::ServiceState> services, unsigned mtu = 1600)
{
    Settings made;
    made.ipvs = true;
    made.services = std::move(services);
    for (const auto& [each, workers] : made.services)
        for (const auto& worker : workers)
            made.workers.push_back(
                {each.key, worker, {.device = "d1", .mtu = mtu, .device_mtu = mtu}});
    made.sysctls = {.sloppy_tcp = 1,
                    .conn_reuse_mode = 1,
                    .expire_nodest_conn = 1,
                    .pmtu_disc = 1,
                    .conntrack = 0};
    made.reverse_paths = {.all = 0,
                          .inputs = {{.device = "d0", .rp_filter = 0, .addressed = true},
                                     {.device = "d1", .rp_filter = 0, .addressed = true}},
                          .default_device = "d0"};
    made.underlays = {{.device = "d1", .stack = {device_facts("d1")}}};
    return made;
}

inline Settings healthy()
{
    return settings_of({service("198.51.100.150", "mh", fallback | port,
                                {destination("172.70.64.149"), destination("172.70.72.206")})});
}

// "broken no-worker", in the findings' order.
inline std::vector<std::string> told(const Findings& findings)
{
    std::vector<std::string> lines;
    for (const auto& each : findings)
        lines.push_back(std::string(name(each.severity)) + ' ' + each.id);
    return lines;
}
using Lines = std::vector<std::string>;

} // namespace gueway::doctor
