// SPDX-License-Identifier: GPL-2.0-only
#include "exact/plan.h"

#include <gtest/gtest.h>

namespace gueway::exact {
namespace {

using Names = std::vector<std::string>;

const Names all = {"way/gre/64B/offload",
                   "way/gre/64B/software",
                   "way/gre/64KiB/offload",
                   "way/ipip/64B/offload",
                   "hotfix/64B",
                   "mitigation/64B",
                   "hotfix/MSS",
                   "repaired/patched/gre/64B/offload",
                   "repaired/hotfix/gre/64B/offload",
                   "connections/1",
                   "connections/1000",
                   "workers/rr/1",
                   "workers/mh/1"};

TEST(Plan, GivesEachWayAndSchedulerAGuestOfItsOwn)
{
    const auto plans = plan_guests(all, all).guests;
    ASSERT_EQ(plans.size(), 8U);
    EXPECT_EQ(plans[0].run.size(), 3U);
    EXPECT_EQ(plans[2].run, (Names{"hotfix/64B", "mitigation/64B", "hotfix/MSS"}));
    EXPECT_EQ(plans[5].run, (Names{"connections/1", "connections/1000"}));
    for (const auto& plan : plans) EXPECT_EQ(plan.run, plan.wanted);
}

TEST(Plan, RunsWhatComesBeforeAFigureWhateverWasChosen)
{
    const auto plans = plan_guests(all, {"way/gre/64B/software", "connections/1000"}).guests;
    ASSERT_EQ(plans.size(), 2U);
    EXPECT_EQ(plans[0].run, (Names{"way/gre/64B/offload", "way/gre/64B/software"}));
    EXPECT_EQ(plans[0].wanted, (Names{"way/gre/64B/software"}));
    EXPECT_EQ(plans[1].run.size(), 2U);
    EXPECT_TRUE(plan_guests(all, {}).guests.empty());
}

TEST(Plan, KnowsWhichKernelARepairIsFor)
{
    const auto plans = plan_guests(all, all).guests;
    EXPECT_EQ(plans[0].kernel, GuestKernel::given);
    EXPECT_EQ(plans[2].kernel, GuestKernel::given);
    EXPECT_EQ(plans[3].kernel, GuestKernel::patched);
    EXPECT_EQ(plans[4].kernel, GuestKernel::vulnerable);
}

// A kernel by path: no module can be built for it.
const std::vector<Lack> path_lacks = {{Need::hotfix, "by path"}, {Need::variants, "by path"}};

TEST(Plan, LeavesOutWhatTakesWhatThereIsNot)
{
    const auto plan = plan_guests(all, all, path_lacks);
    ASSERT_EQ(plan.guests.size(), 6U);
    for (const auto& guest : plan.guests) {
        EXPECT_EQ(guest.kernel, GuestKernel::given);
        EXPECT_EQ(guest.run, guest.wanted);
    }
    EXPECT_EQ(plan.guests[2].run, (Names{"mitigation/64B"})) << "nothing fails for want of it";
    EXPECT_EQ(plan.left_out, (Names{"hotfix/...: by path", "repaired/...: by path"}));
}

TEST(Plan, SaysNothingOfWhatWasNotWanted)
{
    const auto plan = plan_guests(all, {"mitigation/64B"}, path_lacks);
    ASSERT_EQ(plan.guests.size(), 1U);
    EXPECT_EQ(plan.guests[0].run, (Names{"mitigation/64B"})) << "as when all was wanted";
    EXPECT_TRUE(plan.left_out.empty());
    EXPECT_TRUE(plan_guests(all, {"hotfix/64B"}, path_lacks).guests.empty());
}

} // namespace
} // namespace gueway::exact
