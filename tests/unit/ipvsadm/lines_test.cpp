// SPDX-License-Identifier: GPL-2.0-only
#include "ipvsadm/endpoint.h"
#include "ipvsadm/lines.h"
#include "util/file.h"

#include <sstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace gueway::ipvsadm {
namespace {

// The lines of `pieces`, written one after another into a pipe before anything is read.
std::vector<std::string> read_all(const std::vector<std::string>& pieces)
{
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    const Fd in(ends[0]);
    Fd out(ends[1]);
    for (const auto& piece : pieces) EXPECT_TRUE(write_all(out.get(), piece, "pipe"));
    out.reset();
    std::vector<std::string> found;
    const auto read = read_lines(
        in.get(), "pipe",
        [&](const Line& line) {
            found.push_back(std::to_string(line.number) + ":" +
                            (line.too_long ? "too long" : std::string(line.text)));
        },
        [] {});
    EXPECT_TRUE(read);
    return found;
}
using Found = std::vector<std::string>;

TEST(Lines, CountFromOneAndTheLastNeedsNoNewline)
{
    EXPECT_EQ(read_all({"a\n\nb\n"}), (Found{"1:a", "2:", "3:b"}));
    EXPECT_EQ(read_all({"a\nb"}), (Found{"1:a", "2:b"}));
    EXPECT_EQ(read_all({}), Found{});
}

TEST(Lines, LongOnesAreToldOnceAndTheNextIsWhole)
{
    const std::string most(longest_line - 1, 'x');
    EXPECT_EQ(read_all({most, "\nb\n"}), (Found{"1:" + most, "2:b"}));
    EXPECT_EQ(read_all({most, "xxx\nb\n"}), (Found{"1:too long", "2:b"}));
}

TEST(Lines, PauseComesBeforeWaiting)
{
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const Fd in(ends[0]);
    Fd out(ends[1]);
    ASSERT_TRUE(write_all(out.get(), "a\n", "pipe"));
    size_t seen = 0, seen_at_pause = 0;
    const auto read = read_lines(
        in.get(), "pipe", [&](const Line&) { ++seen; },
        [&] {
            seen_at_pause = seen;
            out.reset(); // what was waited for: the end
        });
    EXPECT_TRUE(read);
    EXPECT_EQ(seen_at_pause, 1U);
}

TEST(Lines, WordsWithoutTheProgramAndComments)
{
    std::vector<std::string_view> room;
    const auto words = [&](std::string_view line) {
        const auto found = command_words(line, room);
        return std::vector<std::string>(found.begin(), found.end());
    };
    EXPECT_EQ(words("  -A\t-t  x \r"), (Found{"-A", "-t", "x"}));
    EXPECT_EQ(words("ipvsadm -A"), (Found{"-A"}));
    EXPECT_EQ(words("ipvsadm"), Found{});
    EXPECT_EQ(words("# -A"), Found{});
    EXPECT_EQ(words(" "), Found{});
}

// Whatever the byte and wherever it is, against isspace(3) byte by byte.
TEST(Lines, EveryByteAtEveryPlaceOfAWord)
{
    std::vector<std::string_view> room;
    for (size_t place = 0; place < 20; ++place)
        for (int byte = 0; byte < 256; ++byte) {
            std::string line(20, 'w');
            line[place] = static_cast<char>(byte);
            Found wanted;
            std::istringstream stream(line);
            for (std::string word; stream >> word;) wanted.push_back(word);
            if (byte == '#' && place == 0) wanted.clear();
            const auto words = command_words(line, room);
            EXPECT_EQ(Found(words.begin(), words.end()), wanted) << byte << " at " << place;
        }
}

TEST(Lines, ARepeatedServiceIsTheSame)
{
    RepeatedEndpoint service;
    EXPECT_EQ(service.parse("10.0.0.1:80", IPPROTO_TCP)->port, 80);
    EXPECT_EQ(service.parse("10.0.0.1:80", IPPROTO_TCP)->port, 80);
    EXPECT_EQ(service.parse("10.0.0.1:81", IPPROTO_TCP)->port, 81);
    EXPECT_FALSE(service.parse("10.0.0.1:nosuchport", IPPROTO_TCP));
    EXPECT_FALSE(service.parse("10.0.0.1:nosuchport", IPPROTO_TCP));
    EXPECT_EQ(service.parse("10.0.0.1:domain", IPPROTO_UDP)->port, 53);
    EXPECT_FALSE(service.parse("10.0.0.1:domain", 0)) << "no protocol has no names";
}

} // namespace
} // namespace gueway::ipvsadm
