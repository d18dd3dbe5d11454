// SPDX-License-Identifier: GPL-2.0-only
// Which benchmarks of bench/paths share a guest. What a guest has done before decides where the
// kernel's objects lie, and with that what packets cost that are cut into segments. So each way has
// a guest of its own, in which the same always comes before a figure, whichever were chosen.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gueway::exact {

// The one that was asked for, or of its ip_vs.ko the variant without the bug or with it.
enum class GuestKernel : uint8_t { given, patched, vulnerable };

// What a figure takes beside the kernel: the hotfix module, or ip_vs.ko in variants, both built for
// it.
enum class Need : uint8_t { nothing, hotfix, variants };
Need need_of(std::string_view name);

// What cannot be had for a kernel, and why.
struct Lack {
    Need need = Need::nothing;
    std::string why;
};

//   run     all of it in this order, up to the last that is wanted
//   wanted  of these, what was chosen
struct GuestPlan {
    GuestKernel kernel = GuestKernel::given;
    std::vector<std::string> run, wanted;
};

//   left_out  what was wanted of figures that take what there is not: a line for each need
struct Plan {
    std::vector<GuestPlan> guests;
    std::vector<std::string> left_out;
};

// `all` names in the order of the program, and those `wanted`. What a kernel lacks is not run, so
// that the figures behind it are the same whether it was wanted or not.
Plan plan_guests(std::vector<std::string> all, std::vector<std::string> wanted,
                 const std::vector<Lack>& lacks = {});

} // namespace gueway::exact
