// SPDX-License-Identifier: GPL-2.0-only
#include "trace/step_text.h"

#include <cstring>

#include <gtest/gtest.h>
#include <linux/if_ether.h>

namespace gueway {
namespace {

DropNames names()
{
    return {.place = [](uint64_t address) -> CodePlace {
                return {address, "validate_xmit_skb", 0x2b4, ""};
            },
            .source = {},
            .reason = [](uint32_t) { return std::string("NOT_SPECIFIED"); },
            .netns = [](uint32_t) { return std::string("director"); }};
}

// Of no IP packet: what is in one is PacketLayers' matter.
follow_event event(uint32_t what, uint64_t piece, uint64_t parent, uint64_t time)
{
    follow_event made{.time = time,
                      .packet = 7000,
                      .piece = piece,
                      .parent = parent,
                      .what = what,
                      .netns = 1,
                      .device_mtu = 1500,
                      .length = 60,
                      .protocol = ETH_P_ARP,
                      .mac = 0xffff,
                      .network = 82,
                      .transport = 102};
    std::strcpy(made.device_name, "d0");
    return made;
}

// Lines as a run prints them.
class Lines {
public:
    std::string line(const follow_event& event) { return text_.line(decoder_.decode(event)); }

private:
    StepDecoder decoder_{names()};
    StepText text_;
};

TEST(StepText, TheFirstLineHasItAll)
{
    Lines text;
    EXPECT_EQ(text.line(event(FOLLOW_RECEIVED, 7000, 0, 5'000'000)),
              "1.1       0.0 us CPU 0 received; netns director; device d0 (MTU 1500); length 60; "
              "GSO off; encapsulation off; headers mac - net 82 transport 102");
}

TEST(StepText, LaterLinesHaveWhatChanged)
{
    Lines text;
    text.line(event(FOLLOW_RECEIVED, 7000, 0, 5'000'000));
    auto step = event(FOLLOW_STEP, 7000, 0, 5'012'300);
    step.function = FOLLOW_IN_ip_rcv;
    EXPECT_EQ(text.line(step), "1.1      12.3 us CPU 0 ip_rcv");
    step.encapsulation = 1;
    step.inner_mac = 68;
    step.inner_network = 82;
    step.inner_transport = 102;
    EXPECT_EQ(text.line(step), "1.1      12.3 us CPU 0 ip_rcv; encapsulation on; inner mac 68 net "
                               "82 transport 102");
}

TEST(StepText, APieceIsComparedWithItsParentAndForgottenAtItsEnd)
{
    Lines text;
    text.line(event(FOLLOW_RECEIVED, 7000, 0, 0));
    auto copy = event(FOLLOW_COPIED, 8000, 7000, 1000);
    copy.length = 70;
    EXPECT_EQ(text.line(copy), "1.2       1.0 us CPU 0 copy of 1; length 70");
    EXPECT_EQ(text.line(event(FOLLOW_CONSUMED, 7000, 0, 2000)), "1.1       2.0 us CPU 0 consumed");
    auto segment = event(FOLLOW_SEGMENT, 9000, 8000, 3000);
    EXPECT_EQ(text.line(segment), "1.3       3.0 us CPU 0 segment of 2; length 60");
    copy.what = FOLLOW_DROPPED;
    EXPECT_EQ(text.line(copy),
              "1.2       1.0 us CPU 0 DROPPED at validate_xmit_skb+0x2b4, NOT_SPECIFIED");
}

} // namespace
} // namespace gueway
