// SPDX-License-Identifier: GPL-2.0-only
// Packets that a host will not take: by their source, by a filter, for want of a socket or of room
// in it.
#include "chain.h"
#include "play.h"
#include "util/text.h"

#include <algorithm>

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace gueway {
namespace {

std::vector<HostCommand> on_workers(const std::string& line)
{
    return {{"w1", line}, {"w2", line}};
}

std::vector<HostCommand> both(std::vector<HostCommand> one, const std::vector<HostCommand>& other)
{
    one.insert(one.end(), other.begin(), other.end());
    return one;
}

std::vector<HostCommand> rp_filter(const char* value)
{
    return on_workers(std::string("sysctl -w net.ipv4.conf.all.rp_filter=") + value);
}

// Workers answer by way of the director, which has the VIP itself.
const auto answers_cross = both(on_workers("ip route add default via 172.70.64.1 table 99"),
                                on_workers("ip rule add to 192.0.2.2 lookup 99"));
const auto answers_direct = both(on_workers("ip rule del to 192.0.2.2 lookup 99"),
                                 on_workers("ip route del default table 99"));

// The tunnel's end, as directorctl named it.
std::vector<HostCommand> tunnel_ends(const std::string& state)
{
    return {{"w1", "ip link set gwipip-ac464095 " + state},
            {"w2", "ip link set gwipip-ac4648ce " + state}};
}

// A chain at the director's door while requests come.
auto through_chain(ChainSays policy, const HostCommand& command)
{
    return [policy, command](const Topology& topology) -> Result<int> {
        const auto chain = TRY(Chain::add(*TRY(topology.host("director")), policy));
        Argv argv;
        for (const auto word : words(command.line)) argv.emplace_back(word);
        return TRY(topology.run(command.host, argv)).status;
    };
}

// Datagrams for a program on w1 that does not read; it has room for so many bytes.
auto to_a_sleeper(int room)
{
    return [room](const Topology& topology) -> Result<int> {
        constexpr uint16_t port = 9999;
        constexpr int datagrams = 20;
        constexpr size_t size = 1000;
        // The rule reads the socket's own count: it must live until the scenario is over.
        static Fd sleeper;
        sleeper = Fd();
        sleeper = TRY(TRY(topology.host("w1"))->socket(AF_INET, SOCK_DGRAM));
        const auto sender = TRY(TRY(topology.host("client"))->socket(AF_INET, SOCK_DGRAM));
        sockaddr_storage at{};
        const auto length = socket_address(TRY(parse_address("203.0.113.11")), port, at);
        auto* const address = reinterpret_cast<sockaddr*>(&at);
        if (::setsockopt(sleeper.get(), SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) != 0 ||
            ::bind(sleeper.get(), address, length) != 0)
            return errno_error("sleeper", "set up");
        const std::string bytes(size, 'x');
        for (int i = 0; i < datagrams; ++i)
            if (::sendto(sender.get(), bytes.data(), bytes.size(), 0, address, length) < 0)
                return errno_error("datagram", "send");
        return 0;
    };
}

const Scenario rows[] = {
    {.name = "RpFilter",
     .about = "strict: the way to the client is another one",
     .cause = rp_filter("1"),
     .undo = rp_filter("0"),
     .traffic = request(),
     .verdict = "rp-filter"},
    {.name = "RpFilterLoose",
     .about = "loose, but the tunnel's device has no address: IPv4 drops all the same",
     .cause = rp_filter("2"),
     .undo = rp_filter("0"),
     .traffic = request(),
     .verdict = "rp-filter"},
    {.name = "RpFilterElsewhere",
     .about = "strict where packets come and go by the same device",
     .cause = on_workers("sysctl -w net.ipv4.conf.u0.rp_filter=1"),
     .undo = on_workers("sysctl -w net.ipv4.conf.u0.rp_filter=0"),
     .traffic = answered_request(),
     .status = 0},
    {.name = "MartianFromVip",
     .about = "answers cross the director, which forwards",
     .cause = both(answers_cross, {{"director", "sysctl -w net.ipv4.ip_forward=1"}}),
     .undo = both(answers_direct, {{"director", "sysctl -w net.ipv4.ip_forward=0"}}),
     .traffic = request(),
     .verdict = "martian-from-vip"},
    {.name = "AcceptLocal",
     .about = "the same, and it takes its own address from others",
     .cause = both(answers_cross, {{"director", "sysctl -w net.ipv4.ip_forward=1"},
                                   {"director", "sysctl -w net.ipv4.conf.d1.accept_local=1"}}),
     .undo = both(answers_direct, {{"director", "sysctl -w net.ipv4.ip_forward=0"},
                                   {"director", "sysctl -w net.ipv4.conf.d1.accept_local=0"}}),
     .traffic = answered_request(),
     .status = 0},
    {.name = "AcceptLocalOfAll",
     .about = "the same, set for all devices",
     .cause = both(answers_cross, {{"director", "sysctl -w net.ipv4.ip_forward=1"},
                                   {"director", "sysctl -w net.ipv4.conf.all.accept_local=1"}}),
     .undo = both(answers_direct, {{"director", "sysctl -w net.ipv4.ip_forward=0"},
                                   {"director", "sysctl -w net.ipv4.conf.all.accept_local=0"}}),
     .traffic = answered_request(),
     .status = 0},
    {.name = "AnswersNotForwarded",
     .about = "answers cross the director, which does not forward",
     .cause = answers_cross,
     .undo = answers_direct,
     .traffic = request(),
     .verdict = "not-forwarding"},
    {.name = "NoGueListener",
     .about = "the port was taken away",
     .cause = on_workers("ip fou del port 5501 gue"),
     .undo = on_workers("ip fou add port 5501 gue"),
     .traffic = request(),
     .verdict = "no-gue-listener"},
    {.name = "TunnelDeviceDown",
     .about = "the port is there, the device behind it is not",
     .cause = tunnel_ends("down"),
     .undo = tunnel_ends("up"),
     .traffic = request(),
     .status = 1},
    {.name = "NoListener",
     .about = "nobody listens, but no tunnel is involved",
     .traffic = request("--udp --datagram 500", "203.0.113.11:9"),
     .status = 1},
    {.name = "Netfilter",
     .about = "a chain of nftables drops all",
     .verdict = "netfilter",
     .send = through_chain(ChainSays::drop, request())},
    {.name = "NetfilterAccepts",
     .about = "a chain of nftables takes all",
     .send = through_chain(ChainSays::accept, answered_request()),
     .status = 0},
    {.name = "SocketBufferFull",
     .about = "20 kB into a buffer of 4",
     .verdict = "socket-buffer-full",
     .send = to_a_sleeper(4096)},
    {.name = "SocketBufferHolds",
     .about = "20 kB into a buffer of 200",
     .send = to_a_sleeper(200'000),
     .status = 0},
};
TEST(Verdict, Input)
{
    play_all(rows);
}

} // namespace
} // namespace gueway
