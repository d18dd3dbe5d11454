// SPDX-License-Identifier: GPL-2.0-only
#include "drops/drop_histogram.h"
#include "drops/harmless.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

constexpr const char* format_61 =
    "\tfield:enum skb_drop_reason reason;\toffset:28;\tsize:4;\tsigned:0;\n\n"
    "print fmt: \"location=%p reason: %s\", REC->location, __print_symbolic(REC->reason, "
    "{ 1, \"NOT_SPECIFIED\" }, { 2, \"NO_SOCKET\" }, { 66, \"MAX\" })\n";

constexpr const char* histogram = R"(# event histogram
#
# trigger info: hist:keys=location.sym-offset,reason:vals=hitcount:sort=hitcount:size=2048 [active]
#

{ location: [ffffffff9b27bfb1] tcp_v4_rcv+0x81/0xee0            , reason:          2 } hitcount:          5
{ location: [ffffffff9b1acfc4] validate_xmit_skb+0x2b4/0x350    , reason:          1 } hitcount:        753

Totals:
    Hits: 758
    Entries: 2
    Dropped: 0
)";

TEST(DropHistogram, NamesReasonsFromTheEventsFormat)
{
    const auto reasons = parse_reasons(format_61);
    EXPECT_EQ(reasons.size(), 3U);
    EXPECT_EQ(reasons.at(2), "NO_SOCKET");
    EXPECT_TRUE(parse_reasons("print fmt: \"location=%p\", REC->location").empty());
}

TEST(DropHistogram, ReadsPlaceReasonAndCountMostFirst)
{
    const auto counts = parse_histogram(histogram, parse_reasons(format_61));
    ASSERT_TRUE(counts) << counts.error().text();
    ASSERT_EQ(counts->size(), 2U);
    EXPECT_EQ((*counts)[0], (DropCount{"validate_xmit_skb+0x2b4", "NOT_SPECIFIED", 753}));
    EXPECT_EQ((*counts)[0].function(), "validate_xmit_skb");
    EXPECT_EQ((*counts)[1], (DropCount{"tcp_v4_rcv+0x81", "NO_SOCKET", 5}));
}

TEST(DropHistogram, KernelsWithoutReasonsGiveNone)
{
    const auto counts = parse_histogram(
        "{ location: [ffffffffa698a48a] f+0x2a/0x50   } hitcount:          4\n", {});
    ASSERT_TRUE(counts) << counts.error().text();
    EXPECT_EQ((*counts)[0], (DropCount{"f+0x2a", "", 4}));
}

TEST(DropHistogram, RefusesAHistogramThatLostEntriesOrIsNone)
{
    EXPECT_FALSE(parse_histogram("Totals:\n    Dropped: 3\n", {}));
    EXPECT_FALSE(parse_histogram("{ nothing we know }\n", {}));
    // Found by fuzzing: without a place, with a count for one, with a reason that is no number.
    EXPECT_FALSE(parse_histogram("{ location: [0] /0x350, reason: 1 } hitcount: 1\n", {}));
    EXPECT_FALSE(parse_histogram("{ location: [0] +0x2/0x3 } hitcount: 1\n", {}));
    EXPECT_FALSE(parse_histogram("{ location: [0] hitcount: 1\n", {}));
    EXPECT_FALSE(parse_histogram("{ location: [0] f+0x1/0x2, reason: x } hitcount: 1\n", {}));
}

TEST(DropHistogram, UnknownReasonKeepsItsNumber)
{
    const auto counts =
        parse_histogram("{ location: [0] f+0x1/0x2, reason: 70 } hitcount: 1\n", {});
    EXPECT_EQ((*counts)[0].reason, "reason 70");
}

TEST(DropHistogram, GrowthIsWhatCameBetweenTwoReads)
{
    const std::vector<DropCount> earlier = {{"f+0x1", "A", 5}, {"g+0x1", "A", 2}};
    const std::vector<DropCount> later = {{"f+0x1", "A", 5}, {"g+0x1", "A", 3}, {"g+0x1", "B", 9}};
    EXPECT_EQ(growth(earlier, later),
              (std::vector<DropCount>{{"g+0x1", "B", 9}, {"g+0x1", "A", 1}}));
}

TEST(Harmless, ExplainsItselfAndLeavesTheIncidentAlone)
{
    EXPECT_FALSE(harmless_because({"skb_release_data+0x12a", "NOT_SPECIFIED", 1}).empty());
    EXPECT_FALSE(harmless_because({"tcp_data_queue+0x6fd", "TCP_OLD_DATA", 1}).empty());
    EXPECT_TRUE(harmless_because({"validate_xmit_skb+0x2b4", "NOT_SPECIFIED", 1}).empty());
    EXPECT_TRUE(harmless_because({"tcp_v4_rcv+0x81", "NO_SOCKET", 1}).empty());
}

} // namespace
} // namespace gueway
