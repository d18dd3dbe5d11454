// SPDX-License-Identifier: GPL-2.0-only
// A topology drawn in text.
#pragma once

#include "topology/spec.h"

#include <string>

namespace gueway {

constexpr size_t drawing_columns = 100;

// Hosts are boxes one below the other, segments are wires that run down the right side, "o" where
// a device is attached. ASCII, lines of at most `drawing_columns` without trailing blanks. The spec
// should have passed check().
std::string draw(const Spec& spec);

} // namespace gueway
