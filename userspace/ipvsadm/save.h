// SPDX-License-Identifier: GPL-2.0-only
// The table as command lines, which -R reads back to the same table. Lines of ipvsadm -S -n, with
// what it leaves out behind them. Numeric always: what is saved must not depend on the DNS.
#pragma once

#include "ipvs/client.h"

#include <string>
#include <vector>

namespace gueway::ipvsadm {

// The netmask of a persistent service as -M takes it: "255.255.255.0" or "64"; empty when it is the
// whole address, or the service is not persistent.
std::string shown_netmask(const ipvs::Service& service);

// "-A -t 198.51.100.1:80 -s mh -b mh-port" and a line for each worker. Flags that the scheduler
// has no name for are flag-1 to flag-3, and thresholds stand at the end: ipvsadm drops both.
// `backwards` writes the last worker first, so that a restore keeps the kernel's order.
std::string save(const std::vector<ipvs::ServiceState>& services, bool backwards = false);

// "--set 900 120 301"; empty when the kernel has its defaults.
std::string save(const ipvs::Timeouts& timeouts);

// "--start-daemon master --mcast-interface eth0 --syncid 5 ..." for each.
std::string save(const std::vector<ipvs::Daemon>& daemons);

} // namespace gueway::ipvsadm
