// SPDX-License-Identifier: GPL-2.0-only
#include "trace/answers.h"

#include <algorithm>
#include <cerrno>

#include <gtest/gtest.h>

namespace gueway {
namespace {

follow_event failing(std::initializer_list<follow_failure> failures)
{
    follow_event event{.failed = uint8_t(failures.size())};
    std::copy_n(failures.begin(), std::min<size_t>(failures.size(), FOLLOW_FAILURES),
                event.failures);
    return event;
}

TEST(Answers, InnermostFirstAndEqualOnesTogether)
{
    const auto event = failing({{FOLLOW_OF_skb_udp_tunnel_segment, -EINVAL},
                                {FOLLOW_OF_inet_gso_segment, -EINVAL},
                                {FOLLOW_OF___skb_gso_segment, -EINVAL}});
    const auto answers = decode_answers(event);
    ASSERT_EQ(answers.size(), 3U);
    EXPECT_EQ(answers[0].function, "skb_udp_tunnel_segment");
    EXPECT_EQ(answers[0].value, -EINVAL);
    EXPECT_EQ(text(answers), "skb_udp_tunnel_segment returned -EINVAL, and so did "
                             "inet_gso_segment, __skb_gso_segment");
}

// The places that share a label: each has an innermost answer of its own.
TEST(Answers, TellApartWhatEndsAtOneLabel)
{
    EXPECT_EQ(text(decode_answers(failing({{FOLLOW_OF_skb_segment, -ENOMEM},
                                           {FOLLOW_OF_tcp_gso_segment, -ENOMEM},
                                           {FOLLOW_OF_skb_mac_gso_segment, 0}}))),
              "skb_segment returned -ENOMEM, and so did tcp_gso_segment, then skb_mac_gso_segment "
              "returned NULL");
    EXPECT_EQ(text(decode_answers(failing({}))), "");
}

TEST(Answers, MoreThanThereIsRoomForAndUnknownOnes)
{
    auto event = failing({{4711, -EPROTONOSUPPORT}});
    EXPECT_EQ(text(decode_answers(event)), "? returned -EPROTONOSUPPORT");
    event.failed = 200;
    EXPECT_EQ(decode_answers(event).size(), size_t(FOLLOW_FAILURES));
}

TEST(Stack, BeginsWhereThePacketWasFreed)
{
    const auto frame = [](uint64_t address) { return StackFrame{{address, "f", 0, ""}, {}}; };
    follow_event event{.location = 30};
    std::ranges::copy(std::to_array<uint64_t>({10, 20, 30, 40, 50}), event.stack);
    const auto stack = decode_stack(event, frame);
    ASSERT_EQ(stack.size(), 3U);
    EXPECT_EQ(stack[0].place.address, 30U);
    EXPECT_EQ(stack[2].place.address, 50U);
    event.location = 99; // inlined: all there is
    EXPECT_EQ(decode_stack(event, frame).size(), 5U);
    event.stack[0] = 0; // none was told
    EXPECT_TRUE(decode_stack(event, frame).empty());
}

} // namespace
} // namespace gueway
