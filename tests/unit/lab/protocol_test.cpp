// SPDX-License-Identifier: GPL-2.0-only
#include "lab/protocol.h"
#include "util/json.h"

#include <gtest/gtest.h>

namespace gueway::protocol {
namespace {

using Kind = Message::Kind;

Message round_trip(const Message& message)
{
    const auto back = parse_line(to_line(message));
    EXPECT_TRUE(back) << back.error().text();
    return back.value_or(Message{});
}

TEST(Protocol, OutputCarriesAnyByte)
{
    std::string all;
    for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
    const auto back = round_trip({.kind = Kind::output, .id = "1", .data = all, .stream = 2});
    EXPECT_EQ(back.data, all);
    EXPECT_EQ(back.stream, 2);
    EXPECT_EQ(to_line({.kind = Kind::output, .data = all}).find('\n'),
              to_line({.kind = Kind::output, .data = all}).size() - 1);
}

TEST(Protocol, FileKeepsModeAndContinuation)
{
    const auto back =
        round_trip({.kind = Kind::file, .path = "a/b", .data = "x", .mode = 0755, .more = true});
    EXPECT_EQ(back.path, "a/b");
    EXPECT_EQ(back.mode, 0755);
    EXPECT_TRUE(back.more);
}

TEST(Protocol, ResultAndEnd)
{
    const auto result =
        round_trip({.kind = Kind::result, .id = "t", .why = "signal", .status = 137});
    EXPECT_EQ(result.status, 137);
    EXPECT_EQ(result.why, "signal");
    EXPECT_EQ(round_trip({.kind = Kind::end, .status = 7}).status, 7);
}

TEST(Protocol, RefusesWhatItDoesNotKnow)
{
    EXPECT_FALSE(parse_line(R"({"v":2,"type":"hello"})"));
    EXPECT_FALSE(parse_line(R"({"v":1,"type":"farewell"})"));
    EXPECT_FALSE(parse_line(R"({"v":1,"type":"output","data":"*"})"));
    EXPECT_FALSE(parse_line(R"({"v":1,"type":"end","status":"no"})"));
    EXPECT_FALSE(parse_line("half a li"));
    EXPECT_FALSE(parse_line("[1]"));
}

// Found by fuzzing: each once passed as some other number, or as a mode with set-user-ID.
TEST(Protocol, RefusesNumbersOutOfTheirRange)
{
    const auto file = [](const std::string& mode) {
        return parse_line(R"({"v":1,"type":"file","path":"a","mode":)" + mode + "}");
    };
    EXPECT_TRUE(file("511"));
    for (const auto* mode : {"2541", "-1", "493.5", "1e300", "true", "4294967789", "null"})
        EXPECT_FALSE(file(mode)) << mode;
    EXPECT_FALSE(parse_line(R"({"v":1,"type":"output","id":"1","stream":3})"));
    EXPECT_FALSE(parse_line(R"({"v":1,"type":"end","status":256})"));
    EXPECT_FALSE(parse_line(R"({"v":1.5,"type":"end"})"));
}

TEST(Plan, RoundTrips)
{
    const Plan plan{{"/m.ko"}, {{"a", {"sh", "-c", "exit 7"}}, {"b", {"true"}}}, true};
    const auto back = parse_plan(dump_json(to_json(plan)), "plan");
    ASSERT_TRUE(back) << back.error().text();
    EXPECT_EQ(back->modules, plan.modules);
    ASSERT_EQ(back->commands.size(), 2U);
    EXPECT_EQ(back->commands[0].argv, plan.commands[0].argv);
    EXPECT_TRUE(back->shell);
}

TEST(Plan, RefusesAnotherSchemaAndEmptyCommands)
{
    EXPECT_FALSE(parse_plan(R"({"schema":"gueway.plan/9","commands":[]})", "plan"));
    EXPECT_FALSE(
        parse_plan(R"({"schema":"gueway.plan/1","commands":[{"id":"a","argv":[]}]})", "plan"));
    EXPECT_FALSE(parse_plan(R"({"schema":"gueway.plan/1"})", "plan"));
}

} // namespace
} // namespace gueway::protocol
