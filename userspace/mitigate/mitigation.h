// SPDX-License-Identifier: GPL-2.0-only
// The mitigation of the inner-MAC bug by traffic control: on the devices that clients come through,
// packets to the VIPs lose their Ethernet header before IPVS sees them, so that what IPVS leaves as
// the inner MAC header is where the inner network header is. Needs no module of ours.
#pragma once

#include "mitigate/decision.h"
#include "mitigate/ingress.h"

#include <string>
#include <vector>

namespace gueway::mitigate {

Result<Services> services(const Namespace& where);

// Devices with something of ours; of leftovers too.
Result<std::vector<Ingress>> in_force(const Namespace& where);

//   changed  VIPs that were added to the device, or removed
//   others   somebody else has filters there, too
//   leftovers  `turn_off` met filters there that no packet came to
struct DeviceChange {
    std::string device;
    std::vector<Address> changed;
    bool others = false, leftovers = false;
};
struct Change {
    std::vector<DeviceChange> devices;
    std::vector<LeftOut> left_out;
    std::vector<std::string> notes; // one line each
};

// Adds what is missing. All devices or none: after a failure what was added is removed. An Error
// where there is nothing to do it for, or where it cannot work. Both are under the lock of
// plan::lock_writer(): EBUSY while somebody else is at it.
Result<Change> turn_on(const Namespace& where, const Request& request);

// Removes our rules of the devices and VIPs asked for; of all that have some, when none are.
Result<Change> turn_off(const Namespace& where, const Request& request);

// VIPs of Services whose packets are all caught, and those that may come by a device where they are
// not.
//   missed  why `turn_on` may not be enough for them, one line each
struct Coverage {
    std::vector<Address> covered, uncovered;
    std::vector<std::string> missed;
};
Result<Coverage> coverage(const Namespace& where);
// The same of what was read. Pure.
Coverage coverage(const Services& known, const Surroundings& around,
                  const std::vector<Ingress>& there);

// Of the lines of /proc/net/ip_vs_conn: connections whose client is one of `own`.
LocalClients local_clients(std::string_view connections, const std::vector<Address>& own);

// Of more than 16 MiB of connections nothing is said: 0 of 0, as where IPVS is not loaded.
Result<Facts> read_facts(const Namespace& where);

} // namespace gueway::mitigate
