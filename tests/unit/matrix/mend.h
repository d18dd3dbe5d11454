// SPDX-License-Identifier: GPL-2.0-only
// The checksums of a director's packet, made right again after a byte of it has changed, or at
// first. Sources: RFC 1071 (sums), 768, 2784, 9260; draft-herbert-remotecsumoffload.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gueway::matrix {

using Octets = std::vector<uint8_t>;

// Where the headers are in a captured frame that is not cut into fragments, and in the first
// fragment of one that is.
struct Layout {
    size_t outer = 0, tunnel = 0, inner = 0, transport = 0, payload = 0;
    int outer_family = 0, inner_family = 0;
    uint8_t transport_protocol = 0;
    bool udp = false, udp_summed = false; // the tunnel's
    bool gue = false, remote = false;     // remote: with the option of remote checksums
    bool gre = false, gre_summed = false;
};

// Makes the checksum of the IPv4 header at `at` right.
void mend_ip(Octets& frame, size_t at);
// Of a frame that is no fragment, make right what sums there are: the client's packet's, those in
// front of it, all.
void mend_inner(const Layout& at, Octets& frame);
void mend_tunnel(const Layout& at, Octets& frame);
void mend(const Layout& at, Octets& frame);
// Of the transport's checksum in its header, SCTP's aside.
size_t sum_offset(const Layout& at);

} // namespace gueway::matrix
