// SPDX-License-Identifier: GPL-2.0-only
// Packets that came by and that a cell neither sends nor asks for.
#pragma once

#include "packet/capture.h"

#include <optional>
#include <string>

namespace gueway::matrix {

//   device  at which it came: "the worker's u0"
struct Stray {
    std::string device;
    Captured frame;
};
// "a stray packet at the worker's u0: 198.18.0.2:20000 > 198.51.100.150:10000 TCP ACK, 1500 bytes"
std::string text(const Stray& stray);

// A network's own talk: ARP, IGMP (RFC 3376), neighbour and listener discovery (RFC 4861, 2710 and
// 3810).
bool is_talk(const Captured& frame);
// The VLAN of its tag, beside it or in it; of several the outermost one's.
std::optional<unsigned> vlan_of(const Captured& frame);
// ICMP of that family, AF_INET or AF_INET6, other than talk.
bool is_icmp(const Captured& frame, int family);

} // namespace gueway::matrix
