// SPDX-License-Identifier: GPL-2.0-only
// Which packets are looked at at all, as people name it: a network namespace, a device, a mark.
#pragma once

#include "bpf/selection.h"
#include "util/result.h"

#include <string>
#include <string_view>
#include <utility>

#include <linux/types.h>

namespace gueway {

// Empty ones do not matter.
struct SelectionNames {
    std::string netns;  // a name under /run/netns, or the inode number of a namespace
    std::string device; // in that namespace, or in any
    std::string mark;   // "N" or "N/MASK", decimal or 0x...
};

// An Error names what is not there, and what there is.
Result<selection> select(const SelectionNames& names);

// The mark and its mask; a mask that leaves out bits of the mark could never match.
Result<std::pair<uint32_t, uint32_t>> parse_mark(std::string_view text);

} // namespace gueway
