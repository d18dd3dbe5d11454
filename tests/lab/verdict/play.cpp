// SPDX-License-Identifier: GPL-2.0-only
#include "play.h"

#include "incident/replay.h"

#include <chrono>
#include <optional>

#include <fmt/format.h>

namespace gueway {

namespace {

std::optional<Stage> the_stage;

class Theatre : public testing::Environment {
public:
    void TearDown() override
    {
        if (!the_stage) return;
        const auto ended = the_stage->end();
        EXPECT_TRUE(ended) << ended.error().text();
        the_stage.reset();
    }
};
[[maybe_unused]] const auto* const theatre = testing::AddGlobalTestEnvironment(new Theatre);

} // namespace

Stage& stage()
{
    if (the_stage) return *the_stage;
    auto options = ReplayOptions{}.reference;
    options.workers = 2;
    auto made = Stage::set(options, {"nf_tables", "ip_vs_mh"});
    if (!made) throw std::runtime_error(made.error().text());
    the_stage.emplace(std::move(*made));
    return *the_stage;
}

namespace {

void play(const Scenario& scenario)
{
    fmt::print("--- {}: {}\n", scenario.name, scenario.about);
    SCOPED_TRACE(scenario.name);
    auto& on = stage();
    const auto begin = std::chrono::steady_clock::now();
    const auto observed = on.play(scenario);
    ASSERT_TRUE(observed) << observed.error().text();
    for (const auto& one : observed->verdicts)
        fmt::print("{} x\n{}", one.packets, text(one.verdict));
    fmt::print("({:.1f} s)\n",
               std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    EXPECT_EQ(observed->names(), scenario.expected()) << observed->text();
}

} // namespace

void play_all(std::span<const Scenario> rows)
{
    for (const auto& row : rows) play(row);
}

namespace {

HostCommand request_in_time(unsigned seconds, const std::string& more, const std::string& vip)
{
    return {"client", fmt::format("gwflow client {} --request 16KiB --response 64 --fresh "
                                  "--deadline {} --quiet {}",
                                  vip, seconds, more)};
}

} // namespace

HostCommand request(const std::string& more, const std::string& vip)
{
    return request_in_time(1, more, vip);
}

HostCommand answered_request(const std::string& more, const std::string& vip)
{
    return request_in_time(60, more, vip);
}

} // namespace gueway
