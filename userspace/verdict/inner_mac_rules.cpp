// SPDX-License-Identifier: GPL-2.0-only
// The bug of IPVS tunnels that leaves the inner MAC header behind, a rule for each of its forms.
#include "verdict/finding.h"
#include "verdict/rule.h"

#include <fmt/format.h>
#include <linux/if_ether.h>

namespace gueway {

namespace {

constexpr int vlan_tag = 4; // bytes, IEEE 802.1Q

// Kernels without upstream's d7fce52fdf96 leave inner_mac where the packet's MAC header was when it
// came, though the inner packet has none any more. Software segmentation then takes the tunnel's
// header to be inner_mac - transport long.
enum class Form { gue, remote_checksum, gre, vlan, local };

// The verdicts' names, in the order of Form.
constexpr std::string_view names[] = {"inner-mac-gue", "inner-mac-remcsum", "inner-mac-gre",
                                      "inner-mac-vlan", "inner-mac-local"};

constexpr std::string_view name_of(Form form)
{
    return names[static_cast<std::size_t>(form)];
}

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
    finding.remedy(fmt::format("{}directorctl mitigate on --device {}",
                               form == Form::vlan ? "" : "or: ", device));
    finding.remedy(
        fmt::format("which for this VIP is: tc qdisc add dev {} clsact; tc filter add dev {} "
                    "ingress protocol {} flower dst_ip {} action vlan pop_eth",
                    device, device, six ? "ipv6" : "ip", found.destination.text()));
}

template <Form wanted>
std::optional<Verdict> inner_mac(const Case& dropped)
{
    const auto found = wrong(dropped);
    if (!found || form(dropped, *found) != wanted) return {};
    const auto& step = dropped.drop();
    Finding finding(name_of(wanted),
                    fmt::format("IPVS left the inner MAC header where it was ({}), and "
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

template <Form form>
constexpr Rule rule(std::string_view meaning)
{
    constexpr std::string_view needs =
        "a tunnelled GSO packet, offsets of the inner headers, what segmentation returned";
    return {name_of(form), meaning, needs, inner_mac<form>};
}

constexpr Rule table[] = {
    rule<Form::local>("the inner-MAC bug, client on the director itself"),
    rule<Form::vlan>("the inner-MAC bug, VLAN tag inside the packet"),
    rule<Form::gre>("the inner-MAC bug, GRE"),
    rule<Form::remote_checksum>("the inner-MAC bug, GUE with remote checksum"),
    rule<Form::gue>("the inner-MAC bug, GUE"),
};

} // namespace

std::span<const Rule> inner_mac_rules()
{
    return table;
}

} // namespace gueway
