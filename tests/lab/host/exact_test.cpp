// SPDX-License-Identifier: GPL-2.0-only
// The exact benchmark, run as its user does: the same figures to the byte, whichever are chosen,
// and stages that add up.
#include "matrix_run.h"
#include "tests/assert_ok.h"

#include <cmath>
#include <future>

#include <gtest/gtest.h>
#include <unistd.h>

namespace gueway {
namespace {

constexpr const char *some = "way/gue-nocsum/(64B|16KiB)", *fewer = "way/gue-nocsum/16KiB";

// gsobench with these words; -1 for a status when it could not be started.
Outcome gsobench(const Argv& words)
{
    Argv argv = {gsobench_program};
    argv.insert(argv.end(), words.begin(), words.end());
    const auto outcome = run(argv);
    if (outcome) return *outcome;
    ADD_FAILURE() << outcome.error().text();
    return {.status = -1, .output = {}, .errors = {}};
}

int compared(const Argv& words)
{
    Argv argv = {"compare", "--band"};
    argv.insert(argv.end(), words.begin(), words.end());
    return gsobench(argv).status;
}

Json measured(const char* filter, const fs::path& file)
{
    const auto outcome =
        gsobench({"exact", "--filter", filter, "--json", file, "--html", file.string() + ".html"});
    EXPECT_EQ(outcome.status, 0) << outcome.errors;
    const auto json = read_json(file);
    EXPECT_TRUE(json) << json.error().text();
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
    auto other = std::async(std::launch::async, [&two] { return measured(fewer, two); });
    const auto figures = measured(some, one), again = other.get();
    for (const char* part : {"context", "artefacts"}) EXPECT_EQ(figures[part], again[part]);
    EXPECT_EQ(again["benchmarks"].size(), 2U);
    for (const auto& each : again["benchmarks"]) {
        const auto* before = find(figures, each["name"]);
        ASSERT_TRUE(before);
        EXPECT_EQ(dump_json(*before), dump_json(each)) << "whatever else was chosen";
    }

    for (const char* part : {"kernel", "modules, stock", "gueway_hotfix", "exact_paths", "init"})
        EXPECT_TRUE(figures["artefacts"].contains(part)) << part;

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

    const auto same = gsobench({"compare", "--band", "0%", "--common", one, two});
    EXPECT_EQ(same.status, 0) << same.output;
    EXPECT_NE(same.output.find("same artefacts"), std::string::npos);
    EXPECT_EQ(compared({"0%", one, two}), 1) << "some are gone";
}

// Ten minutes or so, for `make check-all`.
TEST(WholeExact, RepeatsToTheInstruction)
{
    const auto directory = TempDir::make("exact");
    ASSERT_OK(directory);
    const auto one = directory->path() / "one", two = directory->path() / "two";
    auto other = std::async(std::launch::async, [&two] { return measured(".", two); });
    const auto figures = measured(".", one), again = other.get();
    EXPECT_EQ(dump_json(figures), dump_json(again));
    for (const char* name :
         {"way/gre/64KiB/software", "hotfix/64KiB", "mitigation/64KiB",
          "repaired/hotfix/gue-remcsum/64KiB/software", "connections/100000", "workers/wlc/10000"})
        EXPECT_TRUE(find(figures, name)) << name;

    const auto same = gsobench({"compare", "--band", "0%", one, two});
    EXPECT_EQ(same.status, 0) << same.output;
    EXPECT_NE(same.output.find("same artefacts"), std::string::npos) << same.output;
}

// A kernel with the bug drops GSO packets: the exact figures of others are there, ratios are not.
TEST(WholeExact, PacketsThatAreLostMakeNoRatio)
{
    const auto directory = TempDir::make("exact");
    ASSERT_OK(directory);
    const auto file = directory->path() / "json";
    const auto outcome = gsobench({"exact", "--kernel", "6.1:vulnerable", "--smp", "--filter",
                                   "^way/gre/(64B|16KiB)/offload", "--json", file});
    EXPECT_EQ(outcome.status, 2);
    for (const char* part :
         {"stopped: wall time: ", "way gre/16KiB/offload: measure wall time: 0 of ",
          " packets arrived: does this kernel drop them?"})
        EXPECT_NE(outcome.errors.find(part), std::string::npos) << outcome.errors;
    const auto figures = read_json(file);
    ASSERT_OK(figures);
    EXPECT_TRUE(find(*figures, "way/gre/64B/offload"));
    EXPECT_FALSE(figures->contains("advisory_wall_time"));
}

void write(const fs::path& file, const char* benchmarks)
{
    const auto json = parse_json(
        std::string(R"({"context":{"kernel":"6.1"},"benchmarks":)") + benchmarks + "}", "test");
    ASSERT_OK(json);
    ASSERT_OK(write_json(file, *json));
}

TEST(Exact, RatiosWantAWayBesideTheFouInterface)
{
    const auto outcome =
        gsobench({"exact", "--smp", "--filter", "^(connections|way/fou-interface)/"});
    EXPECT_EQ(outcome.status, 2);
    EXPECT_NE(outcome.errors.find("--filter chooses none of them"), std::string::npos)
        << outcome.errors;
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
    const auto made = gsobench({"exact", "--from", json, "--markdown", document});
    EXPECT_EQ(made.status, 0) << made.errors;
    EXPECT_NE(read_file(document).value_or("").find("4711"), std::string::npos);
}

// gsobench exact, where no guest boots.
Outcome refused(const Argv& words)
{
    Argv argv = {"exact"};
    argv.insert(argv.end(), words.begin(), words.end());
    auto outcome = gsobench(argv);
    EXPECT_EQ(outcome.status, 2) << outcome.errors;
    return outcome;
}

TEST(Exact, WhatCannotBeWrittenIsKnownBeforeAGuestBoots)
{
    const auto directory = TempDir::make("exact");
    ASSERT_OK(directory);
    const auto file = (directory->path() / "file").string(), inside = file + "/it";
    ASSERT_OK(write_file(file, "no marks\n"));
    for (const Argv& words : {Argv{"--json", inside},
                              {"--html", inside},
                              {"--json", "-"},
                              {"--markdown", file},
                              {"--json", file, "--html", file}}) {
        Argv argv = {"--filter", fewer};
        argv.insert(argv.end(), words.begin(), words.end());
        const auto outcome = refused(argv);
        EXPECT_EQ(outcome.output, "") << "no tables";
        EXPECT_NE(outcome.errors.find(words.back() == inside ? file : words.back()),
                  std::string::npos)
            << outcome.errors;
    }
}

TEST(Exact, AResultThatCannotBeWrittenKeepsNoOtherFromIt)
{
    const auto directory = TempDir::make("exact");
    ASSERT_OK(directory);
    const auto json = directory->path() / "json", page = directory->path() / "html";
    write(json, R"([{"name":"connections/1","counters":{"instructions":4711}}])");
    const auto outcome = refused({"--from", json, "--json", "/dev/full", "--html", page});
    EXPECT_NE(outcome.errors.find("/dev/full"), std::string::npos) << outcome.errors;
    EXPECT_NE(outcome.output.find("4711"), std::string::npos);
    EXPECT_NE(read_file(page).value_or("").find("4711"), std::string::npos);
}

TEST(Exact, FiguresOfARunThatWasStoppedAreNoWholeResult)
{
    const auto directory = TempDir::make("exact");
    ASSERT_OK(directory);
    const auto file = directory->path() / "json";
    ASSERT_OK(write_file(file, R"({"context":{},"stopped":"at way/gre: interrupted","benchmarks":
        [{"name":"connections/1","counters":{"instructions":4711}}]})"));
    const auto outcome = refused({"--from", file});
    EXPECT_NE(outcome.output.find("4711"), std::string::npos);
    EXPECT_NE(outcome.errors.find("stopped: at way/gre"), std::string::npos) << outcome.errors;
}

TEST(Exact, LeavesOutWhatAKernelByPathCannotHave)
{
    const auto outcome = refused({"--kernel", "/no/bzImage", "--filter", "^(hotfix|repaired)/"});
    for (const char* part :
         {"left out: hotfix/...: no module", "left out: repaired/...: no module"})
        EXPECT_NE(outcome.errors.find(part), std::string::npos) << outcome.errors;
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

    const auto none = refused({"--filter", "^nothing$"});
    for (const char* part : {"--filter", "exact_paths --benchmark_list_tests"})
        EXPECT_NE(none.errors.find(part), std::string::npos) << none.errors;
    EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

} // namespace
} // namespace gueway
