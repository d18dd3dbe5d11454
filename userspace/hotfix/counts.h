// SPDX-License-Identifier: GPL-2.0-only
// What the hotfix module (kernel/hotfix) has counted: /proc/net/gueway_hotfix.
#pragma once

#include "link/namespace.h"
#include "util/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gueway::hotfix {

// The module's name, as modprobe knows it.
inline constexpr const char* module_name = "gueway_hotfix";

// Packets of one network namespace that IPVS has put into a tunnel and that a device, or the kernel
// in its place, has yet to segment or to give their checksum, since the module was loaded. Others
// are past what the bug can do to them (skb->encapsulation is off) and are not counted: small
// packets from a NIC that has verified their checksum.
//   seen      all of them
//   right     their inner MAC header was where it belongs: the kernel is fixed, or something in
//             front of IPVS took the Ethernet header off
//   repaired  it was not, and the module has put it there
struct Counts {
    uint64_t seen = 0, right = 0, repaired = 0;
};

// Of a namespace; nothing when the module is not loaded.
Result<std::optional<Counts>> counts(const Namespace& where);

// Of all namespaces that have a name under /run/netns or a process.
//   name  as `ip netns` has it, "initial netns", or "netns 4026532178"
//   here  the calling thread's own
struct NamespaceCounts {
    std::string name;
    bool here = false;
    Counts counts;
};
struct AllCounts {
    std::vector<NamespaceCounts> namespaces; // the own one first, then by name
    size_t unread = 0;                       // for which privilege is missing
};
// Empty when the module is not loaded.
Result<AllCounts> counts_everywhere();

// "seen right repaired\n"; nothing when it is something else.
std::optional<Counts> parse_counts(std::string_view text);

} // namespace gueway::hotfix
