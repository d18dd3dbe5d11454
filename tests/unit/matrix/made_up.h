// SPDX-License-Identifier: GPL-2.0-only
// A result of two kernels, made up: what the reports are written of.
#pragma once

#include "matrix/report.h"

#include <array>
#include <string>
#include <string_view>

namespace gueway::matrix {

extern const std::array<KnownBug, 1> made_up_bugs; // "B1"

constexpr const char* udp = "gue/in4/out4/udp/fits/whole";
constexpr const char* tcp = "gue/in4/out4/tcp-gso/fits/whole";
constexpr const char* wire = "gue/in4/out4/tcp-gso/fits/wire";
constexpr const char* ipip = "ipip/in4/out4/udp/fits/wire";

// Known is by B1; what did not pass has a packet of which a byte differs.
CellResult result(const char* cell, Outcome outcome);

MatrixResult made_up();      // stock: four cells passed; vulnerable: tcp known, wire failed
MatrixResult good();         // stock alone
MatrixResult with_a_death(); // of udp, and stopped by it

bool holds(const std::string& text, std::string_view part);

} // namespace gueway::matrix
