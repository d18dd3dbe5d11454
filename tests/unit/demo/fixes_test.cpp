// SPDX-License-Identifier: GPL-2.0-only
// What is said of fixes follows from the figures, and changes with each of them.
#include "demo/fixes.h"
#include "demo/fixes_charts.h"
#include "demo/fixes_tables.h"
#include "report/columns.h"
#include "util/json.h"
#include "util/text.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

constexpr uint64_t ms = 1'000'000;
constexpr uint64_t span = 1000 * ms;

FixesPhase phase(const std::string& name, bool repaired, uint64_t number)
{
    FixesPhase made{.name = name, .repaired = repaired};
    if (number) made.command = "make it " + name;
    made.begin = number * (span + 100 * ms);
    made.end = made.begin + span;
    if (repaired) return made;
    made.drops = {{"validate_xmit_skb+0x2b4", 7, "NOT_SPECIFIED"}};
    made.tx_dropped = 7;
    return made;
}

// 2 ms where it is repaired, 500 ms where it is not.
FixesTrack track(const std::string& encap, const std::string& ip_vs,
                 const std::vector<std::pair<std::string, bool>>& phases)
{
    FixesTrack made{.encap = encap, .ip_vs = ip_vs, .kernel = "6.1"};
    for (const auto& [name, repaired] : phases) {
        made.phases.push_back(phase(name, repaired, made.phases.size()));
        const uint64_t latency = repaired ? 2 * ms : 500 * ms;
        for (auto at = made.phases.back().begin; at < made.phases.back().end; at += latency + ms) {
            made.begins.push_back(at);
            made.latencies.push_back(latency);
        }
    }
    const size_t intervals = made.phases.back().end / made.interval;
    made.bytes.assign(intervals, 1000);
    made.dropped.assign(intervals, 0);
    made.dropped[0] = ip_vs == "patched" ? 0 : 3;
    return made;
}

FixesResult sample()
{
    FixesResult result{.command = "make demo-fixes", .lane = "exact", .device = "mlx5ish"};
    result.underlay_mtu = 1600;
    result.size = 32768;
    for (const char* ip_vs : {"vulnerable", "patched"})
        for (const char* encap : {"GUE", "GRE"})
            result.tracks.push_back(
                track(encap, ip_vs,
                      std::string(ip_vs) == "patched"
                          ? std::vector{std::pair{std::string("patched"), true}}
                          : std::vector{std::pair{std::string("vulnerable"), false},
                                        {"mitigation", true},
                                        {"off", false},
                                        {"hotfix", true}}));
    return result;
}

TEST(FixesVerdict, HoldsForTheSample)
{
    const auto verdict = fixes_verdict(sample());
    EXPECT_TRUE(verdict.holds) << verdict.text;
    EXPECT_NE(verdict.text.find("28 packets are dropped"), std::string::npos) << verdict.text;
    EXPECT_NE(verdict.text.find("250 to 250 times"), std::string::npos) << verdict.text;
}

struct Spoiled {
    const char* what;
    void (*spoil)(FixesResult&);
};

TEST(FixesVerdict, FallsWithEachFigure)
{
    const Spoiled all[] = {
        {"a drop under the hotfix",
         [](FixesResult& r) { r.tracks[0].phases[3].drops = {{"a", 1, ""}}; }},
        {"the device's count", [](FixesResult& r) { r.tracks[1].phases[1].tx_dropped = 1; }},
        {"no bug to mend",
         [](FixesResult& r) {
             r.tracks[1].phases[0].drops = {}, r.tracks[1].phases[0].tx_dropped = 0;
         }},
        {"slower than patched",
         [](FixesResult& r) {
             for (auto& latency : r.tracks[2].latencies) latency = latency * 10 / 11;
         }},
        {"a failed request", [](FixesResult& r) { r.tracks[3].failed = 1; }},
        {"a request given up", [](FixesResult& r) { r.tracks[0].timed_out = 1; }},
        {"patched not measured", [](FixesResult& r) { r.tracks.pop_back(); }},
        {"hotfix not measured", [](FixesResult& r) { r.tracks[0].phases.pop_back(); }},
        {"nothing at all", [](FixesResult& r) { r.tracks.clear(); }},
    };
    for (const auto& [what, spoil] : all) {
        auto result = sample();
        spoil(result);
        EXPECT_FALSE(fixes_verdict(result).holds) << what;
        EXPECT_FALSE(fixes_text(result).empty());
        EXPECT_FALSE(fixes_page(result).empty());
    }
}

TEST(FixesLines, PutThePatchedOneBehind)
{
    const auto result = sample();
    const auto lines = fixes_lines(result);
    ASSERT_EQ(lines.size(), 2U);
    ASSERT_EQ(lines[1].tracks.size(), 2U);
    EXPECT_EQ(lines[1].encap, "GRE");
    EXPECT_EQ(lines[1].patched, &result.tracks[3]);
    EXPECT_EQ(lines[1].offsets[1], result.tracks[1].phases.back().end);
}

TEST(FixesCell, HasTheRequestsThatBeganInThePhase)
{
    const auto result = sample();
    const auto& one = result.tracks[0];
    const auto cell = fixes_cell(one, one.phases[0], result.size);
    EXPECT_EQ(cell.latencies, (std::vector<uint64_t>{500 * ms, 500 * ms}));
    EXPECT_EQ(cell.bytes, 2 * result.size);
    EXPECT_EQ(cell.duration, span);
}

TEST(FixesJson, ReadsBackWhatItWrote)
{
    const auto json = fixes_to_json(sample());
    const auto back = fixes_from_json(parse_json(dump_json(json), "text").value(), "text");
    ASSERT_TRUE(back) << back.error().text();
    EXPECT_EQ(fixes_to_json(*back), json);
}

TEST(FixesJson, RefusesWhatIsWrong)
{
    auto json = fixes_to_json(sample());
    json["tracks"][0]["begins_ns"].erase(0);
    EXPECT_FALSE(fixes_from_json(json, "f"));
    json = fixes_to_json(sample());
    json["tracks"][0]["interval_ns"] = 0;
    EXPECT_FALSE(fixes_from_json(json, "f"));
    json = fixes_to_json(sample());
    json["tracks"][0]["phases"][0].erase("repaired");
    EXPECT_FALSE(fixes_from_json(json, "f"));
    json = fixes_to_json(sample());
    json["schema"] = "gueway.demo/1";
    EXPECT_FALSE(fixes_from_json(json, "f"));
}

TEST(FixesText, FitsTheTerminalAndNamesThePhasesOverTheStrips)
{
    const auto text = fixes_text(sample());
    for (const auto line : lines(text)) EXPECT_LE(display_width(line), 100U) << line;
    EXPECT_NE(text.find("vulnerable"), std::string::npos);
    EXPECT_NE(text.find("█"), std::string::npos);
    EXPECT_EQ(text.back(), '\n');
}

TEST(FixesCharts, MarkEveryPhaseAndColourThem)
{
    const auto result = sample();
    const auto charts = fixes_charts(result, fixes_lines(result)[0]);
    ASSERT_EQ(charts.size(), 3U);
    for (const auto& chart : charts) {
        EXPECT_EQ(chart.marks.size(), 5U);
        EXPECT_NE(chart_svg(chart).find("mitigation"), std::string::npos);
        for (const auto& series : chart.series)
            if (series.name == "hotfix") {
                EXPECT_EQ(series.tone, Tone::Good);
            }
    }
}

} // namespace
} // namespace gueway
