// SPDX-License-Identifier: GPL-2.0-only
// What the tests of topologies share: root or a skip, and a look for what was left behind.
#pragma once

#include "tests/assert_ok.h"
#include "topology/reference.h"
#include "topology/topology.h"

#include <set>
#include <string>

namespace gueway {

class TopologyTest : public testing::Test {
protected:
    void SetUp() override;
    void TearDown() override;

    // The names under /run/netns.
    static std::set<std::string> namespaces();

private:
    std::set<std::string> before_;
};

// Sends an IP packet of `size` bytes, a UDP datagram that may not be fragmented, from one host to
// an address of the other. Returns its size when it arrived, else -errno: of the send (EMSGSIZE),
// or EAGAIN when nothing came.
ssize_t send_packet(const Topology& topology, const std::string& from, const std::string& to,
                    const std::string& address, size_t size);

} // namespace gueway
