// SPDX-License-Identifier: GPL-2.0-only
// The inner-MAC bug in each of its forms, on a kernel that has it, and what only looks like it.
//
//     client c0 --- d0 director d1 --- u0 w1      the director segments tunnels in software
#include "incident/replay.h"
#include "scenario/scenario.h"
#include "scenario/unfollowed.h"
#include "util/text.h"

#include <memory>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace gueway {

namespace {

// Seconds for a request that may go unanswered, and for one that must not, however busy the
// machine is.
constexpr const char *soon = "2", *at_last = "60";

HostCommand request(const char* deadline = soon, const char* vip = "198.51.100.150:8000")
{
    return {"client",
            fmt::format("gwflow client {} --request 32KiB --response 64 --fresh --deadline {} "
                        "--quiet",
                        vip, deadline)};
}

std::string worker(const std::string& command, const std::string& vip, const std::string& tunnel)
{
    return fmt::format("directorctl {} -t {}:8000 -r 172.70.64.149:8000 -i --tun-type {}", command,
                       vip, tunnel);
}

std::vector<HostCommand> tunnel(const std::string& words)
{
    return {{"director", worker("-e", "198.51.100.150", words)}};
}

const auto as_before = tunnel("gue --tun-port 5501 --tun-nocsum");

std::vector<HostCommand> with(std::vector<HostCommand> one, const std::vector<HostCommand>& other)
{
    one.insert(one.end(), other.begin(), other.end());
    return one;
}

// The client reaches the VIP by a VLAN, whose tag the director's device leaves in the packet when
// `reorder` is "off".
std::vector<HostCommand> vlan(const std::string& reorder)
{
    return {{"client", "ip link add link c0 name c0.100 type vlan id 100"},
            {"director", "ip link add link d0 name d0.100 type vlan id 100 reorder_hdr " + reorder},
            {"client", "ip addr add 198.18.0.2/24 dev c0.100"},
            {"director", "ip addr add 198.18.0.1/24 dev d0.100"},
            {"client", "ip link set c0.100 up"},
            {"director", "ip link set d0.100 up"},
            {"client", "ip route replace 198.51.100.150/32 via 198.18.0.1 src 192.0.2.2"}};
}
const std::vector<HostCommand> no_vlan = {
    {"client", "ip route replace 198.51.100.150/32 via 192.0.2.1"},
    {"client", "ip link del c0.100"},
    {"director", "ip link del d0.100"}};

// A VIP that the director does not have itself, so that a client on it goes by LOCAL_OUT.
constexpr const char* far_vip = "198.51.100.151";
const std::vector<HostCommand> far_service = {
    {"w1", std::string("ip addr add ") + far_vip + "/32 dev lo"},
    {"director", std::string("ip route add ") + far_vip + "/32 dev d1 src 172.70.64.1"},
    {"director", std::string("directorctl -A -t ") + far_vip + ":8000 -s rr"},
    {"director", worker("-a", far_vip, "gue --tun-port 5501 --tun-nocsum")}};
const std::vector<HostCommand> no_far_service = {
    {"director", std::string("directorctl -D -t ") + far_vip + ":8000"},
    {"director", std::string("ip route del ") + far_vip + "/32 dev d1"},
    {"w1", std::string("ip addr del ") + far_vip + "/32 dev lo"}};

auto from_the_director(const char* deadline)
{
    return [deadline](const Topology& topology) -> Result<int> {
        const auto endpoint = std::string(far_vip) + ":8000";
        const auto server = TRY(topology.start("w1", {"gwflow", "server", "--listen", endpoint}));
        TRY(topology.wait_for("w1", {TRY(parse_address(far_vip)), 8000, Transport::tcp}));
        const auto outcome =
            TRY(topology.run("director", {"gwflow", "client", endpoint, "--bind", "172.70.64.1",
                                          "--request", "32KiB", "--response", "64", "--mss", "1400",
                                          "--deadline", deadline, "--quiet"}));
        return outcome.status;
    };
}

const std::vector<HostCommand> ethernet_off = {
    {"director", "tc qdisc add dev d0 clsact"},
    {"director", "tc filter add dev d0 ingress protocol ip flower dst_ip 198.51.100.150 action "
                 "vlan pop_eth"}};
const std::vector<HostCommand> ethernet_on = {{"director", "tc qdisc del dev d0 clsact"}};

std::vector<HostCommand> device_segments(const std::string& state)
{
    return {{"director", "ethtool -K d1 tx-udp_tnl-segmentation " + state}};
}

const Scenario rows[] = {
    {.name = "Gue",
     .about = "GUE without checksum",
     .traffic = request(),
     .verdict = "inner-mac-gue"},
    {.name = "GueIpv6",
     .about = "GUE, an IPv6 VIP",
     .traffic = request(soon, "[2001:db8::101]:8000"),
     .verdict = "inner-mac-gue"},
    {.name = "GueChecksum",
     .about = "GUE with checksum",
     .cause = tunnel("gue --tun-port 5501 --tun-csum"),
     .undo = as_before,
     .traffic = request(),
     .verdict = "inner-mac-gue"},
    {.name = "RemoteChecksum",
     .about = "GUE with remote checksum",
     .cause = tunnel("gue --tun-port 5501 --tun-remcsum"),
     .undo = as_before,
     .traffic = request(),
     .verdict = "inner-mac-remcsum"},
    {.name = "Gre",
     .about = "GRE",
     .cause =
         with(tunnel("gre --tun-nocsum"), {{"w1", "ip link set gre0 up"},
                                           {"director", "ethtool -K d1 tx-gre-segmentation off"}}),
     .undo = with(as_before, {{"w1", "ip link set gre0 down"},
                              {"director", "ethtool -K d1 tx-gre-segmentation on"}}),
     .traffic = request(),
     .verdict = "inner-mac-gre"},
    {.name = "VlanInThePacket",
     .about = "a VLAN tag inside the packet",
     .cause = vlan("off"),
     .undo = no_vlan,
     .traffic = request(),
     .verdict = "inner-mac-vlan"},
    {.name = "VlanTakenOut",
     .about = "a VLAN whose tag the device takes out",
     .cause = vlan("on"),
     .undo = no_vlan,
     .traffic = request(),
     .verdict = "inner-mac-gue"},
    {.name = "LocalClient",
     .about = "a client on the director",
     .cause = far_service,
     .undo = no_far_service,
     .verdict = "inner-mac-local",
     .send = from_the_director(soon)},
    {.name = "EthernetTakenOff",
     .about = "traffic control takes Ethernet's header off first",
     .cause = ethernet_off,
     .undo = ethernet_on,
     .traffic = request(at_last),
     .status = 0},
    {.name = "RemoteChecksumEthernetTakenOff",
     .about = "the same, and GUE with remote checksum",
     .cause = with(tunnel("gue --tun-port 5501 --tun-remcsum"), ethernet_off),
     .undo = with(ethernet_on, as_before),
     .traffic = request(at_last),
     .status = 0},
    {.name = "SegmentedByTheDevice",
     .about = "the device takes tunnelled packets whole",
     .cause = device_segments("on"),
     .undo = device_segments("off"),
     .traffic = request(at_last),
     .status = 0},
    {.name = "GreSegmentedByTheDevice",
     .about = "the same of GRE",
     .cause = with(tunnel("gre --tun-nocsum"), {{"w1", "ip link set gre0 up"}}),
     .undo = with(as_before, {{"w1", "ip link set gre0 down"}}),
     .traffic = request(at_last),
     .status = 0},
    {.name = "LocalClientSegmentedByTheDevice",
     .about = "the same, a client on the director",
     .cause = with(far_service, device_segments("on")),
     .undo = with(device_segments("off"), no_far_service),
     .send = from_the_director(at_last),
     .status = 0},
    {.name = "DroppedByTheQueue",
     .about = "the headers are as wrong, but the queue has no room for more than a segment",
     .cause = {{"director", "tc qdisc add dev d1 root bfifo limit 1550"}},
     .undo = {{"director", "tc qdisc del dev d1 root"}},
     .traffic = request(),
     .verdict = "queue-full"},
};

class InnerMac : public testing::Test {
protected:
    void SetUp() override
    {
        auto made = Stage::set(ReplayOptions{}.reference, {"ip_gre", "8021q"});
        ASSERT_TRUE(made) << made.error().text();
        stage_ = std::make_unique<Stage>(std::move(*made));
    }

