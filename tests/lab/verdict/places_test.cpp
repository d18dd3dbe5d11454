// SPDX-License-Identifier: GPL-2.0-only
// Verdicts where packets are not followed: those that the drop alone suffices for, by place.
#include "play.h"
#include "scenario/unfollowed.h"

namespace gueway {
namespace {

DropReport watched(const Scenario& scenario)
{
    auto report = play_unfollowed(stage(), scenario);
    EXPECT_TRUE(report) << report.error().text();
    return report ? std::move(*report) : DropReport{};
}

std::set<std::string> names(const DropReport& report)
{
    std::set<std::string> all;
    for (const auto& group : report.drops) {
        EXPECT_GE(group.told, group.judged);
        for (const auto& one : group.verdicts)
            if (one.verdict.found()) all.insert(one.verdict.name);
    }
    return all;
}

std::vector<HostCommand> on_workers(const std::string& line)
{
    return {{"w1", line}, {"w2", line}};
}

void no_gue_listener()
{
    const auto report = watched({.cause = on_workers("ip fou del port 5501 gue"),
                                 .undo = on_workers("ip fou add port 5501 gue"),
                                 .traffic = request(),
                                 .verdict = "no-gue-listener"});
    EXPECT_EQ(names(report), std::set<std::string>{"no-gue-listener"}) << text(report);
    EXPECT_NE(text(report).find("remedy    directorctl worker apply"), std::string::npos)
        << text(report);
}

// The worker is known by IPVS's table of connections alone.
void no_route_to_the_worker()
{
    const std::string no = "ip route add unreachable ", yes = "ip route del unreachable ";
    const auto report = watched(
        {.cause = {{"director", no + "172.70.64.149/32"}, {"director", no + "172.70.72.206/32"}},
         .undo = {{"director", yes + "172.70.64.149/32"}, {"director", yes + "172.70.72.206/32"}},
         .traffic = request(),
         .verdict = "no-route"});
    EXPECT_EQ(names(report), std::set<std::string>{"no-route"}) << text(report);
}

void healthy()
{
    const auto report = watched({.traffic = answered_request(), .status = 0});
    EXPECT_EQ(names(report), std::set<std::string>{}) << text(report);
}

// What proves nothing must not pass for a near miss.
void idle_scenarios_fail()
{
    EXPECT_FALSE(stage().play({.name = "Silent", .traffic = {"client", "true"}}));
    EXPECT_FALSE(stage().play({.name = "Usage", .traffic = request("--no-such-option")}));
    EXPECT_FALSE(stage().play({.name = "Unanswered", .traffic = request(), .status = 1}));
}

TEST(Verdict, Places)
{
    idle_scenarios_fail();
    no_gue_listener();
    no_route_to_the_worker();
    healthy();
}

} // namespace
} // namespace gueway
