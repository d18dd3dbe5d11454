// SPDX-License-Identifier: GPL-2.0-only
#include "ipvsadm/wanted.h"
#include "util/text.h"

#include <gtest/gtest.h>

namespace gueway::ipvsadm {
namespace {

WantedReader read(std::string_view text)
{
    WantedReader reader("f");
    size_t number = 0;
    for (const auto line : lines(text)) reader.line({++number, line});
    reader.finish();
    return reader;
}

TEST(Wanted, IsTheTableInTheKernelsOrder)
{
    auto reader = read("# the web\n"
                       "-C\n"
                       "-A -t 198.51.100.1:80 -s rr\n"
                       "-a -t 198.51.100.1:80 -r 10.0.0.1:80 -m\n"
                       "-a -t 198.51.100.1:80 -r 10.0.0.2:80 -m\n"
                       "--set 900 0 300\n");
    EXPECT_TRUE(reader.complaints().empty()) << reader.complaints().front();
    const auto wanted = reader.take();
    ASSERT_EQ(wanted.services.size(), 1U);
    ASSERT_EQ(wanted.services[0].destinations.size(), 2U);
    EXPECT_EQ(wanted.services[0].destinations[0].text(), "10.0.0.2:80");
    EXPECT_EQ(wanted.timeouts.tcp, 900U);
    EXPECT_EQ(wanted.timeouts.tcp_fin, 0U);
}

TEST(Wanted, MistakesNameTheirLine)
{
    const std::pair<const char*, const char*> rows[] = {
        {"-A -t 198.51.100.1:80\n-A -t 198.51.100.1:80", "f:2: service tcp 198.51.100.1:80: twice"},
        {"-a -t 198.51.100.1:80 -r 10.0.0.1 -m", "f:1: service tcp 198.51.100.1:80: no -A line"},
        {"-A -t 198.51.100.1:80\n-a -t 198.51.100.1:80 -r 10.0.0.1 -m\n"
         "-a -t 198.51.100.1:80 -r 10.0.0.1:80 -g",
         "f:3: service tcp 198.51.100.1:80: server 10.0.0.1:80: twice"},
        {"-A -t 198.51.100.1:80\n-D -t 198.51.100.1:80", "f:2: --delete-service does not describe"},
        {"-A -t 198.51.100.1:80\n-C", "f:2: --clear does not describe"},
        {"-A -t 198.51.100.1:80 --nonsense", "f:1: "},
    };
    for (const auto& [text, complaint] : rows) {
        const auto reader = read(text);
        ASSERT_EQ(reader.complaints().size(), 1U) << text;
        EXPECT_TRUE(reader.complaints()[0].starts_with(complaint)) << reader.complaints()[0];
    }
}

// A pipe whose other end failed must not empty the table.
TEST(Wanted, AFileWithoutServicesSaysSoItself)
{
    for (const char* empty : {"", "\n", "# nothing\n", "--set 1 2 3\n"})
        EXPECT_EQ(read(empty).complaints().size(), 1U) << empty;
    EXPECT_TRUE(read("-C\n").complaints().empty());
}

} // namespace
} // namespace gueway::ipvsadm
