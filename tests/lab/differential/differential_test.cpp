// SPDX-License-Identifier: GPL-2.0-only
// directorctl beside Debian's ipvsadm: the same command lines leave the same kernel state, the same
// listings and the same exit statuses, the table of deliberate differences excepted.
#include "generator.h"
#include "ipvsadm/differences.h"
#include "pair.h"
#include "util/deadline.h"
#include "util/text.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <ostream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <unistd.h>

namespace gueway {
namespace {

// Each run the same lines, unless the reader wants others: GUEWAY_SEED.
uint32_t seed()
{
    const char* const wanted = std::getenv("GUEWAY_SEED");
    return wanted ? parse_number<uint32_t>(wanted).value_or(1) : 1;
}

Argv argv(std::string_view line)
{
    Argv words;
    for (const auto word : gueway::words(line)) words.emplace_back(word);
    return words;
}

const std::vector<std::string> listings = {"-L -n",
                                           "-l",
                                           "-S -n",
                                           "-L -n --stats",
                                           "-L -n --stats --exact",
                                           "-L -n --rate",
                                           "-L -n --rate -X",
                                           "-L -n --thresholds",
                                           "-L -n --persistent-conn",
                                           "-L -n --tun-info",
                                           "-L -n --sort --tun-info --thresholds",
                                           "-L --timeout",
                                           "-L --daemon",
                                           "-L -n -c",
                                           "-L -c --persistent-conn",
                                           "-L -n -t 198.51.100.1:80",
                                           "-L -n -f 6 -6 --tun-info",
                                           "-L -n -u 198.51.100.2:81 --stats"};

class Ipvsadm : public testing::Test {
protected:
    static void SetUpTestSuite()
    {
        std::ignore = run({"modprobe", "-q", "ip_vs"});
        if (::geteuid() != 0) return;
        auto made = Pair::make();
        ASSERT_TRUE(made) << made.error().text();
        pair_ = std::make_unique<Pair>(std::move(*made));
    }
    static void TearDownTestSuite() { pair_.reset(); }

    void SetUp() override
    {
        if (::geteuid() != 0) GTEST_SKIP() << "needs root";
        ASSERT_TRUE(pair_);
        const auto cleared = pair_->clear();
        ASSERT_TRUE(cleared) << cleared.error().text();
        const auto works = pair_->run({"-L"});
        ASSERT_EQ(works.ipvsadm.status, 0) << works.ipvsadm.errors;
        ASSERT_EQ(works.directorctl.status, 0) << works.directorctl.errors;
    }

    // Whether the listings are the same; -S of directorctl may say more where ipvsadm is silent
    // about thresholds and timeouts, so that ipvsadm alone prints it.
    void expect_same_listings() const
    {
        for (const auto& listing : listings) {
            const auto printed = listing.starts_with("-S") ? pair_->ask_ipvsadm(argv(listing))
                                                           : pair_->run(argv(listing));
            EXPECT_EQ(printed.ipvsadm.output, printed.directorctl.output) << listing;
            EXPECT_EQ(printed.ipvsadm.status, printed.directorctl.status) << listing;
        }
        // Services come in an order of each namespace's own.
        auto unsorted = pair_->run(argv("-L -n --nosort"));
        EXPECT_EQ(sorted_lines(unsorted.ipvsadm.output), sorted_lines(unsorted.directorctl.output));
    }

    void expect_same(Generator& generator, int lines) const;

    static std::vector<std::string> sorted_lines(const std::string& text)
    {
        std::vector<std::string> all;
        for (const auto line : lines(text)) all.emplace_back(line);
        std::ranges::sort(all);
        return all;
    }

