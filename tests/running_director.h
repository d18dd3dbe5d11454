// SPDX-License-Identifier: GPL-2.0-only
// A director under test with its workers and clients, on a kernel that may have the bug: the
// topology of the incident, whose underlay device leaves the segmentation of tunnels to the kernel:
// an mlx5-class device as it comes, or veth that is told so.
//
//     client c0 --- d0 director d1 === u0 w1
#pragma once

#include "flow/report.h"
#include "incident/director.h"
#include "incident/replay.h"
#include "ipvs/client.h"
#include "link/device.h"
#include "link/features.h"
#include "tests/assert_ok.h"
#include "tests/forwarded.h"
#include "util/brought_module.h"
#include "util/json.h"

#include <chrono>
#include <csignal>
#include <optional>

#include <fmt/format.h>

namespace gueway {

// No feature of any device is changed. The suite's row brings the module: +kernel/mlx5ish.
inline ReferenceOptions on_mlx5ish()
{
    auto options = ReplayOptions{}.reference;
    options.udp_tunnel_segmentation = true;
    options.underlay_cable = Cable::mlx5ish;
    return options;
}

// On every kernel, with no module of ours.
inline ReferenceOptions on_veth()
{
    return ReplayOptions{}.reference;
}

class RunningDirector {
public:
    static Result<RunningDirector> start(const ReferenceOptions& options)
    {
        auto device = TRY(load_device(options.underlay_cable));
        auto topology = TRY(Topology::build(reference(options)));
        if (options.underlay_cable == Cable::veth)
            TRY(set_features(*TRY(topology.host("director")), "d1",
                             {"tx-gre-segmentation", "tx-gre-csum-segmentation"}, false));
        TRY(configure(topology, options));
        auto servers = TRY(start_servers(topology, options));
        return RunningDirector(std::move(device), std::move(topology), std::move(servers),
                               TRY(TempDir::make()));
    }

    const Topology& topology() const { return topology_; }

    // What d1 drops while three requests of 32 KiB are sent, all of which are answered sooner or
    // later: TCP sends again what was lost, in packets of one segment.
    Result<uint64_t> dropped(int family) const
    {
        const auto before = TRY(topology_.counters("director", "d1"));
        const auto sent = TRY(topology_.run(
            "client", argv(family, {"--request", "32KiB", "--fresh", "--requests", "3"})));
        if (sent.status != 0) return error("gwflow", "send", sent.output + sent.errors);
        return TRY(topology_.counters("director", "d1")).tx_dropped - before.tx_dropped;
    }

    Result<uint64_t> forwarded() const { return gueway::forwarded(topology_); }
    Result<void> wait_forwarded(uint64_t packets) const
    {
        return gueway::wait_forwarded(topology_, packets, patience);
    }

    // Connections that stay open and carry one request of 8 KiB after the other, until finish().
    Result<void> open_connections(int family, unsigned count)
    {
        TRY(start_traffic(family, count, {}));
        return wait_until(Deadline::after(patience), "client", "its connections",
                          [&]() -> Result<bool> { return TRY(established()) >= count; });
    }
    // A new connection for each request of 8 KiB, `count` at once, until finish(): where the bug
    // drops, each begins with packets that are dropped.
    Result<void> keep_connecting(int family, unsigned count)
    {
        TRY(start_traffic(family, count, {"--fresh"}));
        return wait_forwarded(count);
    }
    // What all of them saw. An Error when the client did not come to its end.
    Result<flow::Report> finish()
    {
        if (traffic_) traffic_->signal(SIGTERM);
        if (traffic_ && !traffic_->wait(Deadline::after(patience)))
            return error("client", "end", "it still runs");
        traffic_.reset();
        return flow::from_json(TRY(read_json(report())), report());
    }

private:
    // For anything that must come, on a machine that is busy elsewhere, and of a request: that of
    // three in turn is less than the lab gives a test. What is right never takes so long.
    static constexpr std::chrono::seconds patience{300}, of_request{100};

    using Device = std::optional<LoadedModule>;
    RunningDirector(Device device, Topology topology, std::vector<Process> servers, TempDir files)
        : device_(std::move(device)), topology_(std::move(topology)), files_(std::move(files)),
          servers_(std::move(servers))
    {}
    static Result<Device> load_device(Cable cable)
    {
        if (cable == Cable::veth) return Device();
        return Device(TRY(LoadedModule::load(mlx5ish_kind)));
    }
    static Argv argv(int family, const Argv& more)
    {
        Argv made = {"gwflow",  "client",     service_endpoint(family),          "--response", "64",
                     "--quiet", "--deadline", std::to_string(of_request.count())};
        made.insert(made.end(), more.begin(), more.end());
        return made;
    }
    // Ends by finish() alone: the duration is longer than any test.
    Result<void> start_traffic(int family, unsigned count, const Argv& more)
    {
        auto words = argv(family, {"--request", "8KiB", "--connections", std::to_string(count),
                                   "--duration", "3600", "--json", report()});
        words.insert(words.end(), more.begin(), more.end());
        traffic_ = TRY(topology_.start("client", words));
        return {};
    }
    std::string report() const { return files_.path() / "report.json"; }
    // Open connections that IPVS knows.
    Result<unsigned> established() const
    {
        return topology_.in("director", []() -> Result<unsigned> {
            unsigned open = 0;
            auto client = TRY(ipvs::Client::open());
            for (const auto& each : TRY(client.services()))
                for (const auto& worker : TRY(client.destinations(each.key))) open += worker.active;
            return open;
        });
    }

    Device device_; // goes after what is made of it
    Topology topology_;
    TempDir files_;
    std::vector<Process> servers_;
    std::optional<Process> traffic_;
};

} // namespace gueway
