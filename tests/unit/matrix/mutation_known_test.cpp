// SPDX-License-Identifier: GPL-2.0-only
// The judge judged where a known bug is: the cell is known, and with any fault beside it, it is
// not.
#include "matrix/axes.h"
#include "matrix/check.h"
#include "tests/unit/matrix/faults.h"
#include "tests/unit/matrix/octets.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

Cell cell(const char* name)
{
    return parse_cell(name).value();
}

// TTLs of all segments but the first are what the client sent.
void forget_ttls(Scene& scene)
{
    const size_t at = scene.at.inner + (scene.cell.inner == Family::v4 ? 8 : 7);
    for (size_t i = 1; i < scene.seen.worker.size(); ++i) {
        auto& bytes = scene.seen.worker[i].bytes;
        bytes[at] = scene.seen.sent.ttl;
        mend(scene.at, bytes);
    }
}

Scene list_ttl()
{
    auto scene = faultless(cell("gue/in4/out4/udp-gso/k/wire/m1500/gro-list"), 5);
    forget_ttls(scene);
    return scene;
}
Scene list_ttl_of_ipv6()
{
    auto scene = faultless(cell("gue-csum/in6/out4/udp-gso/fits/wire/m1500/gro-list"), 5);
    forget_ttls(scene);
    return scene;
}
Scene list_offload()
{
    auto scene = faultless(cell("fou/in4/out4/udp-gso/k/wire/m1500/gro-list"), 5);
    forget_ttls(scene);
    scene.seen.splats.emplace_back(
        "WARNING: CPU: 0 PID: 1 at net/core/dev.c:1 skb_warn_bad_offload");
    return scene;
}
Scene n1()
{
    auto scene = faultless(cell("gue-remcsum/in4/out4/tcp-gso/fits/software"), 5);
    scene.seen.receiver["Tcp InCsumErrors"] = scene.seen.worker.size();
    scene.seen.receiver["Tcp InErrs"] = scene.seen.worker.size();
    return scene;
}
Scene gso_mtu()
{
    auto as_if = cell("gue/in4/out4/tcp-gso/more-1/wire");
    as_if.fragmenting = Fragmenting::no_df;
    auto scene = faultless(as_if, 5);
    scene.cell.fragmenting = Fragmenting::df;
    scene.seen.sent = faultless(scene.cell, 5).seen.sent;
    for (auto& frame : scene.seen.worker) {
        auto& bytes = frame.bytes;
        const bool first =
            (bytes[scene.at.outer + 6] & 0x1f) == 0 && bytes[scene.at.outer + 7] == 0;
        if (!first) continue;
        bytes[scene.at.inner + 6] |= 0x40; // DF, as it was sent
        mend_ip(bytes, scene.at.inner);
    }
    return scene;
}
Scene c1()
{
    return uncut(cell("gue/in4/out4/udp-gso/more-4/software/m1500/tso/vlan-none/no-df"), 5);
}
Scene c3()
{
    return uncut(cell("gue/in6/out6/udp/more-1/software/m1500/plain/vlan-none/df/remote/router"),
                 5);
}
Scene c4()
{
    return faultless(cell("gue/in6/out4/udp/more-1/wire/least-less-1"), 5);
}
Scene icmp_pmtu()
{
    auto scene =
        faultless(cell("gue/in4/out4/udp/more-1/whole/m1500/plain/vlan-none/df/remote/router"), 5);
    scene.seen.told_first = {refusal(scene, 1480)};
    return scene;
}
Scene inner_mac()
{
    auto scene = faultless(cell("gue/in4/out4/tcp-gso/two/wire"), 5);
    auto& seen = scene.seen;
    seen.worker.clear();
    seen.carried = seen.fences;
    seen.director = {{"IPVS in_packets", 1}, {"u2 tx_packets", seen.fences}, {"u2 tx_dropped", 1}};
    seen.receiver = {{"Udp NoPorts", seen.fences}};
    return scene;
}

// Of four segments the last is one byte, and a packet of its own.
Scene partial_sum()
{
    auto scene = faultless(cell("gre-csum/in4/out6/udp-gso/k-more-1/wire"), 5);
    const size_t at = scene.at.tunnel + 4;
    const unsigned wrong = 3, by = 2 * static_cast<unsigned>(scene.seen.sent.segment);
    for (unsigned i = 0; i < wrong; ++i) {
        auto& bytes = scene.seen.worker[i].bytes;
        // RFC 1071: what is taken off is added as its complement.
        rfc::set16(bytes, at, rfc::folded(rfc::get16(bytes, at) + (0xffffU - by)));
    }
    scene.seen.receiver["u2 rx_dropped"] = wrong;
    scene.seen.receiver["Udp NoPorts"] -= wrong;
    return scene;
}

//   faults  how many can be put into it, at least
struct Known {
    std::vector<std::string> bugs;
    Scene (*make)();
    unsigned faults;
};
void PrintTo(const Known& known, std::ostream* to)
{
    *to << known.bugs.front();
}

std::vector<Fault> all_faults()
{
    std::vector<Fault> all;
    for (const auto& of :
         {tunnel_faults(), inner_faults(), delivery_faults(), fragment_faults(), other_faults()})
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
    const auto &a = one.seen, &b = other.seen;
    return frames(a.worker) == frames(b.worker) && frames(a.client) == frames(b.client) &&
           a.director == b.director && a.receiver == b.receiver && a.splats == b.splats &&
           a.strays.size() == b.strays.size() && a.carried == b.carried &&
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

INSTANTIATE_TEST_SUITE_P(
    Bugs, KnownAndFaults,
    testing::Values(Known{{"list-ttl"}, list_ttl, 60}, Known{{"list-ttl"}, list_ttl_of_ipv6, 60},
                    Known{{"list-offload", "list-ttl"}, list_offload, 50}, Known{{"N1"}, n1, 60},
                    Known{{"gso-mtu"}, gso_mtu, 20}, Known{{"C1"}, c1, 60}, Known{{"C3"}, c3, 40},
                    Known{{"C4"}, c4, 15}, Known{{"icmp-pmtu"}, icmp_pmtu, 15},
                    Known{{"partial-sum"}, partial_sum, 50}, Known{{"inner-mac"}, inner_mac, 5}));

} // namespace
} // namespace gueway::matrix
