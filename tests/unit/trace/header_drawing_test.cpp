// SPDX-License-Identifier: GPL-2.0-only
#include "trace/header_drawing.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

// The incident's packet at the drop.
Step incident()
{
    return {.piece = 5,
            .encapsulation = true,
            .headers = {.mac = 158, .network = 172, .transport = 192},
            .inner = {.mac = 190, .network = 204, .transport = 224},
            .buffer = {.data = 158, .tail = 256, .end = 704}};
}

TEST(HeaderDrawing, IsToScale)
{
    const auto lines = draw_headers(incident());
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0], "outer  0 ~|mac 158      |net 172            |transport 192 ~ tail 256, "
                        "end 704");
    EXPECT_EQ(lines[1], "inner                                     |mac 190      |net 204       "
                        "     |transport 224");
    // What the bug is: the tunnel's header would end two bytes before it begins.
    EXPECT_EQ(lines[0].find("|transport") - lines[1].find("|mac"), 2U);
}

TEST(HeaderDrawing, WhatBeginsAtOnePlaceIsOneMark)
{
    auto step = incident();
    step.inner.mac = 204;
    EXPECT_NE(draw_headers(step)[1].find("|mac = net 204      |transport 224"), std::string::npos)
        << draw_headers(step)[1];
}

TEST(HeaderDrawing, ShortensLabelsAndColumnsWhereThereIsNoRoom)
{
    const auto lines = draw_headers(incident(), 60);
    EXPECT_EQ(lines[0], "outer  0 ~|158   |net 172  |transport 192 ~ tail 256, end 704");
    EXPECT_NE(lines[1].find("(a column: 2 bytes)"), std::string::npos);
    auto step = incident();
    step.headers.transport = 174;
    EXPECT_NE(draw_headers(step)[0].find("| |transport 174"), std::string::npos)
        << draw_headers(step)[0];
}

TEST(HeaderDrawing, LeavesOutWhatIsNotSet)
{
    auto step = incident();
    step.encapsulation = false;
    step.headers.mac = {};
    EXPECT_EQ(draw_headers(step),
              (std::vector<std::string>{"outer  0 ~|net 172            |transport 192 ~ tail 256, "
                                        "end 704"}));
    step.headers = {};
    EXPECT_TRUE(draw_headers(step).empty());
}

TEST(HeaderDrawings, DrawAgainOnlyWhatMoved)
{
    HeaderDrawings drawings;
    auto step = incident();
    EXPECT_EQ(drawings.lines(step).size(), 2U);
    EXPECT_TRUE(drawings.lines(step).empty());
    step.parent = step.piece;
    step.piece = 6; // a copy that is the same
    EXPECT_TRUE(drawings.lines(step).empty());
    step.headers.transport = 196;
    EXPECT_EQ(drawings.lines(step).size(), 2U);
}

} // namespace
} // namespace gueway
