// SPDX-License-Identifier: GPL-2.0-only
// Three ways to mend a running director whose underlay is an mlx5-class device as it comes, in GUE
// and in GRE: each alone ends the drops, and a 32 KiB request takes no longer than with the patched
// ip_vs. In the exact lane, where times count instructions.
#include "demo/compare.h"
#include "demo/fixes.h"
#include "netlab.h"

#include <fmt/format.h>

namespace gueway {
namespace {

constexpr double within = 1.05; // of the patched median

FixesResult measured(const fs::path& directory)
{
    const auto outcome = netlab({"demo-fixes", "--seconds", "1", "--out", directory});
    EXPECT_EQ(outcome.status, 0) << outcome.output << outcome.errors;
    const auto json = read_json(directory / "demo-fixes.json");
    EXPECT_TRUE(json) << json.error().text();
    if (!json) return {};
    auto result = fixes_from_json(*json, "demo-fixes.json");
    EXPECT_TRUE(result) << result.error().text();
    return result.value_or(FixesResult{});
}

// To the patched ip_vs; 0 when there is none.
double median_ratio(const FixesFigures& figures)
{
    if (!figures.patched) return 0;
    const auto ratio = demo_latency_ratio({&figures.cell, &*figures.patched}, 0.5);
    return ratio ? ratio->value : 0;
}

void expect_mended(const FixesFigures& figures)
{
    EXPECT_EQ(demo_drops(figures.cell), 0U);
    EXPECT_EQ(figures.cell.tx_dropped, 0U);
    EXPECT_GE(figures.cell.latencies.size(), 20U);
    EXPECT_LE(median_ratio(figures), within);
    EXPECT_GE(median_ratio(figures), 1 / within);
}

// So that the above can fail.
void expect_broken(const FixesFigures& figures)
{
    EXPECT_GT(figures.cell.tx_dropped, 0U);
    EXPECT_EQ(demo_drops(figures.cell), figures.cell.tx_dropped);
    for (const auto& drop : figures.cell.drops)
        EXPECT_TRUE(drop.symbol.starts_with("validate_xmit_skb+0x")) << drop.symbol;
    EXPECT_GE(median_ratio(figures), 20);
}

TEST(Fixes, EachAloneIsAsGoodAsThePatchedModule)
{
    const auto directory = TempDir::make().value();
    const auto result = measured(directory.path());
    EXPECT_EQ(result.lane, "exact");
    const auto lines = fixes_lines(result);
    ASSERT_EQ(lines.size(), 2U);
    for (const auto& line : lines) {
        std::string order;
        for (const auto& figures : fixes_figures(result, line)) {
            SCOPED_TRACE(line.encap + " " + figures.phase->name);
            order += figures.phase->name + " ";
            figures.phase->repaired ? expect_mended(figures) : expect_broken(figures);
        }
        EXPECT_EQ(order, "vulnerable mitigation off hotfix off patched ");
        for (const auto* track : line.tracks)
            EXPECT_EQ(track->failed + track->timed_out, 0U) << track->failure;
    }
    EXPECT_GT(fs::file_size(directory.path() / "demo-fixes.html"), 10000U);
}

} // namespace
} // namespace gueway
