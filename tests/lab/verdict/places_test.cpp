// SPDX-License-Identifier: GPL-2.0-only
// Verdicts where packets are not followed: those that the drop alone suffices for, by place.
#include "play.h"
#include "trace/session.h"

#include <atomic>
#include <future>

namespace gueway {
namespace {

// The drops while a scenario plays.
DropReport watched(const Scenario& scenario)
{
    auto& on = stage(); // whose making drops packets of its own
    std::atomic<bool> stop = false;
    std::promise<void> ready;
    HostJudge judge;
    const SessionOptions options{.judge = [&](const auto& way) { return judge.judge(way); },
                                 .ready = [&](const Collector&) -> Result<void> {
                                     ready.set_value();
                                     return {};
                                 }};
    auto session = std::async(std::launch::async, [&] { return run_session(options, stop); });
    ready.get_future().wait();
    // At its first drop the session reads the kernel's names, which may take longer than the cause
    // is there for the rules to see.
    for (int times = 0; times < 2; ++times) {
        const auto observed = on.play(scenario);
        EXPECT_TRUE(observed) << observed.error().text();
    }
    stop = true;
    auto report = session.get();
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
                                 .traffic = request()});
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
         .traffic = request()});
    EXPECT_EQ(names(report), std::set<std::string>{"no-route"}) << text(report);
}

void healthy()
{
    const auto report = watched({.traffic = request(), .status = 0});
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
