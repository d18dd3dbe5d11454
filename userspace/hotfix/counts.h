// SPDX-License-Identifier: GPL-2.0-only
// What the hotfix module (kernel/hotfix) has counted: /proc/net/gueway_hotfix.
#pragma once

#include "link/namespace.h"
#include "util/result.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace gueway::hotfix {

// The module's name, as modprobe knows it.
inline constexpr const char* module_name = "gueway_hotfix";

// Packets of one network namespace that IPVS has put into a tunnel, since the module was loaded.
//   seen      all of them
//   right     their inner MAC header was where it belongs: the kernel is fixed, or something in
//             front of IPVS took the Ethernet header off
//   repaired  it was not, and the module has put it there
struct Counts {
    uint64_t seen = 0, right = 0, repaired = 0;
};

// Of a namespace; nothing when the module is not loaded.
Result<std::optional<Counts>> counts(const Namespace& where);

// "seen right repaired\n"; nothing when it is something else.
std::optional<Counts> parse_counts(std::string_view text);

} // namespace gueway::hotfix
