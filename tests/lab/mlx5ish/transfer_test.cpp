// SPDX-License-Identifier: GPL-2.0-only
// Payloads arrive intact both ways, and nothing longer than the MTU is on the wire.
#include "device.h"
#include "link/features.h"
#include "sniffer.h"
#include "transfer.h"

#include <algorithm>
#include <map>

namespace gueway {
namespace {

struct Way {
    const char* description;
    const char* address;
    bool udp = false;
    const char* device = "d1"; // that it leaves by
};
constexpr Way ways[] = {
    {"TCP, IPv4", "192.0.2.2"},
    {"TCP, IPv6", "2001:db8::2"},
    {"TCP, IPv4, VLAN", "198.18.0.2", false, "v100"},
    {"TCP, IPv6, VLAN", "2001:db8:100::2", false, "v100"},
    {"UDP, IPv4", "192.0.2.2", true},
    {"UDP, IPv6", "2001:db8::2", true},
    {"UDP, IPv4, VLAN", "198.18.0.2", true, "v100"},
    {"UDP, IPv6, VLAN", "2001:db8:100::2", true, "v100"},
};

class Mlx5ishTransfer : public Mlx5ish {
protected:
    // As they came from the wire.
    static void expect_no_longer_than_the_mtu(const std::vector<Sniffed>& frames)
    {
        size_t most = 0;
        for (const auto& each : frames)
            if (!each.outgoing) most = std::max(most, each.bytes.size());
        EXPECT_LE(most, 1514U);
        EXPECT_GT(most, 1200U) << "the largest frames were not seen";
    }
    // UDP_SEGMENT is among the partial features.
    uint64_t cut(const std::string& host, bool udp) const
    {
        return counted(host, udp ? "tx_partial" : "tx_segmented").value();
    }
};

TEST_F(Mlx5ishTransfer, IsIntactBothWaysInFramesOfAtMostTheMtu)
{
    build();
    std::map<std::string, Sniffer> sniffers;
    for (const std::string host : {"a", "b"}) {
        const auto& where = **topology().host(host);
        ASSERT_OK(set_features(where, "d1", {"rx-gro"}, false)); // or captures show what GRO made
        sniffers.emplace(host, Sniffer::listen(where, "d1").value());
    }
    for (const auto& way : ways) {
        SCOPED_TRACE(way.description);
        const auto from_a = cut("a", way.udp), from_b = cut("b", way.udp);
        std::vector<std::string> options = {"--request", "100KiB", "--response", "100KiB"};
        if (way.udp) options.insert(options.end(), {"--udp", "--gso", "on"});
        const auto report = transfer(topology(), way.address, options);
        ASSERT_OK(report);
        EXPECT_TRUE(report->clean()) << flow::summary(*report);
        EXPECT_EQ(cut("a", way.udp) > from_a, !way.udp || takes_udp_gso("a", way.device));
        EXPECT_EQ(cut("b", way.udp) > from_b, !way.udp || takes_udp_gso("b", way.device));
        for (const auto& [host, sniffer] : sniffers) {
            const auto frames = sniffer.all();
            ASSERT_OK(frames);
            expect_no_longer_than_the_mtu(*frames);
            for (const char* nothing :
                 {"tx_oversize", "tx_unknown", "tx_dropped", "arrived_oversize"})
                EXPECT_EQ(counted(host, nothing).value(), 0U) << host << " " << nothing;
        }
    }
}

// With GRO, as it comes, and with jumbo frames.
TEST_F(Mlx5ish, GroAndJumboFramesKeepPayloadsIntact)
{
    for (const unsigned mtu : {1500U, 9000U}) {
        build(two_hosts(mtu));
        for (const char* address : {"192.0.2.2", "2001:db8::2", "198.18.0.2"}) {
            const auto report = transfer(topology(), address,
                                         {"--request", "1MiB", "--response", "1MiB",
                                          "--connections", "4", "--requests", "8"});
            ASSERT_OK(report);
            EXPECT_TRUE(report->clean()) << mtu << " " << address << flow::summary(*report);
        }
    }
}

} // namespace
} // namespace gueway
