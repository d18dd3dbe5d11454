// SPDX-License-Identifier: GPL-2.0-only
// Remote checksum offload of GUE (draft-herbert-remotecsumoffload, include/net/gue.h) with packets
// longer than the MSS: over veth the inner TCP checksum fails at the worker, over a wire it does
// not.
//
// Software segmentation notes on each skb that the remote checksum is done (skb->remcsum_offload,
// net/ipv4/udp_offload.c). veth hands the skb over with the note, and the receiver, reading it as
// its own (net/ipv4/fou_core.c), does not compute what it should. A wire has no place for the note.
#include "device.h"
#include "incident/director.h"
#include "incident/replay.h"
#include "link/features.h"
#include "packet/tunnel.h"
#include "sniffer.h"
#include "snmp.h"
#include "transfer.h"
#include "util/file.h"

#include <fmt/format.h>

namespace gueway {
namespace {

constexpr Encap remote = {EncapType::gue, default_gue_port, EncapChecksum::remote};

struct Seen {
    uint64_t refused = 0;        // segments with a wrong checksum, by the worker's TCP
    uint64_t dropped = 0;        // by the director's underlay device
    uint64_t requests = 0;       // answered
    std::vector<Sniffed> frames; // as the worker's device got them
};

class Mlx5ishRemcsum : public Mlx5ish {
protected:
    // What reaches the only worker, or a switch in front of several. A worker writes the checksum
    // into what it received, and so into what was captured there; a switch does not.
    Result<Sniffer> listen(int workers) const
    {
        if (workers == 1) return Sniffer::listen(*TRY(topology_->host("w1")), "u0");
        const auto director = TRY(topology_->host("director"))->name();
        const auto prefix = director.substr(0, director.size() - std::string("director").size());
        const auto between = TRY(Namespace::open(prefix + "switch-d1"));
        TRY(set_features(between, "p0", {"rx-gro"}, false));
        return Sniffer::listen(between, "p0");
    }
    Result<uint64_t> wrong_checksums() const
    {
        return topology_->in("w1", []() -> Result<uint64_t> {
            return snmp_count(TRY(read_file("/proc/thread-self/net/snmp")), "Tcp:", "InCsumErrors");
        });
    }

    static void tell(const char* underlay, const Seen& seen)
    {
        fmt::print("{}: {} requests answered, {} checksums wrong at the worker, {} dropped\n",
                   underlay, seen.requests, seen.refused, seen.dropped);
        EXPECT_EQ(seen.requests, 2U);
        EXPECT_EQ(seen.dropped, 0U);
    }

    // Two requests of 32 KiB through the director, by GUE with remote checksums.
    Result<Seen> transfer_over(Cable cable, int workers = 1, bool gro = true)
    {
        auto options = ReplayOptions{}.reference;
        options.encap = remote;
        options.workers = workers;
        options.udp_tunnel_segmentation = cable == Cable::mlx5ish;
        options.underlay_cable = cable;
        topology_.reset();
        topology_ = std::make_unique<Topology>(TRY(Topology::build(reference(options))));
        TRY(configure(*topology_, options));
        const auto servers = TRY(start_servers(*topology_, options));
        const auto sniffer = TRY(listen(workers));
        if (!gro) TRY(set_features(*TRY(topology_->host("w1")), "u0", {"rx-gro"}, false));
        const auto before = TRY(wrong_checksums());
        const auto report = TRY(run_client(*topology_, "client", service_endpoint(4),
                                           {"--request", "32KiB", "--response", "64", "--fresh",
                                            "--requests", "2", "--deadline", "60"}));
        return Seen{.refused = TRY(wrong_checksums()) - before,
                    .dropped = TRY(topology_->counters("director", "d1")).tx_dropped,
                    .requests = report.ok,
                    .frames = TRY(sniffer.all())};
    }
};

TEST_F(Mlx5ishRemcsum, FailsWhereTheSkbCrossesAndNotWhereBytesDo)
{
    const auto veth = transfer_over(Cable::veth);
    ASSERT_OK(veth);
    tell("veth", *veth);
    EXPECT_GT(veth->refused, 0U) << "this kernel clears the note: say so in the documentation";
    // GUE's own GRO clears the note (include/net/gro.h, skb_gro_flush_final_remcsum), and would
    // hide one that crossed.
    for (const bool gro : {true, false}) {
        const auto wire = transfer_over(Cable::mlx5ish, 1, gro);
        ASSERT_OK(wire);
        tell(gro ? "mlx5ish with GRO" : "mlx5ish without GRO", *wire);
        EXPECT_EQ(wire->refused, 0U);
    }
}

// What a frame says about the remote checksum of the packet inside, and whether it is true.
struct Verified {
    size_t remote = 0, right = 0, longest = 0;
};

void verify(std::span<const uint8_t> ip, Verified& verified)
{
    const auto reading = read_tunnel(ip, {.encap = remote});
    if (!reading.gue || !reading.gue->remote) return;
    ++verified.remote;
    verified.longest = std::max(verified.longest, ip.size());
    if (reading.complaints.empty()) ++verified.right;
    for (const auto& one : reading.complaints) ADD_FAILURE() << one << ": " << reading.text();
}

// The frames themselves: each has a seed from which a receiver computes the right checksum.
TEST_F(Mlx5ishRemcsum, EveryFrameOnTheWireHasWhatTheReceiverNeeds)
{
    const auto wire = transfer_over(Cable::mlx5ish, 2);
    ASSERT_OK(wire);
    Verified verified;
    for (const auto& frame : wire->frames)
        if (!frame.outgoing && frame.ethertype() == 0x0800)
            verify(std::span(frame.bytes).subspan(14), verified);
    fmt::print("{} frames with a remote checksum, {} right, the longest {} bytes of IP\n",
               verified.remote, verified.right, verified.longest);
    EXPECT_GT(verified.remote, 20U);
    EXPECT_EQ(verified.right, verified.remote);
    EXPECT_GT(verified.longest, 1400U) << "no full segment was seen";
    EXPECT_EQ(wire->refused, 0U);
}

} // namespace
} // namespace gueway
