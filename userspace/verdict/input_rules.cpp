// SPDX-License-Identifier: GPL-2.0-only
// Packets that this host will not take: by their source, by a filter, for want of a socket or of
// room in it.
#include "drops/harmless.h"
#include "link/sysctl.h"
#include "verdict/finding.h"
#include "verdict/rule.h"

#include <algorithm>

#include <fmt/format.h>
#include <linux/icmp.h>
#include <netinet/in.h>

namespace gueway {

namespace {

// Died on its way from ip_rcv to the first decision that the routing made of it.
bool at_ip_input(const Case& dropped)
{
    return dropped.last_in({"ip_rcv", "ip_rcv_finish", "ip_rcv_finish_core", "ip_list_rcv_finish"});
}

// --- the source ----------------------------------------------------------------------------------

// Of rp_filter and accept_local the larger of the device's and "all"'s counts
// (Documentation/networking/ip-sysctl.rst; IN_DEV_MAXCONF and IN_DEV_ORCONF in
// include/linux/inetdevice.h).
int setting(State& state, const std::string& device, const char* what)
{
    int most = 0;
    for (const auto* name : {"all", device.c_str()}) {
        const auto value = state.sysctl(device_sysctl(AF_INET, name, what));
        if (value && !value->empty()) most = std::max(most, value->front() - '0');
    }
    return most;
}

std::string back_text(const Address& source, const RouteReply& back)
{
    if (back.error) return fmt::format("none to {}", source.text());
    return fmt::format("to {}: device {}", source.text(), back.found.device);
}

std::optional<Verdict> rp_filter(const Case& dropped)
{
    const bool said = dropped.reason_is({"IP_RPFILTER"});
    const auto* header = dropped.outer();
    const auto& device = dropped.drop().device.name;
    if (!header || header->source.family != AF_INET || !dropped.state()) return {};
    if (!said && (!at_ip_input(dropped) || dropped.has_reason())) return {};
    auto& state = *dropped.state();
    const int filter = setting(state, device, "rp_filter");
    const auto back = state.route(header->source);
    if (!said && (!filter || !back || back->found.local || back->found.device == device)) return {};
    Finding finding("rp-filter",
                    fmt::format("{} takes packets from {} only by the device it would answer by, "
                                "and this one came by {}",
                                dropped.drop().netns, header->source.text(), device));
    finding.drop(dropped);
    finding.sysctl(state, device_sysctl(AF_INET, "all", "rp_filter"));
    finding.sysctl(state, device_sysctl(AF_INET, device, "rp_filter"));
    if (back) finding.route(back_text(header->source, *back), *back, !said);
    if (!said) finding.not_seen("the kernel's reason: it gives none here");
    finding.remedy(fmt::format("sysctl -w {}=0 {}=0 (the larger one counts; 2, loose, is not "
                               "enough for a device without an address, as a tunnel's is)",
                               device_sysctl(AF_INET, "all", "rp_filter"),
                               device_sysctl(AF_INET, device, "rp_filter")));
    return finding.take();
}

bool is_vip(State& state, const Address& address)
{
    const auto services = state.services();
    return services && std::ranges::any_of(*services, [&](const auto& one) {
               return one.service.key.address == address;
           });
}

std::optional<Verdict> martian(const Case& dropped)
{
    const bool said = dropped.reason_is({"IP_LOCAL_SOURCE"});
    const auto* header = dropped.outer();
    if (!header || header->source.family != AF_INET || !dropped.state()) return {};
    if (!said && (!at_ip_input(dropped) || dropped.has_reason())) return {};
    auto& state = *dropped.state();
    const auto holder = state.holder(header->source);
    if (!holder || holder->empty()) return {};
    const auto& device = dropped.drop().device.name;
    const auto accept = device_sysctl(AF_INET, device, "accept_local");
    if (!said && setting(state, device, "accept_local")) return {};
    const bool vip = is_vip(state, header->source);
    Finding finding("martian-from-vip",
                    fmt::format("a packet from {} came in by {}, but that is {}'s own address{}",
                                header->source.text(), device, dropped.drop().netns,
                                vip ? ", a VIP: a worker's answer crosses the director" : ""));
    finding.drop(dropped);
    finding.seen(fmt::format("{} is on {}", header->source.text(), *holder), "addresses");
    if (vip) finding.seen(header->source.text() + " is a VIP", "IPVS");
    finding.sysctl(state, device_sysctl(AF_INET, "all", "accept_local"));
    finding.sysctl(state, accept);
    finding.remedy(
        "let workers answer by a way that does not cross the director: return_routes and "
        "directorctl worker apply");
    finding.remedy(fmt::format("or sysctl -w {}=1, and forwarding", accept));
    return finding.take();
}

// --- filters -------------------------------------------------------------------------------------

std::optional<Verdict> netfilter(const Case& dropped)
{
    const auto& chain = dropped.drop().chain;
    const bool said = dropped.reason_is({"NETFILTER_DROP"});
    // Where a chain is told, but the packet died elsewhere, the chain let it pass.
    const bool place = dropped.died_in({"nf_hook_slow", "nft_do_chain"}) && !dropped.has_reason();
    // IPVS is a netfilter hook itself: what it could not schedule is not a filter's doing.
    if ((!said && !place) || dropped.last_is({"ip_vs_leave"})) return {};
    if (!chain) {
        Finding finding("netfilter", "a hook of netfilter dropped it");
        finding.drop(dropped);
        finding.not_seen("which: no chain of nftables had it when --follow looked; IPVS and "
                         "iptables-legacy are hooks too");
        finding.remedy("nft list ruleset; iptables-legacy-save; ipvsadm -Ln");
        return finding.take();
    }
    Finding finding("netfilter", fmt::format("nftables dropped it: table {}, chain {}",
                                             chain->table, chain->chain));
    finding.seen(fmt::format("table {}, chain {}", chain->table, chain->chain), dropped.drop());
    finding.drop(dropped);
    finding.remedy(fmt::format("in {}: nft -a list chain FAMILY {} {}", dropped.drop().netns,
                               chain->table, chain->chain));
    return finding.take();
}

// --- sockets -------------------------------------------------------------------------------------

bool answered_port_unreachable(const Case& dropped)
{
    const auto* answer = dropped.icmp();
    if (!answer) return false;
    const auto& icmp = *answer;
    constexpr uint8_t v6_unreachable = 1, v6_port = 4; // RFC 4443
    return icmp.family == AF_INET6
               ? icmp.type == v6_unreachable && icmp.code == v6_port
               : icmp.type == ICMP_DEST_UNREACH && icmp.code == ICMP_PORT_UNREACH;
}

std::optional<Verdict> no_gue_listener(const Case& dropped)
{
    const auto& layers = dropped.drop().layers;
    const bool tunnel = layers.tunnel == TunnelType::gue || layers.tunnel == TunnelType::fou;
    const bool said = dropped.reason_is({"NO_SOCKET"});
    const bool unsaid = !dropped.has_reason() && dropped.last_is({"udp_rcv", "udpv6_rcv"}) &&
                        answered_port_unreachable(dropped);
    if (!tunnel || !layers.outer || !layers.carrier || (!said && !unsaid)) return {};
    const auto port = layers.carrier->destination;
    const int family = layers.outer->destination.family;
    const auto ports = dropped.state() ? dropped.state()->fou_ports() : std::nullopt;
    const bool open = ports && std::ranges::any_of(*ports, [&](const auto& one) {
                          return one.port == port && one.family == family;
                      });
    if (open) return {};
    Finding finding("no-gue-listener",
                    fmt::format("nothing on {} takes {} packets apart at UDP port {} ({})",
                                dropped.drop().netns, name(layers.tunnel), port,
                                family_name(family)));
    finding.drop(dropped);
    finding.seen(layers.text(), dropped.drop());
    if (dropped.icmp()) finding.seen("answered with " + dropped.icmp()->text(), *dropped.answer());
    if (ports && ports->empty()) finding.seen("no ports at all", "fou");
    if (ports)
        for (const auto& one : *ports) finding.seen(one.text(), "fou");
    else
        finding.not_seen("the ports: the namespace could not be read");
    finding.remedy(fmt::format("directorctl worker apply FILE, or: ip fou add port {} gue{}", port,
                               family == AF_INET6 ? " -6" : ""));
    return finding.take();
}

// The port that the packet was for: of one in a tunnel, that of the outer header.
std::optional<uint16_t> local_port(const Case& dropped)
{
    const auto& layers = dropped.drop().layers;
    const auto& transport = layers.carrier ? layers.carrier : layers.transport;
    return transport ? std::optional(transport->destination) : std::nullopt;
}

std::optional<Verdict> socket_buffer(const Case& dropped)
{
    const bool said = dropped.reason_is({"SOCKET_RCVBUFF", "SOCKET_BACKLOG", "PROTO_MEM"});
    const bool place =
        !dropped.has_reason() &&
        dropped.died_in({"__udp_enqueue_schedule_skb", "__udp_queue_rcv_skb",
                         "udp_queue_rcv_one_skb", "udpv6_queue_rcv_one_skb", "tcp_add_backlog"});
    const auto port = local_port(dropped);
    if ((!said && !place) || !port) return {};
    std::vector<UdpSocket> sockets;
    if (dropped.state()) sockets = dropped.state()->udp_sockets(*port).value_or(sockets);
    const bool full = std::ranges::any_of(sockets, [](const auto& one) { return one.drops > 0; });
    if (!said && !full) return {};
    Finding finding("socket-buffer-full",
                    fmt::format("the program on port {} of {} does not read as fast as it is sent "
                                "to",
                                *port, dropped.drop().netns));
    finding.drop(dropped);
    for (const auto& one : sockets)
        finding.seen(fmt::format("port {}: {} bytes wait, {} packets found it full", one.port,
                                 one.waiting, one.drops),
                     "sockets");
    if (dropped.state()) finding.sysctl(*dropped.state(), "net.core.rmem_max");
    if (!said) finding.not_seen("the kernel's reason: it gives none here");
    finding.remedy(fmt::format("find the program: ss -aump 'sport = :{}'; it must read faster, or "
                               "ask for more (SO_RCVBUF, at most net.core.rmem_max)",
                               *port));
    return finding.take();
}

// --- queues --------------------------------------------------------------------------------------

std::optional<Verdict> queue_full(const Case& dropped)
{
    const bool said = queue_dropped(dropped.drop().reason);
    const bool unsaid = !dropped.has_reason() && dropped.last_is({"__dev_queue_xmit"}) &&
                        dropped.died_in({"kfree_skb_list", "kfree_skb_list_reason"});
    if (!said && !unsaid) return {};
    const auto& device = dropped.drop().device.name;
    Finding finding(
        "queue-full",
        fmt::format("the queueing discipline of {} takes no more: it is full, or the device not up",
                    device));
    finding.drop(dropped);
    finding.seen(fmt::format("{} bytes", dropped.drop().length), dropped.drop());
    if (!said) finding.not_seen("the kernel's reason: it gives none here");
    finding.remedy(fmt::format("tc -s qdisc show dev {}: its limit, or a slower sender", device));
    return finding.take();
}

constexpr Rule table[] = {
    {"rp-filter", "the reverse path filter: answers would take another way",
     "the reason or rp_filter, the route back", rp_filter},
    {"martian-from-vip", "from an address of this host, mostly a worker's answer with the VIP",
     "the addresses of the host, accept_local, where the packet died", martian},
    {"no-gue-listener", "no fou port takes the tunnel apart",
     "the packet, the reason or the ICMP answer, the fou ports", no_gue_listener},
    {"socket-buffer-full", "the receiving program is too slow",
     "the reason or the socket's own count", socket_buffer},
    {"queue-full", "the device's queueing discipline drops it", "the reason, the way", queue_full},
    {"netfilter", "a chain of nftables, or another hook, says no", "the chain's answer, the reason",
     netfilter},
};

} // namespace

std::span<const Rule> input_rules()
{
    return table;
}

} // namespace gueway
