// SPDX-License-Identifier: GPL-2.0-only
// What is said of the bugs with a name is so on every kernel of the catalogue: of the cells that
// are named for them, and of those with an event, none is unexplained. And two bugs are where they
// were, and nowhere else.
#include "lab/catalogue.h"
#include "matrix/axes.h"
#include "matrix/events.h"
#include "matrix/struck.h"
#include "matrix_run.h"
#include "tests/assert_ok.h"

#include <set>

#include <gtest/gtest.h>

namespace gueway {
namespace {

std::set<std::string> named_cells()
{
    std::set<std::string> names;
    for (const auto& cell : matrix::event_cells()) names.insert(matrix::name(cell));
    for (const auto& struck : matrix::struck_cells()) names.emplace(struck.cell);
    return names;
}

Outcome isolated(const fs::path& json, const Argv& options)
{
    Argv argv = {gsobench_program, "isolate", json.string()};
    argv.insert(argv.end(), options.begin(), options.end());
    const auto ran = run(argv);
    EXPECT_TRUE(ran) << ran.error().text();
    return ran.value_or(Outcome{});
}

// Documentation/kernels.md, "GSO-MTU and PMTU": 6.1-oldest has them, and 6.1 has not.
void expect_two_bugs_alone(const fs::path& json)
{
    const auto with = [&](const Argv& bugs) {
        Argv options = {"--with", "6.1-oldest", "--without", "6.1"};
        options.insert(options.end(), bugs.begin(), bugs.end());
        return isolated(json, options);
    };
    const auto exact =
        with({"--bug", "gso-mtu", "--bug", "icmp-pmtu", "--aside", "C3", "--aside", "C4"});
    EXPECT_EQ(exact.status, 0) << exact.output << exact.errors;
    // So that it can fail: without any of them its cells are nobody's.
    EXPECT_EQ(with({"--bug", "gso-mtu", "--aside", "C3", "--aside", "C4"}).status, 1);
    EXPECT_EQ(with({"--bug", "icmp-pmtu", "--aside", "C3", "--aside", "C4"}).status, 1);
    EXPECT_EQ(with({"--bug", "gso-mtu", "--bug", "icmp-pmtu", "--aside", "C3"}).status, 1);
}

TEST(WholeCatalogue, NamedCellsAreExplainedOnEveryKernel)
{
    const auto directory = TempDir::make("catalogue");
    ASSERT_OK(directory);
    const auto json = directory->path() / "all.json";
    Argv argv = {gsobench_program, "matrix", "--allow-known", "--json", json.string()};
    for (const auto& row : catalogue())
        argv.insert(argv.end(), {"--kernel", std::string(row.name)});
    for (const auto& cell : named_cells()) argv.insert(argv.end(), {"--cell", cell});
    const auto ran = run(argv);
    ASSERT_OK(ran);
    EXPECT_EQ(ran->status, 0) << ran->output << ran->errors;
    const auto result = read_json(json);
    ASSERT_OK(result);
    ASSERT_EQ(result->at("kernels").size(), catalogue().size());
    for (const auto& kernel : result->at("kernels")) {
        EXPECT_GT(of_outcome(kernel, "known"), 0U) << kernel["kernel"];
        EXPECT_GE(kernel["cells"].size(), matrix::event_cells().size()) << kernel["kernel"];
    }
    expect_two_bugs_alone(json);
}

} // namespace
} // namespace gueway
