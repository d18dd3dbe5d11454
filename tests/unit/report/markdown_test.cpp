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

TEST(Markdown, ABarIsNoNewColumn)
{
    const Table table{.caption = {}, .columns = {{.title = "said"}}, .rows = {{{"a | b"}}}};
    EXPECT_EQ(table_markdown(table), "| said |\n| --- |\n| a \\| b |\n\n");
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

TEST(Markdown, OfAFileLeavesItAloneAndNamesIt)
{
    const auto directory = TempDir::make();
    ASSERT_OK(directory);
    const auto file = directory->path() / "it.md";
    const auto empty = std::string(markdown_begin) + "\n" + std::string(markdown_end) + "\n";
    ASSERT_OK(write_file(file, empty));
    const auto made = document_with(file, "new\n");
    ASSERT_OK(made);
    EXPECT_EQ(*made, *between_marks(empty, "new\n"));
    EXPECT_EQ(read_file(file).value_or(""), empty);

    ASSERT_OK(write_file(file, "no marks\n"));
    const auto refused = document_with(file, "new\n");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().object, file.string());
}

} // namespace
} // namespace gueway
