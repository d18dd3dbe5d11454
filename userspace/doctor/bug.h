// SPDX-License-Identifier: GPL-2.0-only
// What the kernel's inner-MAC bug does to this director: what the probe measured, what repairs it,
// and which tunnels of the director's would show it. Pure.
#pragma once

#include "doctor/exposure.h"
#include "doctor/finding.h"
#include "doctor/kernel_probe.h"
#include "doctor/settings.h"

#include <optional>
#include <string>
#include <vector>

namespace gueway::doctor {

// The kernel's answer.
//   probe      nothing when nothing was sent
//   unknown    of nothing: why not
//   hotfix     the module is loaded: what the kernel gets wrong, it puts right
//   left       modules that the probe brought in and that would not go again
struct KernelAnswer {
    std::optional<KernelProbe> probe;
    std::string unknown;
    bool hotfix = false;
    std::vector<std::string> left;

    // Of the tunnel, or of the worst one when it was not among those tried.
    TunnelState state(const Encap& encap, int underlay) const;
    TunnelState state() const;
    // Of inconclusive: why nothing can be said.
    std::string why() const;
};

// Traffic control in front of IPVS that takes the Ethernet header off (directorctl mitigate).
//   covered    VIPs whose packets it takes, on every device that they may come by
//   uncovered  of the others that the bug can strike, and services by firewall mark, whose
//   addresses
//              are not known
//   gaps       why packets to covered VIPs may not come to it, each in words
//   spared_by  the devices that all clients come through, when their packets have no Ethernet
//              header: the bug spares them as they are
//   command    what would cover more; empty when it would be refused, or there is no more
//   unknown    why it could not be read; mostly empty
struct Mitigation {
    std::vector<std::string> covered, uncovered, gaps, spared_by;
    std::string command = "directorctl mitigate on";
    std::string unknown;
    bool covers_all() const { return uncovered.empty() && !covered.empty(); }
};

//   director  ip_vs is there
//   services  there are some
struct Bug {
    KernelAnswer kernel;
    Mitigation mitigation;
    std::vector<Segmentation> tunnels;
    bool director = false, services = false;
};

// The ways to be probed: those in use that the bug can strike, or where there are none, the
// default ones.
std::vector<TunnelWay> ways_to_probe(const std::vector<Segmentation>& tunnels);

Findings bug_findings(const Bug& bug);

} // namespace gueway::doctor
