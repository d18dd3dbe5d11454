// SPDX-License-Identifier: GPL-2.0-only
#include "report/number.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

namespace gueway {

namespace {

struct Unit {
    double size;
    std::string_view name;
};
constexpr std::array time_units = {Unit{1e-9, "ns"}, Unit{1e-6, "µs"}, Unit{1e-3, "ms"},
                                   Unit{1, "s"}};
constexpr std::array rate_units = {Unit{1, "bit/s"}, Unit{1e3, "kbit/s"}, Unit{1e6, "Mbit/s"},
                                   Unit{1e9, "Gbit/s"}};

// The largest unit that leaves at least 1 once the value is rounded to three figures; for 0 the
// base unit.
template <size_t N>
const Unit& fitting(const std::array<Unit, N>& units, double value)
{
    const Unit* best = &units.front();
    for (const auto& unit : units)
        if (value == 0 ? unit.size == 1 : std::abs(value) >= unit.size * 0.9995) best = &unit;
    return *best;
}

template <size_t N>
std::string in_units(const std::array<Unit, N>& units, double value, std::string (*format)(double))
{
    const auto& unit = fitting(units, value);
    return fmt::format("{} {}", format(value / unit.size), unit.name);
}

} // namespace

std::string figures(double value)
{
    if (!std::isfinite(value)) return "-";
    if (value == 0) return "0";
    // One step of rounding first, so that 9.996 is seen as 10.0 and gets one decimal less.
    const double size = std::abs(value) * 1.0005;
    const int decimals = 2 - static_cast<int>(std::floor(std::log10(size)));
    return fmt::format("{:.{}f}", value, std::clamp(decimals, 0, 9));
}

std::string human_time(double seconds)
{
    return in_units(time_units, seconds, figures);
}

std::string human_rate(double bits_per_second)
{
    return in_units(rate_units, bits_per_second, figures);
}

std::string tick_number(double value)
{
    const double magnitude = std::abs(value);
    // Below a millionth of a unit only the rounding of a tick's multiplication is left.
    if (magnitude < 1e-6) return "0";
    auto text = fmt::format("{:.6f}", value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
}

std::string tick_time(double seconds)
{
    return seconds == 0 ? "0" : in_units(time_units, seconds, tick_number);
}

std::string binary_size(uint64_t bytes)
{
    constexpr uint64_t kibi = 1024;
    constexpr uint64_t mebi = kibi * kibi;
    if (bytes && bytes % mebi == 0) return fmt::format("{} MiB", bytes / mebi);
    if (bytes && bytes % kibi == 0) return fmt::format("{} KiB", bytes / kibi);
    return fmt::format("{} B", bytes);
}

} // namespace gueway
