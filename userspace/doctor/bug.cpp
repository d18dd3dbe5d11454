// SPDX-License-Identifier: GPL-2.0-only
#include "doctor/bug.h"

#include "util/text.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace gueway::doctor {

namespace {

// The kernel treats alike what differs in the port alone.
bool same_way(const TunnelWay& way, const Encap& encap, int underlay)
{
    return way.encap.type == encap.type && way.encap.checksum == encap.checksum &&
           way.underlay == underlay;
}

constexpr std::string_view fixed_kernel =
    "a kernel with d7fce52fdf96 \"ipvs: align inner_mac_header for encapsulation\" (6.4, 6.3.10, "
    "6.1.36, 5.15.119, 5.4.249; Debian 6.1.37-1) has no such bug";

void add_cures(Finding& finding, const Mitigation& mitigation)
{
    finding.commands = {"make install-hotfix", "directorctl hotfix on"};
    finding.advice = fixed_kernel;
    if (!mitigation.command.empty())
        finding.advice =
            fmt::format("or without a module: {}; {}", mitigation.command, fixed_kernel);
}

// What traffic control does not keep from being lost; empty where there is none of ours.
std::string mitigation_text(const Mitigation& mitigation)
{
    if (mitigation.covered.empty()) return {};
    if (!mitigation.uncovered.empty())
        return fmt::format("; traffic control repairs {}, but not {}", listed(mitigation.covered),
                           listed(mitigation.uncovered));
    return fmt::format("; traffic control is there for every VIP, but {}",
                       mitigation.gaps.empty() ? "it does not keep them from being dropped"
                                               : join(mitigation.gaps, ", and "));
}

std::string missing_text(const Segmentation& tunnel)
{
    if (!tunnel.missing.empty())
        return fmt::format("the kernel segments: off is {}", join(tunnel.missing, ", "));
    std::vector<std::string> parts;
    if (!tunnel.knowledge.empty()) parts.push_back(tunnel.knowledge);
    if (tunnel.dropped > 0)
        parts.push_back(fmt::format(
            "{} has dropped {} packets{}", tunnel.device, tunnel.dropped,
            tunnel.dropping > 0 ? fmt::format(", {} of them just now", tunnel.dropping) : ""));
    if (!parts.empty()) return join(parts, "; ");
    return fmt::format("{} segments in the kernel's place", tunnel.device);
}

Finding lossy(const Segmentation& tunnel, const Mitigation& mitigation)
{
    const bool exposed = tunnel.exposure == Exposure::exposed && !mitigation.covers_all();
    const bool losing = exposed || tunnel.dropping > 0;
    Finding made{.severity = losing ? Severity::broken : Severity::at_risk,
                 .id = "inner-mac",
                 .subject = tunnel.text(),
                 .found =
                     fmt::format("this kernel loses segmented packets; {}", missing_text(tunnel)),
                 .basis = losing || tunnel.knowledge.empty() ? Basis::measured : Basis::knowledge};
    switch (tunnel.exposure) {
    case Exposure::exposed:
        made.why = "large requests are dropped on their way to the workers and small ones pass";
        break;
    case Exposure::possible:
        made.why = "where the device does not segment, large requests are dropped on their way to "
                   "the workers and small ones pass";
        break;
    default:
        made.why = "the device hides the bug: with an offload turned off, or another device, large "
                   "requests are dropped";
    }
    if (!losing && mitigation.covers_all()) {
        made.why = "large requests that traffic control does not see are dropped on their way to "
                   "the workers, unless the device hides it";
        made.basis = Basis::read;
    }
    made.found += mitigation_text(mitigation);
    add_cures(made, mitigation);
    return made;
}

Finding unknown(const Segmentation& tunnel, const KernelAnswer& kernel)
{
    auto why = kernel.why();
    if (kernel.probe)
        for (const auto& each : kernel.probe->tunnels)
            if (same_way(each.way, tunnel.encap, tunnel.underlay)) why = each.why;
    return {.severity = Severity::at_risk,
            .id = "inner-mac-unknown",
            .subject = tunnel.text(),
            .found =
                fmt::format("whether this kernel loses segmented packets is not known: {}", why),
            .why = tunnel.exposure == Exposure::hidden
                       ? "kernels from 5.2 to 6.3 may, though this device would hide it"
                       : "kernels from 5.2 to 6.3 may, and this device would not hide it",
            .commands = {"directorctl doctor"},
            .advice = std::string(fixed_kernel)};
}

// Why the bug does no harm though the kernel may have it.
//   measured  by packets of the probe's
struct Held {
    std::string id, what, why;
    bool measured = false;
};
constexpr const char* until_reboot = "the repair is gone after a reboot, unless it is loaded again";

// Said once, whatever the number of tunnels.
void add_held(Findings& found, const KernelAnswer& kernel, const Held& held)
{
    const auto same = [&](const Finding& each) { return each.id == held.id; };
    if (std::ranges::any_of(found, same)) return;
    const auto known = kernel.state() != TunnelState::inconclusive;
    const auto state = known ? std::string("loses segmented packets")
                             : "whether it loses segmented packets is not known: " + kernel.why();
    found.push_back({.severity = Severity::note,
                     .id = held.id,
                     .subject = "kernel",
                     .found = fmt::format("{}; {}", state, held.what),
                     .why = held.why,
                     .commands = {},
                     .advice = fmt::format("reboot into a fixed kernel: {}", fixed_kernel),
                     .basis = held.measured ? Basis::measured : Basis::read});
}

// What keeps packets from the bug before they come to IPVS; the probe's do not go that way.
std::optional<Held> held_in_front(const Mitigation& mitigation)
{
    if (!mitigation.spared_by.empty())
        return Held{.id = "inner-mac-spared",
                    .what = fmt::format("clients come through {}, whose packets have no Ethernet "
                                        "header: it spares them",
                                        listed(mitigation.spared_by)),
                    .why = "a client that comes by Ethernet, or is the director itself, would lose "
                           "its large requests"};
    if (mitigation.covers_all() && mitigation.gaps.empty())
        return Held{.id = "inner-mac-mitigated",
                    .what = "traffic control in front of IPVS repairs them for every VIP",
                    .why = until_reboot};
    return {};
}

void add_tunnel(Findings& found, const Bug& bug, const Segmentation& tunnel)
{
    if (tunnel.exposure == Exposure::unaffected) return;
    const auto& kernel = bug.kernel;
    const auto state = kernel.state(tunnel.encap, tunnel.underlay);
    if (state == TunnelState::fixed) return;
    if (state == TunnelState::repaired)
        add_held(found, kernel,
                 {"inner-mac-hotfix", "the hotfix module repairs them", until_reboot, true});
    else if (!kernel.probe && kernel.hotfix)
        add_held(found, kernel,
                 {"inner-mac-hotfix", "the hotfix module would repair them", until_reboot});
    else if (const auto held = held_in_front(bug.mitigation); held && tunnel.dropping == 0)
        add_held(found, kernel, *held);
    else if (state == TunnelState::lossy)
        found.push_back(lossy(tunnel, bug.mitigation));
    else
        found.push_back(unknown(tunnel, kernel));
}

// No tunnel that the bug can strike is in use. Where there are services, they do without one; where
// there are none, nobody knows what is to come.
void add_unused(Findings& found, const Bug& bug)
{
    const auto state = bug.kernel.state();
    const bool lost = state == TunnelState::lossy;
    if (!lost && state != TunnelState::inconclusive) return;
    const bool to_come = !bug.services && (lost || bug.director);
    Finding made{.severity = to_come ? Severity::at_risk : Severity::note,
                 .id = lost ? "inner-mac-unused" : "inner-mac-unknown",
                 .subject = "kernel",
                 .found =
                     lost ? "loses segmented packets in GUE and GRE, which no worker is "
                            "reached by"
                          : "whether it loses segmented packets is not known: " + bug.kernel.why(),
                 .why = "before a service has workers behind such a tunnel, the kernel is to be "
                        "fixed",
                 .basis = lost ? Basis::measured : Basis::read};
    if (lost) add_cures(made, bug.mitigation);
    found.push_back(std::move(made));
}

} // namespace

