// SPDX-License-Identifier: GPL-2.0-only
// directorctl doctor's judgement of kernel and device together, against what traffic meets.
#include "hotfix/counts.h"
#include "tests/doctor_run.h"
#include "util/brought_module.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

// A way through the same director.
//   tunnel   of all its workers, in ipvsadm's words
//   feature  of the underlay device, "on" or "off"
//   finding  on an affected kernel
struct Variation {
    const char* tunnel;
    const char* udp_segmentation;
    const char* exposure;
    const char* finding;
    int status;
};
const Variation variations[] = {
    {"--tun-type gue --tun-port 5501 --tun-nocsum", "on", "hidden", "at_risk inner-mac", 1},
    {"--tun-type gue --tun-port 5501 --tun-nocsum", "off", "exposed", "broken inner-mac", 2},
    {"--tun-type gue --tun-port 5501 --tun-remcsum", "on", "exposed", "broken inner-mac", 2},
    {"--tun-type gre --tun-nocsum", "off", "hidden", "at_risk inner-mac", 1},
    {"--tun-type ipip", "off", "unaffected", "note inner-mac-unused", 0},
};

void vary(const Topology& topology, const Variation& variation)
{
    for (const auto* service : {service4, service6})
        for (const auto* worker : {"172.70.64.149:8000", "172.70.72.206:8000"})
            run_in_director(topology, fmt::format("directorctl -e {} -r {} -i {}", service, worker,
                                                  variation.tunnel));
    run_in_director(topology, fmt::format("ethtool -K d1 tx-udp_tnl-segmentation {0} "
                                          "tx-udp_tnl-csum-segmentation {0}",
                                          variation.udp_segmentation));
}

TEST(DoctorKernel, IsJudgedTogetherWithTheDevice)
{
    const auto lost = packets_lost();
    ASSERT_OK(lost);
    const bool lossy = *lost > 0;
    const auto topology = well_set(true);
    ASSERT_OK(topology);
    for (const auto& each : variations) {
        vary(*topology, each);
        const auto run = run_doctor(*topology);
        ASSERT_OK(run);
        SCOPED_TRACE(dump_json(run->report));
        EXPECT_EQ(run->kernel(), lossy ? "lossy" : "fixed");
        ASSERT_EQ(run->report["tunnels"].size(), 1U);
        EXPECT_EQ(run->report["tunnels"][0]["exposure"], each.exposure);
        EXPECT_EQ(run->report["tunnels"][0]["workers"], 4) << "two of each service";
        EXPECT_EQ(run->status, lossy ? each.status : 0);
        EXPECT_EQ(run->findings(), lossy ? Lines{each.finding} : Lines{});
    }
}

TEST(DoctorKernel, TheHotfixMakesItHealthyAgain)
{
    const auto lost = packets_lost();
    ASSERT_OK(lost);
    const bool lossy = *lost > 0;
    const auto topology = well_set(false);
    ASSERT_OK(topology);
    const auto hotfix = LoadedModule::load(hotfix::module_name);
    ASSERT_OK(hotfix);
    const auto run = run_doctor(*topology);
    const auto unasked = run_doctor(*topology, {"--no-probe"});
    ASSERT_OK(run);
    ASSERT_OK(unasked);
    EXPECT_EQ(run->status, 0) << dump_json(run->report);
    EXPECT_EQ(run->kernel(), lossy ? "repaired" : "fixed");
    EXPECT_EQ(run->findings(), lossy ? Lines{"note inner-mac-hotfix"} : Lines{});
    EXPECT_TRUE(run->report["kernel"]["hotfix"]);
    EXPECT_EQ(unasked->status, 0) << dump_json(unasked->report);
}

