// SPDX-License-Identifier: GPL-2.0-only
// A client, a director and one worker, where nothing but the file says what the worker is: the
// reference topology's wires, without VIPs, tunnels or MSS on the worker.
#pragma once

#include "config/config.h"
#include "flow/report.h"
#include "tests/assert_ok.h"
#include "topology/reference.h"
#include "topology/topology.h"
#include "util/file.h"

#include <memory>
#include <string>

namespace gueway {

constexpr uint16_t service_port = 8000;
constexpr uint16_t fou_port6 = 5556;

// What is tried: an encapsulation over an underlay of that family and MTU.
struct Path {
    Encap encap;
    int underlay = AF_INET;
    unsigned mtu = 1500;
};

// The file for it: both VIPs, one worker w1 with private addresses if it needs them, the routes
// back to the client.
Config config_for(const Path& path);

// The wires. The worker's reverse path filters are strict, as many a distribution sets them.
Result<Topology> build_wires(const Path& path);

// Wires of its own, and a place for the file.
class WorkerTest : public testing::Test {
protected:
    // In SetUp(): skips without root.
    void build(const Path& path);
    const Topology& topology() const { return *topology_; }
    std::string file() const { return directory_->path() / "director.yaml"; }

private:
    std::unique_ptr<TempDir> directory_;
    std::unique_ptr<Topology> topology_;
};

// What `directorctl ARGUMENTS` said in a host's namespace; `file` holds the configuration.
Result<Outcome> directorctl(const Topology& topology, const std::string& host,
                            const Argv& arguments);

// One gwflow request of `request` bytes from the client to the VIP of that family, answered by the
// worker's server.
Result<flow::Report> transfer(const Topology& topology, int family, uint64_t request);

// A gwflow server on the worker for both VIPs; ends when the result is destroyed.
Result<Process> start_server(const Topology& topology);

} // namespace gueway
