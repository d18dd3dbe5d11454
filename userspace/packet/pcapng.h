// SPDX-License-Identifier: GPL-2.0-only
// Writing pcapng files: blocks as octets, to be put one behind the other. Numbers are written in
// this machine's byte order, which the format allows; readers see which.
// Source: draft-ietf-opsawg-pcapng, sections 4.1 to 4.3; link types: tcpdump.org/linktypes, the
// cooked header <pcap/sll.h>, which can say of any EtherType.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gueway {

// In front of each packet: no device's own header, only in which direction it went and its
// EtherType.
constexpr uint32_t cooked_header = 16; // bytes

enum class CapturedDirection : uint8_t { unknown, in, out };

// What is in front of the network header: what was captured, or the cooked header.
enum class LinkType : uint16_t { ethernet = 1, cooked = 113 };

struct CapturedInterface {
    std::string name;                 // empty: left out
    std::string description;          // empty: left out
    std::string filter;               // pcap-filter(7), empty: left out
    uint32_t snap = 0;                // most bytes of a packet, without the cooked header; 0: all
    LinkType link = LinkType::cooked; // of all its packets
};

struct CapturedPacket {
    uint32_t interface = 0; // the interface blocks of the section, counted from 0
    uint64_t unix_ns = 0;
    LinkType link = LinkType::cooked;
    uint16_t protocol = 0; // EtherType, for the cooked header
    CapturedDirection direction = CapturedDirection::unknown;
    uint32_t length = 0;               // of the packet, counted as `bytes` are, captured or not
    std::span<const uint8_t> bytes;    // captured; cooked: from the network header on
    std::optional<uint64_t> id;        // the same for one packet seen in several places
    std::vector<std::string> comments; // UTF-8
};

// The first block of a file.
std::string pcapng_section(const std::string& kernel, const std::string& application);
// Before the first packet of the interface.
std::string pcapng_interface(const CapturedInterface& interface);
// Captured never is more than the original: a shorter `length` is taken for that of `bytes`.
std::string pcapng_packet(const CapturedPacket& packet);

} // namespace gueway
