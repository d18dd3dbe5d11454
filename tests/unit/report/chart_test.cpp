// SPDX-License-Identifier: GPL-2.0-only
#include "report/chart.h"
#include "report/labels.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

Chart one_line(std::vector<Point> points)
{
    Chart chart;
    chart.title = "a <chart>";
    chart.description = "said";
    chart.x.scale = {ScaleKind::Linear, 0, 10};
    chart.y.scale = {ScaleKind::Linear, 0, 1};
    chart.series = {{"line & name", Tone::Bad, false, std::move(points)}};
    return chart;
}

size_t count(const std::string& text, std::string_view part)
{
    size_t found = 0;
    for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
    return found;
}

TEST(Chart, DrawsStaircasesFromEdgeToEdge)
{
    auto chart = one_line({{0, 0}, {5, 1}, {10, 1}});
    const auto svg = chart_svg(chart);
    // Across at 0, up at the middle, across at 1: three straight lines between four corners.
    const auto at = svg.find("<path class=\"line\" d=\"");
    ASSERT_NE(at, svg.npos);
    const auto data = svg.substr(at, svg.find("></path>", at) - at);
    EXPECT_EQ(count(data, "M"), 1U);
    EXPECT_EQ(count(data, "L"), 3U) << data;
}

TEST(Chart, IsNamedForThoseWhoDoNotSeeItAndEscapes)
{
    const auto svg = chart_svg(one_line({{0, 0}, {10, 1}}));
    EXPECT_NE(svg.find("role=\"img\""), svg.npos);
    EXPECT_NE(svg.find("aria-label=\"a &lt;chart&gt;. said\""), svg.npos);
    EXPECT_NE(svg.find("<title>line &amp; name</title>"), svg.npos);
    EXPECT_NE(svg.find("<g class=\"bad\">"), svg.npos);
}

TEST(Chart, WithoutPointsSaysSoAndKeepsItsAxes)
{
    const auto svg = chart_svg(one_line({}));
    EXPECT_NE(svg.find("no data"), svg.npos);
    EXPECT_NE(svg.find("class=\"axis\""), svg.npos);
    EXPECT_EQ(svg.find("class=\"line\""), svg.npos);
}

TEST(Chart, MarksALineThatEndsInTheUnknown)
{
    auto chart = one_line({{0, 0}, {10, 0.5}});
    EXPECT_EQ(chart_svg(chart).find("class=\"tip\""), std::string::npos);
    chart.series[0].open = true;
    EXPECT_NE(chart_svg(chart).find("class=\"tip\""), std::string::npos);
}

TEST(Chart, StaysSmallHoweverManySamples)
{
    std::vector<Point> points;
    for (int i = 0; i <= 200'000; ++i) points.push_back({i / 20'000.0, i / 200'000.0});
    EXPECT_LT(chart_svg(one_line(points)).size(), 40'000U);
}

TEST(Chart, WritesLabelsBesideTheirPoints)
{
    auto chart = one_line({{0, 0}, {10, 1}});
    chart.series[0].labels = {{"<named>", {5, 0}}};
    EXPECT_NE(chart_svg(chart).find("class=\"label bad\">&lt;named&gt;</text>"), std::string::npos);
}

bool apart(const Box& a, const Box& b)
{
    return a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
}

TEST(Labels, OfOnePointDoNotCoverEachOther)
{
    const Box area{0, 0, 200, 200};
    const LabelWish wish{{100, 100}, 60, 15};
    const auto boxes = place_labels({wish, wish, wish, wish}, area, {});
    for (size_t i = 0; i < boxes.size(); ++i)
        for (size_t j = 0; j < i; ++j) EXPECT_TRUE(apart(boxes[i], boxes[j])) << i << " " << j;
}

TEST(Labels, StayInThePicture)
{
    const auto boxes = place_labels({{{195, 2}, 60, 15}}, {0, 0, 200, 200}, {});
    EXPECT_LE(boxes[0].right, 200);
    EXPECT_GE(boxes[0].top, 0);
}

TEST(Labels, KeepClearOfLines)
{
    std::vector<Point> line; // to the right of the point
    for (int y = 0; y < 200; y += 2) line.push_back({120, static_cast<double>(y)});
    const auto boxes = place_labels({{{100, 100}, 60, 15}}, {0, 0, 200, 200}, line);
    EXPECT_LT(boxes[0].right, 100);
}

} // namespace
} // namespace gueway
