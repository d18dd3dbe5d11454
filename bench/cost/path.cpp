// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cost/path.h"

#include "link/address.h"
#include "link/device.h"
#include "link/neighbour.h"
#include "link/sysctl.h"
#include "util/deadline.h"
#include "util/process.h"
#include "util/text.h"

#include <fmt/format.h>
#include <netinet/tcp.h>

namespace gueway::bench {

namespace {

constexpr const char* client_address = "192.0.2.2";
constexpr const char* worker = "172.70.64.149";
constexpr unsigned underlay_mtu = 1600;

// IPv6 off: no packet but ours.
Result<void> bring_up(const Namespace& host, const std::string& device, const char* address)
{
    TRY(set_sysctl(host, "net.ipv6.conf." + device + ".disable_ipv6", "1"));
    TRY(set_up(host, device));
    return add_address(host, device, TRY(parse_prefix(address)));
}

Result<void> serve(const Namespace& director)
{
    const auto service = fmt::format("{}:{}", vip, service_port);
    return director.in([&]() -> Result<void> {
        TRY(run_ok({"ipvsadm", "-A", "-t", service, "-s", "rr"}));
        TRY(run_ok({"ipvsadm", "-a", "-t", service, "-r",
                    fmt::format("{}:{}", worker, service_port), "-i", "--tun-type", "gue",
                    "--tun-port", "5501", "--tun-nocsum"}));
        return {};
    });
}

} // namespace

// A device that is never reached. Packet sockets leave the headroom that a device asks for, and a
// tunnel over no device in particular asks for that of the longest (LL_MAX_HEADER).
Result<void> Path::make_entrance(bool roomy) const
{
    if (!roomy) return add_device(client_, "i0", "dummy");
    TRY(client_.in([] {
        return run_ok({"ip", "link", "add", "i0", "type", "gretap", "remote", "192.0.2.9"});
    }));
    return {};
}

Result<void> Path::configure(bool roomy) const
{
    // Packets wait there for a processor that others keep busy.
    TRY(set_sysctl(TRY(Namespace::current()), "net.core.netdev_max_backlog", "100000"));
    TRY(add_veth({client_, "c0"}, {director_, "d0"}, 1500));
    TRY(make_entrance(roomy));
    TRY(add_device(director_, "d1", "dummy"));
    TRY(set_mtu(director_, "d1", underlay_mtu));
    TRY(set_sysctl(client_, "net.ipv6.conf.i0.disable_ipv6", "1"));
    TRY(set_up(client_, "i0"));
    TRY(client_.in([] { return run_ok({"tc", "qdisc", "add", "dev", "i0", "clsact"}); }));
    TRY(multiply(copies));
    TRY(bring_up(client_, "c0", "192.0.2.2/24"));
    TRY(bring_up(director_, "d0", "192.0.2.1/24"));
    TRY(bring_up(director_, "d1", "172.70.64.1/24"));
    TRY(add_address(director_, "lo", TRY(parse_prefix(fmt::format("{}/32", vip)))));
    TRY(add_neighbour(director_, "d1", TRY(parse_address(worker)), "02:00:00:00:00:01"));
    TRY(set_sysctl(director_, "net.ipv4.ip_forward", "1"));
    // A connection may begin with an ACK.
    return set_sysctl(director_, "net.ipv4.vs.sloppy_tcp", "1");
}

Result<void> Path::multiply(unsigned times) const
{
    Argv filter = {"tc", "filter", "add", "dev", "i0", "egress", "matchall"};
    for (unsigned i = 0; i < times; ++i)
        for (const char* word :
             {"action", "mirred", "egress", i + 1 < times ? "mirror" : "redirect", "dev", "c0"})
            filter.emplace_back(word);
    return client_.in([&]() -> Result<void> {
        TRY(run_ok({"tc", "filter", "del", "dev", "i0", "egress"}));
        TRY(run_ok(filter));
        return {};
    });
}

Result<Path> Path::bare(bool roomy)
{
    Path path(TRY(Namespace::create("cost-client")), TRY(Namespace::create("cost-director")));
    TRY(path.configure(roomy));
    return path;
}

Result<Path> Path::make()
{
    auto path = TRY(bare());
    TRY(serve(path.director_));
    constexpr uint64_t burst = uint64_t{Injector::burst} * copies;
    TRY(TRY(path.injector(60, 0)).send(Injector::burst));
    TRY(wait_until(Deadline::after(std::chrono::seconds(5)), "the path", "packets at its end",
                   [&]() -> Result<bool> { return TRY(path.arrived()) == burst; }));
    return path;
}

Result<TcpFrame> Path::frame(unsigned ip_length, uint16_t segment) const
{
    const auto from = TRY(device(client_, "c0")).mac, to = TRY(device(director_, "d0")).mac;
    return TcpFrame{.from_mac = from,
                    .to_mac = to,
                    .from = TRY(parse_address(client_address)),
                    .to = TRY(parse_address(vip)),
                    .from_port = 40000,
                    .to_port = service_port,
                    .length = ip_length,
                    .segment = segment,
                    .flags = TH_ACK};
}

Result<Injector> Path::injector(const std::vector<TcpFrame>& frames) const
{
    return Injector::open(client_, "i0", frames);
}

Result<Injector> Path::injector(unsigned ip_length, uint16_t segment) const
{
    return Injector::open(client_, "i0", TRY(frame(ip_length, segment)));
}

Result<unsigned> Path::entry() const
{
    return static_cast<unsigned>(TRY(device(director_, "d0")).index);
}

Result<uint64_t> Path::arrived() const
{
    return TRY(device(director_, "d1")).counters.tx_packets;
}

} // namespace gueway::bench
