// SPDX-License-Identifier: GPL-2.0-only
// What went wrong beside the cells of a kernel, as all reports tell it.
#pragma once

#include "matrix/result.h"

#include <optional>
#include <string>
#include <vector>

namespace gueway::matrix {

//   type     "boot", "death", "stopped"
//   name     no other of the kernel has it: "death 2"
//   text     "a guest died during gue/in4/...: Kernel panic ..."
//   details  lines of the kernel's log
//   cell     of a death
struct Trouble {
    std::string type, name, text;
    std::vector<std::string> details;
    std::optional<Cell> cell;
};
inline constexpr const char* stopped_type = "stopped";
std::vector<Trouble> troubles(const KernelResult& kernel);

} // namespace gueway::matrix
