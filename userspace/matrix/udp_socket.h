// SPDX-License-Identifier: GPL-2.0-only
// A UDP socket that sends one packet of a cell, and is told what becomes of it: of segments
// (UDP_SEGMENT), and of the director's own packets.
#pragma once

#include "encap/oracle.h"
#include "link/namespace.h"
#include "packet/frame.h"
#include "util/fd.h"
#include "util/result.h"

#include <string>
#include <vector>

namespace gueway::matrix {

// Move-only.
class UdpSocket {
public:
    // From `here`, by `device` or, when that is empty, wherever routes lead. The packet is as the
    // frame says, but for its ID, which is the kernel's. A packet that the kernel finds too long is
    // no error here, see refused().
    static Result<UdpSocket> send(const Namespace& here, const std::string& device,
                                  const Frame& frame);

    // sendmsg(2) said EMSGSIZE.
    bool refused() const { return refused_; }
    // What ICMP messages have said of the packet since (IP_RECVERR of ip(7)), each once.
    Result<std::vector<IcmpAnswer>> told() const;

private:
    explicit UdpSocket(Fd fd) : fd_(std::move(fd)) {}
    Fd fd_;
    bool refused_ = false;
};

} // namespace gueway::matrix
