// SPDX-License-Identifier: GPL-2.0-only
#include "doctor/rules.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <tuple>

#include <fmt/format.h>

namespace gueway::doctor {

namespace {

constexpr unsigned client_mtu = 1500;   // Ethernet, which is what clients send
constexpr unsigned least_ipv4_mtu = 68; // RFC 791; IPVS drops everything below (ip_vs_xmit.c)

// Workers that are reached alike: what is true of one is true of all.
struct Kind {
    std::string device;
    unsigned mtu = 0, device_mtu = 0;
    int underlay = AF_INET; // of the outer header
    Encap encap;
    auto order() const
    {
        return std::tie(device, mtu, device_mtu, underlay, encap.type, encap.port, encap.checksum);
    }
    bool operator<(const Kind& other) const { return order() < other.order(); }
    unsigned room() const { return inner_mtu(encap, underlay, mtu); }
    unsigned needed(unsigned inner) const { return inner + overhead(encap, underlay); }
};
struct Group {
    std::vector<std::string> workers;
    bool ipv4 = false, ipv6 = false; // families of the services
    Address first;
};

std::map<Kind, Group> groups(const Settings& settings)
{
    std::map<Kind, Group> made;
    for (const auto& worker : settings.workers) {
        if (!worker.tunnelled()) continue;
        const auto& [address, port] = std::tie(worker.destination.address, worker.destination.port);
        auto& group = made[{worker.way.device, worker.way.mtu, worker.way.device_mtu,
                            address.family, worker.destination.encap}];
        if (group.workers.empty()) group.first = address;
        const auto name = worker.destination.text();
        if (std::ranges::find(group.workers, name) == group.workers.end())
            group.workers.push_back(name);
        (worker.service.family == AF_INET6 ? group.ipv6 : group.ipv4) = true;
    }
    return made;
}

// Below it the kernel drops every packet for these workers, or every full one of IPv6 clients, who
// cannot send smaller ones.
unsigned least(const Kind& kind, const Group& group)
{
    return kind.underlay == AF_INET6 || group.ipv6 ? least_ipv6_mtu : least_ipv4_mtu;
}

std::string found_text(const Kind& kind, const Group& group)
{
    return fmt::format("{} over {}, MTU {}: {} bytes are left for what clients send to {}",
                       text(kind.encap), kind.underlay == AF_INET6 ? "IPv6" : "IPv4", kind.mtu,
                       kind.room(), listed(group.workers));
}

// Where the route says less than the device has, no device here can be changed to mend it.
void add_mtu_commands(Finding& finding, const Kind& kind, const Group& group)
{
    const auto wanted = kind.needed(client_mtu);
    if (kind.device_mtu < wanted)
        finding.commands.push_back(fmt::format("ip link set {} mtu {}", kind.device, wanted));
    if (kind.mtu < kind.device_mtu)
        finding.commands.push_back("ip route get " + group.first.text());
    finding.advice = kind.mtu < kind.device_mtu
                         ? fmt::format("the route says {}, set or learnt from an ICMP error: the "
                                       "way must carry {} bytes",
                                       kind.mtu, wanted)
                         : "and on every link of the way to the workers";
}

void add_narrow(Findings& found, const Kind& kind, const Group& group, const Settings& settings)
{
    const auto room = kind.room();
    if (room >= client_mtu) return;
    Finding made{.severity = Severity::at_risk,
                 .id = "mtu-narrow",
                 .subject = "device " + kind.device,
                 .found = found_text(kind, group)};
    if (room < least(kind, group)) {
        made.severity = Severity::broken;
        made.id = "mtu-black-hole";
        const bool all = kind.underlay == AF_INET6 || room < least_ipv4_mtu;
        made.why = all ? "IPVS drops every packet, without an answer"
                       : "IPv6 clients may send 1280 bytes, and are told to send less, which they "
                         "cannot: every full packet is lost";
        add_mtu_commands(made, kind, group);
    } else {
        const bool fragments = settings.sysctls.pmtu_disc == 0 && !group.ipv6;
        made.why = fragments
                       ? "full packets leave in fragments, which need not meet at one worker nor "
                         "pass every filter"
                       : "clients who send 1500 bytes depend on ICMP errors: where those are "
                         "filtered, full packets vanish and small ones pass";
        add_mtu_commands(made, kind, group);
        made.advice += fmt::format(
            "; or the workers announce an MSS of at most {}{}: directorctl "
            "worker apply FILE, which is not seen from here",
            tcp_mss(group.ipv6 ? AF_INET6 : AF_INET, room),
            group.ipv6 && group.ipv4 ? fmt::format(" (IPv4: {})", tcp_mss(AF_INET, room)) : "");
    }
    found.push_back(std::move(made));
}

// pmtu_disc = 0 makes fragments of what does not fit, for IPv4 clients (ip_vs_xmit.c,
// ensure_mtu_is_adequate); where all fits, it changes nothing.
void add_pmtu_disc(Findings& found, const Settings& settings, const std::map<Kind, Group>& ways)
{
    if (settings.sysctls.pmtu_disc != 0) return;
    const bool narrow = std::ranges::any_of(
        ways, [](const auto& way) { return way.second.ipv4 && way.first.room() < client_mtu; });
    if (!narrow) return;
    Finding made{.severity = Severity::at_risk,
                 .id = "pmtu-disc-off",
                 .subject = "net.ipv4.vs.pmtu_disc",
                 .found = "is 0, and not every way to a worker carries what clients send",
                 .why = "clients are never told to send smaller packets: each large one becomes "
                        "fragments, which one lost fragment loses and which cost the worker most "
                        "when it is busiest"};
    made.commands.push_back(set_command(made.subject, 1));
    found.push_back(std::move(made));
}

void add_no_route(Findings& found, const Worker& worker)
{
    if (worker.way.error == 0) return;
    Finding made{
        .severity = worker.destination.weight > 0 ? Severity::broken : Severity::at_risk,
        .id = "no-route",
        .subject = fmt::format("{}, worker {}", worker.service.text(), worker.destination.text()),
        .found = fmt::format("there is no route to it ({})", std::strerror(worker.way.error)),
        .why = "what clients send to this worker is lost, and IPVS goes on choosing it"};
    const auto& address = worker.destination.address;
    made.commands = {fmt::format("ip route add {}/{} via GATEWAY", address.text(), address.bits()),
                     fmt::format("directorctl -e {} -r {} -w 0", service_words(worker.service),
                                 worker.destination.text())};
    made.advice = "one of the two";
    found.push_back(std::move(made));
}

} // namespace

Findings way_findings(const Settings& settings)
{
    Findings found;
    for (const auto& worker : settings.workers) add_no_route(found, worker);
    const auto ways = groups(settings);
    for (const auto& [kind, group] : ways) add_narrow(found, kind, group, settings);
    add_pmtu_disc(found, settings, ways);
    return found;
}

} // namespace gueway::doctor
