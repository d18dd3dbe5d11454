// SPDX-License-Identifier: GPL-2.0-only
// What the compiler reads once for userspace/, bench/ and most of tools/, before each file: a
// quarter of its time. A file that needs one of these says so nevertheless; clang-tidy and the
// fuzzers compile without.
#include "util/result.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
