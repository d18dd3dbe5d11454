// SPDX-License-Identifier: GPL-2.0-only
// The exact benchmark, run as its user does: the same figures to the byte, whichever are chosen,
// and stages that add up.
#include "tests/assert_ok.h"
#include "util/file.h"
#include "util/json.h"
#include "util/process.h"

#include <cmath>

#include <gtest/gtest.h>
#include <unistd.h>

namespace gueway {
namespace {

constexpr const char* program = "build/bin/gsobench";
constexpr const char *some = "way/gue-nocsum/(64B|16KiB)", *fewer = "way/gue-nocsum/16KiB";

Json measured(const char* filter, const fs::path& file)
{
    const auto outcome = run(
        {program, "exact", "--filter", filter, "--json", file, "--html", file.string() + ".html"});
    EXPECT_TRUE(outcome && outcome->status == 0) << outcome->errors;
    const auto json = read_json(file);
    EXPECT_TRUE(json.has_value());
    return json.value_or(Json::object());
}

double counter(const Json& benchmark, const char* name)
{
    return benchmark["counters"][name].get<double>();
}

const Json* find(const Json& figures, const std::string& name)
{
    for (const auto& each : figures["benchmarks"])
        if (each["name"] == name) return &each;
    return nullptr;
}

TEST(Exact, RepeatsToTheInstruction)
{
    const auto directory = TempDir::make("exact");
    ASSERT_OK(directory);
    const auto one = directory->path() / "one", two = directory->path() / "two";
    const auto figures = measured(some, one), again = measured(fewer, two);
    for (const char* part : {"context", "artefacts"}) EXPECT_EQ(figures[part], again[part]);
    EXPECT_EQ(again["benchmarks"].size(), 2U);
    for (const auto& each : again["benchmarks"]) {
        const auto* before = find(figures, each["name"]);
        ASSERT_TRUE(before);
        EXPECT_EQ(dump_json(*before), dump_json(each)) << "whatever else was chosen";
    }

    ASSERT_EQ(figures["benchmarks"].size(), 4U);
    for (const auto& each : figures["benchmarks"]) {
        const double sum = counter(each, "receive") + counter(each, "ipvs") +
                           counter(each, "output") + counter(each, "tunnel") +
                           counter(each, "device");
        EXPECT_DOUBLE_EQ(sum, counter(each, "instructions")) << each["name"];
        for (const char* stage : {"sender", "receive", "ipvs", "output", "device"})
            EXPECT_GT(counter(each, stage), 100) << each["name"] << " " << stage;
    }
    // What happens before the device is the same whoever segments; the segments are what they must.
    const auto* whole = find(figures, "way/gue-nocsum/16KiB/offload");
    const auto* segmented = find(figures, "way/gue-nocsum/16KiB/software");
    ASSERT_TRUE(whole && segmented);
    for (const char* stage : {"receive", "ipvs", "output"})
        EXPECT_EQ(counter(*whole, stage), counter(*segmented, stage)) << stage;
    EXPECT_EQ(counter(*whole, "segments"), 1);
    EXPECT_EQ(counter(*segmented, "segments"), 11);
    EXPECT_GT(counter(*segmented, "device"), 11 * counter(*whole, "device"));

    const auto same = run({program, "compare", "--band", "0%", "--common", one, two});
    ASSERT_OK(same);
    EXPECT_EQ(same->status, 0) << same->output;
    EXPECT_NE(same->output.find("same artefacts"), std::string::npos);
    const auto gone = run({program, "compare", "--band", "0%", one, two});
    ASSERT_OK(gone);
    EXPECT_EQ(gone->status, 1) << gone->output;
}

void write(const fs::path& file, const char* benchmarks)
{
    const auto json = parse_json(
        std::string(R"({"context":{"kernel":"6.1"},"benchmarks":)") + benchmarks + "}", "test");
    ASSERT_OK(json);
    ASSERT_OK(write_json(file, *json));
}

int compared(const Argv& words)
{
    Argv argv = {program, "compare", "--band"};
    argv.insert(argv.end(), words.begin(), words.end());
    const auto outcome = run(argv);
    return outcome ? outcome->status : -1;
}

TEST(Exact, CompareSaysWhenThereIsNothingToCompare)
{
    const auto directory = TempDir::make("exact");
    ASSERT_OK(directory);
    const auto empty = directory->path() / "empty", full = directory->path() / "full";
    write(empty, "[]");
    write(full, R"([{"name":"connections/1","counters":{"instructions":7}}])");
    EXPECT_EQ(compared({"0%", full, full}), 0);
    EXPECT_EQ(compared({"0%", empty, empty}), 2);
    EXPECT_EQ(compared({"0%", empty, full}), 2);
    EXPECT_EQ(compared({"inf", full, full}), 2);
}

TEST(Exact, MakesTablesOfFiguresThatWereMeasuredBefore)
{
    const auto directory = TempDir::make("exact");
    ASSERT_OK(directory);
    const auto json = directory->path() / "json", document = directory->path() / "it.md";
    write(json, R"([{"name":"connections/1","counters":{"instructions":4711}}])");
    ASSERT_OK(write_file(document, "<!-- made by gsobench: begin -->\n"
                                   "<!-- made by gsobench: end -->\n"));
    const auto made = run({program, "exact", "--from", json, "--markdown", document});
    ASSERT_OK(made);
    EXPECT_EQ(made->status, 0) << made->errors;
    EXPECT_NE(read_file(document).value_or("").find("4711"), std::string::npos);
}

// What chooses the figures runs on the user's own machine, as root or not.
TEST(Exact, ListsForAnybodyAndLeavesDevicesAlone)
{
    const auto directory = TempDir::make("exact");
    ASSERT_OK(directory);
    const auto lister = directory->path() / "exact_paths";
    fs::copy_file("build/bin/exact_paths", lister);
    fs::permissions(directory->path(), fs::perms{0755});
    Argv argv;
    if (::geteuid() == 0) argv = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
    argv.insert(argv.end(), {lister, "--benchmark_list_tests"});
    const auto listed = run(argv);
    ASSERT_OK(listed);
    EXPECT_EQ(listed->status, 0) << listed->errors;
    EXPECT_NE(listed->output.find("way/gue-csum/64KiB/software"), std::string::npos);

    const auto none = run({program, "exact", "--filter", "^nothing$"});
    ASSERT_OK(none);
    EXPECT_EQ(none->status, 2);
    EXPECT_NE(none->errors.find("--filter"), std::string::npos) << none->errors;
    EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

} // namespace
} // namespace gueway
