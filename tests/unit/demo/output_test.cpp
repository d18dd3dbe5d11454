// SPDX-License-Identifier: GPL-2.0-only
// What a reader gets to see: the verdict, the text, the page, the drawing.
#include "demo/charts.h"
#include "demo/drawing.h"
#include "report/columns.h"
#include "sample.h"
#include "util/text.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

bool has(const std::string& text, std::string_view part)
{
    return text.find(part) != text.npos;
}

TEST(DemoVerdict, TellsTheIncidentWithItsFigures)
{
    const auto verdict = demo_verdict(sample_incident());
    EXPECT_TRUE(verdict.incident);
    EXPECT_TRUE(verdict.clean) << verdict.text;
    EXPECT_EQ(verdict.headline,
              "Large requests stall with the vulnerable ip_vs and run with the patched one.");
    EXPECT_TRUE(has(verdict.text, "80 packets, all at validate_xmit_skb+0x2b4")) << verdict.text;
    EXPECT_TRUE(has(verdict.text, "takes 1.60 s, with the patched one 5.00 ms: a factor of 320."))
        << verdict.text;
    EXPECT_TRUE(has(verdict.text, "differ by at most 1.00×.")) << verdict.text;
}

TEST(DemoVerdict, WithoutDropsIsNotTheIncident)
{
    auto result = sample_incident();
    for (auto& cell : result.variants[0].cells) cell.drops.clear();
    const auto verdict = demo_verdict(result);
    EXPECT_FALSE(verdict.incident);
    EXPECT_TRUE(has(verdict.headline, "does not show")) << verdict.headline;
    EXPECT_TRUE(has(verdict.text, "no packet of a request was dropped")) << verdict.text;
}

TEST(DemoVerdict, DropsOfResponsesAreNotTheIncident)
{
    auto result = sample_incident();
    auto& cells = result.variants[0].cells;
    for (auto& cell : cells) cell.drops.clear();
    cells[2].drops = {{"tcp_v4_rcv+0x1", 9, ""}};
    EXPECT_FALSE(demo_verdict(result).incident);
}

TEST(DemoVerdict, TheMildestFamilyCounts)
{
    auto result = sample_incident();
    result.variants[0].cells[1].latencies = {95'000'000};
    const auto verdict = demo_verdict(result);
    EXPECT_FALSE(verdict.incident);
    EXPECT_TRUE(has(verdict.text, "(IPv6) takes 95.0 ms")) << verdict.text;
    EXPECT_TRUE(has(verdict.text, "a factor of 19.0, less than the 20 expected")) << verdict.text;
}

TEST(DemoVerdict, DropsOnThePatchedAreSaid)
{
    auto result = sample_incident();
    result.variants[1].cells[3].drops = {{"fou_xmit+0x10", 2, ""}, {"ip_rcv+0x2", 1, ""}};
    const auto verdict = demo_verdict(result);
    EXPECT_FALSE(verdict.incident);
    EXPECT_TRUE(has(verdict.headline, "the patched one drops packets too")) << verdict.headline;
    EXPECT_TRUE(has(verdict.text, "3 packets, most at fou_xmit+0x10")) << verdict.text;
}

TEST(DemoVerdict, ALowerBoundIsCalledOne)
{
    auto result = sample_incident();
    for (auto& cell : result.variants[0].cells)
        if (cell.direction == DemoDirection::Request) cell.latencies.clear(), cell.timed_out = 3;
    const auto verdict = demo_verdict(result);
    EXPECT_TRUE(verdict.incident);
    EXPECT_TRUE(has(verdict.text, "takes ≥5.00 s")) << verdict.text;
    EXPECT_TRUE(has(verdict.text, "a factor of at least 1000")) << verdict.text;
}

TEST(DemoVerdict, ResponsesThatDifferAreAnIncidentButNotClean)
{
    auto result = sample_incident();
    result.variants[1].cells[2].latencies = {22'000'000};
    auto verdict = demo_verdict(result);
    EXPECT_TRUE(verdict.incident);
    EXPECT_FALSE(verdict.clean);
    EXPECT_TRUE(has(verdict.text, "2.00×, more than the 1.3×")) << verdict.text;

    result.variants[1].cells[2].latencies = {11'500'000}; // 1.05 times: too much where all repeats
    EXPECT_TRUE(demo_verdict(result).clean);
    result.lane = "exact";
    EXPECT_FALSE(demo_verdict(result).clean);
}

