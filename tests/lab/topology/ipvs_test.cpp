// SPDX-License-Identifier: GPL-2.0-only
// The reference topology under IPVS, configured by ipvsadm: every inner family over every outer
// one, to one worker and to two.
#include "echo.h"
#include "fixture.h"
#include "util/file.h"
#include "util/text.h"

#include <ostream>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace gueway {
namespace {

constexpr uint16_t port = 8000;
constexpr size_t transfer = 256UL * 1024;
constexpr Encap gue_checksum{EncapType::gue, default_gue_port, EncapChecksum::full};

struct Path {
    std::string description; // letters only: part of the test's name
    ReferenceOptions options;
    IpvsOptions ipvs = {.port = port};
    unsigned mss4 = 1460, mss6 = 1440;
};

// For GoogleTest, which else prints the bytes.
void PrintTo(const Path& path, std::ostream* out)
{
    *out << path.description;
}

class Ipvs : public TopologyTest, public testing::WithParamInterface<Path> {
protected:
    void SetUp() override
    {
        TopologyTest::SetUp();
        if (IsSkipped()) return;
        std::ignore = run({"modprobe", "-q", "ip_vs"});
        if (fs::exists("/proc/net/ip_vs")) return;
        if (in_lab_guest()) FAIL() << "the guest has no IPVS";
        GTEST_SKIP() << "this kernel has no IPVS";
    }

    // By the name that the guest's init gives it. Elsewhere a kernel may lack what the lab must
    // bring.
    static bool in_lab_guest()
    {
        return trim(read_file("/proc/sys/kernel/hostname").value_or("")) == "netlab";
    }
};

TEST_P(Ipvs, CarriesBothVipsToEveryWorkerAndBackDirectly)
{
    const auto& path = GetParam();
    const auto built = Topology::build(reference(path.options));
    ASSERT_TRUE(built) << built.error().text();
    for (const auto& command : ipvs_commands(path.options, path.ipvs))
        ASSERT_OK(built->run_ok("director", command));

    const int workers = path.options.workers;
    for (const auto& [vip, mss] : {std::pair{vip4, path.mss4}, std::pair{vip6, path.mss6}}) {
        std::set<int> answered;
        const auto before = built->counters("director", "d0").value();
        for (int i = 0; i < workers; ++i) { // round robin takes each in turn
            const auto done = echo(*built, workers, vip, port, transfer, unsigned(i));
            ASSERT_TRUE(done) << vip << ": " << done.error().text();
            answered.insert(done->worker);
            EXPECT_EQ(done->mss, mss) << vip;
        }
        EXPECT_EQ(answered.size(), size_t(workers)) << vip;
        // Requests came in by d0; answers did not go out by it.
        const auto after = built->counters("director", "d0").value();
        EXPECT_GT(after.rx_bytes - before.rx_bytes, transfer * size_t(workers));
        EXPECT_LT(after.tx_bytes - before.tx_bytes, transfer / 100);
    }
}

std::string name(const testing::TestParamInfo<Path>& info)
{
    return info.param.description;
}

INSTANTIATE_TEST_SUITE_P(
    Reference, Ipvs,
    testing::Values(
        Path{"GueOneWorker", {}}, Path{"GueTwoWorkers", {.workers = 2}},
        Path{"GueOneWorkerV6", {.underlay = AF_INET6}},
        Path{"GueTwoWorkersV6", {.workers = 2, .underlay = AF_INET6}},
        Path{"GueWithoutTunnelSegmentation", {.udp_tunnel_segmentation = false}},
        Path{"GueWithoutTunnelSegmentationV6",
             {.underlay = AF_INET6, .udp_tunnel_segmentation = false}},
        Path{"GueMtu1500", {.mtu = 1500}, {.port = port}, 1428, 1408},
        Path{"GueMtu1500V6", {.underlay = AF_INET6, .mtu = 1500}, {.port = port}, 1408, 1388},
        Path{"GueMtu9000", {.mtu = 9000}}, Path{"GueChecksum", {.encap = gue_checksum}},
        Path{"GueChecksumV6", {.underlay = AF_INET6, .encap = gue_checksum}},
        Path{"Ipip", {.encap = {EncapType::ipip}}},
        Path{"IpipV6", {.underlay = AF_INET6, .encap = {EncapType::ipip}}},
        Path{"Gre", {.encap = {EncapType::gre}}},
        Path{"GreV6", {.underlay = AF_INET6, .encap = {EncapType::gre}}}),
    name);

} // namespace
} // namespace gueway
