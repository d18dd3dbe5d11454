// SPDX-License-Identifier: GPL-2.0-only
// What clients come through, as far as it decides whether the inner-MAC bug strikes their packets
// and whether traffic control can keep it from them. Pure, but for read_mitigation() (read.h).
#pragma once

#include "doctor/bug.h"
#include "mitigate/mitigation.h"

#include <string>
#include <vector>

namespace gueway::doctor {

// What was read of one namespace.
//   marks     services by firewall mark with a worker behind GUE or GRE, in the reader's words
//   coverage  of the VIPs of `services`
//   in_force  devices with rules of ours
struct MitigationFacts : mitigate::Facts {
    std::vector<std::string> marks;
    mitigate::Coverage coverage;
    std::vector<mitigate::Ingress> in_force;
};
Mitigation mitigation_of(const MitigationFacts& facts);

// The devices that clients come through when none of them is Ethernet: their packets have no header
// that IPVS could leave behind. Empty: some may come by Ethernet, or it is not known.
std::vector<std::string> without_ethernet(const mitigate::Surroundings& around,
                                          const std::vector<Address>& vips);

} // namespace gueway::doctor
