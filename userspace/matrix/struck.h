// SPDX-License-Identifier: GPL-2.0-only
// Cells that a bug with a name touches, by name, so that no selection is without one: three axes
// may occur together without the fourth that a bug takes. Bugs that take an event have the cells of
// events.h.
#pragma once

#include <span>
#include <string_view>

namespace gueway::matrix {

//   bug   its id in known_bugs.h
//   cell  its name, as parse_cell() takes it
struct Struck {
    std::string_view bug, cell;
};
std::span<const Struck> struck_cells();

} // namespace gueway::matrix
