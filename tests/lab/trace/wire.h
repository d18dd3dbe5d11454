// SPDX-License-Identifier: GPL-2.0-only
// Two hosts, and datagrams that nobody waits for.
//
//      left            right
//      d0 ------------- d0
//   192.0.2.1       192.0.2.2
#pragma once

#include "link/namespace.h"
#include "util/address.h"
#include "util/fd.h"

#include <cstdint>
#include <string>

namespace gueway {

constexpr unsigned wire_mtu = 1500;

class Wire {
public:
    Wire(); // failures fail the test

    const Namespace& left() const { return left_; }
    const Namespace& right() const { return right_; }

    // Sends UDP datagrams from left to a port of right where nobody listens, in one go. Returns how
    // many the kernel took; each is dropped by right, whose ICMP answers are limited in rate.
    uint64_t send(uint64_t datagrams, size_t payload) const;
    // Of what is sent from here on. Returns whether the kernel agreed.
    bool mark(uint32_t mark) const;

private:
    Namespace left_, right_;
    Fd socket_;
};

} // namespace gueway
