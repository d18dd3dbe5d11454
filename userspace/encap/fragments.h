// SPDX-License-Identifier: GPL-2.0-only
// How IP cuts a packet that is longer than the next link's MTU. Sources: RFC 791, section 3.2
// (fragmentation procedure), RFC 8200, section 4.5 (the fragment header). Lengths are bytes.
#pragma once

#include <vector>

namespace gueway {

// A part of the data behind the IP header of the packet that is cut: for IPv6, which is cut where
// it begins its way, behind its unfragmentable part.
struct Part {
    unsigned offset = 0, length = 0;
    bool more = false; // not the last
    bool operator==(const Part&) const = default;
};

// What each fragment has in front of its part: the IP header, and IPv6's fragment header.
unsigned fragment_headers(int family);

// The parts of `data` bytes in packets of at most `mtu`, in order, each as long as it can be: all
// but the last are multiples of eight. None when not even eight bytes fit.
std::vector<Part> cut(int family, unsigned data, unsigned mtu);

} // namespace gueway