    void TearDown() override
    {
        if (!stage_) return;
        const auto ended = stage_->end();
        EXPECT_TRUE(ended) << ended.error().text();
    }

    void play(const Scenario& scenario)
    {
        SCOPED_TRACE(scenario.name);
        const auto observed = stage_->play(scenario);
        ASSERT_TRUE(observed) << observed.error().text();
        fmt::print("--- {}: {}\n", scenario.name, scenario.about);
        for (const auto& one : observed->verdicts)
            fmt::print("{} x\n{}", one.packets, text(one.verdict));
        EXPECT_EQ(observed->names(), scenario.expected()) << observed->text();
    }

    std::unique_ptr<Stage> stage_;
};

// In one test, since the stage takes longer than a row.
TEST_F(InnerMac, IsJudgedInEachOfItsForms)
{
    for (const auto& row : rows) play(row);
}

// Every form names the patch, the hotfix and, where it helps, traffic control.
TEST_F(InnerMac, RemediesArePatchHotfixAndTrafficControl)
{
    const auto observed = stage_->play(rows[0]);
    ASSERT_TRUE(observed) << observed.error().text();
    ASSERT_FALSE(observed->verdicts.empty());
    const auto all = join(observed->verdicts.front().verdict.remedy, "\n");
    for (const char* word : {"d7fce52fdf96", "inner-mac.cocci", "install-hotfix", "hotfix on",
                             "directorctl mitigate on --device d0", "tc qdisc add dev d0 clsact",
                             "dst_ip 198.51.100.150"})
        EXPECT_NE(all.find(word), std::string::npos) << word << " is not in\n" << all;
    EXPECT_TRUE(observed->verdicts.front().verdict.certain) << observed->text();
}

// Without following, what segmentation answered is not known.
TEST_F(InnerMac, IsProbableFromTheDropAlone)
{
    const auto report = play_unfollowed(*stage_, rows[0]);
    ASSERT_TRUE(report) << report.error().text();
    ASSERT_FALSE(report->drops.empty());
    const auto& verdicts = report->drops.front().verdicts;
    ASSERT_EQ(verdicts.size(), 1U) << text(*report);
    EXPECT_EQ(verdicts[0].verdict.name, "inner-mac-gue");
    EXPECT_FALSE(verdicts[0].verdict.certain);
}

} // namespace
} // namespace gueway
