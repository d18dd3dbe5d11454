// SPDX-License-Identifier: GPL-2.0-only
// Random expressions, and packets that they often match.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace gueway {

using Random = std::mt19937;

inline unsigned below(Random& random, unsigned limit)
{
    return std::uniform_int_distribution<unsigned>(0, limit - 1)(random);
}

// Few addresses and ports, so that packets often match.
inline std::string address(Random& random)
{
    return fmt::format("198.51.100.{}", below(random, 4));
}
inline std::string address6(Random& random)
{
    return fmt::format("2001:db8::{}", below(random, 4));
}

inline std::string primitive(Random& random)
{
    constexpr std::array<const char*, 3> sides = {"", "src ", "dst "};
    constexpr std::array<const char*, 8> protocols = {"ip",   "ip6",   "tcp",  "udp",
                                                      "icmp", "icmp6", "sctp", "ip proto 47"};
    const auto side = sides[below(random, sides.size())];
    const auto number = below(random, 64);
    switch (below(random, 12)) {
    case 0:
        return fmt::format("{}host {}", side, address(random));
    case 1:
        return fmt::format("{}host {}", side, address6(random));
    case 2:
        return fmt::format("{}port {}", side, 8000 + below(random, 3));
    case 3:
        return fmt::format("{}portrange 8000-{}", side, 8000 + below(random, 3));
    case 4:
        return fmt::format("{}net 198.51.100.0/{}", side, 24 + below(random, 7));
    case 5:
        return "tcp[tcpflags] & (tcp-syn|tcp-ack) != 0";
    case 6:
        return fmt::format("ip[{}] = {}", number, below(random, 4));
    case 7:
        return fmt::format("len > {}", below(random, 300));
    case 8:
        return fmt::format("tcp[{}:{}] > {}", number, 1 << below(random, 3), below(random, 9));
    case 9:
        return fmt::format("(ip[2:2] - ((ip[0] & 0xf) << 2)) % 7 = {}", below(random, 7));
    case 10:
        return fmt::format("udp[{}:2] / ip[{}] < {}", number, below(random, 300), number);
    default:
        return protocols[below(random, protocols.size())];
    }
}

inline std::string expression(Random& random)
{
    std::string text = primitive(random);
    for (unsigned more = below(random, 4); more > 0; --more)
        text = fmt::format("{}({}) {} {}", below(random, 4) ? "" : "not ", text,
                           below(random, 2) ? "and" : "or", primitive(random));
    return text;
}

using Bytes = std::vector<uint8_t>;

// An IP packet with a header like those of the expressions; the rest is noise.
inline Bytes packet(Random& random)
{
    constexpr std::array<uint8_t, 6> protocols = {6, 17, 1, 58, 132, 47};
    Bytes bytes(20 + below(random, 280));
    for (auto& byte : bytes) byte = static_cast<uint8_t>(below(random, 6));
    const auto protocol = protocols[below(random, protocols.size())];
    const auto put = [&](size_t at, std::initializer_list<unsigned> values) {
        for (const auto value : values)
            if (at < bytes.size()) bytes[at++] = static_cast<uint8_t>(value);
    };
    const bool six = below(random, 2);
    const size_t header = six ? 40 : 4U * (5 + below(random, 3));
    if (six) {
        put(0, {0x60});
        put(6, {protocol});
        put(8, {0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, below(random, 4)});
        put(24, {0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, below(random, 4)});
    } else {
        put(0,
            {unsigned(0x40 | header / 4), 0, unsigned(bytes.size() >> 8), unsigned(bytes.size())});
        put(6, {below(random, 8) ? 0U : 0x20U, below(random, 8) ? 0U : 5U});
        put(9, {protocol});
        put(12, {198, 51, 100, below(random, 4), 198, 51, 100, below(random, 4)});
    }
    put(header, {0x1f, 0x40 + below(random, 3), 0x1f, 0x40 + below(random, 3)});
    bytes.resize(below(random, 8) ? bytes.size() : below(random, unsigned(bytes.size())));
    return bytes;
}

} // namespace gueway
