// SPDX-License-Identifier: GPL-2.0-only
// The mitigation on one device: what is there, and how it comes and goes.
#pragma once

#include "link/namespace.h"
#include "mitigate/filter.h"

#include <array>
#include <string>
#include <vector>

namespace gueway::mitigate {

// Of one family.
struct Family {
    bool classifier = false; // something of ours is there
    bool table = false;
    uint32_t link = 0; // handle of the filter that leads there; 0: none, and no packet comes
};

// What arriving packets of a device meet, read at one moment.
//   qdisc   there is one that takes filters of arriving packets
//   others  filters that are not ours, of both directions
struct Ingress {
    std::string device;
    int index = 0;
    bool qdisc = false;
    size_t others = 0;
    std::vector<Rule> rules;
    std::array<Family, 2> families; // IPv4, IPv6

    const Family& of(int family) const { return families[family == AF_INET6 ? 1 : 0]; }
    // A rule that packets come to: in the root table, or in ours with the link that leads there.
    bool has(const Address& vip) const;
    // There is a rule that packets come to.
    bool in_force() const;
    // There is something of ours that no packet comes to: a process was ended halfway.
    bool leftovers() const;
    bool empty() const; // neither
    // The qdisc was made with the first of our rules.
    bool owns_qdisc() const;
};

// EBUSY when somebody else has filters of our preference. ENODEV when there is no such device.
Result<Ingress> look_at(const Namespace& where, const std::string& device);

// Takes the Ethernet header off packets to those VIPs whose packets do not lose it yet; returns
// them. All or none: what was added is taken back when one fails.
Result<std::vector<Address>> add(const Namespace& where, const std::string& device,
                                 const std::vector<Address>& vips);

// Removes our rules of those VIPs, our tables with the last of a family (or left without), and with
// the last of all the qdisc, if it was made for them and nobody else has filters there. Returns
// those VIPs that were there.
Result<std::vector<Address>> remove(const Namespace& where, const std::string& device,
                                    const std::vector<Address>& vips);

} // namespace gueway::mitigate