TEST(DemoVerdict, CellsThatAreMissingAreCounted)
{
    auto result = sample_incident();
    result.variants[0].cells[1].failure = "no";
    const auto verdict = demo_verdict(result);
    EXPECT_TRUE(verdict.incident);
    EXPECT_FALSE(verdict.clean);
    EXPECT_TRUE(has(verdict.text, "1 of 4 cells could not be compared.")) << verdict.text;
}

TEST(DemoVerdict, OfOneVariantOrNoneIsNothing)
{
    DemoResult result = sample_incident();
    result.variants.pop_back();
    EXPECT_FALSE(demo_verdict(result).incident);
    EXPECT_TRUE(has(demo_verdict(result).text, "Only one"));
    EXPECT_TRUE(has(demo_verdict({}).text, "None"));
}

TEST(DemoText, PutsTheVariantsSideBySide)
{
    const auto text = demo_text(sample_incident());
    EXPECT_TRUE(text.starts_with("vulnerable → patched (kernel 6.1.0-1-amd64, underlay MTU 1600, "
                                 "MSS 1460 (IPv4), lane smp)\n"))
        << text;
    EXPECT_TRUE(has(text, "1601 → 5.00  320×")) << text;
    EXPECT_TRUE(has(text, "validate_xmit_skb+0x2b4         80  NOT_SPECIFIED  requests\n")) << text;
    EXPECT_TRUE(has(text, "(the device's tx_dropped)       80")) << text;
    EXPECT_TRUE(text.ends_with(" 1.00×.\n")) << text;
}

TEST(DemoText, FitsAHundredColumnsWithLargeFigures)
{
    auto result = sample_incident();
    for (auto& cell : result.variants[0].cells) {
        cell.size = 1048576;
        cell.latencies.clear();
        cell.timed_out = 9;
        cell.retransmits = 12345;
        cell.drops = {{std::string(150, 'f') + "+0x1", 12345, "NOT_SPECIFIED"}};
        cell.failure = cell.family == 6 ? "the guest was gone before it could tell much" : "";
    }
    for (auto& cell : result.variants[1].cells) cell.size = 1048576;
    // The verdict names the place in full; it is one word, longer than the line may be.
    const auto text = demo_text(result);
    for (const auto line : lines(text))
        EXPECT_TRUE(display_width(line) <= 100 || line.starts_with("fff")) << line;
    EXPECT_TRUE(has(text, "Not measured: 1 MiB request, IPv6 (vulnerable): the guest was gone"));
}

TEST(DemoText, OfNothingStillSpeaks)
{
    EXPECT_TRUE(has(demo_text({}), "There is nothing to compare."));
}

TEST(DemoCharts, AreOnePerClassAndOnePerCell)
{
    const auto result = sample_incident();
    const auto latency = demo_latency_charts(result);
    ASSERT_EQ(latency.size(), 2U);
    EXPECT_EQ(latency[0].title, "32 KiB requests");
    ASSERT_EQ(latency[0].series.size(), 4U);
    EXPECT_EQ(latency[0].series[0].tone, Tone::Bad);
    EXPECT_EQ(latency[0].series[2].tone, Tone::Good);
    EXPECT_FALSE(latency[0].series[2].dashed);
    EXPECT_TRUE(latency[0].series[3].dashed);
    EXPECT_EQ(latency[0].x.scale.high, latency[1].x.scale.high);
    EXPECT_EQ(demo_timeline_charts(result).size(), 4U);
}

TEST(DemoCharts, ShowThoseWhoGaveUpAsUnknown)
{
    auto result = sample_incident();
    auto& cells = result.variants[0].cells;
    cells[0].timed_out = 1;
    cells[1].latencies.clear();
    cells[1].timed_out = 4;
    const auto chart = demo_latency_charts(result)[0];
    const auto& some = chart.series[0];
    EXPECT_TRUE(some.open);
    EXPECT_DOUBLE_EQ(some.points.back().x, 5);
    EXPECT_DOUBLE_EQ(some.points.back().y, 0.75);
    EXPECT_EQ(some.labels.back().text, "5 of 8 gave up at 5.00 s");
    const auto& all = chart.series[1];
    EXPECT_TRUE(all.open);
    EXPECT_DOUBLE_EQ(all.points.front().x, chart.x.scale.low);
    EXPECT_DOUBLE_EQ(all.points.back().y, 0);
    EXPECT_TRUE(has(all.name, "4 of 4 gave up after 5.00 s")) << all.name;
}

