// SPDX-License-Identifier: GPL-2.0-only
// What the kernel counts in a host, and what has moved since the last look.
#pragma once

#include "link/namespace.h"
#include "util/fd.h"
#include "util/result.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace gueway::matrix {

// By name: "u2 tx_dropped", "Tcp InCsumErrors", "Udp6NoPorts", "IPVS in_packets". What is not there
// is 0. Bytes are left out, as are a device's received multicasts.
using Counts = std::map<std::string, uint64_t, std::less<>>;

// Reads /proc/net/dev, snmp, snmp6 and, where they are there, ip_vs_stats_percpu (ip_vs_stats is
// two seconds old) and sctp/snmp. Files stay open. Move-only.
class Counters {
public:
    static Result<Counters> open(const Namespace& host);
    // What has become more since the last time, by how much.
    Result<Counts> moved();

private:
    struct File {
        Fd fd;
        std::string name;
        void (*parse)(std::string_view text, Counts& counts);
    };
    std::vector<File> files_;
    Counts last_;
};

// For tests: the files' formats (net/core/net-procfs.c, net/ipv4/proc.c, net/ipv6/proc.c,
// net/netfilter/ipvs/ip_vs_ctl.c).
void parse_devices(std::string_view text, Counts& counts);
void parse_snmp(std::string_view text, Counts& counts);
void parse_snmp6(std::string_view text, Counts& counts);
void parse_ipvs(std::string_view text, Counts& counts);

} // namespace gueway::matrix
