// SPDX-License-Identifier: GPL-2.0-only
// What becomes of commands when their guest ends, by messages and logs that no guest had to send.
#include "lab/session.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace gueway {
namespace {

using protocol::Message;
using Kind = Message::Kind;
using Why = MachineEnd::Why;

const std::string healthy = fmt::format("[    1.000000] {}\n", judge_marker);
const std::string warning = "[    2.000000] WARNING: CPU: 0 PID: 1 at net/core/dev.c:1 f+0x1/0x2\n"
                            "[    2.000001] ---[ end trace 0000000000000000 ]---\n";

// A session with commands a, b, c, fed by hand.
struct Fed {
    RunSpec spec;
    RunListener listener;
    RunReport report;
    std::vector<size_t> rest;

    explicit Fed(std::optional<fs::path> out = {})
    {
        spec.out = std::move(out);
        report.spec = spec;
        for (const char* id : {"a", "b", "c"}) report.commands.push_back({.command = {id, {"x"}}});
    }

    void run(const std::vector<Message>& messages, const std::vector<std::string>& logs, Why why)
    {
        Session session(spec, listener, report, {0, 1, 2});
        const auto watcher = session.watcher();
        for (size_t i = 0; i < std::max(messages.size(), logs.size()); ++i) {
            if (i < logs.size()) watcher.console(logs[i]);
            if (i < messages.size()) {
                EXPECT_TRUE(watcher.message(messages[i]));
            }
        }
        rest = session.settle({why, ""});
    }
    const CommandResult& command(size_t i) const { return report.commands.at(i); }
};

Message start(const std::string& id)
{
    return {.kind = Kind::start, .id = id};
}

Message result(const std::string& id, int status = 0, const std::string& why = "exit")
{
    return {.kind = Kind::result, .id = id, .why = why, .status = status};
}

const Message end = {.kind = Kind::end};

TEST(Session, OrderlyEnd)
{
    Fed fed;
    fed.run({start("a"), result("a"), start("b"), result("b", 3), start("c"), result("c"), end},
            {healthy}, Why::orderly);
    EXPECT_TRUE(fed.rest.empty());
    EXPECT_EQ(fed.report.lab_status(), LabStatus::ok);
    EXPECT_EQ(fed.report.exit_status(), 3);
}

TEST(Session, DeathInTheMiddleLosesThatCommandAndLeavesTheRest)
{
    Fed fed;
    fed.run({start("a"), result("a"), start("b")}, {healthy}, Why::orderly);
    EXPECT_EQ(fed.rest, (std::vector<size_t>{2}));
    EXPECT_EQ(fed.command(0).lab, LabStatus::ok);
    EXPECT_EQ(fed.command(1).lab, LabStatus::failed);
    EXPECT_EQ(fed.command(1).why, "lost");
}

TEST(Session, DeathBeforeAnyCommandSettlesAllSoThatNothingLoopsForEver)
{
    Fed fed;
    fed.run({}, {healthy}, Why::orderly);
    EXPECT_TRUE(fed.rest.empty());
    EXPECT_EQ(fed.report.exit_status(), 125);
}

TEST(Session, SplatIsBlamedOnTheCommandThatRan)
{
    Fed fed;
    fed.run({start("a"), result("a"), start("b"), result("b"), start("c"), result("c"), end},
            {healthy, "", "", warning}, Why::orderly);
    EXPECT_EQ(fed.command(0).lab, LabStatus::ok);
    EXPECT_EQ(fed.command(1).lab, LabStatus::splatted);
    EXPECT_EQ(fed.command(2).lab, LabStatus::ok);
    EXPECT_EQ(fed.report.exit_status(), 126);
}

TEST(Session, SplatExplainsAMissingEndBeforeTheTimeDoes)
{
    Fed fed;
    fed.run({start("a")}, {healthy, warning}, Why::timed_out);
    EXPECT_EQ(fed.command(0).lab, LabStatus::splatted);
    EXPECT_EQ(fed.report.exit_status(), 126);
}

TEST(Session, TimeOut)
{
    Fed fed;
    fed.run({start("a")}, {healthy}, Why::timed_out);
    EXPECT_EQ(fed.command(0).lab, LabStatus::timed_out);
    EXPECT_EQ(fed.rest, (std::vector<size_t>{1, 2}));
    EXPECT_EQ(fed.report.exit_status(), 124);
}

TEST(Session, TimeThatRunsOutAfterTheLastResultIsStillATimeOut)
{
    Fed fed;
    fed.run({start("a"), result("a"), start("b"), result("b"), start("c"), result("c")}, {healthy},
            Why::timed_out);
    EXPECT_EQ(fed.report.exit_status(), 124);
}

TEST(Session, WorstStatusOfAListCounts)
{
    Fed fed;
    fed.run({start("a"), result("a", 127, "missing"), start("b"), result("b")},
            {healthy, "", "", warning}, Why::orderly);
    EXPECT_EQ(fed.report.exit_status(), 126);
}

TEST(Session, ALogThatCannotBeJudgedIsAFailureOfTheLab)
{
    Fed fed;
    fed.run({start("a"), result("a"), start("b"), result("b"), start("c"), result("c"), end}, {""},
            Why::orderly);
    EXPECT_EQ(fed.report.lab_status(), LabStatus::failed);
    EXPECT_EQ(fed.report.exit_status(), 125);
}

TEST(Session, MissingCommandIs127)
{
    Fed fed;
    fed.run({start("a"), result("a", 127, "missing"), start("b"), result("b"), start("c"),
             result("c"), end},
            {healthy}, Why::orderly);
    EXPECT_EQ(fed.command(0).lab, LabStatus::missing);
    EXPECT_EQ(fed.report.exit_status(), 127);
}

TEST(Session, FilesStayInsideTheOutDirectory)
{
    const auto dir = TempDir::make().value();
    RunReport report;
    RunSpec spec;
    spec.out = dir.path() / "out";
    const RunListener listener;
    Session session(spec, listener, report, {});
    const auto watcher = session.watcher();
    EXPECT_FALSE(watcher.message({.kind = Kind::file, .path = "../escaped", .data = "x"}));
    EXPECT_FALSE(watcher.message({.kind = Kind::file, .path = "/escaped", .data = "x"}));
    EXPECT_TRUE(watcher.message({.kind = Kind::file, .path = "a/b", .data = "x", .more = true}));
    EXPECT_TRUE(watcher.message({.kind = Kind::file, .path = "a/b", .data = "y"}));
    EXPECT_EQ(read_file(dir.path() / "out/a/b").value(), "xy");
    EXPECT_FALSE(fs::exists(dir.path() / "escaped"));
}

TEST(Session, MessageOfAnUnknownCommandIsAnError)
{
    Fed fed;
    Session session(fed.spec, fed.listener, fed.report, {0});
    EXPECT_FALSE(session.watcher().message(start("z")));
}

} // namespace
} // namespace gueway
