// SPDX-License-Identifier: GPL-2.0-only
#include "report/table.h"
#include "util/text.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

Table animals()
{
    return {{}, {{"name"}, {"legs", Align::Right}}, {{{"spider"}, {"8"}}, {{"µ"}, {"100"}}}};
}

Table before_and_after()
{
    return {"caption",
            {{""},
             {"old", Align::Right, "time, ms"},
             {"new", Align::Right, "time, ms", " → "},
             {"note"}},
            {{{"a"}, {"1425"}, {"4.1"}, {"x"}}, {{"bb"}, {"7"}}}};
}

TEST(Table, TextAlignsByColumnsNotBytes)
{
    EXPECT_EQ(table_text(animals()), "name    legs\n"
                                     "spider     8\n"
                                     "µ        100\n");
}

TEST(Table, TextWritesTheGroupOverItsJoinedColumns)
{
    EXPECT_EQ(table_text(before_and_after()), "      time, ms  note\n"
                                              "a   1425 → 4.1  x\n"
                                              "bb     7\n");
}

TEST(Table, TextWithoutTitlesHasNoHeading)
{
    EXPECT_EQ(table_text({{}, {{""}, {""}}, {{{"a"}, {"b"}}}}), "a  b\n");
    EXPECT_EQ(table_text({}), "");
}

TEST(Table, TextCutsTheWidestLeftColumnToFit)
{
    Table table = animals();
    table.rows[0][0].text = "a_name_that_is_far_too_long";
    for (const auto line : lines(table_text(table, 20))) EXPECT_LE(display_width(line), 20U);
    EXPECT_EQ(lines(table_text(table, 20))[1], "a_name_that_i…     8");
    // Numbers and the first 8 columns of a name are kept, whatever the width.
    EXPECT_EQ(lines(table_text(table, 5))[1], "a_name_…     8");
}

TEST(Table, HtmlKeepsValuesInTheirCells)
{
    EXPECT_EQ(
        table_html(animals()),
        "<table><thead><tr><th scope=\"col\">name</th><th scope=\"col\" class=\"num\">legs</th>"
        "</tr></thead><tbody>\n"
        "<tr><th scope=\"row\">spider</th><td class=\"num\">8</td></tr>\n"
        "<tr><th scope=\"row\">µ</th><td class=\"num\">100</td></tr>\n"
        "</tbody></table>");
}

TEST(Table, HtmlSpansGroupsAndJoinsTheirCells)
{
    const auto html = table_html(before_and_after());
    EXPECT_NE(html.find("<caption>caption</caption>"), html.npos);
    EXPECT_NE(html.find("<th scope=\"colgroup\" colspan=\"2\" class=\"num first\">time, ms</th>"),
              html.npos);
    EXPECT_NE(
        html.find("<td class=\"num first\" title=\"old\">1425<span class=\"joint\">→</span></td>"
                  "<td class=\"num\" title=\"new\">4.1</td>"),
        html.npos);
    // No arrow that leads to an empty cell.
    EXPECT_NE(html.find("title=\"old\">7</td>"), html.npos);
}

TEST(Table, HtmlEscapesEverything)
{
    const auto html = table_html({"<c>", {{"<t>"}}, {{{"<x>", Tone::Bad}}}});
    EXPECT_NE(html.find("&lt;c&gt;"), html.npos);
    EXPECT_NE(html.find("&lt;t&gt;"), html.npos);
    EXPECT_NE(html.find("<th scope=\"row\" class=\"bad\">&lt;x&gt;</th>"), html.npos);
}

TEST(Columns, WrapsAtBlanksAndNeverWithinAWord)
{
    EXPECT_EQ(wrapped("one two three", 7), "one two\nthree\n");
    EXPECT_EQ(wrapped("a extraordinarily b", 5), "a\nextraordinarily\nb\n");
    EXPECT_EQ(wrapped("  ", 5), "");
}

TEST(Columns, CutsBetweenCodePoints)
{
    EXPECT_EQ(cut("µµµ", 3), "µµµ");
    EXPECT_EQ(cut("µµµ", 2), "µ…");
}

} // namespace
} // namespace gueway
