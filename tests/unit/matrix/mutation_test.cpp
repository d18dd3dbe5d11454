// SPDX-License-Identifier: GPL-2.0-only
// The judge judged: what a director without faults does passes, and each deliberate fault does not.
#include "matrix/axes.h"
#include "matrix/check.h"
#include "tests/unit/matrix/faults.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace gueway::matrix {

void PrintTo(const Fault& fault, std::ostream* to)
{
    *to << fault.name;
}

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
    const auto over = [](Cell made, Underlay underlay) {
        made.underlay = underlay;
        return made;
    };
    const auto least = [](Cell made) {
        made.mtu = Mtu::least_less_1;
        return made;
    };
    const auto behind_router = [](Cell made) {
        made.event = Event::router;
        return made;
    };
    const auto from_director = [](Cell made) {
        made.origin = Origin::director;
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
        cell(fou, v6, v6, tcp_gso, two),
        over(cell(gue, v4, v4, tcp_gso, k), Underlay::software),
        over(cell(gre, v6, v6, tcp_gso, fits), Underlay::software),
        // By nobody.
        over(cell(ipip, v4, v4, tcp_gso, fits), Underlay::whole),
        over(cell(gue, v6, v4, tcp_gso, k_more_1), Underlay::whole),
        over(cell(gue, v4, v6, tcp_gso, two), Underlay::whole),
        over(cell(gue, v4, v4, udp_gso, two), Underlay::whole),
        over(cell(ipip, v6, v4, udp_gso, k_more_1), Underlay::whole),
        over(cell(gue, v6, v4, udp, fits), Underlay::whole),
        // The outer packet in fragments.
        cell(gue_csum, v4, v4, udp, more_1, Fragmenting::no_df),
        cell(gre, v4, v4, tcp_gso, more_5, Fragmenting::no_df),
        cell(ipip, v4, v6, tcp, more_9, Fragmenting::no_df),
        cell(gue_csum, v4, v4, tcp, more_8, Fragmenting::df_unheeded),
        over(cell(gue, v4, v6, udp, more_1, Fragmenting::no_df), Underlay::software),
        // Refused.
        cell(gue, v4, v4, tcp_gso, more_1),
        cell(gre_csum, v4, v6, tcp, more_4),
        cell(gue_remcsum, v6, v4, tcp_gso, more_1),
        cell(ipip, v6, v6, udp, more_5),
        cell(fou, v4, v4, udp, more_8),
        // Dropped, as a tunnel that leaves too little takes none.
        least(cell(gue, v6, v6, tcp_gso, fits)),
        least(cell(ipip, v4, v6, udp, small)),
        // By a router at first.
        behind_router(over(cell(gue, v4, v4, udp, more_1), Underlay::whole)),
        // The director's own.
        from_director(cell(gue_csum, v4, v4, udp, fits)),
        from_director(cell(ipip, v6, v4, udp_gso, two)),
        from_director(cell(gue, v4, v4, udp, more_1)),
        from_director(cell(gre, v6, v6, udp, more_5)),
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

bool is_about(const CellResult& result, const Fault& fault)
{
    return std::ranges::any_of(result.complaints, [&](const std::string& complaint) {
        return std::ranges::any_of(fault.words,
                                   [&](auto word) { return complaint.contains(word); });
    });
}

// In every cell that has what the fault is of.
class Faults : public testing::TestWithParam<Fault> {};

TEST_P(Faults, AreNoticed)
{
    const auto& fault = GetParam();
    unsigned scenes = 0;
    std::vector<std::string> survived, of_something_else;
    for (size_t i = 0; i < cells().size(); ++i) {
        auto scene = faultless(cells()[i], i);
        if (!fault.make(scene)) continue;
        ++scenes;
        const auto result = judge(scene.cell, scene.seen);
        if (result.outcome == Outcome::passed)
            survived.push_back(name(scene.cell));
        else if (!is_about(result, fault))
            of_something_else.push_back(name(scene.cell) + ": " +
                                        testing::PrintToString(result.complaints));
    }
    EXPECT_GT(scenes, 0U) << "there is no cell for it";
    EXPECT_EQ(survived, std::vector<std::string>());
    EXPECT_EQ(of_something_else, std::vector<std::string>());
}

std::string fault_name(const testing::TestParamInfo<Fault>& info)
{
    return std::string(info.param.name);
}

INSTANTIATE_TEST_SUITE_P(Tunnel, Faults, testing::ValuesIn(tunnel_faults()), fault_name);
INSTANTIATE_TEST_SUITE_P(Inner, Faults, testing::ValuesIn(inner_faults()), fault_name);
INSTANTIATE_TEST_SUITE_P(Delivery, Faults, testing::ValuesIn(delivery_faults()), fault_name);
INSTANTIATE_TEST_SUITE_P(Fragment, Faults, testing::ValuesIn(fragment_faults()), fault_name);
INSTANTIATE_TEST_SUITE_P(Offload, Faults, testing::ValuesIn(offload_faults()), fault_name);
INSTANTIATE_TEST_SUITE_P(Told, Faults, testing::ValuesIn(told_faults()), fault_name);
INSTANTIATE_TEST_SUITE_P(Other, Faults, testing::ValuesIn(other_faults()), fault_name);

} // namespace
} // namespace gueway::matrix
