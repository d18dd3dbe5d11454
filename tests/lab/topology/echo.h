// SPDX-License-Identifier: GPL-2.0-only
// One TCP connection through a topology: a request to a VIP and the same bytes back.
#pragma once

#include "topology/topology.h"

#include <string>

namespace gueway {

struct Echo {
    int worker = 0;   // who answered
    unsigned mss = 0; // the client's, without TCP options (timestamps take 12)
};

// Every worker listens on VIP:port; the client connects, sends `size` bytes, and must get the same
// back. The bytes depend on `seed`. An Error says which of it did not happen within 20 s.
Result<Echo> echo(const Topology& topology, int workers, const std::string& vip, uint16_t port,
                  size_t size, unsigned seed);

} // namespace gueway
