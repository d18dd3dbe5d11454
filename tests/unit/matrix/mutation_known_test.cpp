// SPDX-License-Identifier: GPL-2.0-only
// The judge judged where a known bug is: the cell is known, and with any fault beside it, it is
// not.
#include "matrix/check.h"
#include "matrix/expected.h"
#include "matrix/pairs.h"
#include "matrix/variants.h"
#include "tests/unit/matrix/built.h"
#include "tests/unit/matrix/faults.h"
#include "tests/unit/matrix/known_scenes.h"

#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

std::vector<Fault> all_faults()
{
    std::vector<Fault> all;
    for (const auto& of : {tunnel_faults(), inner_faults(), delivery_faults(), fragment_faults(),
                           offload_faults(), told_faults(), other_faults()})
        all.insert(all.end(), of.begin(), of.end());
    return all;
}

// Some faults are what the bug does itself.
bool same(const Scene& one, const Scene& other)
{
    const auto frames = [](const std::vector<Captured>& captured) {
        std::vector<Octets> bytes;
        for (const auto& frame : captured) bytes.push_back(frame.bytes);
        return bytes;
    };
    const auto packets = [&](const Observation& seen) {
        return std::pair(frames(seen.worker), frames(seen.client));
    };
    const auto &a = one.seen, &b = other.seen;
    return frames(a.worker) == frames(b.worker) && frames(a.client) == frames(b.client) &&
           frames(a.told_first) == frames(b.told_first) &&
           std::ranges::equal(a.before, b.before, {}, packets, packets) &&
           a.director == b.director && a.receiver == b.receiver && a.splats == b.splats &&
           a.freed.counts == b.freed.counts && a.told_self == b.told_self &&
           a.refused == b.refused && a.strays.size() == b.strays.size() && a.carried == b.carried &&
           std::ranges::equal(a.worker, b.worker, {}, &Captured::vlan, &Captured::vlan) &&
           std::ranges::equal(a.worker, b.worker, {}, &Captured::checksum_pending,
                              &Captured::checksum_pending);
}

class KnownAndFaults : public testing::TestWithParam<Known> {};

TEST_P(KnownAndFaults, AreNotKnown)
{
    const auto& [bugs, make, at_least] = GetParam();
    const auto plain = make();
    const auto result = judge(plain.cell, plain.seen);
    ASSERT_EQ(result.outcome, Outcome::known) << testing::PrintToString(result.complaints);
    ASSERT_EQ(result.bugs, bugs);
    unsigned made = 0;
    std::vector<std::string_view> survived;
    for (const auto& fault : all_faults()) {
        auto scene = make();
        if (!fault.make(scene) || same(plain, scene)) continue;
        ++made;
        if (judge(scene.cell, scene.seen).outcome != Outcome::failed)
            survived.push_back(fault.name);
    }
    RecordProperty("faults", static_cast<int>(made));
    EXPECT_EQ(survived, std::vector<std::string_view>());
    EXPECT_GE(made, at_least);
}

// Places in the headers of a packet to the worker that may not be any.
std::vector<size_t> places(const Scene& scene, const Look& look, size_t packet)
{
    const auto expected = expected_packets(scene.cell, look, scene.seen).at(packet);
    std::vector<size_t> found;
    for (size_t at = 0; at < std::min(expected.bytes.size(), scene.at.payload - ethernet); ++at)
        if (!within(expected.any, at)) found.push_back(at);
    return found;
}

// Each byte of what comes to the worker is another, one after the other.
TEST_P(KnownAndFaults, NoByteIsAnother)
{
    const auto& [bugs, make, at_least] = GetParam();
    const auto plain = make();
    const auto all = variants(plain.cell);
    const auto known = std::ranges::find(all, bugs, &Variant::bugs);
    ASSERT_NE(known, all.end());
    std::vector<std::string> survived;
    for (size_t i = 0; i < plain.seen.worker.size(); ++i)
        for (const auto at : places(plain, known->look, i)) {
            auto scene = make();
            auto& bytes = scene.seen.worker[i].bytes;
            bytes[ethernet + at] ^= 0x10;
            if (scene.whole()) mend(scene.at, bytes);
            if (bytes == plain.seen.worker[i].bytes) continue; // a checksum
            if (judge(scene.cell, scene.seen).outcome != Outcome::failed)
                survived.push_back(fmt::format("packet {}, byte {}", i, at));
        }
    EXPECT_EQ(survived, std::vector<std::string>());
}

INSTANTIATE_TEST_SUITE_P(Bugs, KnownAndFaults, testing::ValuesIn(known_scenes()));

} // namespace
} // namespace gueway::matrix
