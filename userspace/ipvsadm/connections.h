// SPDX-License-Identifier: GPL-2.0-only
// The listing of connections (-L -c), from what the kernel shows in /proc/net/ip_vs_conn.
#pragma once

#include <string>
#include <string_view>

namespace gueway::ipvsadm {

// `proc` is the file's content: a line of titles, then for each connection protocol, three
// addresses (IPv4 in eight hexadecimal digits) with ports in hexadecimal, state, seconds, and where
// there is one the persistence engine's name and data (net/netfilter/ipvs/ip_vs_conn.c). Lines that
// are not like that are left out.
std::string connection_table(std::string_view proc, bool numeric, bool engine_data);

} // namespace gueway::ipvsadm
