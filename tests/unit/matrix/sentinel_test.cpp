// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/axes.h"
#include "matrix/events.h"
#include "matrix/known_bugs.h"
#include "matrix/places.h"
#include "matrix/select.h"
#include "matrix/sentinel.h"
#include "tests/assert_ok.h"

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

std::vector<std::string> names(const char* cell)
{
    std::vector<std::string> found;
    for (const auto& sentinel : sentinels(*parse_cell(cell))) found.push_back(name(sentinel));
    return found;
}
using Names = std::vector<std::string>;

TEST(Sentinels, GoTheCellsWay)
{
    EXPECT_EQ(names("gre-csum/in6/out4/tcp-gso/more-1/software/m9000"),
              (Names{"gre-csum/in6/out4/udp/small/software/m9000",
                     "gre-csum/in6/out4/udp/fits/software/m9000"}));
    EXPECT_EQ(names("gue/in4/out4/udp-gso/two/wire/m1500/gro-list"),
              (Names{"gue/in4/out4/udp/small/wire/m1500/gro-list",
                     "gue/in4/out4/udp/fits/wire/m1500/gro-list"}));
}

TEST(Sentinels, ComeThroughWhereTheCellDoesNot)
{
    EXPECT_EQ(names("gue/in6/out6/udp/fits/whole/least-less-1"),
              (Names{"gue/in6/out6/udp/small/whole/least", "gue/in6/out6/udp/fits/whole/least"}));
    EXPECT_EQ(names("gue/in6/out4/udp/fits/whole/least-less-1"),
              (Names{"gue/in6/out4/udp/small/whole/least-less-1",
                     "gue/in6/out4/udp/fits/whole/least-less-1"}));
}

TEST(Sentinels, OfEveryCellGoWhereItGoes)
{
    const auto cells = select({});
    ASSERT_OK(cells);
    for (const auto& cell : cells->cells)
        for (const auto& sentinel : sentinels(cell)) {
            EXPECT_EQ(destination(sentinel), destination(cell)) << name(cell);
            EXPECT_EQ(service_port(sentinel), service_port(cell)) << name(cell);
            EXPECT_EQ(vip(sentinel.inner), vip(cell.inner)) << name(cell);
            EXPECT_EQ(&entrance(sentinel), &entrance(cell)) << name(cell);
            EXPECT_EQ(sentinel.event, Event::none) << name(cell);
            EXPECT_EQ(expect(path(sentinel), shipment(sentinel)).fate, Fate::delivered)
                << name(cell);
            EXPECT_TRUE(same_way(cell, sentinel) || cell.event == Event::router) << name(cell);
        }
}

TEST(Sentinels, NoBugWithANameTouchesThem)
{
    const auto cells = select({});
    ASSERT_OK(cells);
    for (const auto& cell : cells->cells)
        for (const auto& sentinel : sentinels(cell))
            for (const auto& bug : known_bugs())
                EXPECT_FALSE(bug.strikes(sentinel)) << bug.id << " " << name(sentinel);
}

// A route that remembers what the router said passes nothing that fits what is in front of it.
TEST(Sentinels, BehindARouterTheyAreLongerThanItPasses)
{
    size_t found = 0;
    for (const auto& cell : event_cells()) {
        if (cell.event != Event::router) continue;
        for (const auto& sentinel : sentinels(cell)) {
            EXPECT_EQ(path(sentinel).mtu, wider(path(cell).mtu)) << name(cell);
            if (sentinel.size != Size::fits) continue;
            ++found;
            const auto wire = expect(path(sentinel), shipment(sentinel)).wire;
            ASSERT_EQ(wire.size(), 1U);
            EXPECT_GT(wire[0].length, path(cell).mtu) << name(cell);
        }
    }
    EXPECT_GT(found, 0U);
}

TEST(Sentinels, ShapesOfOneWayShareThem)
{
    const auto way = [](const char* one, const char* other) {
        return same_way(*parse_cell(one), *parse_cell(other));
    };
    EXPECT_TRUE(way("gue/in4/out4/tcp/fits/wire", "gue/in4/out4/udp-gso/two/wire"));
    EXPECT_FALSE(way("gue/in4/out4/tcp/fits/wire", "gue/in4/out6/tcp/fits/wire"));
    EXPECT_FALSE(way("gue/in4/out4/tcp/fits/wire", "gue/in4/out4/tcp/fits/wire/m9000"));
    EXPECT_FALSE(
        way("gue/in4/out4/udp/fits/whole", "gue/in4/out4/udp/fits/whole/m1500/plain/vlan-inside"));
}

} // namespace
} // namespace gueway::matrix
