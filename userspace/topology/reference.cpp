// SPDX-License-Identifier: GPL-2.0-only
#include "topology/reference.h"

#include "util/text.h"

#include <fmt/format.h>

namespace gueway {

namespace {

// Addresses of one host on one segment. Documentation prefixes, but for the underlay, whose IPv4
// addresses are those of the published incident.
constexpr const char* director_d0_v4 = "192.0.2.1";
constexpr const char* director_d0_v6 = "2001:db8:d0::1";
constexpr const char* client_r0_v4 = "203.0.113.1";
constexpr const char* client_r0_v6 = "2001:db8:f0::1";
constexpr const char* director_d1_v4 = "172.70.64.1";
constexpr const char* director_d1_v6 = "fd00:d1::1";

constexpr int underlay_length_v4 = 20; // holds both of the incident's workers
constexpr int segment_length_v4 = 24;
constexpr int segment_length_v6 = 64;

std::string slash(const std::string& address, int length)
{
    return address + "/" + std::to_string(length);
}

std::vector<std::string> both(const std::string& v4, const std::string& v6)
{
    return {slash(v4, segment_length_v4), slash(v6, segment_length_v6)};
}

std::vector<std::string> on_underlay(const ReferenceOptions& options, const std::string& address)
{
    return {slash(address, options.underlay == AF_INET ? underlay_length_v4 : segment_length_v6)};
}

std::string director_underlay(const ReferenceOptions& options)
{
    return options.underlay == AF_INET ? director_d1_v4 : director_d1_v6;
}

std::string return_v4(int number)
{
    return fmt::format("203.0.113.{}", number + 10);
}
std::string return_v6(int number)
{
    return fmt::format("2001:db8:f0::{}", number + 10);
}

// Packets of one connection go out by one device and come back by another.
std::vector<Setting> no_reverse_path_filter()
{
    return {{"net.ipv4.conf.all.rp_filter", "0"}, {"net.ipv4.conf.default.rp_filter", "0"}};
}

// The device that takes the outer header off, and what makes it take every inner family.
struct Receiver {
    std::string device;
    std::string module;
    std::vector<Argv> commands; // before it is set up
};

std::vector<Receiver> receivers(const ReferenceOptions& options)
{
    const bool v4 = options.underlay == AF_INET;
    const bool gre = options.encap.type == EncapType::gre;
    if (gre && v4) return {{"gre0", "ip_gre", {}}};
    if (gre) return {{"ip6gre0", "ip6_gre", {}}};
    if (v4) return {{"tunl0", "ipip", {}}, {"sit0", "sit", {}}};
    // As it comes, ip6tnl0 drops IPv4; its mode is the one thing that may be changed
    // (net/ipv6/ip6_tunnel.c, ip6_tnl0_update).
    return {
        {"ip6tnl0", "ip6_tunnel", {{"ip", "-6", "tunnel", "change", "ip6tnl0", "mode", "any"}}}};
}

void terminate_tunnel(const ReferenceOptions& options, Host& worker)
{
    const bool v4 = options.underlay == AF_INET;
    if (options.encap.type == EncapType::gue) {
        worker.commands.push_back({"modprobe", "fou"});
        worker.commands.push_back(
            {"ip", "fou", "add", "port", std::to_string(options.encap.port), "gue"});
        if (!v4) worker.commands.back().emplace_back("-6");
    }
    for (const auto& [device, module, commands] : receivers(options)) {
        worker.commands.push_back({"modprobe", module});
        worker.commands.insert(worker.commands.end(), commands.begin(), commands.end());
        worker.commands.push_back({"ip", "link", "set", device, "up"});
        worker.sysctls.push_back({"net.ipv4.conf." + device + ".rp_filter", "0"});
    }
}

Host client()
{
    return {.name = "client",
            .addresses = {},
            .routes = {{.to = vip4, .via = director_d0_v4}, {.to = vip6, .via = director_d0_v6}},
            .sysctls = no_reverse_path_filter(),
            .commands = {}};
}

std::vector<std::string> vips(const ReferenceOptions& options)
{
    if (!options.vips) return {};
    return {vip4, vip6};
}

Host director(const ReferenceOptions& options)
{
    return {.name = "director", .addresses = vips(options)};
}

// 0, "from the MTU", where packets of the client's MTU fit through the tunnel.
unsigned advertised_mss(const ReferenceOptions& options, int inner)
{
    const unsigned fits = inner_mtu(options.encap, options.underlay, options.mtu);
    if (!options.clamp_mss || fits >= options.client_mtu) return 0;
    return tcp_mss(inner, fits);
}

Host worker(const ReferenceOptions& options, int number)
{
    Host host{.name = worker_name(number), .addresses = vips(options)};
    host.routes = {
        {.to = client4, .via = client_r0_v4, .advmss = advertised_mss(options, AF_INET)},
        {.to = client6, .via = client_r0_v6, .advmss = advertised_mss(options, AF_INET6)}};
    host.sysctls = no_reverse_path_filter();
    // The VIP is everyone's: nobody may answer for it, or ask with it as the sender.
    host.sysctls.push_back({"net.ipv4.conf.all.arp_ignore", "1"});
    host.sysctls.push_back({"net.ipv4.conf.all.arp_announce", "2"});
    if (options.terminate) terminate_tunnel(options, host);
    return host;
}

Segment ingress(const ReferenceOptions& options)
{
    return {.name = "d0",
            .mtu = options.client_mtu,
            .ends = {{"client", "c0", both(client4, client6), {}},
                     {"director", "d0", both(director_d0_v4, director_d0_v6), {}}},
            .cable = options.ingress_cable};
}

Segment underlay(const ReferenceOptions& options)
{
    Segment d1{.name = "d1", .mtu = options.mtu, .ends = {}, .cable = options.underlay_cable};
    d1.ends.push_back({"director", "d1", on_underlay(options, director_underlay(options)), {}});
    if (!options.udp_tunnel_segmentation)
        d1.ends[0].features_off = {"tx-udp_tnl-segmentation", "tx-udp_tnl-csum-segmentation"};
    for (int i = 1; i <= options.workers; ++i)
        d1.ends.push_back(
            {worker_name(i), "u0", on_underlay(options, worker_address(options, i)), {}});
    return d1;
}

Segment direct_return(const ReferenceOptions& options)
{
    Segment r0{.name = "r0", .mtu = options.client_mtu, .ends = {}};
    r0.ends.push_back({"client", "r0", both(client_r0_v4, client_r0_v6), {}});
    for (int i = 1; i <= options.workers; ++i)
        r0.ends.push_back({worker_name(i), "r0", both(return_v4(i), return_v6(i)), {}});
    return r0;
}

// Every hop of the path is known before the first packet: none is held back or lost by a lookup.
std::vector<Neighbour> hops(const ReferenceOptions& options)
{
    std::vector<Neighbour> pairs = {{"client", director_d0_v4}, {"client", director_d0_v6}};
    for (int i = 1; i <= options.workers; ++i) {
        pairs.push_back({"director", worker_address(options, i)});
        pairs.push_back({worker_name(i), client_r0_v4});
        pairs.push_back({worker_name(i), client_r0_v6});
    }
    return pairs;
}

// ipvsadm's words for a destination behind a tunnel.
Argv tunnel_words(const Encap& encap)
{
    static constexpr const char* checksums[] = {"--tun-nocsum", "--tun-csum", "--tun-remcsum"};
    const std::string checksum = checksums[static_cast<size_t>(encap.checksum)];
    if (encap.type == EncapType::gue)
        return {"-i", "--tun-type", "gue", "--tun-port", std::to_string(encap.port), checksum};
    if (encap.type == EncapType::gre) return {"-i", "--tun-type", "gre", checksum};
    return {"-i"};
}

} // namespace

std::string worker_name(int number)
{
    return "w" + std::to_string(number);
}

std::string worker_address(const ReferenceOptions& options, int number)
{
    const bool v4 = options.underlay == AF_INET;
    if (number == 1) return v4 ? "172.70.64.149" : "fd00:d1::149";
    if (number == 2) return v4 ? "172.70.72.206" : "fd00:d1::206";
    return v4 ? fmt::format("172.70.74.{}", number) : fmt::format("fd00:d1::74:{}", number);
}

Spec reference(const ReferenceOptions& options)
{
    Spec spec{.name = "reference",
              .about = fmt::format("{} worker{}, IPv{} underlay of MTU {}, direct return",
                                   options.workers, options.workers == 1 ? "" : "s",
                                   options.underlay == AF_INET ? 4 : 6, options.mtu),
              .hosts = {client(), director(options)},
              .segments = {ingress(options), underlay(options), direct_return(options)},
              .neighbours = hops(options)};
    for (int i = 1; i <= options.workers; ++i) spec.hosts.push_back(worker(options, i));
    return spec;
}

std::vector<Argv> ipvs_commands(const ReferenceOptions& options, const IpvsOptions& ipvs)
{
    const auto with_port = [&](const std::string& address) {
        if (address.find(':') == std::string::npos) return fmt::format("{}:{}", address, ipvs.port);
        return fmt::format("[{}]:{}", address, ipvs.port);
    };
    const std::string protocol = ipvs.udp ? "-u" : "-t";
    const Argv tunnel = tunnel_words(options.encap);
    std::vector<Argv> commands;
    for (const std::string vip : {vip4, vip6}) {
        Argv service = {"ipvsadm", "-A", protocol, with_port(vip), "-s", ipvs.scheduler};
        if (!ipvs.flags.empty()) service.insert(service.end(), {"-b", join(ipvs.flags, ",")});
        commands.push_back(std::move(service));
        for (int i = 1; i <= options.workers; ++i) {
            Argv destination = {"ipvsadm",      "-a", protocol,
                                with_port(vip), "-r", with_port(worker_address(options, i))};
            destination.insert(destination.end(), tunnel.begin(), tunnel.end());
            commands.push_back(std::move(destination));
        }
    }
    return commands;
}

} // namespace gueway
