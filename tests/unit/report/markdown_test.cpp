// SPDX-License-Identifier: GPL-2.0-only
#include "report/markdown.h"
#include "tests/assert_ok.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

TEST(Markdown, WritesATable)
{
    Table table;
    EXPECT_EQ(table_markdown(table), "");
    table.columns = {{"way", Align::Left, {}, {}}, {"cost", Align::Right, {}, {}}};
    table.rows = {{{"gre"}, {"3"}}, {{"short"}}};
    EXPECT_EQ(table_markdown(table),
              "| way | cost |\n| --- | ---: |\n| gre | 3 |\n| short |  |\n\n");
}

TEST(Markdown, TakesThePlaceOfWhatWasBetweenTheMarks)
{
    const auto document = "# Kept\n" + std::string(markdown_begin) + "\nold\n" +
                          std::string(markdown_end) + "\nkept too\n";
    const auto made = between_marks(document, "new\n\n");
    ASSERT_OK(made);
    EXPECT_EQ(made->find("old"), made->npos);
    EXPECT_TRUE(made->starts_with("# Kept\n") && made->ends_with("\nkept too\n"));
    EXPECT_EQ(*between_marks(*made, "new\n\n"), *made);
    EXPECT_FALSE(between_marks("no marks", "new\n"));
    EXPECT_FALSE(between_marks(std::string(markdown_begin) + "only", "new\n"));
}

} // namespace
} // namespace gueway
