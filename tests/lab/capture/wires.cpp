// SPDX-License-Identifier: GPL-2.0-only
#include "tests/lab/capture/wires.h"

#include "link/address.h"
#include "link/carrier.h"
#include "link/device.h"
#include "link/neighbour.h"
#include "link/sysctl.h"
#include "util/process.h"
#include "util/text.h"

#include <netinet/tcp.h>

namespace gueway {

namespace {

Result<Fd> packet_socket(const Namespace& where)
{
    return where.socket(AF_PACKET, SOCK_RAW, 0);
}

Result<void> be_quiet(const Namespace& where)
{
    TRY(set_sysctl(where, "net.ipv6.conf.default.accept_dad", "0"));
    TRY(set_sysctl(where, "net.ipv6.conf.default.router_solicitations", "0"));
    TRY(set_sysctl(where, "net.ipv6.conf.default.addr_gen_mode", "1"));
    return {};
}

Result<void> be_neighbour(const Namespace& where, const std::string& device, const char* address,
                          const std::string& mac)
{
    return add_neighbour(where, device, TRY(parse_address(address)), mac);
}

} // namespace

Result<std::string> run_in(const Namespace& where, const std::string& line)
{
    Argv argv;
    for (const auto word : words(line)) argv.emplace_back(word);
    return where.in([&] { return run_ok(argv); });
}

Result<Wires> Wires::make(unsigned mtu)
{
    Wires made{TRY(Namespace::create_unnamed("c")), TRY(Namespace::create_unnamed("a")),
               TRY(Namespace::create_unnamed("b"))};
    for (const auto* where : {&made.c, &made.a, &made.b}) TRY(be_quiet(*where));
    TRY(add_veth({made.c, "d0"}, {made.a, "d0"}, 1500));
    TRY(add_veth({made.a, "d1"}, {made.b, "d1"}, mtu));
    TRY(set_up(made.c, "d0"));
    TRY(set_up(made.a, "d0"));
    TRY(set_up(made.a, "d1"));
    TRY(set_up(made.b, "d1"));
    const auto deadline = Deadline::after(std::chrono::seconds(60));
    TRY(wait_carrier(made.c, "d0", deadline));
    TRY(wait_carrier(made.a, "d0", deadline));
    TRY(wait_carrier(made.a, "d1", deadline));
    const auto mac = TRY(device(made.b, "d1")).mac;
    TRY(set_sysctl(made.a, "net.ipv4.ip_forward", "1"));
    TRY(set_sysctl(made.a, "net.ipv6.conf.all.forwarding", "1"));
    for (const char* rp : {"all", "d0"})
        TRY(set_sysctl(made.a, std::string("net.ipv4.conf.") + rp + ".rp_filter", "0"));
    TRY(add_address(made.c, "d0", TRY(parse_prefix("192.0.2.1/24"))));
    TRY(add_address(made.a, "d0", TRY(parse_prefix("192.0.2.2/24"))));
    TRY(add_address(made.a, "d1", TRY(parse_prefix("198.18.0.1/24"))));
    TRY(add_address(made.a, "d1", TRY(parse_prefix("2001:db8::1/64"))));
    TRY(be_neighbour(made.a, "d1", "198.18.0.2", mac));
    TRY(be_neighbour(made.a, "d1", "2001:db8::2", mac));
    TRY(be_neighbour(made.a, "d0", "192.0.2.1", TRY(device(made.c, "d0")).mac));
    TRY(be_neighbour(made.c, "d0", "192.0.2.2", TRY(device(made.a, "d0")).mac));
    return made;
}

Result<Capture> Wires::capture(const Namespace& where, const std::string& name,
                               const CaptureOptions& options) const
{
    return Capture::start(TRY(packet_socket(where)), TRY(device(where, name)).index,
                          "capture on " + name, options);
}

Result<Sender> Wires::sender() const
{
    return Sender::open(TRY(packet_socket(c)), TRY(device(c, "d0")).index, "sender");
}

Result<Frame> Wires::frame(int family) const
{
    const bool v4 = family == AF_INET;
    return Frame{.from_mac = TRY(parse_mac(TRY(device(c, "d0")).mac)),
                 .to_mac = TRY(parse_mac(TRY(device(a, "d0")).mac)),
                 .from = TRY(parse_address(v4 ? "192.0.2.1" : "2001:db8:c::1")),
                 .to = TRY(parse_address(v4 ? "203.0.113.9" : "2001:db8:f::9")),
                 .from_port = 40000,
                 .to_port = 8000,
                 .sequence = 1,
                 .flags = TH_ACK};
}

} // namespace gueway
