// SPDX-License-Identifier: GPL-2.0-only
// Counts of /proc/net/snmp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gueway {

// "Udp: A B" and "Udp: 1 2" are two lines of the file.
uint64_t snmp_count(const std::string& snmp, std::string_view family, std::string_view name);
inline uint64_t udp_count(const std::string& snmp, std::string_view name)
{
    return snmp_count(snmp, "Udp:", name);
}

} // namespace gueway