TunnelState KernelAnswer::state() const
{
    return probe ? probe->state() : TunnelState::inconclusive;
}

TunnelState KernelAnswer::state(const Encap& encap, int underlay) const
{
    if (!probe) return TunnelState::inconclusive;
    for (const auto& each : probe->tunnels)
        if (same_way(each.way, encap, underlay)) return each.state;
    return probe->state();
}

std::string KernelAnswer::why() const
{
    if (!probe) return unknown;
    for (const auto& each : probe->tunnels)
        if (each.state == TunnelState::inconclusive) return each.why;
    return {};
}

std::vector<TunnelWay> ways_to_probe(const std::vector<Segmentation>& tunnels)
{
    std::vector<TunnelWay> ways;
    for (const auto& tunnel : tunnels)
        if (tunnel.exposure != Exposure::unaffected &&
            std::ranges::none_of(ways, [&](const TunnelWay& way) {
                return same_way(way, tunnel.encap, tunnel.underlay);
            }))
            ways.push_back({tunnel.encap, tunnel.underlay});
    return ways.empty() ? default_ways() : ways;
}

Findings bug_findings(const Bug& bug)
{
    Findings found;
    for (const auto& tunnel : bug.tunnels) add_tunnel(found, bug, tunnel);
    const bool used = std::ranges::any_of(bug.tunnels, [](const Segmentation& tunnel) {
        return tunnel.exposure != Exposure::unaffected;
    });
    if (!used) add_unused(found, bug);
    return found;
}

} // namespace gueway::doctor
