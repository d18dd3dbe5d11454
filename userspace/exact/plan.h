// SPDX-License-Identifier: GPL-2.0-only
// Which benchmarks of bench/paths share a guest. What a guest has done before decides where the
// kernel's objects lie, and with that what packets cost that are cut into segments. So each way has
// a guest of its own, in which the same always comes before a figure, whichever were chosen.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gueway::exact {

// The one that was asked for, or of its ip_vs.ko the variant without the bug or with it.
enum class GuestKernel : uint8_t { given, patched, vulnerable };

//   run     all of it in this order, up to the last that is wanted
//   wanted  of these, what was chosen
struct GuestPlan {
    GuestKernel kernel = GuestKernel::given;
    std::vector<std::string> run, wanted;
};

// `all` names in the order of the program, and those `wanted`.
std::vector<GuestPlan> plan_guests(const std::vector<std::string>& all,
                                   const std::vector<std::string>& wanted);

} // namespace gueway::exact
