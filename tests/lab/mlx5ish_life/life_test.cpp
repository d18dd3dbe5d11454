// SPDX-License-Identifier: GPL-2.0-only
// Devices that come and go while they are used. What the kernel says of it is for the lab's judge:
// a splat fails the test.
//
// Fifty times each; as many as /root/times says where a row of the suite brings that file.
#include "link/address.h"
#include "link/carrier.h"
#include "link/device.h"
#include "link/features.h"
#include "link/neighbour.h"
#include "tests/lab/mlx5ish/device.h"
#include "util/brought_module.h"
#include "util/file.h"
#include "util/module.h"
#include "util/text.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <random>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

namespace gueway {
namespace {

using namespace std::chrono_literals;

constexpr unsigned gue_port = 5501, mtu = 1500;

int times()
{
    constexpr int usual = 50;
    const auto asked = read_file("/root/times");
    return asked ? parse_number<int>(trim(*asked)).value_or(usual) : usual;
}

// Datagrams that nobody waits for, as fast as one thread sends them, while it lives.
class Flood {
public:
    Flood(const Namespace& from, const char* to)
        : socket_(from.socket(AF_INET, SOCK_DGRAM).value()), thread_([this, to] { send(to); })
    {}
    ~Flood()
    {
        stop_ = true;
        thread_.join();
    }

private:
    void send(const char* to) const
    {
        sockaddr_storage where;
        const auto size = socket_address(parse_address(to).value(), 9, where);
        const std::string payload(1000, 'x');
        while (!stop_)
            if (::sendto(socket_.get(), payload.data(), payload.size(), MSG_DONTWAIT,
                         reinterpret_cast<sockaddr*>(&where), size) < 0)
                std::this_thread::sleep_for(100us); // no way there, or no room
    }
    Fd socket_;
    std::atomic<bool> stop_ = false;
    std::thread thread_;
};

class Mlx5ishLife : public Mlx5ish {
protected:
    static Namespace fresh(const std::string& what)
    {
        auto made = Namespace::create(fmt::format("gwlife{}-{}", ::getpid(), what));
        EXPECT_TRUE(made) << made.error().text();
        return std::move(made).value();
    }
    static void raise(const Namespace& where, const std::string& name, const std::string& address)
    {
        ASSERT_OK(set_up(where, name));
        ASSERT_OK(add_address(where, name, parse_prefix(address).value()));
    }
    // Until a has sent more bytes through a tunnel, between two looks, than so many packets that
    // need not be cut can hold. A look can fall between the two counters of each processor.
    Result<void> wait_for_long_packets(const char* tunnel) const;
};

TEST_F(Mlx5ishLife, LoadedAndUnloadedWithDevicesInUse)
{
    const int all = times();
    const auto a = fresh("a"), b = fresh("b");
    for (int i = 0; i < all; ++i) {
        ASSERT_OK(add_mlx5ish({a, "d1"}, {b, "d1"}, 1500));
        raise(a, "d1", "192.0.2.1/24");
        raise(b, "d1", "192.0.2.2/24");
        const Flood flood(a, "192.0.2.2");
        ASSERT_OK(unload_module(mlx5ish_kind));
        EXPECT_EQ(device(a, "d1").error().code, ENODEV);
        EXPECT_EQ(device(b, "d1").error().code, ENODEV);
        ASSERT_OK(load_brought_module(mlx5ish_kind));
    }
    fmt::print("{} times\n", all);
}

TEST_F(Mlx5ishLife, NamespacesDeletedWithDevicesInThem)
{
    constexpr uint64_t enough = 100; // packets, to be sure that the flood is under way
    const int all = times();
    const auto stays = fresh("stays");
    const Flood flood(stays, "192.0.2.2"); // before, throughout and after
    for (int i = 0; i < all; ++i) {
        {
            const auto goes = fresh("goes");
            ASSERT_OK(add_mlx5ish({stays, "d1"}, {goes, "d1"}, 1500));
            // Both ends in one namespace, which takes them with it.
            ASSERT_OK(add_mlx5ish({goes, "d2"}, {goes, "d3"}, 1500));
            raise(stays, "d1", "192.0.2.1/24");
            raise(goes, "d1", "192.0.2.2/24");
            // Asked for while the link comes up, it would be a second late.
            const auto peer = device(goes, "d1");
            ASSERT_OK(peer);
            ASSERT_OK(add_neighbour(stays, "d1", parse_address("192.0.2.2").value(), peer->mac));
            ASSERT_OK(set_up(goes, "d2"));
            ASSERT_OK(set_up(goes, "d3"));
            const auto flooded =
                wait_until(Deadline::after(60s), "goes", "the flood", [&]() -> Result<bool> {
                    return TRY(device(goes, "d1")).counters.rx_packets >= enough;
                });
            ASSERT_OK(flooded);
        }
        const auto gone = wait_until(Deadline::after(60s), "stays", "the end of d1",
                                     [&] { return !device(stays, "d1"); });
        ASSERT_OK(gone);
    }
    fmt::print("{} times\n", all);
}

// Between a and b, beside what two_hosts() has: GUE 10.1.0.1/24, GRE 10.2.0.1/24, and .2.
Spec with_tunnels()
{
    auto spec = two_hosts();
    for (int number = 1; number <= 2; ++number)
        for (const auto& command : {
                 std::string("modprobe -a fou ipip ip_gre"),
                 fmt::format("ip fou add port {} gue", gue_port),
                 fmt::format("ip link add gue1 type ipip local 192.0.2.{} remote 192.0.2.{} "
                             "encap gue encap-sport auto encap-dport {}",
                             number, 3 - number, gue_port),
                 fmt::format("ip link add gre1 type gre local 192.0.2.{} remote 192.0.2.{}", number,
                             3 - number),
                 fmt::format("ip addr add 10.1.0.{}/24 dev gue1", number),
                 fmt::format("ip addr add 10.2.0.{}/24 dev gre1", number),
                 std::string("ip link set gue1 up"),
                 std::string("ip link set gre1 up"),
             })
            spec.hosts[static_cast<size_t>(number) - 1].commands.push_back({"bash", "-c", command});
    return spec;
}

Result<void> Mlx5ishLife::wait_for_long_packets(const char* tunnel) const
{
    constexpr uint64_t processors = 2;
    auto before = TRY(topology().counters("a", tunnel));
    return wait_until(Deadline::after(60s), tunnel, "packets to be cut", [&]() -> Result<bool> {
        const auto now = TRY(topology().counters("a", tunnel));
        const auto packets = now.tx_packets - before.tx_packets;
        const auto bytes = now.tx_bytes - before.tx_bytes;
        before = now;
        return bytes > (packets + processors) * mtu;
    });
}

// Of the wire itself, of its VLAN, and of the tunnels.
constexpr const char* servers_of_b[] = {"192.0.2.2", "198.18.0.2", "10.1.0.2", "10.2.0.2"};

TEST_F(Mlx5ishLife, FeaturesToggledUnderLoad)
{
    const int all = times();
    build(with_tunnels());
    constexpr const char* toggled[] = {"tx-tcp-segmentation",
                                       "tx-checksum-ip-generic",
                                       "rx-checksum",
                                       "rx-hashing",
                                       "rx-vlan-hw-parse",
                                       "tx-vlan-hw-insert",
                                       "tx-gso-partial",
                                       "tx-scatter-gather",
                                       "rx-gro",
                                       "tx-udp-segmentation",
                                       "tx-gre-segmentation",
                                       "tx-gre-csum-segmentation",
                                       "tx-udp_tnl-segmentation",
                                       "tx-udp_tnl-csum-segmentation",
                                       "tx-ipxip4-segmentation"};
    Argv server = {"gwflow", "server"};
    for (const std::string address : servers_of_b)
        server.insert(server.end(), {"--listen", address + ":8000"});
    const auto servers = topology().start("b", server);
    ASSERT_OK(servers);
    for (const char* address : servers_of_b)
        ASSERT_OK(topology().wait_for("b", {parse_address(address).value(), 8000, Transport::tcp}));
    std::vector<Process> clients;
    for (const std::string address : servers_of_b)
        clients.push_back(
            topology()
                .start("a", {"gwflow", "client", address + ":8000", "--connections", "4",
                             "--duration", "1000", "--request", "64KiB", "--response", "64KiB",
                             "--deadline", "60", "--quiet", "--json", "/tmp/life-" + address})
                .value());
    std::mt19937 random(7);
    const auto& a = **topology().host("a");
    const auto& b = **topology().host("b");
    for (int i = 0; i < all; ++i) {
        const auto* const name = toggled[random() % std::size(toggled)];
        const auto& where = random() % 2 ? a : b;
        ASSERT_OK(set_features(where, "d1", {name}, false));
        ASSERT_OK(set_features(where, "d1", {name}, true));
    }
    for (const char* tunnel : {"gue1", "gre1"}) ASSERT_OK(wait_for_long_packets(tunnel));
    for (auto& client : clients) {
        client.signal(SIGTERM);
        EXPECT_EQ(client.wait(Deadline::after(90s)), 0) << "a request failed or was damaged";
    }
    EXPECT_GT(counted("a", "tx_segmented").value(), 0U);
    EXPECT_GT(counted("a", "tx_partial").value(), 0U) << "GRE";
    for (const char* host : {"a", "b"})
        for (const char* nothing : {"tx_oversize", "tx_unknown", "arrived_oversize"})
            EXPECT_EQ(counted(host, nothing).value(), 0U) << host << " " << nothing;
    fmt::print("{} times\n", all);
}

// Down and up again, with a sender that waits for room on the wire.
TEST_F(Mlx5ishLife, EndsThatGoDownAndComeBackCarryTrafficAgain)
{
    build(two_quiet_hosts());
    const auto& b = **topology().host("b");
    const Flood flood(**topology().host("a"), "192.0.2.2");
    for (int i = 0; i < times() / 5; ++i) {
        ASSERT_OK(set_down(b, "d1"));
        EXPECT_FALSE(device(**topology().host("a"), "d1").value().carrier);
        ASSERT_OK(set_up(b, "d1"));
        ASSERT_OK(wait_carrier(**topology().host("a"), "d1", Deadline::after(60s)));
    }
    // One echo can be lost: what waits for a neighbour to be found is the flood's too.
    const auto answered = wait_until(Deadline::after(120s), "a", "an answer of b", [&] {
        const auto ping = topology().run("a", {"ping", "-c", "1", "-W", "1", "192.0.2.2"});
        return ping && ping->status == 0;
    });
    ASSERT_OK(answered);
}

} // namespace
} // namespace gueway
