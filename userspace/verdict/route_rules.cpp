// SPDX-License-Identifier: GPL-2.0-only
// Packets that do not find their way on: too big, no route, no neighbour.
#include "encap/encap.h"
#include "link/sysctl.h"
#include "verdict/finding.h"
#include "verdict/rule.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace gueway {

namespace {

// Dropped by IPVS before the packet went on to the worker.
const IpvsFacts* at_ipvs(const Case& dropped)
{
    return dropped.last_in(
               {"ip_vs_tunnel_xmit", "ip_vs_tunnel_xmit_v6", "ip_vs_dr_xmit", "ip_vs_dr_xmit_v6"})
               ? dropped.facts()
               : nullptr;
}

std::string route_text(const Address& to, const RouteReply& reply)
{
    if (reply.error)
        return fmt::format("to {}: {} ({})", to.text(), ::strerror(reply.error),
                           ::strerrorname_np(reply.error));
    const auto& found = reply.found;
    auto text = fmt::format("to {}: device {}", to.text(), found.device);
    if (found.via) text += " by way of " + found.via->text();
    if (found.mtu) text += fmt::format(", MTU {}", found.mtu);
    return text;
}

// --- MTU -----------------------------------------------------------------------------------------

// Bytes of IP packet that had to fit: of a GSO packet, one segment.
uint32_t size(const Step& step)
{
    if (!step.gso.size) return step.length;
    return step.layers.headers().value_or(0) + step.gso.size;
}

std::string size_text(const Step& step)
{
    if (!step.gso.size) return fmt::format("a packet of {} bytes", step.length);
    return fmt::format("segments of {} bytes", size(step));
}

// What the way to the worker leaves for the packet inside the tunnel.
struct Room {
    unsigned mtu = 0;    // of the underlay
    bool routed = false; // the route has a smaller one than the device
    unsigned inner = 0;  // 0: nothing fits
    unsigned least = 0;  // below it, IPVS drops every packet without a word (ip_vs_xmit.c)
    RouteReply route;
};

std::optional<Room> room(const Case& dropped, const IpvsFacts& facts)
{
    constexpr unsigned least_v4 = 68; // RFC 791
    if (!dropped.state() || !facts.worker.known()) return {};
    auto reply = dropped.state()->route(facts.worker.address);
    if (!reply || reply->error) return {};
    Room room{.route = *reply};
    const int underlay = facts.worker.address.family;
    room.mtu = reply->found.mtu ? reply->found.mtu
                                : dropped.state()->device_mtu(reply->found.device).value_or(0);
    if (!room.mtu) return {};
    room.routed = reply->found.mtu != 0;
    room.inner = facts.encap ? inner_mtu(*facts.encap, underlay, room.mtu) : room.mtu;
    room.least = underlay == AF_INET6 ? least_ipv6_mtu : least_v4;
    return room;
}

void add_room(Finding& finding, const IpvsFacts& facts, const Room& room, bool decides)
{
    finding.route(route_text(facts.worker.address, room.route), room.route, decides);
    if (!facts.encap) return;
    finding.seen(fmt::format("MTU {} less {} for {} leaves {}", room.mtu,
                             overhead(*facts.encap, facts.worker.address.family),
                             gueway::text(*facts.encap), room.inner),
                 "computed");
}

// Whatever must fit inside: what came, and no less than IPVS takes.
void add_larger_mtu(Finding& finding, const Case& dropped, const IpvsFacts& facts, const Room& room)
{
    const unsigned wanted = std::max(size(*dropped.ipvs()), room.least);
    const unsigned more = facts.encap ? overhead(*facts.encap, facts.worker.address.family) : 0;
    const auto to = facts.worker.address.text();
    finding.remedy(room.routed
                       ? fmt::format("the route says MTU {}: ip route get {} shows whether it was "
                                     "learnt (ip route flush cache) or set; {} is needed",
                                     room.mtu, to, wanted + more)
                       : fmt::format("ip link set {} mtu {}, and everything between here and {}, "
                                     "which must carry it",
                                     room.route.found.device, wanted + more, to));
}

// Without the way that led to the drop nobody knows of answers; the kernel gives one as a rule.
std::optional<Verdict> mtu_unfollowed(const Case& dropped)
{
    const auto* facts = at_ipvs(dropped);
    const auto space = facts ? room(dropped, *facts) : std::nullopt;
    const bool tight = space && space->inner >= space->least && size(dropped.drop()) > space->inner;
    if (!tight && !dropped.reason_is({"PKT_TOO_BIG"})) return {};
    Finding finding("mtu-too-small",
                    size_text(dropped.drop()) +
                        (tight ? fmt::format(" cannot pass where {} bytes fit", space->inner)
                               : " cannot pass"));
    finding.drop(dropped);
    finding.not_seen("whether an ICMP error told the sender: shown by --follow");
    if (tight) {
        add_room(finding, *facts, *space, !dropped.reason_is({"PKT_TOO_BIG"}));
        add_larger_mtu(finding, dropped, *facts, *space);
    }
    return finding.take();
}

std::optional<Verdict> mtu_answered(const Case& dropped)
{
    if (!dropped.followed()) return mtu_unfollowed(dropped);
    const auto* icmp = dropped.icmp();
    const auto mtu = icmp ? icmp->mtu() : std::nullopt;
    if (!mtu) return {};
    const auto& step = *dropped.answer();
    Finding finding("mtu-too-small",
                    fmt::format("{} cannot pass where {} bytes fit; the sender was told by ICMP",
                                size_text(step), *mtu));
    finding.seen(fmt::format("{}, {}", size_text(step), packet_text(step)), step);
    finding.seen("answered with " + icmp->text(), step);
    finding.drop(dropped);
    const auto* facts = at_ipvs(dropped);
    const auto space = facts ? room(dropped, *facts) : std::nullopt;
    if (space) {
        add_room(finding, *facts, *space, false);
        add_larger_mtu(finding, dropped, *facts, *space);
        finding.remedy("or a smaller MSS, which the workers announce: directorctl worker apply");
    }
    finding.remedy("let ICMP errors through to the client: it sends smaller packets then");
    return finding.take();
}

std::optional<Verdict> mtu_black_hole_ipvs(const Case& dropped, const IpvsFacts& facts)
{
    const auto space = room(dropped, facts);
    if (!space) return {};
    const auto& step = *dropped.ipvs();
    const bool hopeless = space->inner < space->least;
    if (!hopeless && size(step) <= space->inner) return {};
    Finding finding(
        "mtu-black-hole",
        hopeless
            ? fmt::format("the way to {} leaves {} bytes, and below {} IPVS drops every packet "
                          "without an ICMP answer",
                          facts.worker.address.text(), space->inner, space->least)
            : fmt::format("{} cannot pass where {} bytes fit, and no ICMP answer tells the sender",
                          size_text(step), space->inner));
    add_room(finding, facts, *space, true);
    finding.seen(fmt::format("{}, {}", size_text(step), packet_text(step)), step);
    if (!dropped.followed())
        finding.not_seen("whether there was an ICMP answer: shown by --follow");
    finding.drop(dropped);
    add_larger_mtu(finding, dropped, facts, *space);
    return finding.take();
}

std::optional<Verdict> mtu_black_hole(const Case& dropped)
{
    if (dropped.answer()) return {};
    // Where a packet has room, only the way tells that there was no answer.
    if (const auto* facts = at_ipvs(dropped)) return mtu_black_hole_ipvs(dropped, *facts);
    if (!dropped.reason_is({"PKT_TOO_BIG"})) return {};
    const auto& step = dropped.drop();
    Finding finding("mtu-black-hole", size_text(step) +
                                          " cannot pass, and no ICMP answer tells the "
                                          "sender");
    finding.drop(dropped);
    if (!dropped.followed())
        finding.not_seen("whether there was an ICMP answer: shown by --follow");
    finding.remedy(fmt::format("a larger MTU behind {}, or smaller packets", step.device.name));
    return finding.take();
}

// --- routes --------------------------------------------------------------------------------------

// Where the packet could not go: of one that IPVS had, the worker.
std::optional<Address> next_address(const Case& dropped)
{
    if (const auto* facts = at_ipvs(dropped))
        return facts->worker.known() ? std::optional(facts->worker.address) : std::nullopt;
    const auto* header = dropped.outer();
    return header ? std::optional(header->destination) : std::nullopt;
}

// Nobody routes what every neighbour hears; its drops are no operator's concern.
bool is_multicast(const Address& address)
{
    constexpr uint8_t v4_first = 224, v4_last = 239, v6 = 0xff;
    const auto first = address.bytes[0];
    return address.family == AF_INET6 ? first == v6 : first >= v4_first && first <= v4_last;
}

std::optional<Verdict> no_route(const Case& dropped)
{
    const bool said = dropped.reason_is({"IP_OUTNOROUTES", "IP_INNOROUTES"});
    const bool error = dropped.died_in({"ip_error", "ip6_pkt_drop"}) && !dropped.has_reason();
    const auto to = next_address(dropped);
    if (!to || is_multicast(*to) || (!said && !error && !at_ipvs(dropped))) return {};
    const auto reply = dropped.state() ? dropped.state()->route(*to) : std::nullopt;
    if (!said && (!reply || !reply->error)) return {};
    Finding finding("no-route",
                    fmt::format("{} has no route to {}", dropped.drop().netns, to->text()));
    if (reply)
        finding.route(route_text(*to, *reply), *reply, !said);
    else
        finding.not_seen("the routes: the namespace could not be read");
    if (reply && !reply->error) finding.not_seen("its absence: there is a route now");
    if (dropped.facts()) finding.seen(dropped.facts()->text(), *dropped.ipvs());
    if (dropped.icmp()) finding.seen(dropped.icmp()->text(), *dropped.answer());
    finding.drop(dropped);
    finding.remedy(fmt::format("ip route add {}/{} via GATEWAY", to->text(), to->bits()));
    return finding.take();
}

// A packet for somebody else on a host that is no router, which is not asked for a route then.
std::optional<Verdict> not_forwarding(const Case& dropped)
{
    const bool error = dropped.died_in({"ip_error"}) && !dropped.has_reason();
    const auto* header = dropped.outer();
    const auto& device = dropped.drop().device.name;
    if ((!dropped.reason_is({"IP_INADDRERRORS"}) && !error) || !header || !dropped.state())
        return {};
    auto& state = *dropped.state();
    const int family = header->destination.family;
    const auto setting = device_sysctl(family, device, "forwarding");
    const auto reply = state.route(header->destination);
    if (!reply || reply->found.local || state.sysctl(setting).value_or("") != "0") return {};
    Finding finding("not-forwarding",
                    fmt::format("{} got a packet for {}, and forwards none", dropped.drop().netns,
                                header->destination.text()));
    finding.sysctl(state, setting);
    finding.route(route_text(header->destination, *reply), *reply, true);
    finding.drop(dropped);
    finding.remedy(fmt::format("who sent it here? or: sysctl -w {}=1", setting));
    return finding.take();
}

// --- neighbours ----------------------------------------------------------------------------------

std::optional<Verdict> no_neighbour(const Case& dropped)
{
    const bool said =
        dropped.reason_is({"NEIGH_FAILED", "NEIGH_QUEUEFULL", "NEIGH_CREATEFAIL", "NEIGH_DEAD"});
    const bool place = dropped.died_in(
        {"arp_error_report", "ndisc_error_report", "__neigh_event_send", "neigh_invalidate"});
    const auto* header = dropped.outer();
    if ((!said && (!place || dropped.has_reason())) || !header || !dropped.state()) return {};
    const auto reply = dropped.state()->route(header->destination);
    const auto next = reply && reply->found.via ? *reply->found.via : header->destination;
    const auto device = reply ? reply->found.device : dropped.drop().device.name;
    const auto known = dropped.state()->neighbour_known(device, next);
    if (!said && known.value_or(false)) return {};
    Finding finding("no-neighbour", fmt::format("nobody answers for {} on {}: its MAC address is "
                                                "not known",
                                                next.text(), device));
    finding.drop(dropped);
    if (reply) finding.route(route_text(header->destination, *reply), *reply, !said);
    if (known)
        finding.seen(fmt::format("{}: {}", next.text(), *known ? "known by now" : "not known"),
                     "neighbours");
    if (!said) finding.not_seen("the kernel's reason: it gives none here");
    finding.remedy(fmt::format("look for the host behind {}: ip neigh show {} dev {}", device,
                               next.text(), device));
    return finding.take();
}

constexpr Rule table[] = {
    {"mtu-too-small", "larger than the MTU leaves room for; an ICMP error tells the sender",
     "the ICMP answer, the route's MTU, the tunnel's overhead", mtu_answered},
    {"mtu-black-hole", "the same without an ICMP error",
     "the route's MTU, the tunnel's overhead, that there was no answer", mtu_black_hole},
    {"not-forwarding", "for another host, and this one is no router",
     "the reason, the device's forwarding, the route", not_forwarding},
    {"no-route", "no route to the destination, or to the worker",
     "the kernel's own lookup, the reason", no_route},
    {"no-neighbour", "the next hop's MAC address is not known", "the reason, the neighbour table",
     no_neighbour},
};

} // namespace

std::span<const Rule> route_rules()
{
    return table;
}

} // namespace gueway
