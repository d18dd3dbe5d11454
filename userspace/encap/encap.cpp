// SPDX-License-Identifier: GPL-2.0-only
#include "encap/encap.h"

#include "encap/sizes.h"

#include <cerrno>

#include <fmt/format.h>
#include <sys/socket.h>

namespace gueway {

namespace {

constexpr unsigned gue_header = 4;         // draft-ietf-intarea-gue, variant 0
constexpr unsigned gue_remote_option = 8;  // private flags word and the option (net/gue.h)
constexpr unsigned gre_header = 4;         // RFC 2784
constexpr unsigned gre_checksum_field = 4; // with its reserved half

bool has_udp(EncapType type)
{
    return type == EncapType::gue || type == EncapType::fou_interface;
}

unsigned between_headers(const Encap& encap)
{
    switch (encap.type) {
    case EncapType::ipip:
        return 0;
    case EncapType::fou_interface:
        // An ip6tnl device puts a destination option in front, the encapsulation limit, unless told
        // not to (RFC 2473, section 4.1.1): those that we make are told.
        return udp_header;
    case EncapType::gre:
        return gre_header + (encap.checksum == EncapChecksum::full ? gre_checksum_field : 0);
    case EncapType::gue:
        return udp_header + gue_header +
               (encap.checksum == EncapChecksum::remote ? gue_remote_option : 0);
    }
    return 0;
}

Error wrong(const Encap& encap, const char* detail, const char* remedy)
{
    return Error{fmt::format("encapsulation {}", name(encap.type)), "check", EINVAL, detail,
                 remedy};
}

} // namespace

std::string_view name(EncapType type)
{
    return encap_type_names[static_cast<size_t>(type)];
}

std::string_view name(EncapChecksum checksum)
{
    return encap_checksum_names[static_cast<size_t>(checksum)];
}

std::string text(const Encap& encap)
{
    std::string words(name(encap.type));
    if (has_udp(encap.type)) words += fmt::format(":{}", encap.port);
    if (encap.checksum != EncapChecksum::none)
        words += fmt::format(" checksum {}", name(encap.checksum));
    return words;
}

Result<void> check(const Encap& encap)
{
    if (has_udp(encap.type) && encap.port == 0)
        return wrong(encap, "it has no UDP port", "give the port on which the workers receive");
    if (!has_udp(encap.type) && encap.port != 0)
        return wrong(encap, "it has no UDP header, so no port", "leave the port out");
    if (encap.checksum == EncapChecksum::remote && encap.type != EncapType::gue)
        return wrong(encap, "only GUE has a remote checksum", "checksum none or full");
    if (encap.checksum == EncapChecksum::full && encap.type == EncapType::ipip)
        return wrong(encap, "IP in IP has no checksum", "checksum none");
    return {};
}

unsigned ip_header(int family)
{
    return family == AF_INET6 ? ipv6_header : ipv4_header;
}

unsigned overhead(const Encap& encap, int underlay)
{
    return ip_header(underlay) + between_headers(encap);
}

unsigned inner_mtu(const Encap& encap, int underlay, unsigned mtu)
{
    const unsigned extra = overhead(encap, underlay);
    return mtu > extra ? mtu - extra : 0;
}

unsigned tcp_mss(int family, unsigned mtu)
{
    const unsigned headers = ip_header(family) + tcp_header;
    return mtu > headers ? mtu - headers : 0;
}

} // namespace gueway