TEST(DoctorKernel, TheMitigationMakesItHealthyForTheVipsItCovers)
{
    const auto topology = well_set(false);
    ASSERT_OK(topology);
    const auto without = run_doctor(*topology);
    ASSERT_OK(without);
    // What the traffic control of a fixed kernel is like is read, and nothing is said of it.
    const bool lossy = without->kernel() == "lossy";
    const auto if_lossy = [&](const char* finding) { return lossy ? Lines{finding} : Lines{}; };
    EXPECT_EQ(without->findings(), if_lossy("broken inner-mac")) << dump_json(without->report);
    run_in_director(*topology, "directorctl mitigate on");
    const auto with = run_doctor(*topology);
    ASSERT_OK(with);
    EXPECT_EQ(with->kernel(), without->kernel()) << "the probe goes past it";
    EXPECT_EQ(with->findings(), if_lossy("note inner-mac-mitigated")) << dump_json(with->report);
    EXPECT_EQ(with->report["mitigation"]["uncovered"], Json::array());
    EXPECT_EQ(with->status, 0);
    // A filter of somebody else's may end packets before they come to ours.
    run_in_director(*topology,
                    "tc filter add dev d0 ingress pref 1 protocol ip matchall action ok");
    const auto disturbed = run_doctor(*topology);
    ASSERT_OK(disturbed);
    EXPECT_EQ(disturbed->findings(), if_lossy("at_risk inner-mac")) << dump_json(disturbed->report);
    run_in_director(*topology, "tc filter del dev d0 ingress pref 1");
    run_in_director(*topology, "directorctl mitigate off --vip 2001:db8::101");
    const auto half = run_doctor(*topology);
    ASSERT_OK(half);
    EXPECT_EQ(half->findings(), if_lossy("broken inner-mac")) << dump_json(half->report);
    EXPECT_EQ(half->report["mitigation"]["covered"], Json::array({"198.51.100.150"}));
    EXPECT_EQ(half->report["mitigation"]["uncovered"], Json::array({"2001:db8::101"}));
}

// Clients by a tunnel alone: the bug spares their packets, and traffic control has no header to
// take.
TEST(DoctorKernel, ClientsThroughATunnelAreSpared)
{
    const auto topology = well_set(false);
    ASSERT_OK(topology);
    run_in_director(*topology, "ip route flush dev d0; ip -6 route flush dev d0;"
                               "ip link add clients type ip6tnl mode any local 2001:db8:1::1 "
                               "remote 2001:db8:1::2 && ip link set clients up &&"
                               "ip route add default dev clients &&"
                               "ip -6 route add default dev clients");
    const auto run = run_doctor(*topology);
    ASSERT_OK(run);
    const bool lossy = run->kernel() == "lossy";
    EXPECT_EQ(run->findings(), lossy ? Lines{"note inner-mac-spared"} : Lines{})
        << dump_json(run->report) << topology->run_ok("director", {"ip", "route"}).value_or("");
    EXPECT_EQ(run->report["mitigation"]["spared_by"], Json::array({"clients"}));
    EXPECT_EQ(run->status, 0);
}

// An mlx5-class device: its features say that it segments, and for GUE it leaves it to the kernel.
TEST(DoctorKernel, ADeviceThatDropsWhileItIsLookedAtIsFoundOut)
{
    auto director = RunningDirector::start(on_mlx5ish());
    ASSERT_OK(director);
    // Some of them are at their beginning whenever the doctor looks.
    ASSERT_OK(director->keep_connecting(4, 16));
    // It watches for a second or two, in which a host that is kept from its processor may not send
    // anything: once more then.
    auto busy = run_doctor(director->topology());
    for (int again = 0; again < 5 && busy && busy->kernel() == "lossy" &&
                        busy->report["tunnels"][0]["dropping"] == 0;
         ++again)
        busy = run_doctor(director->topology());
    ASSERT_OK(director->finish());
    ASSERT_OK(busy);
    const bool lossy = busy->kernel() == "lossy";
    const auto& tunnel = busy->report["tunnels"][0];
    EXPECT_EQ(tunnel["off"], Json::array()) << dump_json(busy->report);
    EXPECT_EQ(tunnel["exposure"], lossy ? "possible" : "hidden") << dump_json(busy->report);
    EXPECT_EQ(tunnel["dropping"] > 0, lossy) << dump_json(busy->report);
    EXPECT_EQ(busy->has("broken inner-mac"), lossy) << dump_json(busy->report);

    const auto idle = run_doctor(director->topology());
    ASSERT_OK(idle);
    EXPECT_EQ(idle->has("at_risk inner-mac"), lossy) << dump_json(idle->report);
}

} // namespace
} // namespace gueway
