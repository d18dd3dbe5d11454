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

#include <string>

namespace gueway::matrix {

//   fragments  the worker gets fragments of the tunnel's packets
//   offloaded  it gets one packet that stands for all, without a transport checksum; of tunnels
//              without UDP checksums or GRE
//   freed_in   as the kernel shows it, where that the packet is freed there is its account
struct Scene {
    Cell cell;
    Observation seen;
    Layout at;
    bool fragments = false, offloaded = false, untold = false;
    std::string freed_in{};

    bool is_v4() const { return cell.inner == Family::v4; }
    bool delivered() const { return !seen.worker.empty(); }
    bool told() const { return !seen.client.empty(); } // the client is, by ICMP
    bool refused() const { return told() || !seen.told_self.empty(); }
    // The frames' headers are all there, and their checksums can be mended.
    bool whole() const { return delivered() && !fragments && !offloaded && !untold; }
};

// Of a cell whose packet comes as its sender sent it, and is segmented by the director or, where
// the underlay is veth that takes it whole, by nobody. `number` counts cells, as in cell_frame().
Scene faultless(const Cell& cell, uint64_t number);
// The kernel frees the packet as a drop in that function; it does, and nothing else tells of it.
void free_in(Scene& scene, const std::string& function);
void vanish(Scene& scene, const std::string& freed_in);
// The same if no packet were too long for the underlay.
Scene uncut(const Cell& cell, uint64_t number);
// The same if each packet were cut to fragments of that length, or to one of its own.
Scene cut_at(const Cell& cell, uint64_t number, size_t length);

// Makes the checksum of an ICMP message to the client right.
void mend_icmp(const Scene& scene, Octets& frame);

// What tells the client that its packets should be no longer than `room`; and what passes on what
// a router has said, which has quoted no more than itself may be long.
Captured refusal(const Scene& scene, size_t room);
Captured passed_on(const Scene& scene, size_t room);

// Where the ICMP header is in a frame to the client, and behind it the packet that it quotes.
size_t icmp_at(const Scene& scene);
constexpr size_t icmp_header = 8;

} // namespace gueway::matrix
