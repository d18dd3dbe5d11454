// SPDX-License-Identifier: GPL-2.0-only
// The listings of ipvsadm 1.31, byte for byte: scripts parse them.
#pragma once

#include "ipvs/client.h"
#include "ipvsadm/command.h"

#include <string>
#include <vector>

namespace gueway::ipvsadm {

// "IP Virtual Server version 1.2.1 (size=4096)".
std::string banner(const ipvs::Info& info);

// The columns that `named` asks for (of several ipvsadm shows the first of stats, rate, thresholds,
// persistent-conn, tun-info), and their services in the given order. Without numeric it asks for
// names of hosts.
std::string table(const std::vector<ipvs::ServiceState>& services, Options named);

// By firewall mark, family, protocol, address and port; workers by address and port. As numbers:
// ipvsadm subtracts addresses in 32 bits and gets those wrong that are 2^31 apart.
void sort(std::vector<ipvs::ServiceState>& services);

std::string timeouts_line(const ipvs::Timeouts& timeouts);
std::string daemon_lines(const std::vector<ipvs::Daemon>& daemons);

} // namespace gueway::ipvsadm
