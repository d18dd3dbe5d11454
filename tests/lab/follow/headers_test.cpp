// SPDX-License-Identifier: GPL-2.0-only
// A healthy kernel: no rule of the headers is broken by any tunnel, and the tunnel's header has the
// length that it should have.
#include "incident/director.h"
#include "incident/replay.h"
#include "trace/follower.h"
#include "trace/names.h"
#include "trace/step_text.h"

#include <map>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace gueway {
namespace {

struct Tunnel {
    const char* name;
    Encap encap;
    int underlay = AF_INET;
    std::set<int> lengths{}; // of the tunnel's header; empty: not computed
};

std::ostream& operator<<(std::ostream& stream, const Tunnel& tunnel)
{
    return stream << tunnel.name;
}

class Headers : public testing::TestWithParam<Tunnel> {
protected:
    void SetUp() override
    {
        options_.encap = GetParam().encap;
        options_.underlay = GetParam().underlay;
        auto built = Topology::build(reference(options_));
        ASSERT_TRUE(built) << built.error().text();
        topology_ = std::make_unique<Topology>(std::move(*built));
        const auto configured = configure(*topology_, options_);
        ASSERT_TRUE(configured) << configured.error().text();
        auto servers = start_servers(*topology_, options_);
        ASSERT_TRUE(servers) << servers.error().text();
        servers_ = std::move(*servers);
    }

    void request(int family) const
    {
        const auto outcome = topology_->run(
            "client", {"gwflow", "client", service_endpoint(family), "--request", "32KiB",
                       "--response", "64", "--requests", "2", "--deadline", "8", "--quiet"});
        ASSERT_TRUE(outcome) << outcome.error().text();
        EXPECT_LE(outcome->status, 1) << outcome->errors;
    }

    // The steps of requests to both VIPs.
    std::vector<Step> follow() const
    {
        std::vector<Step> steps;
        const auto types = KernelTypes::load();
        EXPECT_TRUE(types) << types.error().text();
        auto follower =
            Follower::start(*types, {.expression = "tcp and dst port 8000", .ring = 64U << 20});
        EXPECT_TRUE(follower) << follower.error().text();
        if (!follower) return steps;
        request(4);
        request(6);
        KernelNames names;
        StepDecoder decoder(names.names());
        const auto counts = follower->stop(
            [&](const follow_event& event) { steps.push_back(decoder.decode(event)); });
        EXPECT_TRUE(counts) << counts.error().text();
        if (counts) {
            EXPECT_EQ(counts->totals.ring_full, 0U);
        }
        return steps;
    }

    ReferenceOptions options_ = ReplayOptions{}.reference;
    std::unique_ptr<Topology> topology_;
    std::vector<Process> servers_;
};

TEST_P(Headers, AreAsTheyShouldBe)
{
    std::map<int, int> lengths; // of tunnel headers: how many steps
    int segmented = 0, broken = 0;
    for (const auto& step : follow()) {
        if (step.tunnel_header) ++lengths[step.tunnel_header->length()];
        segmented += step.layers.tunnel != TunnelType::none && step.gso.size;
        if (!step.broken.empty() && ++broken <= 5)
            ADD_FAILURE() << StepText().line(step) << "\n" << text(step.broken);
    }
    EXPECT_EQ(broken, 0);
    EXPECT_GT(segmented, 0); // what the rules are for
    std::set<int> seen;
    for (const auto& [length, steps] : lengths) seen.insert(length);
    EXPECT_EQ(seen, GetParam().lengths);
}

constexpr uint16_t port = default_gue_port;
// Names that begin with "Whole" are for `make check-all`.
INSTANTIATE_TEST_SUITE_P(WholeTunnel, Headers,
                         testing::Values(Tunnel{"Gue", {EncapType::gue, port}, AF_INET, {12}},
                                         Tunnel{"GueChecksum",
                                                {EncapType::gue, port, EncapChecksum::full},
                                                AF_INET,
                                                {12}},
                                         Tunnel{"Gre", {EncapType::gre}, AF_INET, {4}}),
                         [](const auto& info) { return info.param.name; });
INSTANTIATE_TEST_SUITE_P(
    Tunnel, Headers,
    testing::Values(
        Tunnel{"GueOverIPv6", {EncapType::gue, port}, AF_INET6, {12}},
        // The option is for packets whose checksum is still to be made, which over veth all are.
        Tunnel{"GueRemote", {EncapType::gue, port, EncapChecksum::remote}, AF_INET, {20}},
        Tunnel{"GreChecksum", {EncapType::gre, 0, EncapChecksum::full}, AF_INET, {8}},
        Tunnel{"Ipip", {EncapType::ipip}, AF_INET},
        Tunnel{"FouInterface", {EncapType::fou_interface, port}, AF_INET, {8}}),
    [](const auto& info) { return info.param.name; });

} // namespace
} // namespace gueway
