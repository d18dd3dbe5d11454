// SPDX-License-Identifier: GPL-2.0-only
// Numbers for people: three figures, a unit that fits, never an exponent.
#pragma once

#include <cstdint>
#include <string>

namespace gueway {

// Three significant figures below 1000, whole numbers from there on: "0.0412", "4.10", "1234".
// Not a number or infinite: "-".
std::string figures(double value);

// "850 µs", "4.10 ms", "1.63 s"
std::string human_time(double seconds);

// "301 Mbit/s"
std::string human_rate(double bits_per_second);

// A round value of an axis, as short as it goes: "0.5", "20", "1000".
std::string tick_number(double value);

// The same for a time on an axis: "0", "1 ms", "200 ms", "1 s".
std::string tick_time(double seconds);

// Powers of two where they fit: "32 KiB", "1 MiB", "1500 B".
std::string binary_size(uint64_t bytes);

} // namespace gueway
