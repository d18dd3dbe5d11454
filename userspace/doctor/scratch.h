// SPDX-License-Identifier: GPL-2.0-only
// The namespaces that the kernel probe sends through.
#pragma once

#include "doctor/kernel_probe.h"
#include "ipvs/client.h"
#include "link/namespace.h"
#include "packet/tcp_frame.h"

#include <set>

namespace gueway {

// A client, a director and a worker, wired. The client and the worker only have packet sockets: no
// address, no tunnel, no answer. Move-only.
class Scratch {
public:
    static Result<Scratch> make();
    ~Scratch();
    Scratch(Scratch&&) = default;
    Scratch& operator=(Scratch&&) = delete;

    // A service of its own that forwards along `way`; returns its port. The worker is read back:
    // kernels before 5.2 take it and leave the tunnel's type out.
    Result<uint16_t> serve(const TunnelWay& way);

    // What the underlay device has dropped so far.
    Result<uint64_t> dropped() const;
    const Namespace& director() const { return director_; }

    // A frame from the client to the service.
    Result<void> send(const TcpFrame& frame) const;
    TcpFrame frame(uint16_t port) const;

    // What has come at the worker by now, of the tunnels' packets.
    //   sequences   the TCP sequence numbers
    //   unsegmented packets longer than the underlay's MTU: the device has not left it to software
    struct Arrivals {
        std::set<uint32_t> sequences;
        unsigned unsegmented = 0;
    };
    Result<void> collect(uint16_t port, Arrivals& arrivals) const;

private:
    Scratch(Namespace client, Namespace director, Namespace worker, ipvs::Client ipvs)
        : client_(std::move(client)), director_(std::move(director)), worker_(std::move(worker)),
          ipvs_(std::move(ipvs))
    {}
    Result<void> wire();
    static Result<void> wire_ipv6(const Namespace& director, const std::string& worker_mac);
    Result<void> open_sockets();

    Namespace client_, director_, worker_;
    ipvs::Client ipvs_;
    Fd sender_, receiver_;
    std::string client_mac_, director_mac_;
    uint16_t services_ = 0;
    Result<void> ipv6_; // why there is none
};

} // namespace gueway
