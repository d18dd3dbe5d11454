// SPDX-License-Identifier: GPL-2.0-only
// What is made of the exact benchmark's figures, on figures that are made up.
#include "exact/page.h"
#include "exact/tables.h"
#include "tests/assert_ok.h"
#include "tests/unit/exact/example.h"
#include "util/json.h"

#include <gtest/gtest.h>

namespace gueway::exact {
namespace {

TEST(ExactFigures, ComeBackFromJson)
{
    const auto json = to_json(example());
    const auto again = parse(json, "test");
    ASSERT_OK(again);
    EXPECT_EQ(dump_json(to_json(*again)), dump_json(json));
    EXPECT_EQ(again->find("workers/mh/9")->error, "no module");
    EXPECT_EQ(json["schema"], schema);
}

TEST(ExactFigures, AreRefusedWhenTheyAreNone)
{
    for (const char* text :
         {"[]", R"({"context":{}})", R"({"context":{},"benchmarks":[{}]})",
          R"({"context":{},"benchmarks":[{"name":"a","counters":{"device":1}}]})",
          R"({"context":{},"benchmarks":[{"name":"a","counters":{"instructions":"1"}}]})",
          R"({"context":{"a":1},"benchmarks":[]})",
          R"({"schema":"gueway.drops/1","context":{},"benchmarks":[]})"}) {
        const auto json = parse_json(text, "test");
        ASSERT_OK(json);
        EXPECT_FALSE(parse(*json, "test").has_value()) << text;
    }
}

TEST(ExactFigures, SoftwareHasAColumnWhereItDiffers)
{
    const auto columns = size_columns(example());
    ASSERT_EQ(columns.size(), 3U);
    EXPECT_EQ(column_title(columns[0]), "64B");
    EXPECT_EQ(column_title(columns[1]), "64KiB, offloaded");
    EXPECT_EQ(column_title(columns[2]), "64KiB, in software");
    const auto text = table_text(ways_table(example()));
    EXPECT_NE(text.find("gue-csum"), std::string::npos);
    EXPECT_NE(text.find("5360"), std::string::npos) << text;
}

TEST(ExactFigures, SayWhereGueTakesMoreThanTheDevice)
{
    const auto lines = against_legacy(example());
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_FALSE(lines[0].more);
    EXPECT_EQ(lines[0].line, "gue-csum, 64B: 390 against 640, 250 fewer (-39.1 %): ipvs +150, "
                             "tunnel -400");
    EXPECT_TRUE(lines[2].more);
    EXPECT_NE(lines[2].line.find("device +1000"), std::string::npos) << lines[2].line;
}

TEST(ExactFigures, ThePageHasThemAll)
{
    const auto html = page(example(), "gsobench exact");
    for (const char* text : {"way", "64KiB, in software", "5360", "hotfix", "4610", "no module",
                             "It takes more instructions in 1 of 3 figures", "gsobench exact"})
        EXPECT_NE(html.find(text), std::string::npos) << text;
}

} // namespace
} // namespace gueway::exact
