// SPDX-License-Identifier: GPL-2.0-only
// The matrix on a real kernel: a sample of cells, each of which must be as the oracle says or as a
// bug with a name looks.
//
//     client === director === worker      the rig of userspace/matrix/places.h
#include "link/namespace.h"
#include "link/sysctl.h"
#include "matrix/axes.h"
#include "matrix/events.h"
#include "matrix/kernel_log.h"
#include "matrix/known_bugs.h"
#include "matrix/places.h"
#include "matrix/run.h"
#include "tests/assert_ok.h"
#include "util/brought_module.h"
#include "util/file.h"
#include "util/process.h"

#include <algorithm>
#include <set>

#include <fcntl.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

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
    // Where segments are cut no device counts what inner-mac loses.
    for (const char* tunnel : {"gue", "gre-csum"})
        for (const auto underlay : value_names(Axis::underlay))
            for (const char* family : {"in4/out4", "in4/out6"})
                cells.push_back(parse_cell(fmt::format("{}/{}/tcp-gso/more-1/{}/m1500/tso/"
                                                       "vlan-none/no-df",
                                                       tunnel, family, underlay))
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
    static std::vector<CellResult> run(const std::vector<Cell>& cells,
                                       const std::function<void(size_t)>& begin = {})
    {
        std::vector<CellResult> results;
        const auto ran =
            run_cells(cells, {.begin = begin, .done = [&](size_t, CellResult&& result) {
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

std::vector<Cell> cells_of(const std::vector<const char*>& names)
{
    std::vector<Cell> cells;
    for (const char* text : names) cells.push_back(parse_cell(text).value());
    return cells;
}

// On the director of the rig that is up.
void on_director(const Argv& command)
{
    Argv argv = {"ip", "netns", "exec", ""};
    for (const auto& entry : fs::directory_iterator("/run/netns"))
        if (entry.path().filename().string().ends_with("-director"))
            argv[3] = entry.path().filename();
    argv.insert(argv.end(), command.begin(), command.end());
    const auto ran = gueway::run(argv);
    ASSERT_OK(ran);
    ASSERT_EQ(ran->status, 0) << ran->errors;
}

void route_to(const Cell& cell, const Argv& words)
{
    const auto to = worker_address(cell.underlay, cell.tunnel, cell.outer, cell.inner);
    Argv argv = {"ip", cell.outer == Family::v4 ? "-4" : "-6", "route", "add"};
    if (words.front() == "blackhole") argv.emplace_back("blackhole");
    argv.push_back(to.text());
    if (words.front() != "blackhole") argv.insert(argv.end(), words.begin(), words.end());
    on_director(argv);
}

std::string said(const CellResult& result)
{
    return fmt::format("{}: {}: {}", name(result.cell), name(result.outcome),
                       fmt::join(result.complaints, "; "));
}

void narrow_route(const Cell& cell)
{
    route_to(cell, {"dev", device(cell.underlay), "mtu", "lock", "1400"});
}

// Small packets pass where a route has learned a smaller MTU.
TEST_F(Matrix, WhatACellLeavesBehindIsItsFault)
{
    for (const char* left : {"gre/in4/out4/udp/small/whole", "gre/in6/out6/udp/small/whole"}) {
        const auto cells =
            cells_of({"ipip/in4/out4/udp/small/whole", left, "gre-csum/in4/out4/udp/fits/whole"});
        const auto results = run(cells, [&](size_t index) {
            if (index == 1) narrow_route(cells[1]);
        });
        ASSERT_EQ(results.size(), 3U);
        EXPECT_EQ(results[0].outcome, Outcome::passed) << said(results[0]);
        EXPECT_EQ(results[1].outcome, Outcome::failed) << said(results[1]);
        ASSERT_FALSE(results[1].complaints.empty());
        EXPECT_TRUE(results[1].complaints[0].starts_with("afterwards gre/")) << said(results[1]);
        EXPECT_EQ(results[2].outcome, Outcome::passed) << said(results[2]);
    }
}

// The cell before it passes, and on another rig it would too.
TEST_F(Matrix, WhatFailsBehindAnotherOnlyIsFailedByIt)
{
    const auto cells = cells_of({"gre/in4/out4/udp/small/whole", "gre/in4/out4/udp/less-1/whole",
                                 "gre/in4/out4/udp/fits/whole"});
    const auto results = run(cells, [&](size_t index) {
        if (index == 1) narrow_route(cells[1]);
    });
    ASSERT_EQ(results.size(), 3U);
    EXPECT_EQ(results[0].outcome, Outcome::passed) << said(results[0]);
    EXPECT_EQ(results[1].outcome, Outcome::failed) << said(results[1]);
    EXPECT_TRUE(said(results[1])
                    .contains("it failed after gre/in4/out4/udp/small/whole; on a rig "
                              "made anew it passes"))
        << said(results[1]);
    EXPECT_EQ(results[2].outcome, Outcome::passed) << said(results[2]);
}

TEST_F(Matrix, ACellThatCannotBeRunFailsAloneAndTheRigIsMadeAnew)
{
    const auto cells = cells_of({"gue/in4/out4/udp/small/whole",
                                 "gue/in4/out4/udp/more-1/whole/m1500/plain/vlan-none/df/remote/"
                                 "router",
                                 "gue/in4/out4/udp/fits/whole"});
    const auto results = run(cells, [&](size_t index) {
        if (index == 1) route_to(cells[1], {"blackhole"});
    });
    ASSERT_EQ(results.size(), 3U);
    EXPECT_EQ(results[1].outcome, Outcome::failed);
    EXPECT_TRUE(said(results[1]).contains("no packet came that it could not pass on"))
        << said(results[1]);
    EXPECT_EQ(results[2].outcome, Outcome::passed) << said(results[2]);
}

void write_to_log(const std::string& line)
{
    const Fd log(::open("/dev/kmsg", O_WRONLY | O_CLOEXEC));
    ASSERT_TRUE(log);
    // For debugging: the log has it, the console, which the judge of this guest reads, has not.
    // The newline ends the record, which nobody reads before.
    ASSERT_OK(write_all(log.get(), "<7>" + line + "\n", "/dev/kmsg"));
}

TEST_F(Matrix, WhatTheKernelSaysIsTheCells)
{
    const auto cells = cells_of({"gue/in4/out4/udp/small/whole", "gue/in4/out4/udp/fits/whole",
                                 "gue/in4/out4/tcp/fits/whole"});
    const auto results = run(cells, [&](size_t index) {
        if (index == 1) write_to_log("list_del corruption. prev->next should be a, but was b");
    });
    ASSERT_EQ(results.size(), 3U);
    EXPECT_EQ(results[0].outcome, Outcome::passed) << said(results[0]);
    EXPECT_EQ(results[1].outcome, Outcome::failed) << said(results[1]);
    EXPECT_TRUE(said(results[1]).contains("list_del corruption")) << said(results[1]);
    EXPECT_EQ(results[2].outcome, Outcome::passed) << said(results[2]);
}

constexpr const char* tracefs = "/sys/kernel/tracing";

// No counter tells of it, and nothing comes: that the kernel has freed it is the account.
TEST_F(Matrix, WhatVanishesHasAnAccountOrIsNotPassed)
{
    const auto cells = cells_of(
        {"gue/in6/out6/tcp-gso/fits/software/least-less-1", "gue/in4/out4/tcp-gso/more-1/whole"});
    for (const auto& result : run(cells))
        EXPECT_EQ(result.outcome, Outcome::passed) << said(result);
    EXPECT_TRUE(fs::is_empty(fs::path(tracefs) / "instances")) << "something is left behind";
    std::vector<CellResult> blind;
    {
        ASSERT_EQ(::umount2(tracefs, MNT_DETACH), 0);
        const Defer mount_again(
            [] { EXPECT_EQ(::mount("tracefs", tracefs, "tracefs", 0, nullptr), 0); });
        blind = run(cells);
    }
    ASSERT_EQ(blind.size(), 2U);
    EXPECT_EQ(blind[0].outcome, Outcome::failed) << said(blind[0]);
    EXPECT_TRUE(
        said(blind[0]).contains("whether ip_vs_tunnel_xmit_v6 has freed the packet is not known") &&
        said(blind[0]).contains("mount -t tracefs"))
        << said(blind[0]);
    EXPECT_EQ(blind[1].outcome, Outcome::passed) << "it is told: " << said(blind[1]);
}

TEST(Log, SaysWhenItWasWrittenOver)
{
    const auto host = Namespace::current();
    ASSERT_OK(host);
    ASSERT_OK(set_sysctl(*host, "kernel.printk_devkmsg", "on\n")); // however much it is
    auto log = KernelLog::open();
    ASSERT_OK(log);
    write_to_log("BUG: a test");
    auto said = log->read();
    ASSERT_OK(said);
    EXPECT_EQ(said->splats, std::vector<std::string>{"BUG: a test"});
    EXPECT_FALSE(said->overwritten);
    constexpr size_t longer_than_any_log = 8U << 20, line = 900;
    for (size_t written = 0; written < longer_than_any_log; written += line)
        write_to_log(std::string(line, 'x'));
    said = log->read();
    ASSERT_OK(said);
    EXPECT_TRUE(said->overwritten);
    said = log->read();
    ASSERT_OK(said);
    EXPECT_FALSE(said->overwritten);
}

} // namespace
} // namespace gueway::matrix
