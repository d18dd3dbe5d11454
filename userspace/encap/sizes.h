// SPDX-License-Identifier: GPL-2.0-only
// Bytes of headers that every packet of theirs begins with. For .cpp files only.
// Sources: IEEE 802.3 and 802.1Q, RFC 791, 8200, 9293, 7323 (appendix A: timestamps with what
// aligns them), 768, 9260 (3.1 and 3.3.1), 792 and 4443.
#pragma once

namespace gueway {

constexpr unsigned ethernet_header = 14, vlan_tag = 4;
constexpr unsigned ipv4_header = 20, ipv6_header = 40;
constexpr unsigned tcp_header = 20, tcp_timestamps = 12;
constexpr unsigned udp_header = 8;
constexpr unsigned sctp_common_header = 12, sctp_data_header = 16; // of a DATA chunk
constexpr unsigned icmp_header = 8;

} // namespace gueway
