// SPDX-License-Identifier: GPL-2.0-only
// What goes wrong in IPVS itself: the tunnel's inner MAC header, and a scheduler without a worker.
#include "verdict/finding.h"
#include "verdict/rule.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <fmt/format.h>
#include <linux/if_ether.h>
#include <linux/ip_vs.h>

namespace gueway {

namespace {

constexpr int vlan_tag = 4; // bytes, IEEE 802.1Q

// --- the inner-MAC bug ---------------------------------------------------------------------------

// Kernels without upstream's d7fce52fdf96 leave inner_mac where the packet's MAC header was when it
// came, though the inner packet has none any more. Software segmentation then takes the tunnel's
// header to be inner_mac - transport long.
enum class Form { gue, remote_checksum, gre, vlan, local };

// A tunnelled GSO packet with the two apart, which died in segmentation.
struct Wrong {
    std::optional<uint16_t> inner_mac; // nothing: not set
    uint16_t inner_network = 0;
    Address worker, destination; // of the outer and the inner header
};

bool died_in_segmentation(const Case& dropped)
{
    return dropped.last_is({"validate_xmit_skb", "__skb_gso_segment"}) ||
           dropped.died_in({"validate_xmit_skb"});
}

std::optional<Wrong> wrong(const Case& dropped)
{
    const auto& step = dropped.drop();
    const auto& layers = step.layers;
    const auto& network = step.inner.network;
    const bool tunnel = layers.tunnel == TunnelType::gue || layers.tunnel == TunnelType::gre;
    if (!step.encapsulation || !tunnel || !step.gso.size || !network || !layers.outer ||
        !layers.inner || step.inner.mac == network || !died_in_segmentation(dropped))
        return {};
    // Only failures are told: without one it was not segmentation that refused the packet.
    if (dropped.followed() && step.returned.empty()) return {};
    return Wrong{step.inner.mac, *network, layers.outer->destination, layers.inner->destination};
}

bool remote_checksum(const Case& dropped)
{
    // UDP and GUE without options; remote checksum offload adds private data.
    constexpr unsigned plain = 12;
    const auto* facts = dropped.facts();
    if (facts && facts->encap) return facts->encap->checksum == EncapChecksum::remote;
    return dropped.drop().layers.tunnel_header > plain;
}

Form form(const Case& dropped, const Wrong& found)
{
    if (!found.inner_mac) return Form::local;
    if (found.inner_network - *found.inner_mac == ETH_HLEN + vlan_tag) return Form::vlan;
    if (dropped.drop().layers.tunnel == TunnelType::gre) return Form::gre;
    return remote_checksum(dropped) ? Form::remote_checksum : Form::gue;
}

std::string came_as(Form form)
{
    if (form == Form::local) return "a client on this host sent it, without a MAC header";
    if (form == Form::vlan) return "it came with Ethernet's header and a VLAN tag in it";
    return "it came with Ethernet's header";
}

std::string numbers(const Wrong& found)
{
    const auto inner_mac = found.inner_mac ? std::to_string(*found.inner_mac) : "not set";
    return fmt::format("inner_mac {}, inner_network {}: they must be equal", inner_mac,
                       found.inner_network);
}

void add_tunnel_header(Finding& finding, const Step& step, const Wrong& found)
{
    if (!found.inner_mac || !step.headers.transport) return;
    finding.seen(fmt::format("tunnel header of {} bytes by inner_mac - transport (computed), {} in "
                             "the packet",
                             *found.inner_mac - *step.headers.transport, step.layers.tunnel_header),
                 step);
}

void add_answers(Finding& finding, const Case& dropped)
{
    for (const auto& one : dropped.drop().returned)
        finding.seen(fmt::format("{} returned {}", one.function,
                                 one.text.empty() ? std::to_string(one.value) : one.text),
                     dropped.drop());
    if (dropped.drop().returned.empty())
        finding.not_seen("what segmentation returned: shown by --follow");
}

void add_traffic_control(Finding& finding, const Case& dropped, const Wrong& found, Form form)
{
    if (form == Form::local) {
        finding.remedy("or move the client to another host: traffic control cannot help it");
        return;
    }
    const auto* came = dropped.arrival();
    const auto device = came && !came->device.name.empty() ? came->device.name : "DEVICE";
    const bool six = found.destination.family == AF_INET6;
    if (form == Form::vlan)
        finding.remedy(fmt::format("or: ip link set {} type vlan reorder_hdr on, and", device));
    finding.remedy(
        fmt::format("{}tc qdisc add dev {} clsact; tc filter add dev {} ingress protocol {} "
                    "flower dst_ip {} action vlan pop_eth",
                    form == Form::vlan ? "" : "or: ", device, device, six ? "ipv6" : "ip",
                    found.destination.text()));
}

std::optional<Verdict> inner_mac(const Case& dropped, Form wanted, std::string_view name)
{
    const auto found = wrong(dropped);
    if (!found || form(dropped, *found) != wanted) return {};
    const auto& step = dropped.drop();
    Finding finding(name, fmt::format("IPVS left the inner MAC header where it was ({}), and "
                                      "segmenting the {} packet for {} fails on it",
                                      came_as(wanted), gueway::name(step.layers.tunnel),
                                      found->worker.text()));
    finding.seen(numbers(*found), step);
    add_tunnel_header(finding, step, *found);
    finding.seen(fmt::format("GSO: {} bytes in segments of {}", step.length, step.gso.size), step);
    add_answers(finding, dropped);
    finding.drop(dropped);
    finding.remedy("a kernel with the fix, d7fce52fdf96 \"ipvs: align inner_mac_header for "
                   "encapsulation\" (Debian 6.1.37-1 or later), or ip_vs.ko with "
                   "kernel/inner-mac.cocci");
    finding.remedy("or without losing connections: make install-hotfix; directorctl hotfix on");
    add_traffic_control(finding, dropped, *found, wanted);
    return finding.take();
}

std::optional<Verdict> inner_mac_local(const Case& dropped)
{
    return inner_mac(dropped, Form::local, "inner-mac-local");
}
std::optional<Verdict> inner_mac_vlan(const Case& dropped)
{
    return inner_mac(dropped, Form::vlan, "inner-mac-vlan");
}
std::optional<Verdict> inner_mac_gre(const Case& dropped)
{
    return inner_mac(dropped, Form::gre, "inner-mac-gre");
}
std::optional<Verdict> inner_mac_remcsum(const Case& dropped)
{
    return inner_mac(dropped, Form::remote_checksum, "inner-mac-remcsum");
}
std::optional<Verdict> inner_mac_gue(const Case& dropped)
{
    return inner_mac(dropped, Form::gue, "inner-mac-gue");
}

// --- no worker -----------------------------------------------------------------------------------

// The service that IPVS asked for a worker, and its workers now; nothing when it is gone.
std::optional<ipvs::ServiceState> service(const Case& dropped, const IpvsFacts& facts)
{
    if (!dropped.state()) return {};
    const auto all = dropped.state()->services();
    if (!all) return {};
    for (const auto& one : *all) {
        const auto& key = one.service.key;
        const bool same = facts.fwmark
                              ? key.fwmark == facts.fwmark
                              : key.protocol == facts.protocol &&
                                    key.address == facts.vip.address && key.port == facts.vip.port;
        if (same) return one;
    }
    return {};
}

bool takes_connections(const ipvs::Destination& worker)
{
    const bool full =
        worker.upper_threshold && worker.active + worker.inactive >= worker.upper_threshold;
    return worker.weight > 0 && !full;
}

struct Unscheduled {
    const IpvsFacts& facts;
    std::optional<ipvs::ServiceState> service;
    long willing = 0;
};

// A new connection for which the scheduler had no worker.
std::optional<Unscheduled> unscheduled(const Case& dropped)
{
    if (!dropped.last_is({"ip_vs_leave"}) || !dropped.facts()) return {};
    Unscheduled found{*dropped.facts(), {}};
    found.service = service(dropped, found.facts);
    if (found.service)
        found.willing = std::ranges::count_if(found.service->destinations, takes_connections);
    return found;
}

Finding no_destination(const Case& dropped, const Unscheduled& found, std::string_view name,
                       std::string sentence)
{
    Finding finding(name, std::move(sentence));
    finding.seen("IPVS had no worker for a new connection: " + found.facts.text(), *dropped.ipvs());
    if (found.service)
        for (const auto& worker : found.service->destinations)
            finding.seen(fmt::format("worker {}: weight {}, {} connections{}", worker.text(),
                                     worker.weight, worker.active + worker.inactive,
                                     worker.upper_threshold
                                         ? fmt::format(" of at most {}", worker.upper_threshold)
                                         : ""),
                         "IPVS");
    else
        finding.not_seen("the workers: the service could not be read");
    finding.drop(dropped);
    return finding;
}

std::optional<Verdict> no_worker(const Case& dropped)
{
    const auto found = unscheduled(dropped);
    if (!found || !found->service || found->willing) return {};
    const auto workers = found->service->destinations.size();
    auto finding = no_destination(dropped, *found, "no-worker",
                                  fmt::format("none of the {} workers of {} takes new connections",
                                              workers, found->service->service.key.text()));
    finding.remedy("give a worker a weight: ipvsadm -e ... -w 1, or directorctl apply");
    return finding.take();
}

std::optional<Verdict> mh_without_fallback(const Case& dropped)
{
    const auto found = unscheduled(dropped);
    const bool fallback = found && (found->facts.service_flags & ipvs::scheduler_flag_1);
    if (!found || found->facts.scheduler != "mh" || fallback) return {};
    if (found->service && !found->willing) return {};
    const auto vip = found->facts.vip.text();
    auto finding = no_destination(
        dropped, *found, "mh-without-fallback",
        fmt::format("mh gave the connection to a worker that takes none, and {} has no mh-fallback",
                    vip));
    finding.remedy(
        "let mh go on to the next worker: flags: [mh-fallback] and directorctl apply, or "
        "ipvsadm -E ... -s mh -b mh-fallback");
    return finding.take();
}

constexpr std::string_view inner_mac_needs =
    "a tunnelled GSO packet, offsets of the inner headers, what segmentation returned";
constexpr std::string_view scheduler_needs =
    "the service in ip_vs_leave, and its workers by netlink";

constexpr Rule table[] = {
    {"inner-mac-local", "the inner-MAC bug, client on the director itself", inner_mac_needs,
     inner_mac_local},
    {"inner-mac-vlan", "the inner-MAC bug, VLAN tag inside the packet", inner_mac_needs,
     inner_mac_vlan},
    {"inner-mac-gre", "the inner-MAC bug, GRE", inner_mac_needs, inner_mac_gre},
    {"inner-mac-remcsum", "the inner-MAC bug, GUE with remote checksum", inner_mac_needs,
     inner_mac_remcsum},
    {"inner-mac-gue", "the inner-MAC bug, GUE", inner_mac_needs, inner_mac_gue},
    {"no-worker", "no worker of the service takes new connections", scheduler_needs, no_worker},
    {"mh-without-fallback", "mh chose a worker that takes none, and may not go on to the next",
     scheduler_needs, mh_without_fallback},
};

} // namespace

std::span<const Rule> ipvs_rules()
{
    return table;
}

} // namespace gueway
