// SPDX-License-Identifier: GPL-2.0-only
// gsobench as a CI system runs it, as far as no kernel has to boot: what is wrong is said before,
// by exit status 2.
#include "matrix_run.h"

#include <functional>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace gueway {
namespace {

class Gsobench : public testing::Test {
protected:
    TempDir directory_ = TempDir::make().value();

    std::string path(const std::string& name) const { return (directory_.path() / name).string(); }

    static Outcome gsobench(Argv arguments)
    {
        arguments.insert(arguments.begin(), gsobench_program);
        auto outcome = run(arguments);
        EXPECT_TRUE(outcome) << outcome.error().text();
        return outcome.value_or(Outcome{});
    }

    // A result of one cell on each kernel.
    std::string result(const std::string& name, const std::vector<std::string>& kernels,
                       const char* outcome = "passed",
                       const std::function<void(Json&)>& change = {}) const
    {
        Json list = Json::array();
        for (const auto& kernel : kernels)
            list.push_back(
                {{"kernel", kernel},
                 {"ip_vs", "stock"},
                 {"release", "6.1.0"},
                 {"version", "#1"},
                 {"seconds", 1},
                 {"excluded", Json::object()},
                 {"cells", {{{"cell", "gue/in4/out4/udp/fits/whole"}, {"outcome", outcome}}}}});
        Json json = {{"schema", "gueway.matrix/1"},
                     {"seed", 1},
                     {"selection", "default"},
                     {"kernels", list}};
        if (change) change(json);
        EXPECT_TRUE(write_json(path(name), json));
        return path(name);
    }
};

TEST_F(Gsobench, AResultWithoutKernelsIsNone)
{
    EXPECT_EQ(gsobench({"show", result("one", {"6.1"})}).status, 0);
    EXPECT_EQ(gsobench({"show", result("none", {})}).status, 2);
}

TEST_F(Gsobench, OutputThatCannotBeWrittenIsNoSuccess)
{
    const auto file = result("one", {"6.1"});
    for (const auto& command : {"show " + file, std::string("cells"), std::string("--help")}) {
        const auto ran =
            run({"sh", "-c", fmt::format("exec {} {} > /dev/full", gsobench_program, command)});
        ASSERT_TRUE(ran) << ran.error().text();
        EXPECT_EQ(ran->status, 2) << command;
        EXPECT_TRUE(ran->errors.contains("No space left")) << ran->errors;
    }
    EXPECT_EQ(gsobench({"show", file, "--json", "/dev/full"}).status, 2);
    EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST_F(Gsobench, DirectoriesAreMadeAndEachFileThatCanBeIsWritten)
{
    const auto file = result("one", {"6.1"});
    const auto ran = gsobench({"show", file, "--html", path("out/m.html"), "--json", "/dev/full",
                               "--junit", path("out/deep/m.xml")});
    EXPECT_EQ(ran.status, 2) << ran.errors;
    EXPECT_TRUE(fs::exists(path("out/m.html")));
    EXPECT_TRUE(fs::exists(path("out/deep/m.xml")));
}

TEST_F(Gsobench, WhatCannotBeWrittenIsKnownBeforeAnyKernelBoots)
{
    ASSERT_TRUE(write_file(path("f"), "no marks"));
    const std::vector<Argv> bad = {{"--json", path("f/x")},
                                   {"--json", "-"},
                                   {"--json", directory_.path().string()},
                                   {"--markdown", path("f")},
                                   {"--html", path("a"), "--json", path("a")},
                                   {"--html", path("a"), "--json", path("./b/../a")},
                                   {"--pcapng", path("a"), "--json", path("./a")},
                                   {"--pcapng", path("f/x")},
                                   {"--seed", "-1"}};
    for (auto arguments : bad) {
        arguments.insert(arguments.begin(), "matrix");
        const auto ran = gsobench(arguments);
        EXPECT_EQ(ran.status, 2) << arguments[2];
        EXPECT_TRUE(ran.output.empty()) << ran.output;
    }
}

// They would be taken and do nothing.
TEST_F(Gsobench, WhatIsOfGuestsIsNotForThisKernel)
{
    const std::vector<Argv> of_guests = {{"--guests", "1"},
                                         {"-v"},
                                         {"--kernel", "6.1"},
                                         {"--cmdline", "quiet"},
                                         {"--resume", path("kept")}};
    for (auto arguments : of_guests) {
        arguments.insert(arguments.begin(), {"matrix", "--here"});
        const auto ran = gsobench(arguments);
        EXPECT_EQ(ran.status, 2) << arguments[2];
        EXPECT_TRUE(ran.errors.contains("--here")) << ran.errors;
    }
}

TEST_F(Gsobench, OneKernelTwiceIsRefused)
{
    EXPECT_EQ(gsobench({"matrix", "--kernel", "6.1", "--kernel", "6.1:stock"}).status, 2);
    const auto ran = gsobench({"matrix", "--kernel", "./a/../k", "--kernel", "./k"});
    EXPECT_EQ(ran.status, 2);
    EXPECT_TRUE(ran.errors.contains("given twice")) << ran.errors;
}

TEST_F(Gsobench, ABaselineKnowsAKernelByAllOfItsPath)
{
    const auto baseline = result("old", {"/a/old/bzImage", "6.1"});
    const auto again = gsobench({"show", baseline, "--baseline", baseline});
    EXPECT_EQ(again.status, 0);
    EXPECT_TRUE(again.output.contains("nothing changed")) << again.output;
    const auto other =
        gsobench({"show", result("new", {"/a/new/bzImage"}, "failed"), "--baseline", baseline});
    EXPECT_EQ(other.status, 2);
    EXPECT_TRUE(other.errors.contains("no cell on /a/new/bzImage")) << other.errors;
    EXPECT_EQ(gsobench({"matrix", "--kernel", "6.12", "--baseline", baseline}).status, 2);
}

TEST_F(Gsobench, ABaselineIsNotWrittenOver)
{
    const auto baseline = result("old", {"6.1"});
    const auto before = read_file(baseline).value();
    ASSERT_EQ(::symlink("old", path("link").c_str()), 0);
    for (const auto* name : {"old", "./old", "link"}) {
        const auto ran = gsobench({"show", result("new", {"6.1"}), "--baseline", baseline, "--json",
                                   (directory_.path() / name).string()});
        EXPECT_EQ(ran.status, 2) << name;
        EXPECT_TRUE(ran.errors.contains("it is read too")) << ran.errors;
    }
    EXPECT_EQ(read_file(baseline).value(), before);
}

TEST_F(Gsobench, WhatIsShownIsNotWrittenOver)
{
    const auto shown = result("shown", {"6.1"});
    const auto before = read_file(shown).value();
    for (const auto* name : {"shown", "./shown"}) {
        const auto ran = gsobench({"show", shown, "--json", (directory_.path() / name).string()});
        EXPECT_EQ(ran.status, 2) << name;
        EXPECT_TRUE(ran.errors.contains("it is read too")) << ran.errors;
    }
    EXPECT_EQ(read_file(shown).value(), before);
    const auto figures = path("figures");
    ASSERT_TRUE(write_file(figures, "{}"));
    const auto exact = gsobench({"exact", "--from", figures, "--json", figures});
    EXPECT_EQ(exact.status, 2);
    EXPECT_TRUE(exact.errors.contains("it is read too")) << exact.errors;
}

TEST_F(Gsobench, ShardsThatAreMissingAreNoSuccess)
{
    const auto file =
        result("one", {"6.1"}, "passed", [](Json& json) { json["selection"] = "full, shard 1/2"; });
    const auto ran = gsobench({"show", file, "--junit", path("junit")});
    EXPECT_EQ(ran.status, 2);
    EXPECT_TRUE(ran.output.contains("shard 2/2: not among the results")) << ran.output;
    EXPECT_TRUE(read_file(path("junit")).value().contains("type=\"stopped\""));
    EXPECT_EQ(gsobench({"show", file, "--partial"}).status, 0);
}

TEST_F(Gsobench, AKernelThatComplainsWhileItBootsIsNoSuccess)
{
    const auto file = result("one", {"6.1"}, "passed", [](Json& json) {
        json["kernels"][0]["boot"] = {"WARNING: CPU: 0 PID: 1 at mm/slub.c:1"};
    });
    const auto ran = gsobench({"show", file});
    EXPECT_EQ(ran.status, 1);
    EXPECT_TRUE(ran.output.contains("mm/slub.c")) << ran.output;
}

// Or no baseline would ever do for one that always does.
TEST_F(Gsobench, WhatTheBaselineHasBesideItsCellsIsNoChange)
{
    const auto with = [](const char* line) {
        return [line](Json& json) {
            json["kernels"][0]["boot"] = {line};
            json["kernels"][0]["deaths"] = {{{"cell", "gue/in4/out4/udp/fits/whole"},
                                             {"when", "during"},
                                             {"why", "Kernel panic"},
                                             {"splats", Json::array()}}};
        };
    };
    const auto old = result("old", {"6.1"}, "lost", with("WARNING: CPU: 0 at mm/slub.c:1"));
    const auto same = result("same", {"6.1"}, "lost", with("WARNING: CPU: 1 at mm/slub.c:2"));
    const auto other = result("other", {"6.1"}, "lost", with("WARNING: CPU: 1 at mm/slab.c:2"));
    EXPECT_EQ(gsobench({"show", old}).status, 1);
    EXPECT_EQ(gsobench({"show", same, "--baseline", old}).status, 0);
    EXPECT_EQ(gsobench({"show", other, "--baseline", old}).status, 1);
}

TEST_F(Gsobench, CellsThatARuleTookFromTheBaselineAreAChange)
{
    const auto baseline = result("old", {"6.1"}, "passed", [](Json& json) {
        json["kernels"][0]["cells"].push_back(
            {{"cell", "gue/in4/out4/udp/fits/wire"}, {"outcome", "passed"}});
    });
    const auto now = result("new", {"6.1"}, "passed", [](Json& json) {
        json["kernels"][0]["excluded"] = {{"no-module", 9}};
    });
    const auto ran = gsobench({"show", now, "--baseline", baseline, "--junit", path("junit")});
    EXPECT_EQ(ran.status, 1);
    EXPECT_TRUE(ran.output.contains("rule no-module")) << ran.output;
    EXPECT_TRUE(read_file(path("junit")).value().contains("type=\"left-out\""));
}

// Not even when there was nothing to compare is a file green that others are to believe.
TEST_F(Gsobench, ABaselineOfOtherCellsIsNoSuccess)
{
    const auto baseline = result("old", {"6.1"}, "passed", [](Json& json) {
        json["kernels"][0]["cells"][0]["cell"] = "gue/in4/out4/udp/fits/software";
    });
    const auto ran = gsobench(
        {"show", result("new", {"6.1"}), "--baseline", baseline, "--junit", path("junit")});
    EXPECT_EQ(ran.status, 2);
    EXPECT_TRUE(read_file(path("junit")).value().contains("type=\"nothing-compared\""));
}

TEST_F(Gsobench, TheResultsSayTheComparison)
{
    const auto baseline = result("old", {"6.1"});
    const auto ran = gsobench({"show", result("new", {"6.1"}, "failed"), "--baseline", baseline,
                               "--json", path("json"), "--html", path("html")});
    EXPECT_EQ(ran.status, 1);
    const auto json = read_json(path("json"));
    ASSERT_TRUE(json) << json.error().text();
    EXPECT_EQ(json->at("baseline").at("worse").size(), 1U);
    EXPECT_TRUE(read_file(path("html")).value().contains("1 worse"));
}

} // namespace
} // namespace gueway
