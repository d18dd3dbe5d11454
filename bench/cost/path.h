// SPDX-License-Identifier: GPL-2.0-only
// The way that packets go while they are measured: a director that puts them in GUE.
//
//             client                 director
//     i0 (tc)   c0 ------------------- d0   IPVS, GUE   d1
//           192.0.2.2               192.0.2.1       172.70.64.1, a dummy device: it counts
//
// A packet from the injector's ring is copied byte by byte as soon as it changes hands
// (skb_orphan_frags), which no packet of a network card is, and which would be most of what 64 KiB
// cost. So each is copied once, on i0, where tc makes `copies` clones of it that share their bytes.
#pragma once

#include "bench/cost/injector.h"
#include "link/namespace.h"

namespace gueway::bench {

constexpr uint16_t service_port = 5201;
constexpr const char* vip = "198.51.100.150";

class Path {
public:
    // With one packet sent, so that IPVS has its connection.
    static Result<Path> make();
    // Without a service. `roomy`: packets have as much headroom as network cards leave, so that a
    // tunnel's headers need no new buffer.
    static Result<Path> bare(bool roomy = false);

    static constexpr unsigned copies = 32; // as many actions as tc takes

    // A packet of `ip_length` bytes to the VIP; see tcp_frame(). Each that is sent is `copies`.
    Result<Injector> injector(unsigned ip_length, uint16_t segment) const;
    Result<Injector> injector(const std::vector<TcpFrame>& frames) const;
    Result<TcpFrame> frame(unsigned ip_length, uint16_t segment) const;
    // From now on each that is sent is so many, at most `copies`.
    Result<void> multiply(unsigned times) const;
    const Namespace& director() const { return director_; }
    // Packets that the director sent to its worker.
    Result<uint64_t> arrived() const;
    // Index of the director's device by which they come.
    Result<unsigned> entry() const;

private:
    Path(Namespace client, Namespace director)
        : client_(std::move(client)), director_(std::move(director))
    {}
    Result<void> configure(bool roomy) const;
    Result<void> make_entrance(bool roomy) const;
    Namespace client_, director_;
};

} // namespace gueway::bench
