// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/matrix/as_built.h"

#include "matrix/axes.h"
#include "matrix/expected.h"
#include "matrix/places.h"
#include "matrix/rules.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace gueway::matrix {

namespace {

constexpr L4 l4s[] = {L4::tcp, L4::tcp_gso, L4::udp, L4::udp_gso, L4::sctp};

std::vector<Octets> expected_at(const std::string& where, const Scene& scene)
{
    std::vector<Octets> made;
    for (const auto& one : expected_packets(scene.cell, look(scene.cell), scene.seen))
        if (one.where == where) made.push_back(one.bytes);
    return made;
}

// Not EXPECT_EQ, which would print it all.
void is_the_same(const Cell& cell, const std::vector<Octets>& made, const std::vector<Octets>& came)
{
    ASSERT_EQ(made.size(), came.size()) << name(cell);
    for (size_t i = 0; i < made.size(); ++i) {
        EXPECT_EQ(made[i].size(), came[i].size()) << name(cell) << ", packet " << i;
        const auto differs = std::ranges::mismatch(made[i], came[i]);
        EXPECT_TRUE(differs.in1 == made[i].end())
            << name(cell) << ", packet " << i << ", byte " << differs.in1 - made[i].begin();
    }
}

} // namespace

std::vector<Cell> crossed(Size size, Fragmenting fragmenting)
{
    static const auto all = rules();
    std::vector<Cell> made;
    for (const auto tunnel : all_tunnels)
        for (const auto inner : families)
            for (const auto outer : families)
                for (const auto l4 : l4s) {
                    auto cell = with_defaults(
                        {.tunnel = tunnel, .inner = inner, .outer = outer, .l4 = l4, .size = size});
                    cell.fragmenting = fragmenting;
                    if (!excluding(all, cell)) made.push_back(cell);
                }
    return made;
}

Octets packet(const Captured& frame)
{
    return {frame.packet().begin(), frame.packet().end()};
}

std::vector<Octets> packets(const std::vector<Captured>& frames)
{
    std::vector<Octets> made;
    for (const auto& frame : frames) made.push_back(packet(frame));
    return made;
}

void worker_gets_what_is_expected(const Scene& scene)
{
    is_the_same(scene.cell, expected_at("worker", scene), packets(scene.seen.worker));
}

void client_gets_what_is_expected(const Scene& scene)
{
    auto came = packets(scene.seen.told_first);
    const auto then = packets(scene.seen.client);
    came.insert(came.end(), then.begin(), then.end());
    is_the_same(scene.cell, expected_at("client", scene), came);
}

void are_as_built(const std::vector<Cell>& cells)
{
    for (const auto& cell : cells) {
        const auto scene = faultless(cell, 3);
        worker_gets_what_is_expected(scene);
        client_gets_what_is_expected(scene);
    }
}

} // namespace gueway::matrix
