// SPDX-License-Identifier: GPL-2.0-only
// A file, and the state of a director that is just as it says.
#pragma once

#include "director/director_plan.h"
#include "director/wanted.h"

#include <string>

#include <gtest/gtest.h>

namespace gueway {

inline Config parsed(const std::string& yaml)
{
    auto config = parse_config(yaml, "f.yaml");
    EXPECT_TRUE(config) << config.error().text();
    return config.value_or(Config{});
}

inline const std::string sample_yaml = R"(director:
  vip_device: vip0
  sysctls: {conn_reuse_mode: 0, sync_threshold: 3 50}
pools:
  web:
    encap: {type: gue, port: 5501}
    workers:
      - {name: w1, address: 10.0.0.1, weight: 100}
      - {name: w2, address: 10.0.0.2, weight: 100}
services:
  - {vip: 192.0.2.1, port: 80, scheduler: mh, flags: [mh-port], pool: web}
  - {vip: "2001:db8::1", port: 80, scheduler: wlc, pool: web}
)";

inline State applied(const Config& config)
{
    State state;
    state.services = wanted_services(config);
    for (const auto& each : config.sysctls) state.sysctls.push_back(each.value);
    if (!config.vip_device.empty())
        state.vip_device = VipDevice{.up = true, .addresses = wanted_vips(config)};
    state.fou_interfaces = wanted_fou_interfaces(config).value();
    for (auto& each : state.fou_interfaces) // which the host chooses
        if (each.device.kind == TunnelKind::ip6tnl)
            each.device.local = parse_address("2001:db8:1::1").value();
    return state;
}

} // namespace gueway
