// SPDX-License-Identifier: GPL-2.0-only
// Tunnel devices, with or without UDP (FOU, GUE) around what they send. The attributes are those of
// include/uapi/linux/if_tunnel.h in IFLA_INFO_DATA, which libnl 3.7 knows in part only.
#pragma once

#include "link/namespace.h"
#include "netlink/attributes.h"
#include "util/address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gueway {

// The kernel's kinds. Over IPv4: ipip, sit, gre; over IPv6: ip6tnl, ip6gre.
enum class TunnelKind : uint8_t { ipip, sit, gre, ip6tnl, ip6gre };
std::string_view name(TunnelKind kind); // "ipip"
int underlay_family(TunnelKind kind);   // AF_INET or AF_INET6
const char* module_of(TunnelKind kind); // "ip6_tunnel"

// A number for names of devices that belong to an address, made for eight hexadecimal digits: an
// IPv4 address is its own, an IPv6 one is hashed (FNV-1a, 32 bits).
uint32_t name_number(const Address& address);

// UDP between the outer IP header and the packet, in what the device sends (TUNNEL_ENCAP_*). What
// it receives comes from a fou port, which takes the UDP away before the device sees the packet.
enum class UdpEncap : uint8_t { none = 0, fou = 1, gue = 2 };

//   port        destination, host order
//   checksum    of the outer UDP header, over either underlay (TUNNEL_ENCAP_FLAG_CSUM, _CSUM6)
//   remote      GUE's remote checksum offload
struct UdpHeader {
    UdpEncap type = UdpEncap::none;
    uint16_t port = 0;
    bool checksum = false;
    bool remote = false;
    bool operator==(const UdpHeader&) const = default;
};

// A tunnel device as it is asked of the kernel, and as the kernel shows it.
//   local, remote  outer addresses; none: any
//   inner          IPPROTO_IPIP or IPPROTO_IPV6: the packets it takes; 0: both. Not for gre.
//   ttl            of the outer header; 0: the inner packet's (IPv6: the route's)
//   external       outer addresses come with each packet (collect metadata); the kernel has at most
//                  one such device of a kind in a namespace
//   link           the device that carries the outer packets; empty: the one that the route says.
//   Of
//                  two tunnels between the same addresses, one must have it
//   checksum       gre and ip6gre only: GRE checksums are written, and packets without are dropped
//   mtu            0: the kernel chose, or shall choose
struct TunnelDevice {
    std::string name; // up to 15 characters
    TunnelKind kind = TunnelKind::ipip;
    std::optional<Address> local, remote;
    uint8_t inner = 0;
    uint8_t ttl = 0;
    bool external = false;
    std::string link;
    bool checksum = false;
    UdpHeader udp = {};
    unsigned mtu = 0;
    bool up = false;

    // Equal in all that was asked for: `wanted`'s MTU of 0 agrees with any.
    bool is(const TunnelDevice& wanted) const;
    bool operator==(const TunnelDevice&) const = default;
    std::string text() const; // "ipip to 172.70.64.149, FOU port 5555"
};

// Makes it, and sets it up when `up`. IPv6 tunnels are made without the encapsulation limit, a
// destination option of 8 bytes. EEXIST when the name is taken, or the kind has a device of these
// addresses; the module of the kind is loaded by the kernel if it can.
Result<void> add_tunnel(const Namespace& where, const TunnelDevice& tunnel);

// Gives the device of that name all settings of `tunnel`, in place: packets go on flowing. Its
// kind and `external` cannot change (EINVAL, EOPNOTSUPP: remove it and add it anew).
Result<void> change_tunnel(const Namespace& where, const TunnelDevice& tunnel);

// remove_device() of link/device.h deletes one.

// All tunnel devices of these kinds, the kernel's own (tunl0, sit0, ...) too.
Result<std::vector<TunnelDevice>> tunnels(const Namespace& where);

// --- the wire format, for tests ---

// A tunnel with the index of its `link`, 0 for none: names are not on the wire.
struct IndexedTunnel {
    TunnelDevice device;
    uint32_t link = 0;
};

// What RTM_NEWLINK says of it behind struct ifinfomsg: IFLA_LINKINFO with kind and data, IFLA_MTU.
void put_tunnel(netlink::Message& message, const IndexedTunnel& tunnel);
// From the attributes behind struct ifinfomsg; nothing when the device is of no kind of ours.
Result<std::optional<IndexedTunnel>> parse_tunnel(netlink::Bytes attributes);

} // namespace gueway