TEST(DemoCharts, TimelineEndsWithTheCell)
{
    auto result = sample_incident();
    auto& cell = result.variants[0].cells[0];
    cell.interval = 100'000'000;
    cell.timeline = {1'000'000, 2'000'000, 600'000};
    cell.duration = 260'000'000;
    auto points = demo_timeline_charts(result)[0].series[0].points;
    ASSERT_EQ(points.size(), 4U);
    EXPECT_DOUBLE_EQ(points[0].y, 80);
    EXPECT_DOUBLE_EQ(points[1].y, 160);
    EXPECT_NEAR(points[2].y, 80, 1e-9); // 600 kB in the 60 ms there were
    EXPECT_DOUBLE_EQ(points[3].x, 0.26);

    cell.duration = 220'000'000; // too short for a rate of its own
    points = demo_timeline_charts(result)[0].series[0].points;
    ASSERT_EQ(points.size(), 3U);
    EXPECT_NEAR(points[1].y, 2'600'000 * 8 / 0.12 * 1e-6, 1e-9);
}

TEST(DemoPage, HoldsEverythingAndFetchesNothing)
{
    auto result = sample_incident();
    result.command = "make demo OPTIONS='<&>'";
    const auto page = demo_page(result);
    for (const auto* part :
         {"<h1>Large requests stall", "32 KiB requests</text>", "32 KiB response, IPv6</text>",
          "validate_xmit_skb+0x2b4</td>", "tnl_hlen = 0x44 − 0x46 = −2",
          "tnl_hlen = 0x52 − 0x46 = 12", "6.1.0-1-amd64, #1 SMP",
          "make demo OPTIONS=&#39;&lt;&amp;&gt;&#39;", "2026-01-31 12:00 UTC"})
        EXPECT_TRUE(has(page, part)) << part;
    for (const auto* fetch : {"http:", "https:", "//", "src=", "<script", "url(", "nan", "inf\""})
        EXPECT_FALSE(has(page, fetch)) << fetch;
}

TEST(DemoPage, EscapesWhatTheGuestSaid)
{
    auto result = sample_incident();
    result.variants[0].name = "<b>";
    result.variants[0].kernel = "<i>";
    result.variants[0].cells[0].drops[0] = {"<script>", 1, "<u>"};
    result.variants[0].cells[1].failure = "</style><script>";
    const auto page = demo_page(result);
    for (const auto* raw : {"<b>", "<i>", "<script>", "<u>", "</style><"})
        EXPECT_EQ(page.find(raw), page.npos) << raw;
}

TEST(DemoPage, OfNothingOrEmptyCellsIsStillAPage)
{
    EXPECT_TRUE(has(demo_page({}), "There is nothing to compare."));
    DemoResult result;
    result.variants = {{"vulnerable", "x", "", {DemoCell{}}}, {"patched", "x", "", {DemoCell{}}}};
    result.variants[0].cells[0].interval = 0;
    result.variants[0].cells[0].timeline = {1};
    const auto page = demo_page(result);
    EXPECT_TRUE(has(page, "no data"));
    EXPECT_FALSE(has(page, "nan"));
}

TEST(DemoDrawing, ComputesTheLengthTheKernelTakes)
{
    EXPECT_EQ(tunnel_length(published_offsets.inner_mac_unfixed, published_offsets), -2);
    EXPECT_EQ(tunnel_length(published_offsets.inner_network, published_offsets), 12);
}

TEST(DemoDrawing, SpeaksOfAParseWhereThePullWouldSucceed)
{
    // GUE with the remote checksum option: 20 bytes of tunnel, 6 seen.
    const auto svg = packet_drawing({0x32, 0x46, 0x4c, 0x5a});
    EXPECT_TRUE(has(svg, "tnl_hlen = 0x4c − 0x46 = 6")) << svg;
    EXPECT_TRUE(has(svg, "parsed from the wrong byte")) << svg;
}

TEST(DemoDrawing, RefusesOffsetsOutOfOrder)
{
    EXPECT_EQ(packet_drawing({}), "");
    EXPECT_EQ(packet_drawing({0x46, 0x32, 0x44, 0x52}), "");
    EXPECT_EQ(packet_drawing({0x32, 0x46, 0x10, 0x52}), "");
}

} // namespace
} // namespace gueway
