// SPDX-License-Identifier: GPL-2.0-only
// From counts and events of a kernel that is not there to the model, the text and the JSON.
#include "trace/step.h"
#include "trace/tally.h"
#include "util/json.h"

#include <cstring>

#include <gtest/gtest.h>
#include <linux/if_ether.h>
#include <netinet/in.h>

namespace gueway {
namespace {

constexpr uint64_t at_xmit = 0x1000, at_gro = 0x2000;
constexpr uint32_t not_specified = 2;
constexpr uint64_t second = 1'000'000'000;

DropNames names()
{
    return {.place = [](uint64_t address) -> CodePlace {
                const bool xmit = address == at_xmit;
                return {address, xmit ? "validate_xmit_skb" : "skb_release_data", 0x2b4, ""};
            },
            .source = [](const CodePlace&) -> std::vector<SourceLine> {
                return {{"inner", "net/core/dev.c", 3653}, {"outer", "net/core/dev.c", 3700}};
            },
            .reason = [](uint32_t) { return std::string("NOT_SPECIFIED"); },
            .netns = [](uint32_t) { return std::string("director"); }};
}

drop_key key(uint64_t location, bool segmented)
{
    return {.location = location,
            .reason = not_specified,
            .protocol = ETH_P_IP,
            .transport = IPPROTO_UDP,
            .segmented = segmented};
}

// 172.70.64.1:1000 > 172.70.64.149:5501 GUE | 192.0.2.2:1000 > 198.51.100.150:8000 TCP ACK
drop_event tunnelled(uint64_t location = at_xmit, uint32_t length = 4428, uint16_t mss = 1448)
{
    constexpr uint8_t bytes[] = {
        0x45, 0, 0x11, 0x4c, 0,    0,   0x40, 0,    64,   17,   0,    0,    172,  70,
        64,   1, 172,  70,   64,   149, 0x03, 0xe8, 0x15, 0x7d, 0x11, 0x38, 0,    0,
        0,    4, 0,    0,    0x45, 0,   0x11, 0x2c, 0,    0,    0x40, 0,    64,   6,
        0,    0, 192,  0,    2,    2,   198,  51,   100,  150,  0x03, 0xe8, 0x1f, 0x40,
        0,    0, 0,    7,    0,    0,   0,    0,    0x80, 0x10, 0,    0,    0,    0,
        0,    0, 1,    1,    8,    10,  0,    0,    0,    0,    0,    0,    0,    0};
    drop_event event{.key = key(location, mss != 0),
                     .time = 3 * second,
                     .cpu = 1,
                     .netns = 1,
                     .device = 2,
                     .device_mtu = 1600,
                     .length = length,
                     .gso_size = mss,
                     .gso_segs = 3,
                     .snapped = sizeof bytes};
    std::strcpy(event.device_name, "d1");
    std::memcpy(event.snap, bytes, sizeof bytes);
    return event;
}

DropReport report()
{
    Tally tally(names(), 2 * second);
    tally.add(tunnelled());
    tally.add(tunnelled(at_xmit, 2980, 1400));
    tally.add(tunnelled(at_gro));
    EXPECT_EQ(tally.drops(), 2U);
    DropReport made{.kernel = "6.1", .seconds = 4, .hooks = {"drops: tp_btf kfree_skb"}};
    tally.finish({.entries = {{key(at_gro, true), {1, 4428}},
                              {key(at_xmit, true), {7, 20000}},
                              {key(at_xmit, false), {1, 100}}},
                  .totals = {.seen = 9, .table_full = 0, .emitted = 3, .ring_full = 6},
                  .missed = 0},
                 made);
    return made;
}

TEST(DropReport, GroupsByPlaceAndKeepsHarmlessApart)
{
    const auto made = report();
    ASSERT_EQ(made.drops.size(), 1U);
    ASSERT_EQ(made.harmless.size(), 1U);
    EXPECT_EQ(made.dropped(), 8U);
    EXPECT_EQ(made.harmless[0].place.function, "skb_release_data");
    EXPECT_FALSE(made.harmless[0].harmless.empty());
    const auto& group = made.drops[0];
    EXPECT_EQ(group.packets, 8U);
    EXPECT_EQ(group.bytes, 20100U);
    EXPECT_EQ(group.told, 2U);
    ASSERT_EQ(group.classes.size(), 2U);
    EXPECT_EQ(group.classes[0].packets, 7U);
}

DropReport whole_and_unwrapped_at(const char* function)
{
    auto called = names();
    called.place = [=](uint64_t address) -> CodePlace { return {address, function, 0x2c, ""}; };
    Tally tally(called, 2 * second);
    auto unwrapped = tunnelled();
    unwrapped.key.unwrapped = 1;
    tally.add(tunnelled());
    tally.add(unwrapped);
    DropReport made;
    tally.finish({.entries = {{tunnelled().key, {2, 8856}}, {unwrapped.key, {3, 13284}}}}, made);
    return made;
}

TEST(DropReport, PartsOfAGroPacketAreToldFromWholePacketsFreedAtTheSamePlace)
{
    const auto made = whole_and_unwrapped_at("kfree_skb_list_reason");
    ASSERT_EQ(made.drops.size(), 1U);
    EXPECT_EQ(made.drops[0].packets, 2U);
    EXPECT_EQ(made.drops[0].told, 1U);
    ASSERT_EQ(made.harmless.size(), 1U);
    EXPECT_EQ(made.harmless[0].packets, 3U);
}

TEST(DropReport, ElsewhereTheyAreOneGroup)
{
    const auto made = whole_and_unwrapped_at("validate_xmit_skb");
    ASSERT_EQ(made.drops.size(), 1U);
    ASSERT_EQ(made.drops[0].classes.size(), 1U);
    EXPECT_EQ(made.drops[0].classes[0].packets, 5U);
    EXPECT_TRUE(made.harmless.empty());
}

TEST(DropReport, SaysSizesAndPaths)
{
    const auto group = report().drops[0];
    EXPECT_EQ(group.length.least, 2980U);
    EXPECT_EQ(group.length.most, 4428U);
    if (!group.segments) FAIL() << "no GSO";
    EXPECT_EQ(group.segments->mss.least, 1400U);
    EXPECT_EQ(group.segments->length, 1448U + 84);
    ASSERT_EQ(group.paths.size(), 1U);
    EXPECT_EQ(group.paths[0].destination, "198.51.100.150:8000 TCP");
    EXPECT_EQ(group.paths[0].worker, "172.70.64.149");
    EXPECT_EQ(group.paths[0].packets, 2U);
    if (!group.sample) FAIL() << "no sample";
    EXPECT_EQ(group.sample->seconds, 1.0);
    EXPECT_EQ(group.sample->bytes.size(), 2U * 84);
}

TEST(DropReport, TextShowsItAll)
{
    EXPECT_EQ(
        text(report()),
        "8 packets at validate_xmit_skb+0x2b4, NOT_SPECIFIED, 2.0/s\n"
        "    source    net/core/dev.c:3653 inner\n"
        "    in        net/core/dev.c:3700 outer\n"
        "    kinds     7 IPv4 UDP GSO, 1 IPv4 UDP\n"
        "    of        2 packets that an event told of:\n"
        "    size      2980-4428 bytes of IP packet; 2 GSO with MSS 1400-1448, segments up to "
        "1532 bytes, within MTU 1600 of d1\n"
        "    path      2x 198.51.100.150:8000 TCP -> worker 172.70.64.149 by GUE\n"
        "    device    d1 (MTU 1600) in director\n"
        "    sample    1.000000 s, CPU 1, d1 (MTU 1600) in director, 4428 bytes\n"
        "              172.70.64.1:1000 > 172.70.64.149:5501 GUE | 192.0.2.2:1000 > "
        "198.51.100.150:8000 TCP ACK\n"
        "\n"
        "No drops, though the kernel counts them as such:\n"
        "           1 skb_release_data+0x2b4, NOT_SPECIFIED: parts of a GRO packet, freed "
        "after its data was read or segmented\n"
        "\n"
        "8 packets dropped at 1 place in 4.0 s on 6.1\n"
        "9 frees seen: 3 told, 6 lost (ring full), 0 not shown (left at the end); 0 not counted "
        "(table full), 0 not seen (program skipped)\n"
        "Hook for drops: tp_btf kfree_skb\n");
}

TEST(DropReport, JsonHasWhatTheTextHas)
{
    const auto json = to_json(report());
    EXPECT_EQ(json["schema"], "gueway.drops/1");
    EXPECT_EQ(json["dropped"], 8);
    EXPECT_EQ(json["counts"]["lost"], 6);
    const auto& group = json["drops"][0];
    EXPECT_EQ(group["place"]["text"], "validate_xmit_skb+0x2b4");
    EXPECT_EQ(group["per_second"], 2.0);
    EXPECT_EQ(group["gso"]["segment_bytes"], 1532);
    EXPECT_EQ(group["paths"][0]["tunnel"], "GUE");
    EXPECT_EQ(group["devices"][0]["mtu"], 1600);
    EXPECT_EQ(group["source"][0]["line"], 3653);
    EXPECT_EQ(json["harmless"][0]["packets"], 1);
}

TEST(DropReport, SaysWhatIsMissing)
{
    DropReport made{.kernel = "5.10", .reasons_given = false, .notes = {"no symbols"}};
    made.loss = {.seen = 2, .table_full = 1, .emitted = 2, .missed = 2, .not_shown = 1};
    EXPECT_EQ(text(made), "0 packets dropped at 0 places in 0.0 s on 5.10\n"
                          "2 frees seen: 1 told, 0 lost (ring full), 1 not shown (left at the "
                          "end); 1 not counted (table full), 2 not seen (program skipped)\n"
                          "This kernel gives no reasons (they came with 5.17).\n"
                          "no symbols\n");
    EXPECT_FALSE(made.loss.exact());
}

TEST(DropReport, TextHasWhatAVerdictRestsOn)
{
    Tally tally(names(), 0);
    tally.judge_by([](const Step& step) -> Verdict {
        if (step.length > 3000) return {.sentence = "no rule fits", .evidence = {{"a", "route"}}};
        return {.name = "mtu-too-small",
                .sentence = "too large",
                .missing = {"reasons"},
                .evidence = {{"MTU 1500", "sysctl"}}};
    });
    tally.add(tunnelled());
    tally.add(tunnelled(at_xmit, 2980));
    DropReport made;
    tally.finish({.entries = {{key(at_xmit, true), {2, 7408}}}}, made);
    EXPECT_NE(text(made).find("    judged    1 of 2 drops that were looked at:\n"
                              "    no verdict: no rule fits\n"
                              "    seen      a [route]\n"
                              "    judged    1 of 2 drops that were looked at:\n"
                              "    verdict   mtu-too-small: too large\n"
                              "    seen      MTU 1500 [sysctl]\n"
                              "    not seen  reasons\n"),
              std::string::npos)
        << text(made);
}

TEST(Tally, AFloodFromEverywhereIsCountedButNotListed)
{
    Tally tally(names(), 0);
    for (unsigned i = 0; i < 1000; ++i) {
        auto event = tunnelled();
        event.snap[18] = static_cast<uint8_t>(i >> 8);
        event.snap[19] = static_cast<uint8_t>(i);
        tally.add(event);
    }
    DropReport made;
    tally.finish({}, made);
    const auto& group = made.drops.at(0);
    EXPECT_EQ(group.paths.size() + group.other_paths, 1000U);
    EXPECT_GT(group.other_paths, 0U);
}

} // namespace
} // namespace gueway
