// SPDX-License-Identifier: GPL-2.0-only
// What should have come, held against what another implementation of the RFCs makes.
#pragma once

#include "tests/unit/matrix/faultless.h"

#include <string>
#include <vector>

namespace gueway::matrix {

inline constexpr Tunnel all_tunnels[] = {Tunnel::ipip,        Tunnel::gue, Tunnel::gue_csum,
                                         Tunnel::gue_remcsum, Tunnel::gre, Tunnel::gre_csum,
                                         Tunnel::fou};

// All tunnels, families and transports, of that size, where there is such a cell.
std::vector<Cell> crossed(Size size, Fragmenting fragmenting = Fragmenting::df);

// From the IP header on.
Octets packet(const Captured& frame);
std::vector<Octets> packets(const std::vector<Captured>& frames);

// A test fails that has other packets expected of the scene than came.
void worker_gets_what_is_expected(const Scene& scene);
void client_gets_what_is_expected(const Scene& scene);
// Of faultless scenes both.
void are_as_built(const std::vector<Cell>& cells);

} // namespace gueway::matrix
