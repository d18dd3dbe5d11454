// SPDX-License-Identifier: GPL-2.0-only
// What a director without faults makes of a cell's packet, built byte by byte from the RFCs, so
// that the judge can be judged. What is sent (cell_frame(): addresses, lengths, payload) and the
// MTU of its way are those of the cell, as the oracle has them; how many packets come of it, and
// every byte of them, shares no code with what makes and reads packets elsewhere.
// Sources: RFC 791 and 8200 (headers, fragments), 2003 and 2473 (IP in IP), 2784 (GRE), 768, 9293,
// 9260, 1071 (sums), 792, 1191, 1812 section 4.3.2.3, 4443 (ICMP); draft-ietf-intarea-gue,
// draft-herbert-remotecsumoffload; GUE's flag for private data as in include/net/gue.h.
#pragma once

#include "matrix/observe.h"
#include "tests/unit/matrix/mend.h"

namespace gueway::matrix {

//   fragments  the worker gets fragments of the tunnel's packets
//   offloaded  it gets one packet that stands for all, without a checksum of TCP's; of tunnels
//              without UDP checksums or GRE
struct Scene {
    Cell cell;
    Observation seen;
    Layout at;
    bool fragments = false, offloaded = false;

    bool delivered() const { return !seen.worker.empty(); }
    bool refused() const { return !seen.client.empty(); }
    // The frames' headers are all there, and their checksums can be mended.
    bool whole() const { return delivered() && !fragments && !offloaded; }
};

// Of a cell whose packet comes as its sender sent it, and is segmented by the director or, of TCP
// where the underlay is veth that takes it whole, by nobody. `number` counts
// cells, as in cell_frame().
Scene faultless(const Cell& cell, uint64_t number);
// The same if no packet were too long for the underlay.
Scene uncut(const Cell& cell, uint64_t number);

// Makes the checksum of an ICMP message to the client right.
void mend_icmp(const Scene& scene, Octets& frame);

// What tells the client that its packets should be no longer than `room`.
Captured refusal(const Scene& scene, size_t room);

// Where the ICMP header is in a frame to the client, and behind it the packet that it quotes.
size_t icmp_at(const Scene& scene);
constexpr size_t icmp_header = 8;

} // namespace gueway::matrix
