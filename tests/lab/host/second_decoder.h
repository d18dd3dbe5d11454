// SPDX-License-Identifier: GPL-2.0-only
// What tshark says of the packets that cells brought, against what packet/tunnel.h says of them:
// field by field, of each header, and whether each checksum is right.
//
// tshark knows no GUE: it reads the outer IP and UDP headers of such packets, and editcap cuts
// those and GUE's own header off, by the length that is in it, for tshark to read what is inside.
//
// Where it cannot judge a checksum by itself, a rule says so, and is counted:
//   finished   a checksum that is pending, or goes by GUE's remote checksum: what the device or the
//              receiver will put there must be what tshark says should be there
//   around     UDP's and GRE's around in a packet with a pending checksum: it is one of them, or
//              they are right when it is put in
//   unmade     of a GSO packet as one: UDP's and GRE's around it are made when it is cut, a list of
//              segments has its first one's inside; SCTP's CRC that is pending is zero
//   quoted     of a packet in an ICMP message nothing behind its IP header is compared
//   fragments  GUE in outer fragments: what is inside is not cut out
#pragma once

#include "pcapng_frames.h"
#include "util/file.h"
#include "util/result.h"

#include <map>
#include <string>
#include <vector>

namespace gueway {

//   packets   compared, what is in the tunnel too, by the tunnel's name
//   others    the client's, fences and talk of neighbours
//   unread    frames that are no IP
//   sums      that both judged; and of these, how many both found wrong
//   rules     how often each was taken
//   differences  "frame 12 cell ...: tcp.len is 1400, tshark says 1399"
struct SecondOpinion {
    std::map<std::string, size_t> packets, rules;
    size_t others = 0, unread = 0, sums = 0, wrong_sums = 0;
    std::vector<std::string> differences;

    std::string text() const;
};

// Of a file of gsobench's --pcapng. `ours`: what we read instead, of as many frames.
Result<SecondOpinion> second_opinion(const fs::path& pcapng, const fs::path& ours = {});

} // namespace gueway