    static std::unique_ptr<Pair> pair_;
};
std::unique_ptr<Pair> Ipvsadm::pair_;

// Each with the state that the ones before have left; listings at the end.
void Ipvsadm::expect_same(Generator& generator, int lines) const
{
    for (int i = 0; i < lines && !HasFailure(); ++i) {
        const auto line = generator.line();
        const auto done = pair_->run(line);
        EXPECT_EQ(done.ipvsadm.status, done.directorctl.status)
            << i << ": " << quoted(line) << "\nipvsadm: " << done.ipvsadm.errors
            << "\ndirectorctl: " << done.directorctl.errors;
        EXPECT_EQ(done.ipvsadm.output, done.directorctl.output) << quoted(line);
        EXPECT_EQ(pair_->state_difference(), "") << i << ": " << quoted(line);
    }
    expect_same_listings();
}

constexpr int lines_between_listings = 100;

TEST_F(Ipvsadm, CommandLinesDoTheSame)
{
    Generator generator(seed());
    RecordProperty("seed", std::to_string(seed()));
    expect_same(generator, lines_between_listings);
}

// For `make check-all`.
TEST_F(Ipvsadm, WholeHundredsOfCommandLinesDoTheSame)
{
    Generator generator(seed());
    RecordProperty("seed", std::to_string(seed()));
    for (int round = 0; round < 3 && !HasFailure(); ++round)
        expect_same(generator, lines_between_listings);
}

TEST_F(Ipvsadm, RestoreFilesDoTheSame)
{
    Generator generator(seed());
    for (const size_t services : {1, 6, 18}) {
        const auto file = generator.file(services, 180 / services);
        const auto done = pair_->run({"-R"}, file);
        EXPECT_EQ(done.ipvsadm.status, 0) << done.ipvsadm.errors;
        EXPECT_EQ(done.directorctl.status, 0) << done.directorctl.errors;
        ASSERT_EQ(pair_->state_difference(), "") << file;
        expect_same_listings();
        ASSERT_TRUE(pair_->clear());
    }
}

TEST_F(Ipvsadm, WhatDirectorctlSavesBothRestoreToTheSame)
{
    Generator generator(seed());
    const auto file = generator.file(12, 10);
    ASSERT_EQ(pair_->run({"-R"}, file).directorctl.status, 0);
    const auto saved =
        pair_->directorctl().in([] { return run_ok({"directorctl", "-S", "--nosort"}); });
    ASSERT_TRUE(saved) << saved.error().text();
    // The state from which it was saved, against what ipvsadm makes of the file.
    const auto done = pair_->ipvsadm().in([&]() -> Result<Outcome> {
        TRY(run_ok({"ipvsadm", "-C"}));
        RunOptions options;
        options.input = *saved;
        return run({"ipvsadm", "-R"}, options);
    });
    ASSERT_TRUE(done) << done.error().text();
    EXPECT_EQ(done->status, 0) << done->errors;
    EXPECT_EQ(pair_->state_difference(), "");

    ASSERT_TRUE(pair_->clear());
    const auto again = pair_->run({"-R"}, *saved);
    EXPECT_EQ(again.directorctl.status, 0) << again.directorctl.errors;
    EXPECT_EQ(pair_->state_difference(), "");
}

TEST_F(Ipvsadm, RestoreConvergesAndThenHasNothingToDo)
{
    Generator generator(seed());
    const auto one = generator.file(6, 12), other = generator.file(9, 8);
    const auto in = [&](const std::string& input, const Argv& command) {
        RunOptions options;
        options.input = input;
        const auto done = pair_->directorctl().in([&] { return run(command, options); });
        return done ? *done : Outcome{-1, {}, done.error().text()};
    };
    ASSERT_EQ(in(one, {"directorctl", "-R"}).status, 0);
    const auto first = in(other, {"directorctl", "restore", "-"});
    EXPECT_EQ(first.status, 0) << first.errors;
    // ipvsadm makes the other file's state from nothing.
    const auto reference = pair_->ipvsadm().in([&] {
        RunOptions options;
        options.input = other;
        return run({"ipvsadm", "-R"}, options);
    });
    ASSERT_TRUE(reference && reference->status == 0);
    const auto saved = pair_->ask_ipvsadm(argv("-S -n"));
    EXPECT_EQ(saved.ipvsadm.output, saved.directorctl.output);
    const auto second = in(other, {"directorctl", "restore", "-"});
    EXPECT_EQ(second.status, 0) << second.errors;
    EXPECT_EQ(second.output, "0 changes\n");
}

TEST_F(Ipvsadm, ConnectionsAndCountersAreListedTheSame)
{
    for (const char* line :
         {"-A -u 198.51.100.1:53 -s rr", "-a -u 198.51.100.1:53 -r 10.9.0.2 -g",
          "-A -t 198.51.100.1:80 -s rr -p 100", "-a -t 198.51.100.1:80 -r 10.9.0.3 -g",
          "-A -t [2001:db8::1]:80 -s mh", "-a -t [2001:db8::1]:80 -r [2001:db8:9::2]:80 -g"})
        ASSERT_EQ(pair_->run(argv(line)).ipvsadm.status, 0) << line;
    const auto sent = pair_->ipvsadm().in([]() -> Result<void> {
        for (const char* address : {"198.51.100.1/32", "2001:db8::1/128"})
            TRY(run_ok({"ip", "address", "add", address, "dev", "d0", "nodad"}));
        for (const auto& [address, port, type] :
             {std::tuple("198.51.100.1", uint16_t{53}, SOCK_DGRAM),
              std::tuple("198.51.100.1", uint16_t{80}, SOCK_STREAM),
              std::tuple("2001:db8::1", uint16_t{80}, SOCK_STREAM)}) {
            sockaddr_storage to{};
            const auto parsed = TRY(parse_address(address));
            const auto length = socket_address(parsed, port, to);
            const Fd fd(::socket(parsed.family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
            // Nobody answers: a TCP connection stays on its way.
            const bool done =
                ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), length) == 0;
            if (!done && errno != EINPROGRESS) return errno_error(address, "connect");
            if (type == SOCK_DGRAM && ::send(fd.get(), "hello", 5, 0) != 5)
                return errno_error(address, "send");
        }
        return {};
    });
    ASSERT_TRUE(sent) << sent.error().text();
    const auto table = pair_->run_in_one(argv("-L -n -c")).ipvsadm.output;
    EXPECT_NE(table.find("198.51.100.1:53"), std::string::npos) << table;
    EXPECT_NE(table.find("[2001:db8::1]:80"), std::string::npos) << table;
    EXPECT_EQ(lines(table).size(), 2U + 4U) << "three connections and a template:\n" << table;
    for (const char* listing : {"-L -n -c", "-L -c --persistent-conn", "-L -n --stats",
                                "-L -n --persistent-conn", "-L -n"}) {
        // Seconds pass between the two programs now and then.
        Pair::Outcomes last;
        const auto same =
            wait_until(Deadline::after(std::chrono::seconds(20)), listing, "agreement", [&] {
                last = pair_->run_in_one(argv(listing));
                return last.ipvsadm.output == last.directorctl.output;
            });
        EXPECT_TRUE(same) << last.ipvsadm.output << "\n" << last.directorctl.output;
    }
}

TEST_F(Ipvsadm, SyncDaemonsAreTheSame)
{
    const std::string all_options = "--mcast-interface d0 --syncid 3 --sync-maxlen 1000 "
                                    "--mcast-group 239.1.1.1 --mcast-port 9000 --mcast-ttl 3";
    const std::vector<std::string> commands = {
        "--start-daemon master --mcast-interface d0 --syncid 5",
        "-L --daemon",
        "--start-daemon backup " + all_options,
        "-L --daemon",
        "--start-daemon master --mcast-interface d0",
        "--stop-daemon backup",
        "-L --daemon -n",
        "--stop-daemon master --syncid 5",
        "--stop-daemon master",
        "--start-daemon master --mcast-interface d0 --mcast-group ff02::5",
        "-L --daemon",
        "--stop-daemon master",
    };
    for (const auto& line : commands) {
        const auto done = pair_->run(argv(line));
        EXPECT_EQ(done.ipvsadm.status, done.directorctl.status) << line;
        EXPECT_EQ(done.ipvsadm.output, done.directorctl.output) << line;
    }
}

// The table of deliberate differences: each row shows itself, and is no more than it says.
class Deviations : public Ipvsadm, public testing::WithParamInterface<size_t> {};

void expect_behaviour(const char* program, const Outcome& done, const std::string& seen,
                      const ipvsadm::Behaviour& own, const ipvsadm::Behaviour& other)
{
    EXPECT_EQ(done.status, own.status) << program << ": " << done.errors;
    EXPECT_NE(seen.find(own.shows), std::string::npos) << program << " shows:\n" << seen;
    if (!other.shows.empty()) {
        EXPECT_EQ(seen.find(other.shows), std::string::npos) << program << " shows:\n" << seen;
    }
}

TEST_P(Deviations, AreAsTheTableSays)
{
    const auto& row = ipvsadm::deviations()[GetParam()];
    SCOPED_TRACE(row.title);
    const auto commands = lines(row.commands);
    Pair::Outcomes last;
    for (const auto& command : commands) {
        const bool is_last = &command == &commands.back();
        last = pair_->run(argv(command), is_last ? std::string(row.input) : std::string());
        if (is_last) break;
        EXPECT_EQ(last.ipvsadm.status, 0) << command << ": " << last.ipvsadm.errors;
        EXPECT_EQ(last.directorctl.status, 0) << command << ": " << last.directorctl.errors;
    }
    const bool prints = !last.ipvsadm.output.empty() || !last.directorctl.output.empty();
    const auto state = pair_->ask_ipvsadm(argv("-S -n"));
    expect_behaviour("ipvsadm", last.ipvsadm, prints ? last.ipvsadm.output : state.ipvsadm.output,
                     row.ipvsadm, row.directorctl);
    expect_behaviour("directorctl", last.directorctl,
                     prints ? last.directorctl.output : state.directorctl.output, row.directorctl,
                     row.ipvsadm);
    const bool differ = last.ipvsadm.status != last.directorctl.status ||
                        last.ipvsadm.output != last.directorctl.output ||
                        state.ipvsadm.output != state.directorctl.output;
    EXPECT_TRUE(differ) << "no difference at all: the row is stale";
}

// Those that can be shown without gigabytes of traffic.
std::vector<size_t> rows_with_commands()
{
    std::vector<size_t> rows;
    for (size_t i = 0; i < ipvsadm::deviations().size(); ++i)
        if (!ipvsadm::deviations()[i].commands.empty()) rows.push_back(i);
    return rows;
}

INSTANTIATE_TEST_SUITE_P(Table, Deviations, testing::ValuesIn(rows_with_commands()));

} // namespace
} // namespace gueway
