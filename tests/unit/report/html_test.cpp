// SPDX-License-Identifier: GPL-2.0-only
#include "report/html.h"
#include "report/page.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

TEST(Html, EscapesWhatCouldEndTextOrAnAttribute)
{
    EXPECT_EQ(escape("<a href=\"x\">&'"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
    EXPECT_EQ(escape("µ → ≥"), "µ → ≥");
}

TEST(Html, ReplacesControlCharacters)
{
    EXPECT_EQ(escape(std::string_view("a\0b\x1b\n", 5)), "a\uFFFDb\uFFFD\n");
}

TEST(Html, ElementEscapesAttributesAndLeavesEmptyOnesOut)
{
    EXPECT_EQ(element("p", {{"class", ""}, {"title", "a\" onclick=\"b"}}, "<b>x</b>"),
              "<p title=\"a&quot; onclick=&quot;b\"><b>x</b></p>");
}

TEST(Page, HasItsTitleEscapedAndItsPartsInPlace)
{
    const auto html = page_html({"a < b", ".own{}", "<p>body</p>"});
    EXPECT_TRUE(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
    EXPECT_NE(html.find("<title>a &lt; b</title>"), html.npos);
    EXPECT_LT(html.find(".own{}"), html.find("</style>"));
    EXPECT_NE(html.find("<body>\n<p>body</p>\n</body>\n</html>\n"), html.npos);
}

TEST(Page, ForbidsEveryFetchAndScript)
{
    const auto html = page_html({"t", "", ""});
    EXPECT_NE(html.find("default-src 'none'"), html.npos);
    for (const auto* fetch : {"http:", "https:", "//", "url(", "@import", "src=", "<script"})
        EXPECT_EQ(html.find(fetch), html.npos) << fetch;
}

TEST(Page, HasColoursForLightAndDark)
{
    const auto html = page_html({"t", "", ""});
    EXPECT_NE(html.find("prefers-color-scheme: dark"), html.npos);
    EXPECT_NE(html.find("color-scheme: light dark"), html.npos);
}

} // namespace
} // namespace gueway
