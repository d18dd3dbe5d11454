// SPDX-License-Identifier: GPL-2.0-only
// Few cells in which any three values of three axes occur together.
#pragma once

#include "matrix/rules.h"

#include <cstdint>
#include <vector>

namespace gueway::matrix {

// Cells such that every triple of values of three different axes, of which at least one is not
// core, is in one of them or of `already`, if there is a cell of those rules that has it. The same
// for the same arguments, on every machine.
std::vector<Cell> cover_triples(const std::vector<Rule>& rules, const std::vector<Cell>& already,
                                uint64_t seed);

} // namespace gueway::matrix
