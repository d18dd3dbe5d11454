// SPDX-License-Identifier: GPL-2.0-only
// The hotfix module, loaded and unloaded around traffic: on a kernel with the bug it repairs what
// segmentation would drop, on a fixed one it finds nothing to do.
//
//     client c0 --- d0 director d1 === u0 w1          mlx5-class, or veth
#include "hotfix/counts.h"
#include "tests/running_director.h"
#include "util/brought_module.h"
#include "util/module.h"

#include <algorithm>
#include <memory>
#include <ostream>

#include <gtest/gtest.h>

namespace gueway {
namespace {

using namespace std::chrono_literals;

Result<void> load()
{
    return load_brought_module(hotfix::module_name);
}

Result<void> unload()
{
    return unload_module(hotfix::module_name);
}

struct Row {
    const char* description; // letters and digits: part of the test's name
    EncapType encap = EncapType::gue;
    ReferenceOptions options = on_mlx5ish();
};

void PrintTo(const Row& row, std::ostream* out)
{
    *out << row.description;
}

// Whether packets may still be sent of a connection, by its line in /proc/net/tcp: not of one that
// only waits for what is late, nor of a socket that listens.
bool unfinished(std::string_view line)
{
    constexpr std::string_view time_wait = "06", listen = "0A"; // include/net/tcp_states.h
    constexpr size_t state = 3;
    const auto columns = words(line);
    return columns.size() > state && columns[0] != "sl" && columns[state] != time_wait &&
           columns[state] != listen;
}

Result<bool> has_unfinished(const Topology& topology, const std::string& host)
{
    for (const std::string file : {"/proc/thread-self/net/tcp", "/proc/thread-self/net/tcp6"}) {
        const auto table = TRY(topology.in(host, [&] { return read_file(file); }));
        if (std::ranges::any_of(lines(table), unfinished)) return true;
    }
    return false;
}

// What came of one transfer: packets.
struct Passed {
    uint64_t dropped = 0, seen = 0, forwarded = 0;
};

class Hotfix : public testing::TestWithParam<Row> {
protected:
    void SetUp() override
    {
        auto options = GetParam().options;
        if (GetParam().encap == EncapType::gre) options.encap = {.type = EncapType::gre};
        auto started = RunningDirector::start(options);
        ASSERT_OK(started);
        director_ = std::make_unique<RunningDirector>(std::move(*started));
    }
    void TearDown() override
    {
        if (!fs::exists("/sys/module/gueway_hotfix")) return;
        EXPECT_TRUE(unload());
    }

    Result<hotfix::Counts> counts() const
    {
        const auto counted = TRY(hotfix::counts(*TRY(director_->topology().host("director"))));
        if (!counted) return error("hotfix", "read its counts", "it is not loaded");
        return *counted;
    }

    // Both counts grow while a packet is on its way: they are read when no connection is left.
    Result<void> wait_for_silence() const
    {
        return wait_until(Deadline::after(120s), "director", "its clients' connections to end",
                          [&]() -> Result<bool> {
                              for (const auto* host : {"client", "w1"})
                                  if (TRY(has_unfinished(director_->topology(), host)))
                                      return false;
                              return true;
                          });
    }
    Result<Passed> transfer(int family) const
    {
        TRY(wait_for_silence());
        const auto seen = TRY(counts()).seen, forwarded = TRY(director_->forwarded());
        const auto dropped = TRY(director_->dropped(family));
        TRY(wait_for_silence());
        return Passed{dropped, TRY(counts()).seen - seen, TRY(director_->forwarded()) - forwarded};
    }
    // The kernel answers some packets that were sent twice, as they are where everything is slow,
    // without a socket, and makes the checksum of these answers itself, so that the hook has
    // nothing to see of them: another transfer then, unless something was dropped.
    Result<Passed> transfer_without_late_answers(int family) const
    {
        auto passed = transfer(family);
        for (int again = 0;
             again < 5 && passed && passed->dropped == 0 && passed->seen < passed->forwarded;
             ++again)
            passed = transfer(family);
        return passed;
    }

    std::unique_ptr<RunningDirector> director_;
};

TEST_P(Hotfix, RepairsWhatSegmentationDropsAndNothingElse)
{
    for (const int family : {4, 6}) {
        const auto without = director_->dropped(family);
        ASSERT_OK(without);
        const bool affected = *without > 0;
        ASSERT_OK(load());
        const auto with = transfer_without_late_answers(family);
        ASSERT_OK(with);
        EXPECT_EQ(with->dropped, 0U);
        EXPECT_EQ(with->seen, with->forwarded)
            << "packets that IPVS forwarded: from a veth, all are without their checksum";
        const auto counted = counts();
        ASSERT_OK(counted);
        EXPECT_EQ(counted->repaired > 0, affected) << counted->repaired;
        EXPECT_EQ(counted->right > 0, !affected) << counted->right;
        ASSERT_OK(unload());
        const auto again = director_->dropped(family);
        ASSERT_OK(again);
        EXPECT_EQ(*again > 0, affected) << "after unloading";
        fmt::print("IPv{}: {}; {} packets repaired, {} right\n", family,
                   affected ? "this kernel drops" : "this kernel is fixed", counted->repaired,
                   counted->right);
    }
}

// As from a NIC that has verified the checksum: nothing is left to be made of small packets, and
// what makes the large ones does not come to the hook.
TEST_P(Hotfix, PacketsThatAreAllMadeAreNotCounted)
{
    const auto client = director_->topology().host("client");
    ASSERT_OK(client);
    ASSERT_OK(set_features(**client, "c0", {"tx-checksum-ip-generic"}, false));
    ASSERT_OK(load());
    const auto forwarded = director_->forwarded();
    ASSERT_OK(forwarded);
    const auto dropped = director_->dropped(4);
    ASSERT_OK(dropped);
    EXPECT_EQ(*dropped, 0U);
    EXPECT_GT(director_->forwarded().value_or(0), *forwarded);
    const auto counted = counts();
    ASSERT_OK(counted);
    EXPECT_EQ(counted->seen, 0U);
}

class HotfixUnderTraffic : public Hotfix {};

TEST_P(HotfixUnderTraffic, ComesAndGoesWithoutLosingAConnection)
{
    constexpr unsigned connections = 20, times = 10;
    ASSERT_OK(director_->open_connections(4, connections));
    for (unsigned i = 0; i < times; ++i) {
        ASSERT_OK(load());
        const auto met = wait_until(Deadline::after(120s), "the hook", "a packet",
                                    [&]() -> Result<bool> { return TRY(counts()).seen > 0; });
        EXPECT_TRUE(met) << met.error().text() << ", time " << i;
        ASSERT_OK(unload());
    }
    ASSERT_OK(load());
    const auto report = director_->finish();
    ASSERT_OK(report);
    EXPECT_TRUE(report->clean()) << flow::summary(*report);
    EXPECT_EQ(report->tcp.connections, connections) << flow::summary(*report);
}

// The mlx5-class device has a part in the segmentation of GRE, veth here has none.
const auto description = [](const auto& info) { return std::string(info.param.description); };
INSTANTIATE_TEST_SUITE_P(Ways, Hotfix,
                         testing::Values(Row{"Gue"}, Row{"Gre", EncapType::gre},
                                         Row{"GreOnVeth", EncapType::gre, on_veth()}),
                         description);
INSTANTIATE_TEST_SUITE_P(Ways, HotfixUnderTraffic, testing::Values(Row{"Gue"}), description);

} // namespace
} // namespace gueway
