// SPDX-License-Identifier: GPL-2.0-only
#include "plan/plan.h"
#include "util/json.h"

#include <gtest/gtest.h>

namespace gueway::plan {
namespace {

Plan example()
{
    const std::string service = "service tcp 198.51.100.150:8000";
    return {.place = "this host",
            .steps = {{Operation::change, service, "worker w1", {{"weight", "50", "100"}}},
                      {Operation::add, "devices", "dummy vips", {}},
                      {Operation::add,
                       service,
                       "worker w2",
                       {{"weight", "", "1"}, {"encapsulation", "", "gue:5501"}}},
                      {Operation::remove, service, "worker w3", {{"weight", "7", ""}}},
                      {Operation::change, "devices", "d1", {{"advmss", "", "1428"}}}},
            .notes = {{"devices", "lo keeps 192.0.2.9/32"}}};
}

TEST(Plan, TextShowsSectionsTogether)
{
    EXPECT_EQ(text(example()), "service tcp 198.51.100.150:8000\n"
                               "  ~ worker w1: weight 50 -> 100\n"
                               "  + worker w2: weight 1, encapsulation gue:5501\n"
                               "  - worker w3: weight 7\n"
                               "devices\n"
                               "  + dummy vips\n"
                               "  ~ d1: advmss (none) -> 1428\n"
                               "  ! lo keeps 192.0.2.9/32\n"
                               "2 to add, 2 to change, 1 to remove\n");
}

TEST(Plan, NotesAreNothingToDo)
{
    const Plan plan{.notes = {{"workers", "w1 is drained"}}};
    EXPECT_TRUE(plan.empty());
    EXPECT_EQ(text(plan), "workers\n  ! w1 is drained\nnothing to do\n");
    EXPECT_EQ(text(Plan{}), "nothing to do\n");
}

TEST(Plan, RemovesMoreThanWasApproved)
{
    const Plan approved{.steps = {{Operation::remove, "a", "w1"}, {Operation::change, "a", "w2"}}};
    EXPECT_FALSE(removes_more(approved, approved));
    EXPECT_FALSE(removes_more({.steps = {{Operation::add, "a", "w9"}}}, approved));
    EXPECT_TRUE(removes_more({.steps = {{Operation::remove, "a", "w2"}}}, approved));
    EXPECT_TRUE(removes_more({.steps = {{Operation::remove, "b", "w1"}}}, approved));
}

TEST(Plan, JsonHasTheSame)
{
    const auto value = json(example());
    EXPECT_EQ(value["schema"], schema);
    ASSERT_EQ(value["steps"].size(), 5U);
    EXPECT_EQ(dump_json_line(value["steps"][0]),
              R"({"operation":"change","section":"service tcp 198.51.100.150:8000",)"
              R"("object":"worker w1","differences":[{"attribute":"weight","from":"50",)"
              R"("to":"100"}]})");
    EXPECT_TRUE(value["steps"][4]["differences"][0]["from"].is_null());
    EXPECT_EQ(value["notes"][0]["text"], "lo keeps 192.0.2.9/32");
}

} // namespace
} // namespace gueway::plan
