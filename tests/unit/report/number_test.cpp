// SPDX-License-Identifier: GPL-2.0-only
#include "report/number.h"

#include <cmath>

#include <gtest/gtest.h>

namespace gueway {
namespace {

TEST(Number, FiguresAreThreeAndNeverAnExponent)
{
    EXPECT_EQ(figures(0), "0");
    EXPECT_EQ(figures(0.04123), "0.0412");
    EXPECT_EQ(figures(4.1), "4.10");
    EXPECT_EQ(figures(9.996), "10.0");
    EXPECT_EQ(figures(99.96), "100");
    EXPECT_EQ(figures(1234.4), "1234");
    EXPECT_EQ(figures(-4.1), "-4.10");
    EXPECT_EQ(figures(1e12), "1000000000000");
    EXPECT_EQ(figures(INFINITY), "-");
    EXPECT_EQ(figures(NAN), "-");
}

TEST(Number, TimesTakeTheUnitThatFits)
{
    EXPECT_EQ(human_time(0), "0 s");
    EXPECT_EQ(human_time(850e-6), "850 µs");
    EXPECT_EQ(human_time(4.1e-3), "4.10 ms");
    EXPECT_EQ(human_time(0.99996), "1.00 s");
    EXPECT_EQ(human_time(7200), "7200 s");
}

TEST(Number, RatesTakeTheUnitThatFits)
{
    EXPECT_EQ(human_rate(0), "0 bit/s");
    EXPECT_EQ(human_rate(614e3), "614 kbit/s");
    EXPECT_EQ(human_rate(301.4e6), "301 Mbit/s");
}

TEST(Number, TicksAreAsShortAsTheyGo)
{
    EXPECT_EQ(tick_number(0.1 + 0.2), "0.3");
    EXPECT_EQ(tick_number(2000), "2000");
    EXPECT_EQ(tick_number(1e-17), "0");
    EXPECT_EQ(tick_time(0), "0");
    EXPECT_EQ(tick_time(0.2), "200 ms");
    EXPECT_EQ(tick_time(10), "10 s");
}

TEST(Number, BinarySizesStayExact)
{
    EXPECT_EQ(binary_size(32768), "32 KiB");
    EXPECT_EQ(binary_size(1048576), "1 MiB");
    EXPECT_EQ(binary_size(1500), "1500 B");
    EXPECT_EQ(binary_size(1049600), "1025 KiB");
    EXPECT_EQ(binary_size(0), "0 B");
}

} // namespace
} // namespace gueway
