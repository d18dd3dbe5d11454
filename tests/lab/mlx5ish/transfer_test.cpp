// SPDX-License-Identifier: GPL-2.0-only
// Payloads arrive intact both ways, and nothing longer than the MTU is on the wire.
#include "device.h"
#include "link/features.h"
#include "sniffer.h"
#include "transfer.h"

#include <fmt/format.h>

namespace gueway {
namespace {

struct Way {
    std::string name, address;
    bool udp = false;
};

void PrintTo(const Way& way, std::ostream* out)
{
    *out << way.name;
}

class Mlx5ishTransfer : public Mlx5ish, public testing::WithParamInterface<Way> {
protected:
    // Frames of both directions as they came from the wire.
    void expect_no_longer_than_the_mtu(const Sniffer& sniffer)
    {
        const auto seen = sniffer.all();
        ASSERT_OK(seen);
        size_t most = 0;
        for (const auto& each : *seen)
            if (!each.outgoing) most = std::max(most, each.bytes.size());
        EXPECT_LE(most, 1514U);
        EXPECT_GT(most, 1200U) << "the largest frames were not seen";
    }
};

TEST_P(Mlx5ishTransfer, IsIntactInFramesOfAtMostTheMtu)
{
    build();
    const auto& way = GetParam();
    std::vector<Sniffer> sniffers;
    for (const char* host : {"a", "b"}) {
        const auto& where = **topology().host(host);
        ASSERT_OK(set_features(where, "d1", {"rx-gro"}, false)); // or captures show what GRO made
        sniffers.push_back(Sniffer::listen(where, "d1").value());
    }
    std::vector<std::string> options = {"--request", "200KiB",     "--response",
                                        "200KiB",    "--requests", "2"};
    if (way.udp) options.insert(options.end(), {"--udp", "--gso", "on"});
    const auto report = transfer(topology(), way.address, options);
    ASSERT_OK(report);
    EXPECT_TRUE(report->clean()) << flow::summary(*report);
    EXPECT_EQ(report->ok, 2U);
    for (const auto& sniffer : sniffers) expect_no_longer_than_the_mtu(sniffer);
    for (const char* host : {"a", "b"}) {
        for (const char* nothing : {"tx_oversize", "tx_unknown", "tx_dropped", "arrived_oversize"})
            EXPECT_EQ(counted(host, nothing).value(), 0U) << host << " " << nothing;
        // UDP_SEGMENT is among the partial features.
        EXPECT_GT(counted(host, way.udp ? "tx_partial" : "tx_segmented").value(), 0U) << host;
    }
}

INSTANTIATE_TEST_SUITE_P(, Mlx5ishTransfer,
                         testing::Values(Way{"TcpV4", "192.0.2.2"}, Way{"TcpV6", "2001:db8::2"},
                                         Way{"TcpV4Vlan", "198.18.0.2"},
                                         Way{"TcpV6Vlan", "2001:db8:100::2"},
                                         Way{"UdpV4", "192.0.2.2", true},
                                         Way{"UdpV6", "2001:db8::2", true},
                                         Way{"UdpV4Vlan", "198.18.0.2", true},
                                         Way{"UdpV6Vlan", "2001:db8:100::2", true}),
                         [](const auto& info) { return info.param.name; });

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
