// SPDX-License-Identifier: GPL-2.0-only
// What the client is told, held against what it should be, byte by byte.
#pragma once

#include "matrix/look.h"
#include "matrix/observe.h"

#include <string>
#include <vector>

namespace gueway::matrix {

// What is wrong with what the client, or the director's own sender, was told, and whether.
std::vector<std::string> check_told(const Cell& cell, const Look& look, const Observation& seen);

} // namespace gueway::matrix
