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
    const auto plans = plan_guests(all, all);
    ASSERT_EQ(plans.size(), 8U);
    EXPECT_EQ(plans[0].run.size(), 3U);
    EXPECT_EQ(plans[2].run, (Names{"hotfix/64B", "mitigation/64B", "hotfix/MSS"}));
    EXPECT_EQ(plans[5].run, (Names{"connections/1", "connections/1000"}));
    for (const auto& plan : plans) EXPECT_EQ(plan.run, plan.wanted);
}

TEST(Plan, RunsWhatComesBeforeAFigureWhateverWasChosen)
{
    const auto plans = plan_guests(all, {"way/gre/64B/software", "connections/1000"});
    ASSERT_EQ(plans.size(), 2U);
    EXPECT_EQ(plans[0].run, (Names{"way/gre/64B/offload", "way/gre/64B/software"}));
    EXPECT_EQ(plans[0].wanted, (Names{"way/gre/64B/software"}));
    EXPECT_EQ(plans[1].run.size(), 2U);
    EXPECT_TRUE(plan_guests(all, {}).empty());
}

TEST(Plan, KnowsWhichKernelARepairIsFor)
{
    const auto plans = plan_guests(all, all);
    EXPECT_EQ(plans[0].kernel, GuestKernel::given);
    EXPECT_EQ(plans[2].kernel, GuestKernel::given);
    EXPECT_EQ(plans[3].kernel, GuestKernel::patched);
    EXPECT_EQ(plans[4].kernel, GuestKernel::vulnerable);
}

} // namespace
} // namespace gueway::exact
