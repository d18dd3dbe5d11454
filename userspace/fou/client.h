// SPDX-License-Identifier: GPL-2.0-only
// The receive ports of one network namespace.
#pragma once

#include "fou/port.h"
#include "netlink/socket.h"

#include <string>
#include <vector>

namespace gueway::fou {

// Owns one netlink socket; move-only, one thread.
class Client {
public:
    // In the calling thread's network namespace; loads fou if it can.
    static Result<Client> open(std::string place = {});

    Result<std::vector<Port>> ports();
    // EADDRINUSE when another socket has the port; EAFNOSUPPORT without the kernel's fou6.
    Result<void> add(const Port& port);
    Result<void> remove(const Port& port);

private:
    Client(netlink::Socket socket, netlink::Family family)
        : socket_(std::move(socket)), family_(family)
    {}
    netlink::Socket socket_;
    netlink::Family family_;
};

} // namespace gueway::fou
