// SPDX-License-Identifier: GPL-2.0-only
// Settings that turn an incident into an outage: the rules. Pure; each looks at the settings alone.
// What each value does is read from net/netfilter/ipvs of 6.1 (ip_vs_core.c, ip_vs_xmit.c,
// ip_vs_mh.c, ip_vs_proto_tcp.c) and net/ipv4/fib_frontend.c.
#pragma once

#include "doctor/finding.h"
#include "doctor/settings.h"

namespace gueway::doctor {

// sloppy_tcp, conn_reuse_mode, expire_nodest_conn, conntrack: what becomes of connections when
// directors or workers come and go.
Findings connection_findings(const Settings& settings);

// Services that have no worker to give, or may have none for some clients.
Findings scheduler_findings(const Settings& settings);

// Ways to workers: none, or too narrow for what clients send. pmtu_disc.
Findings way_findings(const Settings& settings);

// Reverse path filters that drop what clients send.
Findings filter_findings(const Settings& settings);

// All of them, in this order.
Findings setting_findings(const Settings& settings);

// "-t 198.51.100.150:8000", "-f 7 -6": the service in ipvsadm's words.
std::string service_words(const ipvs::ServiceKey& key);

// "sysctl -w NAME=VALUE"
std::string set_command(std::string_view sysctl, int value);

} // namespace gueway::doctor
