// SPDX-License-Identifier: GPL-2.0-only
// The matrix on a real kernel: a sample of cells, each of which must be as the oracle says or as a
// bug with a name looks.
//
//     client === director === worker      the rig of userspace/matrix/places.h
#include "matrix/axes.h"
#include "matrix/events.h"
#include "matrix/known_bugs.h"
#include "matrix/run.h"
#include "tests/assert_ok.h"
#include "util/brought_module.h"
#include "util/file.h"

#include <algorithm>
#include <set>

#include <fmt/ranges.h>
#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

// Shapes that cross all there is on the way: whole, segmented, refused, in fragments.
constexpr const char* shapes[] = {"tcp/fits", "tcp-gso/k-more-1", "tcp-gso/more-1", "udp-gso/two",
                                  "udp/more-1"};

std::vector<Cell> sample()
{
    std::vector<Cell> cells;
    for (const auto tunnel : value_names(Axis::tunnel))
        for (const auto underlay : value_names(Axis::underlay))
            for (const char* family : {"in4/out4", "in6/out4", "in4/out6"})
                for (const char* shape : shapes)
                    cells.push_back(
                        parse_cell(fmt::format("{}/{}/{}/{}", tunnel, family, shape, underlay))
                            .value());
    const auto events = event_cells();
    cells.insert(cells.end(), events.begin(), events.end());
    std::ranges::sort(cells, {}, [](const Cell& cell) { return cell.underlay; });
    return cells;
}

bool names(const CellResult& result, std::string_view bug)
{
    return std::ranges::find(result.bugs, bug) != result.bugs.end();
}

class Matrix : public testing::Test {
protected:
    void SetUp() override
    {
        auto loaded = LoadedModule::load("gueway_mlx5ish");
        ASSERT_OK(loaded);
        wire_ = std::make_unique<LoadedModule>(*std::move(loaded));
    }
    static std::vector<CellResult> run(const std::vector<Cell>& cells)
    {
        std::vector<CellResult> results;
        const auto ran = run_cells(cells, {.begin = {}, .done = [&](size_t, CellResult&& result) {
                                               results.push_back(std::move(result));
                                           }});
        EXPECT_TRUE(ran) << ran.error().text();
        return results;
    }
    std::unique_ptr<LoadedModule> wire_;
};

// Whether the kernel has the bug is asked of its traffic, not of its name.
TEST_F(Matrix, EachCellIsRightOrABugWithAName)
{
    const auto results = run(sample());
    ASSERT_EQ(results.size(), sample().size());
    const auto* const inner_mac = known_bug("inner-mac");
    const bool lossy = std::ranges::any_of(
        results, [](const CellResult& result) { return names(result, "inner-mac"); });
    size_t struck = 0;
    for (const auto& result : results) {
        EXPECT_NE(result.outcome, Outcome::failed)
            << name(result.cell) << ": " << fmt::format("{}", fmt::join(result.complaints, "; "));
        const bool strikes = inner_mac->strikes(result.cell);
        EXPECT_EQ(names(result, "inner-mac"), lossy && strikes) << name(result.cell);
        struck += strikes;
    }
    EXPECT_GT(struck, results.size() / 10);
    EXPECT_LT(struck, results.size() / 2);
    std::set<std::string> seen;
    for (const auto& result : results) seen.insert(result.bugs.begin(), result.bugs.end());
    for (const char* bug : {"C2", "C3"})
        EXPECT_TRUE(seen.contains(bug)) << bug << " is gone: tell its first good version";
}

TEST_F(Matrix, LeavesNothingBehind)
{
    const auto namespaces = [] {
        std::set<std::string> found;
        std::error_code none;
        for (const auto& entry : fs::directory_iterator("/run/netns", none))
            found.insert(entry.path().filename());
        return found;
    };
    const auto before = namespaces();
    EXPECT_EQ(run({Cell{}}).size(), 1U);
    EXPECT_EQ(namespaces(), before);
}

} // namespace
} // namespace gueway::matrix
