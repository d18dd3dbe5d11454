// SPDX-License-Identifier: GPL-2.0-only
// What our reading of a packet says, in tshark's fields.
#pragma once

#include "packet/tunnel.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gueway {

// A checksum, as tshark may find it.
//   wrong     we complain of it
//   finished  what will be put there, where tshark says what should be: rule "finished"
//   rule      why it is not compared; empty: it is
struct SaidSum {
    bool wrong = false;
    std::optional<uint16_t> finished;
    std::string rule;
};

// By field; sums by "ip", "tcp", "udp", "gre", "sctp", "icmp" or "icmpv6". Of each, in the order of
// the packet. Numbers are decimal.
struct Said {
    std::map<std::string, std::vector<std::string>> fields;
    std::map<std::string, std::vector<SaidSum>> sums;
};

// All fields that a Said may have.
const std::vector<std::string>& said_fields();

// What is told of a packet beside its bytes. `whole`: a GSO packet as one.
struct SaidNotes {
    bool pending = false, whole = false;
};

// Headers are added one after the other, `bytes` being those that were read.
void say_ip(Said& said, const IpReading& ip, const Complaints& complaints, const std::string& of);
void say_carrier(Said& said, const TunnelReading& reading, const SaidNotes& notes);
void say_transport(Said& said, const TunnelReading& reading, std::span<const uint8_t> bytes,
                   const SaidNotes& notes);

} // namespace gueway
