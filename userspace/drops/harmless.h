// SPDX-License-Identifier: GPL-2.0-only
// Frees that pass the drop event on a healthy host and lose nothing. They are counted apart and
// explained, never mixed in with drops.
#pragma once

#include "drops/drop_histogram.h"

#include <string_view>

namespace gueway {

// What the data of the packet began with when it was freed.
enum class Unwrapped {
    no,
    yes,     // not with its network header any more: somebody has read that, or GRO
    unknown, // a histogram does not tell; what may be harmless is taken for it then
};

// Why a free at that place for that reason loses nothing; empty when it is a drop like any other.
std::string_view harmless_because(const DropCount& count, Unwrapped unwrapped = Unwrapped::unknown);

// Whether the reason is a queueing discipline's own (include/net/dropreason-core.h).
bool queue_dropped(std::string_view reason);

} // namespace gueway
