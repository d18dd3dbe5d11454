// SPDX-License-Identifier: GPL-2.0-only
#include "exact/collect.h"
#include "exact/markdown.h"
#include "exact/page.h"
#include "exact/tables.h"
#include "tests/assert_ok.h"
#include "util/json.h"

#include <gtest/gtest.h>

namespace gueway::exact {
namespace {

GuestPlan plan(const std::string& name)
{
    return {.run = {name}, .wanted = {name}};
}
const std::vector<GuestPlan> plans = {plan("connections/1"), plan("connections/2"),
                                      plan("connections/3")};

Figures one_of(const GuestPlan& plan)
{
    return {.context = {{"kernel", "6.1"}},
            .artefacts = {{"init", "ab"}, {plan.wanted[0], "cd"}},
            .all = {{plan.wanted[0], {{"instructions", 4711}}, {}}}};
}

// Guests are good until `name`, which fails.
MeasureGuest until(const std::string& name)
{
    return [name](const GuestPlan& plan) -> Result<Figures> {
        if (plan.wanted[0] == name) return error("6.1", "measure", "kernel log: BUG");
        return one_of(plan);
    };
}

TEST(Collect, PutsGuestsTogether)
{
    const auto all = collect(plans, until(""));
    ASSERT_OK(all);
    EXPECT_EQ(all->all.size(), 3U);
    EXPECT_EQ(all->artefacts.size(), 4U);
    EXPECT_TRUE(all->stopped.empty());
    EXPECT_TRUE(failures(*all).empty());
}

TEST(Collect, KeepsWhatWasMeasuredBeforeAGuestThatFails)
{
    const auto some = collect(plans, until("connections/3"));
    ASSERT_OK(some);
    EXPECT_EQ(some->all.size(), 2U);
    for (const auto* part : {"connections/3", "kernel log: BUG"})
        EXPECT_NE(some->stopped.find(part), std::string::npos) << some->stopped;
    EXPECT_EQ(collect(plans, until("connections/2"))->all.size(), 1U) << "none after it";
    EXPECT_FALSE(collect(plans, until("connections/1"))) << "nothing was measured";
}

TEST(Collect, WhatStoppedItIsInAllResults)
{
    const auto some = collect(plans, until("connections/3"));
    ASSERT_OK(some);
    const auto again = parse(to_json(*some), "test");
    ASSERT_OK(again);
    EXPECT_EQ(again->stopped, some->stopped);
    ASSERT_EQ(failures(*again).size(), 1U);
    for (const auto& text : {page(*again, "it"), markdown(*again, "it"), failures(*again)[0]})
        EXPECT_NE(text.find("stopped: at connections/3"), std::string::npos);
    EXPECT_FALSE(to_json(one_of(plans[0])).contains("stopped"));
}

TEST(Collect, GuestsOfWhatChangedMeanwhileAreNotPutTogether)
{
    const auto all = collect(plans, [](const GuestPlan& plan) -> Result<Figures> {
        auto figures = one_of(plan);
        if (plan.wanted[0] == "connections/2") figures.artefacts["init"] = "ef";
        return figures;
    });
    ASSERT_OK(all);
    EXPECT_EQ(all->all.size(), 1U);
    EXPECT_NE(all->stopped.find("init"), std::string::npos) << all->stopped;
}

} // namespace
} // namespace gueway::exact
