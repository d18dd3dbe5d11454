// SPDX-License-Identifier: GPL-2.0-only
// The strict reader and the kernel's own tunnel devices, each a second opinion on the other:
// nothing that the kernel sends is complained of, whole, cut by software, or with every checksum
// done.
#include "link/device.h"
#include "link/features.h"
#include "packet/reassemble.h"
#include "packet/tunnel.h"
#include "tests/assert_ok.h"
#include "tests/lab/capture/wires.h"
#include "util/process.h"

#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gueway {
namespace {

using namespace std::chrono_literals;

// How d1 takes packets.
enum class Device : uint8_t { whole, software, nothing };

struct Case {
    const char* name;
    Encap encap;
    int underlay, inner;
    const char* device; // words of ip-link(8) between "ip link add t" and the addresses
    const char* behind = "";
};

void PrintTo(const Case& each, std::ostream* out)
{
    *out << each.name;
}

constexpr Encap ipip = {}, gre = {EncapType::gre},
                gre_csum = {EncapType::gre, 0, EncapChecksum::full};
constexpr Encap gue(EncapChecksum checksum)
{
    return {EncapType::gue, 5501, checksum};
}

#define GUE "encap gue encap-sport auto encap-dport 5501 "
const Case cases[] = {
    {"ipip", ipip, AF_INET, AF_INET, "type ipip"},
    {"ipip6", ipip, AF_INET, AF_INET6, "type sit"},
    {"gue4", gue(EncapChecksum::none), AF_INET, AF_INET, "type ipip", GUE "noencap-csum"},
    {"gue4in6", gue(EncapChecksum::none), AF_INET, AF_INET6, "type sit", GUE "noencap-csum"},
    {"gue4csum", gue(EncapChecksum::full), AF_INET, AF_INET, "type ipip", GUE "encap-csum"},
    {"gue4remcsum", gue(EncapChecksum::remote), AF_INET, AF_INET, "type ipip",
     GUE "encap-csum encap-remcsum"},
    {"fou4",
     {EncapType::fou_interface, 5502},
     AF_INET,
     AF_INET,
     "type ipip",
     "encap fou encap-sport auto encap-dport 5502 noencap-csum"},
    {"gre4", gre, AF_INET, AF_INET, "type gre"},
    {"gre4csum", gre_csum, AF_INET, AF_INET, "type gre", "ocsum"},
    {"ipip6to6", ipip, AF_INET6, AF_INET6, "type ip6tnl mode ip6ip6", "encaplimit none"},
    {"ipip4in6", ipip, AF_INET6, AF_INET, "type ip6tnl mode ipip6", "encaplimit none"},
    {"gre6", gre, AF_INET6, AF_INET, "type ip6gre", "encaplimit none"},
    {"gre6csum", gre_csum, AF_INET6, AF_INET6, "type ip6gre", "ocsum encaplimit none"},
};

// What came of one frame, put in order by where its payload was.
struct Arrived {
    std::vector<uint8_t> payload;
    size_t packets = 0;
};

class KernelTunnels : public OnWires<testing::TestWithParam<Case>> {
protected:
    void SetUp() override
    {
        OnWires::SetUp();
        add_tunnel("");
    }
    static void add_tunnel(const char* more)
    {
        const auto& [name, encap, underlay, inner, device, behind] = GetParam();
        const bool v4 = underlay == AF_INET;
        ASSERT_OK(run_in(wires_->a, fmt::format("ip link add name t0 {} local {} remote {} {} {}",
                                                device, v4 ? "198.18.0.1" : "2001:db8::1",
                                                v4 ? "198.18.0.2" : "2001:db8::2", more, behind)));
        ASSERT_OK(run_in(wires_->a, "ip link set t0 up mtu 1500"));
        ASSERT_OK(run_in(wires_->a, inner == AF_INET ? "ip route add 203.0.113.0/24 dev t0"
                                                     : "ip route add 2001:db8:f::/48 dev t0"));
    }
    void TearDown() override
    {
        set_device(Device::whole);
        EXPECT_TRUE(remove_device(wires_->a, "t0"));
        EXPECT_TRUE(set_mtu(wires_->a, "d1", 1600));
    }
    static void set_device(Device how)
    {
        ASSERT_OK(
            set_features(wires_->a, "d1", {"tx-checksum-ip-generic"}, how != Device::nothing));
        ASSERT_OK(set_features(wires_->a, "d1",
                               {"tx-udp_tnl-segmentation", "tx-udp_tnl-csum-segmentation",
                                "tx-gre-segmentation", "tx-gre-csum-segmentation",
                                "tx-ipxip4-segmentation", "tx-ipxip6-segmentation"},
                               how == Device::whole));
    }
    Frame frame(Transport transport, size_t payload) const
    {
        auto made = wires_->frame(GetParam().inner).value();
        made.transport = transport;
        made.payload.resize(payload);
        std::iota(made.payload.begin(), made.payload.end(), uint8_t{3});
        return made;
    }
    static Expected expected(const Captured& captured)
    {
        const auto& given = GetParam();
        return {.encap = given.encap,
                .family = given.underlay,
                .checksum_pending = captured.checksum_pending,
                .pending_at = captured.pending_at(),
                .gso_size = captured.offload ? captured.offload->segment : 0U,
                .untold_gso = captured.untold};
    }
    // Sends it and reads what leaves, until all its payload has come or nothing more does.
    Arrived send(const Frame& frame) const
    {
        auto capture = wires_->capture(wires_->a, "d1", {.offload = true}).value();
        const auto sent = sender_->send(frame);
        EXPECT_TRUE(sent) << sent.error().text();
        Arrived arrived{.payload = std::vector<uint8_t>(frame.payload.size())};
        size_t got = 0;
        while (got < frame.payload.size()) {
            const auto captured = capture.next(Deadline::after(60s)).value();
            if (!captured) break;
            constexpr uint8_t ipv6_multicast = 0x33; // the kernel's own
            if (captured->outgoing && captured->bytes[0] != ipv6_multicast)
                got += take(*captured, frame, got, arrived);
        }
        EXPECT_EQ(arrived.payload, frame.payload);
        return arrived;
    }

private:
    // Bytes of payload in it.
    static size_t take(const Captured& captured, const Frame& frame, size_t got, Arrived& into)
    {
        const auto packet = captured.packet();
        const auto reading = read_tunnel(packet, expected(captured));
        EXPECT_EQ(fmt::format("{}", fmt::join(reading.complaints, "; ")), "") << reading.text();
        if (!reading.transport) return 0;
        const bool tcp = frame.transport == Transport::tcp;
        const size_t at = tcp ? reading.transport->sequence - frame.sequence : got;
        if (at + reading.payload > into.payload.size()) {
            ADD_FAILURE() << "beyond the payload: " << reading.text();
            return 0;
        }
        std::copy_n(packet.begin() + reading.payload_at, reading.payload,
                    into.payload.begin() + static_cast<std::ptrdiff_t>(at));
        ++into.packets;
        return reading.payload;
    }
};

// Modules that ip-link(8) does not ask for.
class Fou : public testing::Environment {
    void SetUp() override
    {
        for (const char* name : {"fou", "fou6"}) (void)run_ok({"modprobe", name});
    }
};
const auto* const fou = testing::AddGlobalTestEnvironment(new Fou);

TEST_P(KernelTunnels, NothingIsComplainedOf)
{
    for (const auto how : {Device::whole, Device::software, Device::nothing}) {
        SCOPED_TRACE(static_cast<int>(how));
        ASSERT_NO_FATAL_FAILURE(set_device(how));
        EXPECT_EQ(send(frame(Transport::tcp, 101)).packets, 1U);
        EXPECT_EQ(send(frame(Transport::udp, 100)).packets, 1U);
        EXPECT_EQ(send(frame(Transport::sctp, 101)).packets, 1U);
        for (const auto transport : {Transport::tcp, Transport::udp}) {
            auto partial = frame(transport, 333);
            partial.partial = true;
            EXPECT_EQ(send(partial).packets, 1U);
        }
        auto gso = frame(Transport::tcp, 10050);
        gso.segment = 1000;
        const auto packets = send(gso).packets;
        if (how != Device::whole)
            EXPECT_EQ(packets, 11U);
        else
            EXPECT_TRUE(packets == 1 || packets == 11) << packets;
    }
}

// Only IPv4 is cut on the way.
class CutTunnels : public KernelTunnels {};
TEST_P(CutTunnels, FragmentsMakeAPacketAgain)
{
    // Room for no more than 1000 bytes, and a device that does not mind.
    ASSERT_OK(set_mtu(wires_->a, "d1", 1000));
    ASSERT_OK(remove_device(wires_->a, "t0"));
    ASSERT_NO_FATAL_FAILURE(add_tunnel("nopmtudisc ttl inherit"));
    auto sent = frame(Transport::udp, 1400);
    sent.dont_fragment = false;
    auto capture = wires_->capture(wires_->a, "d1", {.offload = true}).value();
    ASSERT_OK(sender_->send(sent));
    std::vector<Captured> parts;
    while (parts.size() < 2) {
        auto captured = capture.next(Deadline::after(60s)).value();
        ASSERT_TRUE(captured) << "not in two parts";
        if (captured->outgoing && captured->packet()[0] >> 4 == 4)
            parts.push_back(std::move(*captured));
    }
    std::vector<std::span<const uint8_t>> packets;
    for (const auto& part : parts) packets.push_back(part.packet());
    const auto made = reassemble(packets);
    EXPECT_EQ(made.complaints, Complaints{});
    const auto reading = read_tunnel(made.packet, {.encap = GetParam().encap});
    EXPECT_EQ(fmt::format("{}", fmt::join(reading.complaints, "; ")), "") << reading.text();
    EXPECT_EQ(reading.payload, 1400U);
}

std::string name_of(const testing::TestParamInfo<Case>& info)
{
    return info.param.name;
}

std::vector<Case> of_ipv4()
{
    std::vector<Case> made;
    for (const auto& one : cases)
        if (one.inner == AF_INET && one.underlay == AF_INET) made.push_back(one);
    return made;
}

INSTANTIATE_TEST_SUITE_P(All, KernelTunnels, testing::ValuesIn(cases), name_of);
INSTANTIATE_TEST_SUITE_P(All, CutTunnels, testing::ValuesIn(of_ipv4()), name_of);

} // namespace
} // namespace gueway
