// SPDX-License-Identifier: GPL-2.0-only
// What a rollback puts back, and what it leaves as somebody else has made it meanwhile.
#include "director/execute.h"
#include "sample.h"

namespace gueway {
namespace {

using ipvs::ServiceState;

class RestorationTest : public testing::Test {
protected:
    static ipvs::Destination worker(const std::string& address, uint32_t weight = 1)
    {
        return {.address = parse_address(address).value(), .port = 80, .weight = weight};
    }
    static ServiceState service(std::vector<ipvs::Destination> workers)
    {
        ServiceState state{.service = {}, .destinations = std::move(workers)};
        state.service.key.address = parse_address("192.0.2.1").value();
        state.service.key.port = 80;
        return state;
    }

    // What is left of `now` when the change from `before` to `wanted` is taken back.
    static std::vector<ServiceState> back(const std::vector<ServiceState>& before,
                                          const std::vector<ServiceState>& wanted,
                                          const std::vector<ServiceState>& now)
    {
        return restoration(ipvs::difference(wanted, before), before, now).wanted;
    }
    static std::string text(const std::vector<ServiceState>& services)
    {
        std::string out;
        for (const auto& each : services) {
            out += each.service.scheduler + ":";
            for (const auto& worker : each.destinations)
                out += " " + worker.text() + "=" + std::to_string(worker.weight);
            out += ";";
        }
        return out;
    }
};

TEST_F(RestorationTest, ANewServiceGoes)
{
    const std::vector wanted = {service({worker("10.0.0.1")})};
    EXPECT_EQ(text(back({}, wanted, wanted)), "");
    const auto made = restoration(ipvs::difference(wanted, {}), {}, wanted);
    EXPECT_EQ(made.present.size(), 1U) << "so that the difference to it is its removal";
}

TEST_F(RestorationTest, ARemovedServiceComesBackWithItsWorkers)
{
    const std::vector before = {service({worker("10.0.0.1", 7), worker("10.0.0.2")})};
    EXPECT_EQ(text(back(before, {}, {})), "wlc: 10.0.0.1:80=7 10.0.0.2:80=1;");
}

TEST_F(RestorationTest, WorkersGoBackToWhatTheyWere)
{
    const std::vector before = {service({worker("10.0.0.1", 7), worker("10.0.0.2", 5)})};
    auto wanted = std::vector{service({worker("10.0.0.2", 6), worker("10.0.0.3")})};
    wanted[0].service.scheduler = "rr";
    EXPECT_EQ(text(back(before, wanted, wanted)), "wlc: 10.0.0.2:80=5 10.0.0.1:80=7;");
}

TEST_F(RestorationTest, WhatWasNotChangedStaysAsSomebodyElseHasMadeIt)
{
    const std::vector before = {service({worker("10.0.0.1", 7), worker("10.0.0.2", 5)})};
    const std::vector wanted = {
        service({worker("10.0.0.1", 7), worker("10.0.0.2", 5), worker("10.0.0.3")})};
    // Meanwhile the first was drained and a fourth added.
    const std::vector now = {service(
        {worker("10.0.0.1", 0), worker("10.0.0.2", 5), worker("10.0.0.3"), worker("10.0.0.4")})};
    EXPECT_EQ(text(back(before, wanted, now)), "wlc: 10.0.0.1:80=0 10.0.0.2:80=5 10.0.0.4:80=1;");
}

TEST_F(RestorationTest, ADrainOfAnEditedWorkerStays)
{
    const std::vector before = {service({worker("10.0.0.1", 7), worker("10.0.0.2", 5)})};
    auto wanted = before;
    wanted[0].destinations[0].upper_threshold = 50;
    wanted[0].destinations[1].weight = 6;
    auto now = wanted;
    for (auto& each : now[0].destinations) each.weight = 0;
    const auto after = back(before, wanted, now);
    EXPECT_EQ(text(after), "wlc: 10.0.0.1:80=0 10.0.0.2:80=0;");
    EXPECT_EQ(after[0].destinations[0].upper_threshold, 0U) << "which nobody else has set";
}

TEST_F(RestorationTest, NothingOfAnEqualService)
{
    const std::vector same = {service({worker("10.0.0.1")})};
    EXPECT_EQ(text(back(same, same, {})), "");
}

} // namespace
} // namespace gueway
