// SPDX-License-Identifier: GPL-2.0-only
// The incident on an mlx5-class underlay, without a single ethtool change: on a kernel with the bug
// GUE and GRE lose every packet that is longer than the MSS and IPIP none, on a fixed one none is
// lost.
//
//     client c0 === d0 director d1 --- mlx5ish --- u0 w1
//
// The ingress is veth, which hands the client's packets over uncut: what is longer than the MSS can
// be counted where it leaves the client, and what d1 drops must be just as many.
#include "incident/director.h"
#include "incident/replay.h"
#include "tests/lab/mlx5ish/device.h"
#include "tests/lab/mlx5ish/sniffer.h"
#include "tests/lab/mlx5ish/transfer.h"
#include "util/file.h"

#include <fmt/format.h>

namespace gueway {
namespace {

struct Case {
    std::string name;
    Encap encap;
    int underlay = AF_INET;
    bool dies = false;    // on a kernel with the bug
    bool partial = false; // the device cuts it, where it lives
};

void PrintTo(const Case& each, std::ostream* out)
{
    *out << each.name;
}

constexpr Encap gue = {EncapType::gue, default_gue_port};
constexpr Encap gue_sum = {EncapType::gue, default_gue_port, EncapChecksum::full};
constexpr Encap gre = {EncapType::gre};
constexpr Encap gre_sum = {EncapType::gre, 0, EncapChecksum::full};
constexpr Encap ipip = {EncapType::ipip};

// The suite brings an ip_vs.ko of our own to be vulnerable, and the distribution's to be stock;
// modules from outside say so.
bool has_the_bug()
{
    return read_file("/sys/module/ip_vs/taint").value_or("").find('O') != std::string::npos;
}

class Mlx5ishDirector : public Mlx5ish, public testing::WithParamInterface<Case> {
protected:
    void start(Cable ingress)
    {
        options_ = ReplayOptions{}.reference;
        options_.encap = GetParam().encap;
        options_.underlay = GetParam().underlay;
        options_.udp_tunnel_segmentation = true; // as it comes
        options_.underlay_cable = Cable::mlx5ish;
        options_.ingress_cable = ingress;
        build(reference(options_));
        if (HasFatalFailure()) return;
        ASSERT_OK(configure(topology(), options_));
        auto servers = start_servers(topology(), options_);
        ASSERT_OK(servers);
        servers_ = std::move(*servers);
    }
    void TearDown() override
    {
        servers_.clear();
        Mlx5ish::TearDown();
    }
    // One request of 32 KiB, which is answered sooner or later: what is lost is sent again, in
    // packets of one segment.
    void request(int family) const
    {
        const auto report =
            run_client(topology(), "client", service_endpoint(family),
                       {"--request", "32KiB", "--response", "64", "--deadline", "60"});
        ASSERT_OK(report);
        EXPECT_TRUE(report->clean()) << flow::summary(*report);
    }
    uint64_t dropped() const
    {
        const auto counters = topology().counters("director", "d1");
        EXPECT_TRUE(counters) << counters.error().text();
        return counters ? counters->tx_dropped : 0;
    }
    uint64_t underlay(const std::string& counter) const
    {
        return gueway::counted(topology(), "director", "d1", counter).value();
    }
    static size_t longer_than_the_mss(const std::vector<Sniffed>& all, unsigned mtu)
    {
        return static_cast<size_t>(std::ranges::count_if(all, [&](const Sniffed& each) {
            return each.outgoing && each.bytes.size() > mtu + 14;
        }));
    }

    ReferenceOptions options_;
    std::vector<Process> servers_;
};

TEST_P(Mlx5ishDirector, LosesWhatIsLongerThanTheMssExactlyWhereTheBugIs)
{
    start(Cable::veth);
    if (HasFatalFailure()) return;
    const bool dies = has_the_bug() && GetParam().dies;
    for (const int family : {4, 6}) {
        const auto client = Sniffer::listen(**topology().host("client"), "c0");
        ASSERT_OK(client);
        const auto before = dropped(), cut_before = underlay("tx_partial");
        request(family);
        const auto sent = client->all();
        ASSERT_OK(sent);
        const auto large = longer_than_the_mss(*sent, options_.client_mtu);
        EXPECT_GT(large, 0U);
        EXPECT_EQ(dropped() - before, dies ? large : 0U) << "of " << large << " for IPv" << family;
        EXPECT_EQ(underlay("tx_partial") > cut_before, GetParam().partial && !dies);
        EXPECT_EQ(underlay("tx_segmented"), 0U) << "no tunnel of IPVS is cut by the device alone";
        fmt::print("{} IPv{}: {} packets longer than the MSS, {} dropped, {} cut in part\n",
                   GetParam().name, family, large, dropped() - before,
                   underlay("tx_partial") - cut_before);
    }
    EXPECT_EQ(underlay("tx_oversize") + underlay("tx_unknown"), 0U);
    EXPECT_EQ(gueway::counted(topology(), "w1", "u0", "arrived_oversize").value(), 0U);
}

// Names that begin with "Whole" are for `make check-all`.
INSTANTIATE_TEST_SUITE_P(Tunnel, Mlx5ishDirector,
                         testing::Values(Case{"GueV6", gue, AF_INET6, true},
                                         Case{"GueChecksum", gue_sum, AF_INET, true},
                                         Case{"GreChecksum", gre_sum, AF_INET, true, true},
                                         Case{"Ipip", ipip, AF_INET, false, true}),
                         [](const auto& info) { return info.param.name; });
INSTANTIATE_TEST_SUITE_P(WholeTunnel, Mlx5ishDirector,
                         testing::Values(Case{"Gue", gue, AF_INET, true},
                                         Case{"Gre", gre, AF_INET, true, true},
                                         Case{"GreV6", gre, AF_INET6, true, true},
                                         Case{"IpipV6", ipip, AF_INET6, false, true}),
                         [](const auto& info) { return info.param.name; });

// Bytes on both sides: the packets longer than the MSS are GRO's.
class Mlx5ishIncident : public Mlx5ishDirector {};

TEST_P(Mlx5ishIncident, IsTheSameWithAnIngressOfItsKind)
{
    start(Cable::mlx5ish);
    if (HasFatalFailure()) return;
    for (const int family : {4, 6}) {
        const auto before = dropped();
        request(family);
        EXPECT_EQ(dropped() > before, has_the_bug() && GetParam().dies) << "IPv" << family;
    }
}

INSTANTIATE_TEST_SUITE_P(OnBothSides, Mlx5ishIncident,
                         testing::Values(Case{"Gue", gue, AF_INET, true},
                                         Case{"Ipip", ipip, AF_INET, false, true}),
                         [](const auto& info) { return info.param.name; });

} // namespace
} // namespace gueway
