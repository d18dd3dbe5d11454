// SPDX-License-Identifier: GPL-2.0-only
// Sysctls of a network namespace by their dotted names, as sysctl(8) writes them: a '/' inside
// stands for a dot of the name itself ("net.ipv4.conf.d1/100.rp_filter" for the device d1.100).
#pragma once

#include "link/namespace.h"

#include <string>
#include <string_view>

namespace gueway {

// "/proc/sys/..." for a dotted name. Names that would leave /proc/sys are refused.
Result<std::string> sysctl_path(std::string_view name);

// "net.ipv4.conf.d1/100.rp_filter" of a device (or "all", "default"); family: AF_INET or AF_INET6.
std::string device_sysctl(int family, const std::string& device, std::string_view what);

// ENOENT when the kernel (or the module, or the device) behind the name is not there.
Result<void> set_sysctl(const Namespace& where, const std::string& name, const std::string& value);

// The value without its final newline.
Result<std::string> sysctl(const Namespace& where, const std::string& name);

} // namespace gueway
