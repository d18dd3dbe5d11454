// SPDX-License-Identifier: GPL-2.0-only
// Frees that pass the drop event on a healthy host and lose nothing. They are counted apart and
// explained, never mixed in with drops.
#pragma once

#include "drops/drop_histogram.h"

#include <string_view>

namespace gueway {

// Why a free at that place for that reason loses nothing; empty when it is a drop like any other.
std::string_view harmless_because(const DropCount& count);

} // namespace gueway
