// SPDX-License-Identifier: GPL-2.0-only
// The guest's side of the protocol, run on the host into a file.
#include "guest/outbox.h"
#include "guest/runner.h"
#include "util/file.h"
#include "util/text.h"

#include <chrono>
#include <csignal>

#include <fcntl.h>
#include <gtest/gtest.h>

namespace gueway::guest {
namespace {

using protocol::Message;
using Kind = Message::Kind;

class Guest : public testing::Test {
protected:
    TempDir dir_ = TempDir::make().value();
    fs::path log_ = dir_.path() / "messages";

    Port port() const
    {
        return Port(Fd(::open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600)));
    }
    std::vector<Message> messages() const
    {
        std::vector<Message> parsed;
        const auto text = read_file(log_).value();
        for (const auto line : lines(text)) parsed.push_back(protocol::parse_line(line).value());
        return parsed;
    }
};

TEST_F(Guest, CommandReportsStartOutputAndResult)
{
    EXPECT_EQ(run_command({"1", {"sh", "-c", "echo out; exit 5"}}, port()), 5);
    const auto sent = messages();
    ASSERT_EQ(sent.size(), 3U);
    EXPECT_EQ(sent[0].kind, Kind::start);
    EXPECT_EQ(sent[1].data, "out\n");
    EXPECT_EQ(sent[2].status, 5);
    EXPECT_EQ(sent[2].why, "exit");
}

TEST_F(Guest, AllOutputArrivesBeforeTheResult)
{
    run_command({"1", {"sh", "-c", "head -c 200000 /dev/zero; echo end >&2"}}, port());
    size_t bytes = 0;
    for (const auto& message : messages())
        if (message.kind == Kind::output && message.stream == 1) bytes += message.data.size();
    EXPECT_EQ(bytes, 200000U);
    EXPECT_EQ(messages().back().kind, Kind::result);
}

TEST_F(Guest, BackgroundChildrenThatKeepThePipeDoNotHoldTheResultUp)
{
    const auto sleeper = dir_.path() / "sleeper";
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(run_command({"1", {"sh", "-c", "sleep 1000 & echo $! >" + sleeper.string()}}, port()),
              0);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(500));
    const auto pid = parse_number<pid_t>(trim(read_file(sleeper).value()));
    ASSERT_TRUE(pid);
    EXPECT_EQ(::kill(*pid, SIGKILL), 0);
}

TEST_F(Guest, SignalAndMissingAreToldApart)
{
    EXPECT_EQ(run_command({"1", {"sh", "-c", "kill -KILL $$"}}, port()), 137);
    EXPECT_EQ(messages().back().why, "signal");
    EXPECT_EQ(run_command({"2", {"no-such-command"}}, port()), 127);
    EXPECT_EQ(messages().back().why, "missing");
}

TEST_F(Guest, OutboxSendsWhatChangedAndOnlyThat)
{
    const auto out = dir_.path() / "out";
    ASSERT_TRUE(make_directories(out / "sub"));
    ASSERT_TRUE(write_file(out / "sub/big", std::string(70000, 'x')));
    ASSERT_TRUE(write_file(out / "empty", ""));
    Outbox outbox(out);
    outbox.send_changes(port());
    const auto first = messages();
    ASSERT_EQ(first.size(), 4U); // empty; big in three pieces
    EXPECT_EQ(first[0].path, "empty");
    EXPECT_FALSE(first[0].more);
    EXPECT_EQ(first[1].path, "sub/big");
    EXPECT_TRUE(first[1].more);
    EXPECT_FALSE(first[3].more);
    ASSERT_TRUE(write_file(out / "empty", "now full"));
    outbox.send_changes(port());
    EXPECT_EQ(messages().size(), 5U);
    EXPECT_EQ(messages().back().data, "now full");
}

} // namespace
} // namespace gueway::guest
