// SPDX-License-Identifier: GPL-2.0-only
#include "trace/journey.h"

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
            .source = [](const CodePlace&) { return std::vector<SourceLine>{{"f", "f.c", 7}}; },
            .reason = [](uint32_t) { return std::string("NOT_SPECIFIED"); },
            .netns = [](uint32_t) { return std::string("director"); }};
}

follow_event event(uint32_t what, uint64_t packet, uint64_t piece, uint64_t parent)
{
    return {.time = 1000 * piece,
            .packet = packet,
            .piece = piece,
            .parent = parent,
            .what = what,
            .mac = 0xffff};
}

TEST(StepDecoder, NumbersPiecesAsTheyComeAndPacketsByTheirFirst)
{
    StepDecoder decoder(names());
    const auto first = decoder.decode(event(FOLLOW_RECEIVED, 70, 70, 0));
    EXPECT_EQ(first.packet, 1U);
    EXPECT_EQ(first.piece, 1U);
    EXPECT_EQ(first.parent, 0U);
    const auto copy = decoder.decode(event(FOLLOW_COPIED, 70, 90, 70));
    EXPECT_EQ(copy.packet, 1U);
    EXPECT_EQ(copy.piece, 2U);
    EXPECT_EQ(copy.parent, 1U);
    EXPECT_DOUBLE_EQ(copy.microseconds, 20);
    decoder.decode(event(FOLLOW_CONSUMED, 70, 70, 0));
    EXPECT_EQ(decoder.decode(event(FOLLOW_STEP, 70, 90, 70)).packet, 1U);
    decoder.decode(event(FOLLOW_CONSUMED, 70, 90, 70));
    EXPECT_EQ(decoder.decode(event(FOLLOW_RECEIVED, 95, 95, 0)).packet, 3U);
}

TEST(StepDecoder, ADropHasPlaceReasonAndSource)
{
    StepDecoder decoder(names());
    const auto step = decoder.decode(event(FOLLOW_DROPPED, 70, 70, 0));
    EXPECT_EQ(step.kind, StepKind::dropped);
    EXPECT_TRUE(step.ends());
    EXPECT_EQ(step.place.value().text(), "validate_xmit_skb+0x2b4");
    EXPECT_EQ(step.reason, "NOT_SPECIFIED");
    EXPECT_EQ(step.source.at(0).line, 7);
    EXPECT_FALSE(step.headers.mac);
    EXPECT_EQ(step.headers.network, 0);
}

Step step(uint64_t packet, uint64_t piece, StepKind kind, uint64_t parent = 0)
{
    return {.kind = kind, .packet = packet, .piece = piece, .parent = parent};
}

TEST(Journey, TheWayOfAPieceGoesThroughItsParents)
{
    Journeys journeys;
    journeys.add(step(1, 1, StepKind::received));
    journeys.add(step(1, 2, StepKind::cloned, 1));
    journeys.add(step(1, 3, StepKind::segment, 1));
    journeys.add(step(1, 1, StepKind::consumed));
    journeys.add(step(1, 2, StepKind::enters, 1));
    const auto& journey = journeys.add(step(1, 3, StepKind::dropped, 1));
    std::vector<StepKind> kinds;
    for (const auto* one : journey.way(3)) kinds.push_back(one->kind);
    EXPECT_EQ(kinds, (std::vector{StepKind::received, StepKind::segment, StepKind::dropped}));
    EXPECT_FALSE(journey.ended());
    EXPECT_TRUE(journeys.add(step(1, 2, StepKind::freed, 1)).ended());
}

TEST(Journeys, KeepFirstAndLastStepsOfALongOne)
{
    Journeys journeys({.steps = 4, .all_steps = 100});
    for (uint64_t cpu = 0; cpu < 9; ++cpu) {
        auto one = step(1, 1, StepKind::enters);
        one.cpu = static_cast<uint32_t>(cpu);
        journeys.add(one);
    }
    const auto& steps = journeys.find(1)->steps;
    ASSERT_EQ(steps.size(), 4U);
    EXPECT_EQ(steps[0].cpu, 0U);
    EXPECT_EQ(steps[1].cpu, 1U);
    EXPECT_EQ(steps[2].cpu, 7U);
    EXPECT_EQ(steps[3].cpu, 8U);
    EXPECT_EQ(journeys.find(1)->left_out, 5U);
}

TEST(Journeys, ForgetThoseThatEndedFirst)
{
    Journeys journeys({.steps = 4, .all_steps = 4});
    journeys.add(step(1, 1, StepKind::received));
    journeys.add(step(2, 2, StepKind::received));
    journeys.add(step(2, 2, StepKind::consumed));
    journeys.add(step(3, 3, StepKind::received));
    journeys.add(step(4, 4, StepKind::received));
    EXPECT_EQ(journeys.find(2), nullptr);
    EXPECT_NE(journeys.find(1), nullptr);
    journeys.add(step(4, 4, StepKind::enters));
    journeys.add(step(4, 4, StepKind::enters));
    EXPECT_EQ(journeys.find(1), nullptr);
    EXPECT_NE(journeys.find(4), nullptr);
    EXPECT_EQ(journeys.forgotten(), 2U);
}

} // namespace
} // namespace gueway
