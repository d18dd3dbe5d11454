// SPDX-License-Identifier: GPL-2.0-only
// What the tests of bugs with a name ask.
#pragma once

#include "matrix/look.h"

#include <optional>
#include <string>
#include <vector>

namespace gueway::matrix {

using Ids = std::vector<std::string>;
using Lengths = std::vector<unsigned>;

bool strikes(const char* id, const Cell& cell);
// What is seen of the cell where there are these bugs, in the order of the list; nothing when they
// do not go together there.
std::optional<Look> with(const Cell& cell, const Ids& ids);

} // namespace gueway::matrix
