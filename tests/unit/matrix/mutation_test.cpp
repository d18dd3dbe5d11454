// SPDX-License-Identifier: GPL-2.0-only
// The judge judged: what a director without faults does passes, and each deliberate fault does not.
#include "matrix/axes.h"
#include "matrix/check.h"
#include "tests/unit/matrix/faultless.h"

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

const std::vector<Cell>& cells()
{
    using enum Tunnel;
    using enum L4;
    using enum Size;
    constexpr auto v4 = Family::v4, v6 = Family::v6;
    const auto cell = [](Tunnel tunnel, Family inner, Family outer, L4 l4, Size size,
                         Fragmenting fragmenting = Fragmenting::df) {
        auto made = with_defaults(
            {.tunnel = tunnel, .inner = inner, .outer = outer, .l4 = l4, .size = size});
        made.fragmenting = fragmenting;
        return made;
    };
    static const std::vector<Cell> all = {
        // Segmented by the director, or one packet.
        cell(ipip, v4, v4, tcp_gso, two),
        cell(ipip, v6, v6, tcp, fits),
        cell(gue, v4, v4, tcp_gso, k_more_1),
        cell(gue, v4, v6, udp, small),
        cell(gue, v4, v4, sctp, small),
        cell(gue_csum, v6, v4, tcp_gso, fits),
        cell(gue_remcsum, v4, v4, tcp_gso, fits),
        cell(gue_remcsum, v6, v6, tcp_gso, k),
        cell(gue_remcsum, v4, v4, udp, fits),
        cell(gre, v4, v6, tcp_gso, k_less_1),
        cell(gre_csum, v6, v4, udp_gso, two),
        cell(gre_csum, v4, v4, tcp, fits),
        cell(fou, v4, v4, tcp_gso, fits),
        // The outer packet in fragments.
        cell(gue_csum, v4, v4, udp, more_1, Fragmenting::no_df),
        cell(gre, v4, v4, tcp_gso, more_5, Fragmenting::no_df),
        cell(ipip, v4, v6, tcp, more_9, Fragmenting::no_df),
        cell(gue_csum, v4, v4, tcp, more_8, Fragmenting::df_unheeded),
        // Refused.
        cell(gue, v4, v4, tcp_gso, more_1),
        cell(gre_csum, v4, v6, tcp, more_4),
        cell(gue_remcsum, v6, v4, tcp_gso, more_1),
        cell(ipip, v6, v6, udp, more_5),
        cell(fou, v4, v4, udp, more_8),
    };
    return all;
}

TEST(Faultless, Passes)
{
    for (size_t i = 0; i < cells().size(); ++i) {
        const auto scene = faultless(cells()[i], i);
        const auto result = judge(scene.cell, scene.seen);
        EXPECT_EQ(result.outcome, Outcome::passed)
            << name(scene.cell) << ": " << testing::PrintToString(result.complaints);
    }
}

} // namespace
} // namespace gueway::matrix
